//- bad: only one side of a branch replies
#[update(manual_reply = true)]
fn f(x: bool) -> PhantomData<u64> {
 //^ error: can end without a reply, and with `manual_reply` nobody else does
    if x { ic_cdk::api::msg_reply([1]); }
    PhantomData
}

//- bad: an early return
thread_local! { static CLOSED: Cell<bool> = Cell::new(false); }
#[unsafe(export_name = "canister_update g")]
fn g() {
 //^ error: can end without a reply, and a raw export replies itself
    if CLOSED.get() { return; }
    ic_cdk::api::msg_reply([]);
}

//- bad: never
thread_local! { static N: Cell<u64> = Cell::new(0); }
#[unsafe(export_name = "canister_update h")]
fn h() { N.set(1) }
 //^ error: sends no reply

//- good
thread_local! { static CLOSED: Cell<bool> = Cell::new(false); static N: Cell<u64> = Cell::new(0); }
#[update(manual_reply = true)]
fn f(x: bool) -> PhantomData<u64> {
    if x { ic_cdk::api::msg_reply([1]); } else { ic_cdk::api::msg_reject("no"); }
    PhantomData
}
#[unsafe(export_name = "canister_update g")]
fn g() {
    if CLOSED.get() { ic_cdk::api::msg_reject("closed"); return; }
    match N.get() {
        0 => ic_cdk::api::msg_reply([0]),
        1 => ic_cdk::trap("one"),
        _ => finish(),
    }
}
fn finish() { ic_cdk::api::msg_reply([2]) }

//- trap: the reply comes later, by purpose
#[update(manual_reply = true)]
fn wait() -> PhantomData<u64> {
    ic_cdk::futures::spawn(async { ic_cdk::api::msg_reply([1]) });
    PhantomData
}
#[unsafe(export_name = "canister_update held")]
fn held() { WAITING.with_borrow_mut(|w| w.push(reply_later())) }

//- trap: ic-cdk replies, and hooks have nobody to reply to
#[update]
fn f(x: bool) { if x { return; } }
#[unsafe(export_name = "canister_heartbeat")]
fn beat() {}
#[unsafe(export_name = "canister_inspect_message")]
fn inspect() { ic_cdk::api::accept_message() }

//- trap: a function of another crate may send the reply
thread_local! { static LOGS: RefCell<Vec<u8>> = RefCell::new(vec![]); }
#[query(manual_reply = true)]
fn chunks(start: u64) { LOGS.with_borrow(|logs| storage_lib::chunks(start, logs)); }

//- functions of other crates that ask who calls, or give access to state
thread_local! { static ERRORS: RefCell<Vec<u8>> = RefCell::new(vec![]); }
#[export_name = "canister_update clear_errors"]
fn clear_errors() {
 //^^^^^^^^^^^^ error: `clear_errors` sends no reply
    shared::caller_is_controller_guard(&msg_caller());
    shared::with_mut(&ERRORS, |e| e.clear());
}
