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
