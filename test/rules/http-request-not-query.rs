//- an update
#[update]
fn http_request(request: HttpRequest) -> HttpResponse { answer(request) }
 //^^^^^^^^^^^^ error: no browser reaches it

//- good
#[query]
fn http_request(request: HttpRequest) -> HttpResponse { answer(request) }
#[update]
fn http_request_update(request: HttpRequest) -> HttpResponse { answer(request) }

//- trap: a method for canisters
use ic_cdk_management_canister::{HttpRequestArgs, HttpRequestResult};
#[update]
async fn http_request(request: HttpRequestArgs, cycles: u128) -> Result<HttpRequestResult, String> { Err(String::new()) }
