//- the method relies on the hook
thread_local! { static OWNER: Cell<u64> = Cell::new(0); static FEE: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `set_fee` rely on this check of the caller
    if msg_caller() != owner() { ic_cdk::trap("no"); }
    ic_cdk::api::accept_message();
}
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- the hook names the method (ic-cdk 0.17)
thread_local! { static FEE: Cell<u64> = Cell::new(0); static NOTES: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `set_fee` rely
    let method = ic_cdk::api::call::method_name();
    if method == "set_fee" && !ic_cdk::api::is_controller(&ic_cdk::caller()) { return; }
    ic_cdk::api::call::accept_message();
}
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }
#[update]
fn note(n: u64) { NOTES.set(n) }

//- good: a guard as well
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
fn only_owner() -> Result<(), String> { if msg_caller() == owner() { Ok(()) } else { Err("no".into()) } }
#[inspect_message]
fn inspect() { if only_owner().is_ok() { ic_cdk::api::accept_message(); } }
#[update(guard = "only_owner")]
fn set_fee(fee: u64) { FEE.set(fee) }

//- trap: the method checks by itself, through a helper or a macro
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
macro_rules! require_owner { () => { if msg_caller() != owner() { ic_cdk::trap("no") } } }
fn check_owner() { assert_eq!(msg_caller(), owner()); }
#[inspect_message]
fn inspect() { if msg_caller() == owner() { ic_cdk::api::accept_message(); } }
#[update]
fn set_fee(fee: u64) { check_owner(); FEE.set(fee) }
#[update]
fn reset_fee() { require_owner!(); FEE.set(0) }

//- trap: filtered by the method's name only
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() { if ic_cdk::api::msg_method_name() != "read_only" { ic_cdk::api::accept_message(); } }
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- trap: updates that change nothing
#[inspect_message]
fn inspect() { if msg_caller() != Principal::anonymous() { ic_cdk::api::accept_message(); } }
#[update]
fn greet(name: String) -> String { format!("Hello, {name}") }

//- trap: cycles are welcome from everybody, and a network for tests lets anybody in
thread_local! { static RECEIVED: RefCell<u64> = RefCell::new(0); static STATE: RefCell<State> = RefCell::new(State::default()); }
struct State { test_mode: bool, total: u64 }
#[inspect_message]
fn inspect() { if ic_cdk::api::is_controller(&msg_caller()) { ic_cdk::api::accept_message(); } }
#[update]
fn wallet_receive() { RECEIVED.with_borrow_mut(|r| *r += ic_cdk::api::msg_cycles_available() as u64); }
#[update]
fn fill() { STATE.with_borrow_mut(|s| if s.test_mode { s.total = 9 }) }
