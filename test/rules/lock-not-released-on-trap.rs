//- a flag
thread_local! { static BUSY: Cell<bool> = Cell::new(false); }
#[update]
async fn refresh() {
    BUSY.set(true);
  //^^^^^^^^^^^^^^ warning: `BUSY` stays as it is set here when anything behind the `await` traps
    Call::bounded_wait(oracle(), "price").await.ok();
    BUSY.set(false);
}

//- a set of who is being served (ic-cdk 0.17)
thread_local! { static LOCKED: RefCell<BTreeMap<Principal, ()>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn withdraw() {
    let caller = ic_cdk::caller();
    LOCKED.with(|l| l.borrow_mut().insert(caller, ()));
                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Hold it in a value whose `Drop` takes it back
    let _r: Result<(), _> = ic_cdk::call(ledger(), "pay", ()).await;
    LOCKED.with(|l| l.borrow_mut().remove(&caller));
}

//- good: Drop releases it
thread_local! { static BUSY: Cell<bool> = Cell::new(false); }
struct Busy;
impl Busy { fn begin() -> Busy { BUSY.set(true); Busy } }
impl Drop for Busy { fn drop(&mut self) { BUSY.set(false) } }
#[update]
async fn refresh() {
    let _busy = Busy::begin();
    Call::bounded_wait(oracle(), "price").await.ok();
}

//- trap: it expires
thread_local! { static LOCKED_UNTIL: RefCell<Option<u64>> = RefCell::new(None); }
#[update]
async fn refresh() {
    LOCKED_UNTIL.with_borrow_mut(|l| *l = Some(ic_cdk::api::time() + 60));
    Call::bounded_wait(oracle(), "price").await.ok();
    LOCKED_UNTIL.with_borrow_mut(|l| *l = None);
}

//- trap: no await between, and no lock
thread_local! { static BUSY: Cell<bool> = Cell::new(false); static PRICE: Cell<Option<u64>> = Cell::new(None); }
#[update]
async fn refresh() {
    BUSY.set(true);
    BUSY.set(false);
    PRICE.set(Some(3));
    Call::bounded_wait(oracle(), "price").await.ok();
    PRICE.set(None);
}

//- entries of a map, taken back by a closure (ic-cdk 0.17)
thread_local! { static LOCKS: RefCell<BTreeMap<Principal, bool>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn swap() -> Result<(), String> {
    let user = ic_cdk::caller();
    if LOCKS.with_borrow(|l| l.get(&user).copied().unwrap_or(false)) { return Err("busy".into()) }
    LOCKS.with_borrow_mut(|l| l.insert(user, true));
                            //^^^^^^^^^^^^^^^^^^^^ warning: `LOCKS` stays as it is set here
    let release = || { LOCKS.with_borrow_mut(|l| l.remove(&user)); };
    let sent = ic_cdk::call::<_, (u64,)>(ledger(), "transfer", ()).await;
    release();
    sent.map(|_| ()).map_err(|e| e.1)
}

//- taken by a timer, and given back by the task that it starts (ic-cdk 0.17)
fn other() -> Principal { Principal::anonymous() }
thread_local! { static QUEUE_BUSY: Cell<bool> = Cell::new(false); }
fn start() {
    ic_cdk_timers::set_timer(std::time::Duration::from_secs(1), || {
        if QUEUE_BUSY.get() { return }
        QUEUE_BUSY.set(true);
      //^^^^^^^^^^^^^^^^^^^^ warning: `QUEUE_BUSY` stays as it is set here
        ic_cdk::spawn(async {
            let _ = ic_cdk::call::<_, ()>(other(), "work", ()).await;
            QUEUE_BUSY.set(false);
        });
    });
}
#[update]
fn begin() { start(); }

//- a flag that only an upgrade would release as well
thread_local! { static BUSY: Cell<bool> = Cell::new(false); }
#[update]
async fn refresh() {
    if BUSY.get() { return; }
    BUSY.set(true);
  //^^^^^^^^^^^^^^ information: `BUSY`
    Call::bounded_wait(oracle(), "price").await.ok();
    BUSY.set(false);
}
#[post_upgrade]
fn post_upgrade() { BUSY.set(false); }
