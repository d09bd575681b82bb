//! A greeting that only controllers may change. `inspect_message` saves the cycles of messages that would fail anyway;
//! it does not keep anybody out.

use ic_cdk::api::{accept_message, is_controller, msg_caller, msg_method_name};
use ic_cdk::{inspect_message, query, update};
use ic_stable_structures::{DefaultMemoryImpl, StableCell};
use std::cell::RefCell;

const FIRST_GREETING: &str = "Hello";

thread_local! {
    static GREETING: RefCell<StableCell<String, DefaultMemoryImpl>> =
        RefCell::new(StableCell::init(DefaultMemoryImpl::default(), FIRST_GREETING.to_string()));
}

/// Runs before a message of a user is accepted, on one node only. It never runs for messages of other canisters.
#[inspect_message]
fn inspect_message() {
    let for_controllers = matches!(
        msg_method_name().as_str(),
        "set_greeting" | "reset_greeting"
    );
    if !for_controllers || is_controller(&msg_caller()) {
        accept_message();
    }
}

/// Changes the greeting. Only for controllers: the guard makes sure of it, whoever calls.
#[update(guard = "only_controllers")]
fn set_greeting(greeting: String) {
    GREETING.with_borrow_mut(|cell| cell.set(greeting));
}

// PITFALL: only `inspect_message` looks at the caller of this method, so any canister can call it.
/// Changes the greeting back to what it was at first. Meant for controllers only.
#[update]
fn reset_greeting() {
    GREETING.with_borrow_mut(|cell| cell.set(FIRST_GREETING.to_string()));
}

/// Returns the greeting.
#[query]
fn greeting() -> String {
    GREETING.with_borrow(|cell| cell.get().clone())
}

fn only_controllers() -> Result<(), String> {
    if is_controller(&msg_caller()) {
        Ok(())
    } else {
        Err("only a controller may change the greeting".to_string())
    }
}

ic_cdk::export_candid!();
