//- as it came
use ic_cdk_management_canister::{HttpRequestResult, TransformArgs};
#[query]
fn keep(args: TransformArgs) -> HttpRequestResult { args.response }
 //^^^^ information: some of them differ

//- the old response (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::{HttpResponse, TransformArgs};
#[query]
fn keep(mut raw: TransformArgs) -> HttpResponse {
 //^^^^ information: Clear them
    raw.response.body.truncate(100);
    raw.response
}

//- good
use ic_cdk_management_canister::{HttpRequestResult, TransformArgs};
#[query]
fn strip(args: TransformArgs) -> HttpRequestResult { HttpRequestResult { headers: vec![], ..args.response } }
#[query]
fn clear(mut args: TransformArgs) -> HttpRequestResult { args.response.headers.clear(); args.response }

//- an answer with an error is returned as it is
use ic_cdk_management_canister::{HttpRequestResult, TransformArgs};
#[query]
fn clean(args: TransformArgs) -> HttpRequestResult {
 //^^^^^ information: The headers of the response stay
    if args.response.status != 200u64 { return args.response; }
    HttpRequestResult { headers: vec![], ..args.response }
}
