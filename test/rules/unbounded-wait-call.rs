//- a read that waits for ever
#[update]
async fn get() {
    Call::unbounded_wait(oracle(), "get").await.ok();
  //^^^^^^^^^^^^^^^^^^^^ hint: without a bound
}

//- the old API, once per crate (ic-cdk 0.17)
#[update]
async fn get() {
    let _a: Result<(), _> = ic_cdk::call(oracle(), "get", ()).await;
                          //^^^^^^^^^^^^ hint: Said once per crate
    let _b: Result<(), _> = ic_cdk::api::call::call_with_payment(oracle(), "get", (), 1).await;
}

//- good: bounded
#[update]
async fn get() { Call::bounded_wait(oracle(), "get").await.ok(); }

//- trap: transfers have to know their outcome
#[update]
async fn pay() { Call::unbounded_wait(ledger(), "icrc1_transfer").await.ok(); }

//- trap: oneself, the management canister, one-way messages
#[update]
async fn all() {
    Call::unbounded_wait(canister_self(), "get").await.ok();
    Call::unbounded_wait(Principal::management_canister(), "raw_rand").await.ok();
    Call::unbounded_wait(oracle(), "get").oneway().ok();
    ic_cdk_management_canister::raw_rand().await.ok();
}

//- trap: an own function of the same name
mod own { pub fn unbounded_wait(_: u64) {} }
#[update]
fn get() { own::unbounded_wait(3); }
