//- a signature (ic-cdk 0.19)
#[update]
async fn sign(hash: Vec<u8>) -> Vec<u8> {
       //^^^^ warning: reaches `sign_with_ecdsa` at this canister's expense
    ic_cdk::management_canister::sign_with_ecdsa(&argument(hash)).await.unwrap().signature
}

//- cycles along, through a function
async fn forward() { Call::bounded_wait(archive(), "store").with_cycles(1_000_000).await.ok(); }
#[update]
async fn store() { forward().await; }
       //^^^^^ warning: a call with cycles

//- the old API (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::http_request;
#[update]
async fn price() { http_request(argument(()), 3).await.unwrap(); }
       //^^^^^ warning: reaches `http_request`

//- good: a guard (ic-cdk 0.19)
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
async fn sign(hash: Vec<u8>) -> Vec<u8> { ic_cdk::management_canister::sign_with_ecdsa(&argument(hash)).await.unwrap().signature }

//- trap: a payment in a helper, a limit, a timer, a cheap call (ic-cdk 0.19)
fn pay() { let _n = ic_cdk::api::msg_cycles_accept(1_000); }
#[update]
async fn sign(hash: Vec<u8>) -> Vec<u8> { pay(); ic_cdk::management_canister::sign_with_ecdsa(&argument(hash)).await.unwrap().signature }
#[update]
async fn price() { check_rate_limit(); ic_cdk::management_canister::http_request(&argument(0)).await.unwrap(); }
#[update]
fn later() { ic_cdk_timers::set_timer(Duration::ZERO, async { ic_cdk::management_canister::http_request(&argument(0)).await.unwrap(); }); }
#[update]
async fn cheap() { Call::bounded_wait(archive(), "get").await.ok(); }
