//- in init only
use std::time::Duration;
#[init]
fn init() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {});
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: No upgrade keeps this timer
}
#[post_upgrade]
fn post_upgrade() {}

//- in an update, through a function (ic-cdk 0.17)
use ic_cdk_timers::set_timer_interval;
fn start() { set_timer_interval(std::time::Duration::from_secs(60), || ()); }
           //^^^^^^^^^^^^^^^^^^ warning: and `post_upgrade` sets none
#[update]
fn begin() { start(); }
#[post_upgrade]
fn post_upgrade() { restore(); }
fn restore() {}

//- good: a function for both
use std::time::Duration;
fn start() { ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {}); }
#[init]
fn init() { start(); }
#[post_upgrade]
fn post_upgrade() { start(); }

//- good: init itself
use std::time::Duration;
#[init]
fn init() { ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {}); }
#[post_upgrade]
fn post_upgrade() { init(); }

//- trap: once, to begin with
use std::time::Duration;
#[init]
fn init() { ic_cdk_timers::set_timer(Duration::ZERO, async { log(1) }); }
#[post_upgrade]
fn post_upgrade() {}

//- trap: from a stored schedule
use std::time::Duration;
#[init]
fn init() { ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {}); }
#[post_upgrade]
fn post_upgrade() { restart_all_jobs();
}
fn restart_all_jobs() { }

//- in an update, and there is no hook
use std::time::Duration;
#[update]
fn start() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {});
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: there is no `post_upgrade` that does
}

//- a timer that sets itself again (ic-cdk 0.17)
use std::time::Duration;
fn schedule() {
    ic_cdk_timers::set_timer(Duration::from_secs(60), work);
  //^^^^^^^^^^^^^^^^^^^^^^^^ warning: No upgrade keeps this timer
}
fn work() { log(1); schedule(); }
fn log(n: u64) { ic_cdk::println!("{n}"); }
#[init]
fn init() { schedule(); }
#[post_upgrade]
fn post_upgrade() {}

//- without the hook, too: `missing-post-upgrade` tells of all that init sets up
use std::time::Duration;
#[init]
fn init() { ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {}); }
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `init` sets it, and there is no `post_upgrade` that does

//- trap: tidying up that begins again with each message (ic-cdk 0.17)
use std::time::Duration;
#[update]
fn transfer() { book(); }
fn book() { tidy_later(); }
fn tidy_later() { ic_cdk_timers::set_timer(Duration::from_secs(60), tidy); }
fn tidy() { tidy_later(); }

//- trap: the hook's call is commented out
fn start_mining() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), || async {}); }
#[init]
fn init() { start_mining(); }
#[post_upgrade]
fn post_upgrade() {
    // start_mining();
}

//- from init, where there is no hook at all
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), || async {}); }
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: there is no `post_upgrade`

//- a deadline of what a message stores
use ic_cdk_timers::set_timer;
thread_local! { static PROPOSALS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
async fn execute(id: u64) {}
#[update]
fn propose(id: u64, period: u64) {
    PROPOSALS.with_borrow_mut(|it| it.insert(id, period));
    set_timer(std::time::Duration::from_nanos(period), async move { execute(id).await });
  //^^^^^^^^^ warning: No upgrade keeps this timer
}

//- trap: a single timer right away, after a fixed time, or to try again
use ic_cdk_timers::set_timer;
use std::time::Duration;
thread_local! { static JOBS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
const PAUSE: u64 = 5;
async fn work(id: u64) {}
#[update]
fn start(id: u64, attempts: u64) {
    JOBS.with_borrow_mut(|it| it.insert(id, 1));
    set_timer(Duration::ZERO, async move { work(id).await });
    set_timer(Duration::from_secs(PAUSE * 2), async move { work(id).await });
    let retry_delay = Duration::from_secs(attempts);
    set_timer(retry_delay, async move { work(id).await });
}

//- started by hand
async fn work() {}
#[update]
fn start() {
    if !ic_cdk::api::is_controller(&msg_caller()) { ic_cdk::trap("no"); }
    ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), || async { work().await });
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `start` sets it
}
