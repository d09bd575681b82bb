//- an order for each node
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs, TransformContext};
#[update]
async fn order(body: Vec<u8>, transform: Option<TransformContext>) {
    let request = HttpRequestArgs {
        url: "https://example.com/orders".into(),
        method: HttpMethod::POST,
      //^^^^^^^^^^^^^^^^^^^^^^^^ warning: without an idempotency key
        headers: vec![],
        body: Some(body),
        max_response_bytes: Some(1_000),
        transform,
        is_replicated: None,
    };
    let _ = http_request(&request).await;
}

//- good: one node sends it, or it only reads
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn order(body: Vec<u8>) {
    let a = HttpRequestArgs { url: "https://example.com/orders".into(), method: HttpMethod::POST, headers: vec![], body: Some(body), max_response_bytes: None, transform: None, is_replicated: Some(false) };
    let b = HttpRequestArgs { url: "https://example.com/orders".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
    let _ = http_request(&b).await;
}

//- good: with a key
use ic_cdk_management_canister::{http_request, HttpHeader, HttpMethod, HttpRequestArgs};
#[update]
async fn order(body: Vec<u8>, key: String) {
    let headers = vec![HttpHeader { name: "Idempotency-Key".into(), value: key }];
    let a = HttpRequestArgs { url: "https://example.com/orders".into(), method: HttpMethod::POST, headers, body: Some(body), max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}

//- trap: a remote procedure call that only reads
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn block_number(url: String) {
    let body = br#"{"jsonrpc":"2.0","method":"eth_blockNumber","params":[],"id":1}"#.to_vec();
    let a = HttpRequestArgs { url, method: HttpMethod::POST, headers: vec![], body: Some(body), max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}

//- trap: what leaves the same behind however often it is done, and what is asked for by its name
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
async fn delete_object(url: String) {
    let a = HttpRequestArgs { url, method: HttpMethod::POST, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}
async fn is_member(url: String) -> bool {
    let a = HttpRequestArgs { url, method: HttpMethod::POST, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    http_request(&a).await.is_ok()
}
#[update]
async fn leave(url: String) { if is_member(url.clone()).await { delete_object(url).await } }

//- a method by its whole path (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::CanisterHttpRequestArgument;
#[update]
async fn order(body: Vec<u8>) {
    let a = CanisterHttpRequestArgument { url: "https://example.com/orders".into(), method: ic_cdk::api::management_canister::http_request::HttpMethod::POST, headers: vec![], body: Some(body), max_response_bytes: None, transform: None };
                                                                                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: without an idempotency key
    let _ = ic_cdk::api::management_canister::http_request::http_request(a, 50_000_000_000).await;
}

//- a function that is told the method, and one that sends what it is given: their callers know what it is for
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
async fn send(url: String, method: HttpMethod, body: Option<Vec<u8>>) {
    let a = HttpRequestArgs { url, method, headers: vec![], body, max_response_bytes: None, transform: None, is_replicated: None };
                                 //^^^^^^ warning: without an idempotency key
    let _ = http_request(&a).await;
}
async fn send_all(url: String, body: Vec<u8>) {
    let a = HttpRequestArgs { url, method: HttpMethod::POST, headers: vec![], body: Some(body), max_response_bytes: None, transform: None, is_replicated: None };
                                 //^^^^^^^^^^^^^^^^^^^^^^^^ warning: without an idempotency key
    let _ = http_request(&a).await;
}
#[update]
async fn order(url: String, body: Vec<u8>) { send_all(url.clone(), body.clone()).await; send(url, HttpMethod::POST, Some(body)).await }

//- trap: what callers have sent only asks
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
async fn send(url: String, method: HttpMethod, body: Option<Vec<u8>>) {
    let a = HttpRequestArgs { url, method, headers: vec![], body, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}
async fn send_all(url: String, body: Vec<u8>) {
    let a = HttpRequestArgs { url, method: HttpMethod::POST, headers: vec![], body: Some(body), max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}
#[update]
async fn block(url: String) {
    let body = br#"{"jsonrpc":"2.0","method":"eth_blockNumber","params":[],"id":1}"#.to_vec();
    send(url.clone(), HttpMethod::GET, None).await;
    send(url.clone(), HttpMethod::POST, Some(body.clone())).await;
    send_all(url, body).await
}

//- trap: a signed transaction, which a blockchain takes once
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn pay(host: String, signed_tx_body: Vec<u8>) {
    let a = HttpRequestArgs { url: format!("{host}/wallet/broadcasttransaction"), method: HttpMethod::POST, headers: vec![], body: Some(signed_tx_body), max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}
