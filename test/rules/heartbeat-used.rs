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
