//- sent without a limit
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: None,
      //^^^^^^^^^^^^^^^^^^^^^^^^ warning: charged for a response of 2 MB
        transform: None,
        is_replicated: Some(false),
    };
    let _ = http_request(&request).await;
}

//- in a function that an endpoint calls (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::{http_request, CanisterHttpRequestArgument, HttpMethod};
fn request(url: String) -> CanisterHttpRequestArgument {
    CanisterHttpRequestArgument { url, method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None }
                                                                                           //^^^^^^^^^^^^^^^^^^^^^^^^ warning: Set `max_response_bytes` to a little more
}
#[update]
async fn get() { let _ = http_request(request("https://example.com".to_string()), 2_000_000_000).await; }

//- good: limited
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get(limit: Option<u64>) {
    let a = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: Some(8_192), transform: None, is_replicated: None };
    let b = HttpRequestArgs { url: "https://example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: limit, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
    let _ = http_request(&b).await;
}

//- trap: a builder whose setter fills it
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
struct Builder { request: HttpRequestArgs }
impl Builder {
    fn new(url: String) -> Self {
        Self { request: HttpRequestArgs { url, method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None } }
    }
    fn max(mut self, bytes: u64) -> Self { self.request.max_response_bytes = Some(bytes); self }
}
#[update]
async fn get() { let _ = http_request(&Builder::new("https://example.com".into()).max(1_000).request).await; }

//- trap: mocks of tests
#[cfg(test)]
mod tests {
    fn mock() -> HttpRequestArgs { HttpRequestArgs { url: "".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None } }
}

//- a comment says that there shall be no limit
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        // The size cannot be foretold, so we set no limit.
        max_response_bytes: None,
      //^^^^^^^^^^^^^^^^^^^^^^^^ information: charged for a response of 2 MB
        transform: None,
        is_replicated: Some(false),
    };
    let _ = http_request(&request).await;
}

//- more than any outcall may ask for, and just as much as it may
use ic_cdk_management_canister::{http_request, transform_context_from_query, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(2_000_001),
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: this one is rejected every time
        transform: None,
        is_replicated: Some(false),
    };
    let _ = http_request(&request).await;
    let request = HttpRequestArgs {
        url: "https://example.com".into(),
        method: HttpMethod::GET,
        headers: vec![],
        body: None,
        max_response_bytes: Some(2_000_000u64),
        transform: None,
        is_replicated: Some(false),
    };
    let _ = http_request(&request).await;
}
