//- read before it is written
thread_local! { static READY: Cell<bool> = Cell::new(false); }
#[update]
fn start() {
    ic_cdk::futures::spawn(async { READY.set(true) });
    if READY.get() { begin(); }
     //^^^^^^^^^^^ information: `READY` is read before the task writes it
}

//- good
thread_local! { static READY: Cell<bool> = Cell::new(false); }
#[update]
fn start() {
    READY.set(true);
    ic_cdk::futures::spawn(async { begin() });
    if READY.get() { begin(); }
}

//- trap: 0.17 runs the task at once (ic-cdk 0.17)
thread_local! { static READY: Cell<bool> = Cell::new(false); }
#[update]
fn start() {
    ic_cdk::spawn(async { READY.set(true) });
    if READY.get() { begin(); }
}

//- trap: written later in any version, or read behind an await
thread_local! { static READY: Cell<bool> = Cell::new(false); static DONE: Cell<bool> = Cell::new(false); }
#[update]
async fn start() {
    ic_cdk::futures::spawn(async { Call::bounded_wait(oracle(), "m").await.ok(); READY.set(true) });
    if READY.get() { begin(); }
    ic_cdk::futures::spawn(async { DONE.set(true) });
    Call::bounded_wait(oracle(), "m").await.ok();
    if DONE.get() { begin(); }
}
