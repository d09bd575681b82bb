//- nothing was written before: the caller sees a trap
#[update]
async fn get() -> u64 {
    Call::bounded_wait(oracle(), "get").await.unwrap().candid().unwrap()
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `unwrap` turns a failed call of `get` into a trap
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: a reply that cannot be decoded
}

//- something was written before: it stays
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::default(); }
#[update]
async fn order(id: u64) {
    ORDERS.with_borrow_mut(|o| o.push(id));
    Call::unbounded_wait(ledger(), "transfer").await.expect("transfer");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `ORDERS` keeps what was written before the `await`
}

//- state-mutated-before-await tells where it was written: once is enough
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw() {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    Call::unbounded_wait(ledger(), "transfer").await.expect("transfer");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `BALANCES` keeps what was written before the `await`
}

//- the old API, and a variable (ic-cdk 0.17)
#[update]
async fn get() -> u64 {
    let result: Result<(u64,), _> = ic_cdk::call(oracle(), "get", ()).await;
    let (value,) = result.unwrap();
                 //^^^^^^^^^^^^^^^ information: `unwrap` turns a failed call
    value
}

//- an unwrap in other words
#[update]
async fn get() -> u64 {
    let response = match Call::bounded_wait(oracle(), "get").await { Ok(it) => it, Err(_) => ic_cdk::trap("failed") };
                       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: into a trap
    let Ok(n) = response.candid::<u64>() else { ic_cdk::trap("no number") };
              //^^^^^^^^^^^^^^^^^^^^^^^^ hint: a reply that cannot be decoded
    let other = Call::bounded_wait(oracle(), "other").await.unwrap_or_else(|e| ic_cdk::trap(&e.to_string()));
              //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: into a trap
    n
}

//- a wrapper of another crate
#[update]
async fn balance() -> u64 {
    ic_ledger_types::account_balance(ledger(), &args()).await.unwrap().e8s()
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: a failed call of `account_balance`
}

//- good: the error is returned
#[update]
async fn get() -> Result<u64, String> {
    Call::bounded_wait(oracle(), "get").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())
}

//- trap: matched, asked and replaced
#[update]
async fn get() -> u64 {
    // Call::bounded_wait(oracle(), "get").await.unwrap()
    let first = match Call::bounded_wait(oracle(), "get").await { Ok(r) => r.candid().unwrap_or(0), Err(_) => 0 };
    let ok = Call::bounded_wait(oracle(), "ping").await.is_ok();
    let second: u64 = Call::bounded_wait(oracle(), "get").await.ok().map_or(0, |r| r.candid().unwrap_or_default());
    if matches!(Call::bounded_wait(oracle(), "ping").await, Ok(_)) { first + second } else { u64::from(ok) }
}

//- trap: the value inside of the reply is unwrapped, not the result
#[update]
async fn get() -> Result<u64, String> {
    let response = Call::bounded_wait(oracle(), "get").await.map_err(|e| e.to_string())?;
    let (value,): (Option<u64>,) = response.candid_tuple().map_err(|e| e.to_string())?;
    Ok(value.unwrap())
}

//- trap: tests
#[cfg(test)]
mod tests { async fn get() { Call::bounded_wait(o(), "get").await.unwrap(); } }
#[cfg(not(target_arch = "wasm32"))]
async fn on_the_host() { Call::bounded_wait(o(), "get").await.unwrap(); }

//- trap: a function of this crate that never calls
async fn local() -> Result<u64, String> { Ok(1) }
#[update]
async fn get() -> u64 { local().await.unwrap() }

//- not checked: results that are collected first
#[update]
async fn all(list: Vec<Principal>) {
    let results = futures::future::join_all(list.iter().map(|c| Call::bounded_wait(*c, "get").into_future())).await;
    for result in results { result.unwrap(); }
}

//- what an earlier call has done is kept, and stays true
thread_local! { static FROZEN: RefCell<BTreeMap<Principal, bool>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn freeze(group: Principal, users: Principal) {
    match Call::bounded_wait(group, "freeze").await {
        Ok(_) => {
            FROZEN.with_borrow_mut(|f| f.insert(group, true));
            Call::bounded_wait(users, "suspend").await.unwrap();
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the caller sees a trap
        }
        Err(error) => ic_cdk::println!("{error}"),
    }
}

//- a trap that gives the reason, and randomness that never fails but in need, are hints
#[update]
async fn price(id: Principal) -> u64 {
    Call::bounded_wait(id, "price").await.unwrap_or_else(|e| ic_cdk::trap(format!("no price: {e}"))).candid().unwrap_or(0)
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: turns a failed call of `price` into a trap
}
#[update]
async fn seed() -> Vec<u8> {
    ic_cdk_management_canister::raw_rand().await.unwrap()
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: turns a failed call of `raw_rand` into a trap
}

//- trap: asked above, and the way that failed has left
#[update]
async fn block(rpc: Principal) -> Result<u64, String> {
    let block = Call::bounded_wait(rpc, "get_block").await;
    if block.is_err() {
        ic_cdk::println!("no block");
        return Err("retry".into());
    }
    Ok(block.unwrap().candid().unwrap_or(0))
}

//- in a task there is no caller
#[update]
fn start(id: Principal) {
    ic_cdk::futures::spawn(async move {
        Call::bounded_wait(id, "work").await.unwrap();
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the task ends there, and nothing handles the error
    });
}

//- trap: the error is taken out where there is one
thread_local! { static LEFT: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
async fn remove_from(id: u64) -> Result<(), String> {
    Call::bounded_wait(oracle(), "remove").with_arg(id).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn remove(id: u64) -> String {
    LEFT.with_borrow_mut(|l| l.remove(&id));
    let result = remove_from(id).await;
    if result.is_err() {
        return result.err().unwrap();
    }
    String::new()
}

//- asked in another way, or of something else
async fn remove_from(id: u64) -> Result<(), String> {
    Call::bounded_wait(oracle(), "remove").with_arg(id).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn remove(id: u64, other: Result<(), String>) {
    let result = remove_from(id).await;
    if result.is_err() || id == 0 {
        ic_cdk::println!("{}", result.err().unwrap());
                             //^^^^^^^^^^^^^^^^^^^^^ information: turns a failed
        return;
    }
    let again = remove_from(id).await;
    if other.is_err() {
        again.unwrap();
      //^^^^^^^^^^^^^^ hint: turns a failed
    }
}
