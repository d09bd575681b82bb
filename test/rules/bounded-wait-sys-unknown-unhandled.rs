//- a refund
#[update]
async fn withdraw(amount: u64) {
    if Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.is_err() {
     //^^^^^^^^^^^^^^^^^^ warning: its outcome is unknown (SYS_UNKNOWN)
        refund(amount);
    }
}

//- state that is taken back
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn withdraw(amount: u64) {
    match Call::bounded_wait(ledger(), "withdraw").with_arg(amount).await {
        //^^^^^^^^^^^^^^^^^^ warning: before anything is taken back
        Ok(_) => log("done"),
        Err(_) => BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() += amount),
    }
}

//- good
#[update]
async fn withdraw(amount: u64) {
    match Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await {
        Ok(_) => {}
        Err(e) if !e.is_clean_reject() => remember_unknown(amount),
        Err(_) => refund(amount),
    }
}

//- trap: told for certain, recognised, or only returned
#[derive(CandidType, Clone)] struct TransferArg { amount: u64, created_at_time: Option<u64> }
#[update]
async fn withdraw(amount: u64) {
    if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.is_err() { refund(amount); }
    if Call::bounded_wait(ledger(), "get_price").await.is_err() { refund(amount); }
}
#[update]
async fn pay(amount: u64) {
    let arg = TransferArg { amount, created_at_time: Some(3) };
    if Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(arg).await.is_err() { retry(amount); }
}
#[update]
async fn send(amount: u64) -> Result<(), String> {
    Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}
