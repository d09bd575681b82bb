//- until it succeeds
#[update]
async fn pay_out(amount: u64) {
    loop {
        if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.is_ok() { break; }
         //^^^^^^^^^^^^^^^^^^^^ warning: `icrc1_transfer` is tried again
    }
}

//- three times, through a function (ic-cdk 0.17)
async fn send_tokens(amount: u64) -> Result<(), String> {
    ic_cdk::call(ledger(), "icrc1_transfer", (amount,)).await.map_err(|(_, m)| m)
}
#[update]
async fn pay_out(amount: u64) {
    for _attempt in 0..3 {
        match send_tokens(amount).await {
            //^^^^^^^^^^^ warning: Give every try the same `created_at_time`
            Ok(_) => return,
            Err(_) => continue,
        }
    }
}

//- good
#[derive(CandidType, Clone)] struct TransferArg { amount: u64, created_at_time: Option<u64> }
#[update]
async fn pay_out(amount: u64) {
    let arg = TransferArg { amount, created_at_time: Some(ic_cdk::api::time()) };
    while Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(arg.clone()).await.is_err() {}
}

//- trap: nothing was sent, a read, another payment in each pass
#[update]
async fn pay_out(amount: u64) {
    loop {
        match Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await {
            Err(e) if e.is_immediately_retryable() => continue,
            _ => break,
        }
    }
}
#[update]
async fn read() { loop { if Call::unbounded_wait(ledger(), "fee").await.is_ok() { break; } } }
#[update]
async fn pay_all(all: Vec<u64>) {
    for it in all {
        if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(it).await.is_err() { log(it); }
    }
}
