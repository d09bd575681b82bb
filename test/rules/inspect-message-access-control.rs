//- the method relies on the hook
thread_local! { static OWNER: Cell<u64> = Cell::new(0); static FEE: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `set_fee` relies on this check of the caller
    if msg_caller() != owner() { ic_cdk::trap("no"); }
    ic_cdk::api::accept_message();
}
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- the hook names the method (ic-cdk 0.17)
thread_local! { static FEE: Cell<u64> = Cell::new(0); static NOTES: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `set_fee` relies
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
#[derive(Default)] struct State { test_mode: bool, total: u64 }
#[inspect_message]
fn inspect() { if ic_cdk::api::is_controller(&msg_caller()) { ic_cdk::api::accept_message(); } }
#[update]
fn wallet_receive() { RECEIVED.with_borrow_mut(|r| *r += ic_cdk::api::msg_cycles_available() as u64); }
#[update]
fn fill() { STATE.with_borrow_mut(|s| if s.test_mode { s.total = 9 }) }

//- the condition stands in a function that is handed the caller
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
fn refuse_others(caller: Principal) { if caller != owner() { ic_cdk::trap("no"); } }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `set_fee` relies
    let caller = msg_caller();
    refuse_others(caller);
    ic_cdk::api::accept_message();
}
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- the condition stands in a closure, several functions away
thread_local! { static FEE: Cell<u64> = Cell::new(0); static STATE: RefCell<State> = RefCell::new(State::default()); }
struct State { owner: Principal }
impl Default for State { fn default() -> Self { State { owner: owner() } } }
impl State { fn is_caller_owner(&self) -> bool { self.owner == msg_caller() } }
fn read_state<R>(f: impl FnOnce(&State) -> R) -> R { STATE.with_borrow(|s| f(s)) }
fn accept_if_valid(state: &State) {
    let is_valid = match ic_cdk::api::msg_method_name().as_str() { "set_fee" => state.is_caller_owner(), _ => false };
    if is_valid { ic_cdk::api::accept_message(); }
}
#[inspect_message]
fn inspect() { read_state(accept_if_valid); }
 //^^^^^^^ warning: `set_fee` relies
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- trap: the caller is only logged
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
fn note(text: &str) { if text.len() < 99 { ic_cdk::println!("{text}"); } }
fn caller_text() -> String { msg_caller().to_text() }
#[inspect_message]
fn inspect() {
    let method = ic_cdk::api::msg_method_name();
    if method == "name" {
        note(&format!("{} called as update from {}", method, caller_text()));
        ic_cdk::trap(&format!("{} must be called as query", method));
    }
    ic_cdk::api::accept_message();
}
#[update]
fn set_fee(fee: u64) { FEE.set(fee) }

//- trap: the hook asks elsewhere, by name or by how it begins, and lets others pass
thread_local! { static CONTRACTS: RefCell<BTreeMap<u64, Principal>> = RefCell::new(BTreeMap::new()); static FEE: Cell<u64> = Cell::new(0); }
fn is_custodian(who: Principal) -> bool { ic_cdk::api::is_controller(&who) }
#[inspect_message]
fn inspect() { decide() }
fn decide() {
    let method = ic_cdk::api::msg_method_name();
    let may = match method.as_str() {
        it if it.starts_with("admin_") => is_custodian(msg_caller()),
        "close_contract" => is_custodian(msg_caller()),
        _ => true,
    };
    if may { ic_cdk::api::accept_message(); } else { ic_cdk::trap("no"); }
}
#[update]
fn close_contract(id: u64) { if !is_custodian(msg_caller()) { ic_cdk::trap("no"); } CONTRACTS.with_borrow_mut(|c| { c.remove(&id); }); }
#[update]
fn sign_contract(id: u64, by: Principal) { CONTRACTS.with_borrow_mut(|c| { c.insert(id, by); }); }

//- a method of which the hook only knows how it begins
thread_local! { static FEE: Cell<u64> = Cell::new(0); }
#[inspect_message]
fn inspect() {
 //^^^^^^^ warning: `admin_set_fee` relies on this check
    let method = ic_cdk::api::msg_method_name();
    if method.starts_with("admin_") && !ic_cdk::api::is_controller(&msg_caller()) { return; }
    ic_cdk::api::accept_message();
}
#[update]
fn admin_set_fee(fee: u64) { FEE.set(fee); }
#[update]
fn note() { FEE.set(1); }

//- trap: only who is nobody is refused there, as no canister is
thread_local! { static N: Cell<u64> = Cell::new(0); }
fn reject_anonymous() -> Option<String> { reject_anonymous_principal(msg_caller()) }
fn reject_anonymous_principal(caller: Principal) -> Option<String> { if caller == Principal::anonymous() { Some("no".into()) } else { None } }
#[inspect_message]
fn inspect() {
    if reject_anonymous().is_some() { return; }
    if ic_cdk::api::msg_method_name() == "add" { ic_cdk::api::accept_message() }
}
#[update]
fn add() { N.set(N.get() + 1) }
