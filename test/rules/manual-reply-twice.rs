//- bad
#[query(manual_reply = true)]
fn get(key: u64) -> PhantomData<u64> {
    if data_certificate().is_none() { ic_cdk::api::msg_reject("no certificate"); }
    match find(key) {
        Ok(value) => ic_cdk::api::msg_reply(value),
                   //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: A reply may have been sent already
        Err(error) => ic_cdk::api::msg_reject(error),
    }
    PhantomData
}

//- good
#[query(manual_reply = true)]
fn get(key: u64) -> PhantomData<u64> {
    if data_certificate().is_none() {
        ic_cdk::api::msg_reject("no certificate");
        return PhantomData;
    }
    match find(key) {
        Ok(value) => ic_cdk::api::msg_reply(value),
        Err(error) => ic_cdk::api::msg_reject(error),
    }
    PhantomData
}
#[query(manual_reply = true)]
fn other(key: u64) -> PhantomData<u64> {
    if key == 0 { ic_cdk::api::msg_reject("zero") } else { ic_cdk::api::msg_reply([1]) }
    PhantomData
}

//- trap: nothing follows the reject
#[unsafe(export_name = "canister_update f")]
fn f() {
    let Some(value) = find(1) else { return ic_cdk::api::msg_reject("none"); };
    let text = match parse(value) { Ok(text) => text, Err(e) => { ic_cdk::api::msg_reject(e); return; } };
    ic_cdk::api::msg_reply(text);
}

//- trap: replies of two methods
fn yes() { ic_cdk::api::msg_reply([1]) }
#[unsafe(export_name = "canister_update a")]
fn a() { yes() }
#[unsafe(export_name = "canister_update b")]
fn b() { ic_cdk::api::msg_reply([2]) }
