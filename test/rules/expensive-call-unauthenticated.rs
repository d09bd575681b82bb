//- a signature (ic-cdk 0.19)
#[update]
async fn sign(hash: Vec<u8>) -> Vec<u8> {
       //^^^^ information: reaches `sign_with_ecdsa` at this canister's expense
    ic_cdk::management_canister::sign_with_ecdsa(&argument(hash)).await.unwrap().signature
}

//- cycles along, through a function
async fn forward() { Call::bounded_wait(archive(), "store").with_cycles(1_000_000).await.ok(); }
#[update]
async fn store() { forward().await; }
       //^^^^^ information: a call with cycles

//- the old API (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::http_request;
#[update]
async fn price() { http_request(argument(()), 3).await.unwrap(); }
       //^^^^^ information: reaches `http_request`

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

//- whoever makes an identity may call: only the anonymous caller is refused, or the caller is no more than a key
use ic_cdk_management_canister::sign_with_ecdsa;
fn is_user() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
#[update(guard = "is_user")]
async fn sign(message: Vec<u8>) -> Vec<u8> {
       //^^^^ hint: Everybody with an identity may call `sign`
    sign_with_ecdsa(&argument(message)).await.unwrap().signature
}
#[update]
async fn sign_as_me(message: Vec<u8>) -> Vec<u8> {
       //^^^^^^^^^^ hint: Everybody with an identity may call `sign_as_me`
    let path = msg_caller();
    sign_with_ecdsa(&argument((path, message))).await.unwrap().signature
}

//- a client of another crate
use vetkeys::derive_vetkey;
#[update]
async fn key() -> Vec<u8> { derive_vetkey(1).await }
       //^^^ information: Everybody may call `key`, which reaches `derive_vetkey`

//- trap: the caller is compared, or looked up among those who may
use ic_cdk_management_canister::sign_with_ecdsa;
thread_local! { static USERS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
async fn sign(message: Vec<u8>) -> Vec<u8> {
    let caller = msg_caller();
    if !USERS.with_borrow(|it| it.contains(&caller)) { ic_cdk::trap("sign up first") }
    sign_with_ecdsa(&argument((caller, message))).await.unwrap().signature
}
fn check_user(caller: Principal) { assert!(USERS.with_borrow(|it| it.contains(&caller))) }
#[update]
async fn sign_again(message: Vec<u8>) -> Vec<u8> {
    check_user(msg_caller());
    sign_with_ecdsa(&argument(message)).await.unwrap().signature
}
