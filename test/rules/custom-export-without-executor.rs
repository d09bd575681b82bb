//- bad
#[unsafe(export_name = "canister_update run")]
fn run() { ic_cdk::futures::spawn(async { work() }) }
 //^^^ error: Wrap the body in `ic_cdk::futures::internals::in_executor_context`
fn work() {}

//- bad: through a function
#[unsafe(export_name = "canister_global_timer")]
extern "C" fn timer() { start() }
            //^^^^^ error: `spawn` panics
fn start() { ic_cdk::futures::spawn(async { ic_cdk::println!("ran") }) }

//- good
use ic_cdk::futures::internals::in_executor_context;
#[unsafe(export_name = "canister_update run")]
fn run() { in_executor_context(|| ic_cdk::futures::spawn(async {})) }

//- trap: the body delegates to a function that enters the context
#[unsafe(export_name = "canister_update run")]
fn run() { enter() }
fn enter() { ic_cdk::futures::internals::in_executor_context(|| work()) }
fn work() { ic_cdk::futures::spawn(async {}) }

//- trap: no future is started
#[unsafe(export_name = "canister_query get")]
fn get() { ic_cdk::api::msg_reply([1]) }

//- trap: an executor of its own (ic-cdk 0.17)
#[export_name = "canister_update run"]
fn run() { ic_cdk::spawn(async {}) }

//- trap: attributes of ic-cdk enter it
#[update]
fn run() { ic_cdk::futures::spawn(async {}) }

//- an export for the Wasm only (ic-cdk 0.20.1)
#[cfg_attr(target_family = "wasm", unsafe(export_name = "canister_global_timer"))]
fn global_timer() { ic_cdk::futures::spawn(async {}); }
 //^^^^^^^^^^^^ error: `global_timer` spawns a future

//- trap: an export for the Wasm only, in an executor (ic-cdk 0.20.1)
#[cfg_attr(target_family = "wasm", unsafe(export_name = "canister_global_timer"))]
fn global_timer() { ic_cdk::futures::internals::in_executor_context(|| { ic_cdk::futures::spawn(async {}); }); }
