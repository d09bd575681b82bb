//- an update, a private function, and nothing at all
use ic_cdk_management_canister::{transform_context_from_query, HttpRequestResult, TransformArgs, TransformContext, TransformFunc};
#[update]
fn strip(args: TransformArgs) -> HttpRequestResult { args.response }
fn hidden(args: TransformArgs) -> HttpRequestResult { args.response }
#[update]
fn contexts() {
    let a = transform_context_from_query("strip".to_string(), vec![]);
                                       //^^^^^^^ error: but it is an update
    let b = TransformContext { function: TransformFunc::new(canister_self(), "hidden".to_string()), context: vec![] };
                                                                           //^^^^^^^^ error: but it is not exported
    let c = TransformContext::from_name("gone".to_string(), vec![]);
                                      //^^^^^^ error: the canister has no method of this name
}

//- the function by hand (ic-cdk 0.17)
use ic_cdk::api::management_canister::http_request::{HttpResponse, TransformArgs, TransformContext, TransformFunc};
fn strip(args: TransformArgs) -> HttpResponse { args.response }
#[update]
fn context() {
    let a = TransformContext {
        function: TransformFunc(candid::Func { principal: ic_cdk::id(), method: "strip".to_string() }),
                                                                              //^^^^^^^ error: Declare the function with `#[query]`
        context: vec![],
    };
}

//- good
use ic_cdk_management_canister::{transform_context_from_query, HttpRequestResult, TransformArgs};
#[query(hidden = true)]
fn strip(args: TransformArgs) -> HttpRequestResult { HttpRequestResult { headers: vec![], ..args.response } }
#[query(name = "cut")]
fn strip_more(args: TransformArgs) -> HttpRequestResult { HttpRequestResult { headers: vec![], ..args.response } }
#[update]
fn context() {
    let a = transform_context_from_query("strip".to_string(), vec![]);
    let b = transform_context_from_query("cut".to_string(), vec![]);
}

//- trap: the name is not written here, or comes from a macro
use ic_cdk_management_canister::transform_context_from_query;
macro_rules! export_transforms { () => {}; }
export_transforms!();
#[update]
fn context(name: String) {
    let a = transform_context_from_query(name, vec![]);
    let b = transform_context_from_query("made_by_macro".to_string(), vec![]);
}
