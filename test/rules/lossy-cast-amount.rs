//- cut and unwrapped
use num_traits::ToPrimitive;
#[update]
fn pay(total: u128, amount: candid::Nat) -> u64 {
    let n = total as u64;
          //^^^^^^^^^^^^ warning: cuts `total` off
    let m: u64 = amount.0.to_u64().unwrap();
               //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: This traps
    n + m
}

//- good
#[update]
fn pay(total: u128) -> Result<u64, String> { u64::try_from(total).map_err(|_| "too large".to_string()) }

//- trap: wide enough, and compared before
#[update]
fn pay(total: u128, small: u32) -> u64 {
    if total > u64::MAX as u128 { ic_cdk::trap("too large") }
    total as u64 + small as u64
}

//- trap: a bound, a remainder, a quotient
#[update]
fn pay(total: u128, part: u128) -> Result<u64, String> {
    let capped: u128 = total.min(part);
    let held: u128 = total.clamp(1, 9);
    let rest: u128 = total % part;
    let share: u128 = total.checked_div(part).ok_or("no parts")?;
    let half: u128 = total / 2;
    let mut left: u128 = total;
    left %= 100;
    if part > limit() { return Err("too large".to_string()); }
    Ok(capped as u64 + held as u64 + rest as u64 + share as u64 + half as u64 + left as u64 + part as u64)
}

//- trap: a closure's parameter of the same name, and ids
struct NoteId(u64);
impl From<u128> for NoteId { fn from(value: u128) -> Self { NoteId(value as u64) } }
fn inverted(rate: u128) -> Option<u64> { 1_000_000u128.checked_div(rate).map(|rate| rate as u64) }

//- trap: a constant, which has the value that is written
const TOTAL: u128 = 5_000;
#[query]
fn total() -> u64 { TOTAL as u64 + 7u128 as u64 }
