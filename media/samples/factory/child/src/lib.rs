//! What the factory makes: a canister that knows its own name.

use ic_cdk::{init, query};
use ic_stable_structures::{DefaultMemoryImpl, StableCell};
use std::cell::RefCell;

thread_local! {
    static NAME: RefCell<StableCell<String, DefaultMemoryImpl>> =
        RefCell::new(StableCell::init(DefaultMemoryImpl::default(), String::new()));
}

#[init]
fn init(name: String) {
    NAME.with_borrow_mut(|cell| cell.set(name));
}

/// Returns a greeting with the name that the factory gave.
#[query]
fn greet() -> String {
    NAME.with_borrow(|cell| format!("I am {}.", cell.get()))
}

ic_cdk::export_candid!();
