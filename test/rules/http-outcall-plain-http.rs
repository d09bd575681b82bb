//- not encrypted, or not to be reached
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let a = HttpRequestArgs { url: "http://api.example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
                                 //^^^^^^^^^^^^^^^^^^^^^^^^ error: do not begin with `https://`
    let url = "http://localhost:3000".to_string();
            //^^^^^^^^^^^^^^^^^^^^^^^ error: No node can reach
    let b = HttpRequestArgs { url, method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
    let _ = http_request(&b).await;
}

//- good
use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};
#[update]
async fn get() {
    let a = HttpRequestArgs { url: "https://api.example.com".into(), method: HttpMethod::GET, headers: vec![], body: None, max_response_bytes: None, transform: None, is_replicated: None };
    let _ = http_request(&a).await;
}

//- trap: a text that is no address of an outcall
#[query]
fn namespace() -> String { "http://www.w3.org/2000/svg".to_string() }
