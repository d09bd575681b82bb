//- cut and unwrapped
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
