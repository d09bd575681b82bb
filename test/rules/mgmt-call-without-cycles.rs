//- without cycles
#[update]
async fn get(request: Request) {
    let _ = Call::bounded_wait(Principal::management_canister(), "http_request").with_arg(&request).await;
          //^^^^^^^^^^^^^^^^^^ error: rejects `http_request`
}

//- the old calls (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::{http_request, CanisterHttpRequestArgument, HttpResponse as Response};
#[update]
async fn get(request: CanisterHttpRequestArgument) {
    let _: Result<(Response,), _> = ic_cdk::call(Principal::management_canister(), "sign_with_ecdsa", (request.clone(),)).await;
                                  //^^^^^^^^^^^^ error: rejects `sign_with_ecdsa`
    let _ = http_request(request, 0).await;
          //^^^^^^^^^^^^ error: Attach what it costs
}

//- good
use ic_cdk_management_canister::{http_request, sign_with_ecdsa, HttpRequestArgs, SignWithEcdsaArgs};
#[update]
async fn get(request: HttpRequestArgs, message: SignWithEcdsaArgs) {
    let _ = http_request(&request).await;
    let _ = sign_with_ecdsa(&message).await;
    let _ = Call::bounded_wait(Principal::management_canister(), "http_request").with_arg(&request).with_cycles(1_000_000_000).await;
}

//- trap: free methods, other canisters, and the old wrapper that attaches the price (ic-cdk 0.17)
use ic_cdk::api::management_canister::ecdsa::sign_with_ecdsa;
#[update]
async fn get(request: Request, other: Principal) {
    let _: Result<(Key,), _> = ic_cdk::call(Principal::management_canister(), "ecdsa_public_key", (request.clone(),)).await;
    let _: Result<(Response,), _> = ic_cdk::call(other, "http_request", (request.clone(),)).await;
    let _ = sign_with_ecdsa(request).await;
}

//- the Bitcoin canister by its id (ic-cdk 0.17)
#[update]
async fn balance(address: String) -> u64 {
    let bitcoin = Principal::from_text("ghsi2-tqaaa-aaaan-aaaca-cai").unwrap();
    let (satoshi,): (u64,) = ic_cdk::call(bitcoin, "bitcoin_get_balance", (address,)).await.unwrap();
                           //^^^^^^^^^^^^ error: rejects `bitcoin_get_balance`
    satoshi
}

//- trap: a canister of one's own with a method of that name (ic-cdk 0.17)
#[update]
async fn balance(own: Principal, address: String) -> u64 {
    let (satoshi,): (u64,) = ic_cdk::call(own, "bitcoin_get_balance", (address,)).await.unwrap();
    satoshi
}
