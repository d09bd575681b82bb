//- set beside ic-cdk-timers
use std::time::Duration;
#[init]
fn init() {
    ic_cdk_timers::set_timer(Duration::from_secs(1), async {});
    ic_cdk::api::global_timer_set(1);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: sets the global timer
}

//- exported beside ic-cdk-timers (ic-cdk 0.17)
use std::time::Duration;
#[init]
fn init() { ic_cdk_timers::set_timer(Duration::from_secs(1), || ()); }
#[export_name = "canister_global_timer"]
fn on_timer() {}
 //^^^^^^^^ error: Use one of the two

//- good: only one of them
#[init]
fn init() { ic_cdk::api::global_timer_set(1); }
#[export_name = "canister_global_timer"]
fn on_timer() {}

//- the old name, in a helper (ic-cdk 0.17)
use std::time::Duration;
fn wake(at: u64) {
    ic_cdk::api::set_global_timer(at);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: they come late or never
}
#[update]
fn plan(at: u64) { ic_cdk_timers::set_timer_interval(Duration::from_secs(1), || ()); wake(at); }

//- trap: a wrapper of the crate's own that has the name, but is no ic-cdk-timers
mod timers {
    pub fn set_timer(at: u64) { ic_cdk::api::global_timer_set(at); }
    pub fn set_timer_interval(at: u64) { set_timer(at) }
}
#[init]
fn init() { timers::set_timer(1); timers::set_timer_interval(2); ic_cdk::api::global_timer_set(1); }
#[export_name = "canister_global_timer"]
fn on_timer() {}
