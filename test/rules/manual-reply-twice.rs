//- bad
fn find(_: u64) -> Result<Vec<u8>, String> { Err("none".into()) }
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
fn find(_: u64) -> Result<Vec<u8>, String> { Err("none".into()) }
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
fn find(_: u64) -> Option<u64> { None }
fn parse(_: u64) -> Result<Vec<u8>, String> { Ok(vec![]) }
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

//- trap: an answer as the last thing of a closure, and one to its error (ic-cdk 0.17)
thread_local! { static NFTS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update(manual_reply = true)]
fn metadata(id: u64) {
    let done: Result<(), String> = NFTS.with(|nfts| {
        let nfts = nfts.borrow();
        let found = nfts.get(id as usize).ok_or("none")?;
        ic_cdk::api::call::reply((found,));
        Ok(())
    });
    if let Err(error) = done {
        ic_cdk::api::call::reply((error,));
    }
}
