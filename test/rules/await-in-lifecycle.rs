//- an async init (ic-cdk 0.19)
#[init]
async fn init() {
       //^^^^ error: `#[init]` reaches the call of `raw_rand`
    let seed = ic_cdk::management_canister::raw_rand().await.unwrap();
    remember(seed);
}

//- in a task, through a function, the old API (ic-cdk 0.17)
#[post_upgrade]
fn upgraded() {
 //^^^^^^^^ error: the upgrade fails
    ic_cdk::spawn(seed());
}
async fn seed() {
    let (bytes,) = ic_cdk::api::management_canister::main::raw_rand().await.unwrap();
    remember(bytes);
}

//- one-way
#[pre_upgrade]
fn before() {
 //^^^^^^ error: `#[pre_upgrade]` reaches the call of `bye`
    Call::unbounded_wait(registry(), "bye").oneway().ok();
}

//- in inspect_message
#[inspect_message]
fn inspect() {
 //^^^^^^^ error: every message of a user is refused
    ic_cdk::futures::spawn(async { Call::bounded_wait(registry(), "seen").await.ok(); });
}

//- good: in a timer
#[init]
fn init() {
    ic_cdk_timers::set_timer(std::time::Duration::ZERO, async { ic_cdk::futures::spawn(seed()) });
    ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(9), || async { seed().await });
    ic_cdk_timers::set_timer(std::time::Duration::ZERO, seed());
}
async fn seed() { Call::bounded_wait(registry(), "seed").await.ok(); }

//- trap: async without a call
#[init]
async fn init() { local().await }
async fn local() {}

//- trap: not awaited, and so not run
#[init]
fn init() { keep(seed()); }
async fn seed() { Call::bounded_wait(registry(), "seed").await.ok(); }

//- trap: handed to somebody who runs it later
use jobs::{run_interval, RoundTimer};
#[init]
fn init() {
    RoundTimer::new(work);
    run_interval(3, || ic_cdk::futures::spawn(seed()));
}
fn work() { ic_cdk::futures::spawn(seed()); }
async fn seed() { Call::bounded_wait(registry(), "seed").await.ok(); }

//- trap: heartbeats may call, and mocks are not compiled
#[heartbeat]
async fn beat() { Call::bounded_wait(registry(), "beat").await.ok(); }
#[cfg(feature = "mock")]
#[init]
async fn init() { Call::bounded_wait(registry(), "beat").await.ok(); }

//- trap: whether the helper calls, its argument says
async fn tick() { Call::bounded_wait(oracle(), "get").await.unwrap(); }
fn start(delay: u64) {
    if delay > 0 {
        ic_cdk_timers::set_timer(std::time::Duration::from_secs(delay), async { tick().await });
    } else {
        ic_cdk::futures::spawn(async { tick().await });
    }
}
#[post_upgrade]
fn post_upgrade() { start(1); }
