//- a heartbeat
#[heartbeat]
async fn beat() { work().await }
       //^^^^ hint: paid for, in every round
async fn work() {}

//- by its export
#[export_name = "canister_heartbeat"]
fn beat() { work() }
 //^^^^ hint: set_timer_interval
fn work() {}

//- good: a timer
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), || work()); }
async fn work() {}

//- beside a timer (ic-cdk 0.17)
#[ic_cdk::heartbeat]
fn beat() { work(); }
 //^^^^ hint: runs only when there is something to do
fn work() {}
#[init]
fn init() { ic_cdk_timers::set_timer(std::time::Duration::from_secs(60), || work()); }

//- trap: a function of that name, without an export
fn heartbeat() {}
#[update]
fn canister_heartbeat() { heartbeat(); }

//- trap: one that is not compiled
#[cfg(test)]
mod tests { #[ic_cdk::heartbeat] fn beat() {} }
#[cfg(not(target_arch = "wasm32"))]
#[heartbeat]
fn beat() {}
