//- an order for each node
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
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
