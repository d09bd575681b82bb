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
