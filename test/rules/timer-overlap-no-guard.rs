//- an async closure, and a task
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
async fn pay_all() {
    let order = ORDERS.with_borrow(|o| o.first().copied());
    Call::bounded_wait(ledger(), "pay").with_arg(order).await.ok();
    ORDERS.with_borrow_mut(|o| o.remove(0));
}
#[init]
fn init() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { pay_all().await });
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The timer fires again while its last run still waits
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { ic_cdk::futures::spawn(pay_all()) });
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: take a lock at the beginning
}

//- a function that is handed on (ic-cdk 0.17)
use ic_cdk_timers::set_timer_interval;
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
fn tick() { ic_cdk::spawn(pay_all()) }
async fn pay_all() {
    let _r: Result<(), _> = ic_cdk::call(ledger(), "pay", ()).await;
    ORDERS.with(|o| o.borrow_mut().remove(0));
}
#[init]
fn init() {
    set_timer_interval(Duration::from_secs(9), tick);
  //^^^^^^^^^^^^^^^^^^ warning: both change the same state
}

//- good: one run after the other, or a guard
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::new(vec![]); static BUSY: Cell<bool> = Cell::new(false); }
struct TimerGuard;
impl TimerGuard { fn new() -> Option<Self> { if BUSY.get() { None } else { BUSY.set(true); Some(TimerGuard) } } }
impl Drop for TimerGuard { fn drop(&mut self) { BUSY.set(false) } }
async fn pay_all() {
    let Some(_guard) = TimerGuard::new() else { return };
    Call::bounded_wait(ledger(), "pay").await.ok();
    ORDERS.with_borrow_mut(|o| o.remove(0));
}
async fn pay() { Call::bounded_wait(ledger(), "pay").await.ok(); ORDERS.with_borrow_mut(|o| o.remove(0)); }
#[init]
fn init() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { pay_all().await });
    ic_cdk_timers::set_timer_interval_serial(Duration::from_secs(9), async || pay().await);
}

//- trap: a mark, no call, only a cache
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::new(vec![]); static IS_RUNNING: Cell<bool> = Cell::new(false); static PRICE_CACHE: Cell<u64> = Cell::new(0); }
async fn pay_all() {
    if IS_RUNNING.get() { return; }
    IS_RUNNING.set(true);
    Call::bounded_wait(ledger(), "pay").await.ok();
    ORDERS.with_borrow_mut(|o| o.remove(0));
    IS_RUNNING.set(false);
}
fn clean() { ORDERS.with_borrow_mut(|o| o.clear()); }
async fn refresh() { PRICE_CACHE.set(parse(Call::bounded_wait(oracle(), "price").await)); }
#[init]
fn init() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { pay_all().await });
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { clean() });
    ic_cdk_timers::set_timer_interval(Duration::from_secs(9), || async { refresh().await });
}
