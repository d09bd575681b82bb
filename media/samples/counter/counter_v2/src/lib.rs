//! The second version of the counter: it also remembers when it was last incremented.

use ic_cdk::{query, update};
use std::cell::RefCell;

/// The state of the canister.
#[derive(Default)]
struct Counter {
    count: u64,
    /// Nanoseconds since 1970; `None` before the first increment.
    last_increment: Option<u64>,
}

thread_local! {
    // PITFALL: the state got a new shape, but it still lives in the heap, and no `#[post_upgrade]` brings anything over
    // from the version before. After the upgrade the count is 0.
    static COUNTER: RefCell<Counter> = RefCell::new(Counter::default());
}

/// Adds one and returns the new count.
#[update]
fn increment() -> u64 {
    COUNTER.with_borrow_mut(|counter| {
        counter.count += 1;
        counter.last_increment = Some(ic_cdk::api::time());
        counter.count
    })
}

/// Returns the count.
#[query]
fn get() -> u64 {
    COUNTER.with_borrow(|counter| counter.count)
}

/// Returns when the count last changed, in nanoseconds since 1970.
#[query]
fn last_increment() -> Option<u64> {
    COUNTER.with_borrow(|counter| counter.last_increment)
}

ic_cdk::export_candid!();
