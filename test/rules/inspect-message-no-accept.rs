//- it only returns
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: No way through this hook calls `accept_message`
    if msg_caller() == Principal::anonymous() {
        return;
    }
}

//- nothing at all (ic-cdk 0.17)
#[ic_cdk::inspect_message]
fn inspect() {}
 //^^^^^^^ warning: every update call of a user is refused

//- good
#[inspect_message]
fn inspect() {
    if msg_caller() != Principal::anonymous() {
        ic_cdk::api::accept_message();
    }
}

//- good: the old spelling (ic-cdk 0.17)
use ic_cdk::api::call::accept_message;
#[inspect_message]
fn inspect() { accept_message(); }

//- trap: users are kept out on purpose
/// Only other canisters may call.
#[inspect_message]
fn inspect() {}

//- trap: in a helper, and in a function that is handed on
mod gate { pub fn let_in() { ic_cdk::api::accept_message(); } }
#[inspect_message]
fn inspect() { gate::let_in(); }

//- trap: handed on
fn read_state<R>(f: fn(&u64) -> R) -> R { f(&3) }
fn accept_if_valid(limit: &u64) { if *limit > 2 { ic_cdk::api::accept_message(); } }
#[inspect_message]
fn inspect() { read_state(accept_if_valid); }

//- trap: another crate accepts
#[inspect_message]
fn inspect() { gatekeeper::accept_known_callers(); }

//- trap: a function of another crate of the workspace may accept, imported with braces within braces
use vault_core::{stable::{util::{_inspect_message, maintain}}, types::State};
thread_local! { static STATE: State = State::init(); }
#[inspect_message]
fn inspect_message() {
    let always: Vec<String> = vec!["start".to_string()];
    STATE.with(|s| _inspect_message(&always, &s.owners))
}

//- known functions of other crates accept nothing
#[inspect_message]
fn inspect_message() {
 //^^^^^^^^^^^^^^^ warning: No way through this hook calls `accept_message`
    let size = std::mem::size_of::<u64>();
    let caller = Principal::from_slice(msg_caller().as_slice());
    if candid::encode_one(caller).map(|it| it.len()).unwrap_or(0) < size { ic_cdk::trap("too small"); }
}
