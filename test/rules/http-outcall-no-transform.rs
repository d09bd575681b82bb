//- every node sends it
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(1_000),
        transform: None,
      //^^^^^^^^^^^^^^^ warning: differ in a single byte
        is_replicated: None,
    };
    let _ = http_request(&request).await;
}

//- the old argument has no choice (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::{http_request, CanisterHttpRequestArgument, HttpMethod};
#[update]
async fn get(url: String) {
    let request = CanisterHttpRequestArgument { url, method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None };
                                                                                                                                   //^^^^^^^^^^^^^^^ warning: set `is_replicated: Some(false)`
    let _ = http_request(request, 2_000_000_000).await;
}

//- good: one node, or a transform
use ic_cdk_management_canister::{http_request, transform_context_from_query, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let a = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: Some(false) };
    let b = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: Some(transform_context_from_query("strip".into(), vec![])), is_replicated: None };
    let _ = http_request(&a).await;
    let _ = http_request(&b).await;
}

//- trap: a closure transforms
use ic_cdk_management_canister::{http_request_with_closure, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let a = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request_with_closure(&a, |mut it| { it.headers.clear(); it }).await;
}

//- trap: set by a builder
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs, TransformContext};
#[update]
async fn get(context: TransformContext) {
    let mut a = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    a.transform = Some(context);
    let _ = http_request(&a).await;
}

//- trap: only the base of requests that have one
use ic_cdk_management_canister::{http_request, transform_context_from_query, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let base = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(1_000),
        transform: None,
        is_replicated: None,
    };
    let request = HttpRequestArgs { transform: Some(transform_context_from_query("clean".to_string(), vec![])), ..base.clone() };
    let _ = http_request(&request).await;
}

//- a base that is sent as well
use ic_cdk_management_canister::{http_request, transform_context_from_query, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let base = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(1_000),
        transform: None,
      //^^^^^^^^^^^^^^^ warning: differ in a single byte
        is_replicated: None,
    };
    let request = HttpRequestArgs { transform: Some(transform_context_from_query("clean".to_string(), vec![])), ..base.clone() };
    let _ = http_request(&request).await;
    let _ = http_request(&base).await;
}

//- trap: the argument of a call to another canister, which sends it by its own rules
use ic_cdk_management_canister::{HttpMethod, HttpRequestArgs};
#[update]
async fn get(proxy: Principal) {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(1_000),
        transform: None,
        is_replicated: None,
    };
    if let Err(error) = Call::bounded_wait(proxy, "proxy_http_request").with_arg(&request).await { ic_cdk::println!("{error}"); }
}

//- sent by this canister, which calls another one as well
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get(log: Principal) {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(1_000),
        transform: None,
      //^^^^^^^^^^^^^^^ warning: differ in a single byte
        is_replicated: None,
    };
    let _ = http_request(&request).await;
    if let Err(error) = Call::bounded_wait(log, "sent").await { ic_cdk::println!("{error}"); }
}
