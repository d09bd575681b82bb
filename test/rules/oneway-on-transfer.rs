//- a transfer
#[update]
fn pay(amount: u64) {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).oneway().unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Whether `icrc1_transfer` was executed cannot be known
}

//- the old API (ic-cdk 0.17)
#[update]
fn pay(amount: u64) {
    ic_cdk::notify(ledger(), "mint", (amount,)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Await it, and handle its result
}

//- good
#[update]
async fn pay(amount: u64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: other methods
#[update]
fn tell() {
    Call::unbounded_wait(ledger(), "notify_me").oneway().unwrap();
    Call::unbounded_wait(ledger(), "get_transfer").oneway().unwrap();
}
