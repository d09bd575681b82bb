//! The first version of the counter. It counts, and it has a flaw that shows only on the day of its first upgrade.

use ic_cdk::{query, update};
use std::cell::RefCell;

thread_local! {
    // PITFALL: this lives in the heap. An upgrade starts the new module with a fresh heap, so the count begins at 0
    // again. Nothing warns of it at run time: the upgrade succeeds.
    static COUNT: RefCell<u64> = const { RefCell::new(0) };
}

/// Adds one and returns the new count.
#[update]
fn increment() -> u64 {
    COUNT.with_borrow_mut(|count| {
        *count += 1;
        *count
    })
}

/// Returns the count.
#[query]
fn get() -> u64 {
    COUNT.with_borrow(|count| *count)
}

ic_cdk::export_candid!();
