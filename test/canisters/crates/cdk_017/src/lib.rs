//! A canister of the older API: `ic_cdk::call`, one-way calls, stable_save, timers of 0.11.
use candid::Principal;
use ic_cdk::api::management_canister::main::raw_rand;
use ic_cdk::{call, init, notify, post_upgrade, pre_upgrade, query, update};
use std::cell::RefCell;
use std::time::Duration;

thread_local! {
    static COUNT: RefCell<u64> = const { RefCell::new(0) };
    static TICKS: RefCell<u64> = const { RefCell::new(0) };
}

#[init]
fn init() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(10), || TICKS.with_borrow_mut(|it| *it += 1));
}

#[pre_upgrade]
fn pre_upgrade() {
    ic_cdk::storage::stable_save((COUNT.take(),)).expect("saved");
}

#[post_upgrade]
fn post_upgrade() {
    let (count,): (u64,) = ic_cdk::storage::stable_restore().expect("restored");
    COUNT.set(count);
    init();
}

#[update]
fn add(by: u64) -> u64 {
    COUNT.with_borrow_mut(|it| {
        *it += by;
        *it
    })
}

#[query]
fn count() -> u64 {
    COUNT.with_borrow(|it| *it)
}

#[query]
fn ticks() -> u64 {
    TICKS.with_borrow(|it| *it)
}

#[update]
async fn add_elsewhere(other: Principal, by: u64) -> Result<u64, String> {
    let (sum,): (u64,) = call(other, "add", (by,)).await.map_err(|(code, text)| format!("{code:?}: {text}"))?;
    Ok(sum)
}

#[update]
fn tell(other: Principal, by: u64) {
    notify(other, "add", (by,)).expect("sent");
}

#[update]
async fn random() -> Vec<u8> {
    raw_rand().await.expect("randomness").0
}

#[update]
async fn trap_after(other: Principal) -> u64 {
    COUNT.with_borrow_mut(|it| *it += 100);
    let _: Result<(u64,), _> = call(other, "add", (1u64,)).await;
    COUNT.with_borrow_mut(|it| *it += 1000);
    ic_cdk::trap("after the await")
}

ic_cdk::export_candid!();
