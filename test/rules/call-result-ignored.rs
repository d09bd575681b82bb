//- `let _ =`
#[update]
async fn pay() {
    let _ = Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(1u64).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of the call of `icrc1_transfer` is dropped (`let _ =`)
}

//- `_ =`, `.ok()`, `drop`, and a variable that nobody reads (ic-cdk 0.17)
#[update]
async fn pay() {
    _ = ic_cdk::call::<_, ()>(ledger(), "a", ()).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the call of `a` is dropped (`_ =`)
    ic_cdk::call::<_, ()>(ledger(), "b", ()).await.ok();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: (`.ok()`)
    drop(ic_cdk::call::<_, ()>(ledger(), "c", ()).await);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: (`drop`)
    let _result: Result<(), _> = ic_cdk::call(ledger(), "d", ()).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: (`let _result =`)
}

//- a transfer whose failure becomes zero
#[update]
async fn pay() -> u64 {
    let block = ic_ledger_types::transfer(ledger(), &args()).await.unwrap_or_default();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `transfer`
    block
}

//- a function of this crate that can fail
async fn settle() -> Result<(), String> {
    Call::bounded_wait(oracle(), "get").await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn tick() {
    let _ = settle().await;
  //^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of `settle` is dropped
}

//- good: logged
#[update]
async fn pay() {
    if let Err(e) = Call::unbounded_wait(ledger(), "icrc1_transfer").await { ic_cdk::println!("{e}"); }
    let result = Call::unbounded_wait(ledger(), "icrc1_transfer").await;
    ic_cdk::println!("{result:?} {}", result.is_ok());
}

//- trap: the value is dropped, not the result
#[update]
async fn pay() -> Result<(), ic_cdk::call::CallFailed> {
    let _ = Call::unbounded_wait(ledger(), "icrc1_transfer").await?;
    let _ = Call::unbounded_wait(ledger(), "icrc1_transfer").await.expect("transfer");
    Ok(())
}

//- trap: the error was looked at before
#[update]
async fn pay() {
    Call::unbounded_wait(ledger(), "icrc1_transfer").await.map_err(|e| ic_cdk::println!("{e}")).ok();
}

//- trap: a probe of oneself, a timer, a function that cannot fail
async fn work() { Call::bounded_wait(oracle(), "get").await.is_ok(); }
#[update]
async fn probe() {
    let _ = Call::bounded_wait(canister_self(), "bogus").await;
    let _ = ic_cdk_timers::set_timer(std::time::Duration::ZERO, async { work().await });
    let _ = work().await;
}

//- a best-effort notification needs a reason
#[update]
async fn tell() {
    // canister-workbench: allow(call-result-ignored) because the listener asks again by itself
    let _ = Call::bounded_wait(listener(), "changed").await;
}

//- not checked: results of many calls
#[update]
async fn all(list: Vec<Principal>) {
    let _ = futures::future::join_all(list.iter().map(|c| Call::bounded_wait(*c, "get").into_future())).await;
}

//- a notification that nobody waits for (ic-cdk 0.19)
#[update]
async fn tell_webhook(url: String) {
    let _ = ic_cdk::management_canister::http_request(&request(url)).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the call of `http_request` is dropped
}

//- trap: calls that only ask or clean up, functions that log by themselves, and a comment that says so (ic-cdk 0.19)
async fn refresh() -> Result<(), String> {
    let result = Call::bounded_wait(oracle(), "set").await.map(|_| ()).map_err(|e| e.to_string());
    if let Err(e) = &result { ic_cdk::println!("{e}"); }
    result
}
#[update]
async fn tick(id: Principal) {
    let _ = Call::bounded_wait(oracle(), "get_rate").await;
    let _ = ic_cdk::management_canister::clear_chunk_store(&code(id)).await;
    let _ = refresh().await;
    // The listener asks again by itself, so ignore any errors here.
    let _ = Call::bounded_wait(oracle(), "install").await;
}

//- trap: a method that only hands on to a function that logs what fails
struct Manager { ledger: Principal }
impl Manager {
    async fn distribute(&self) -> Result<(), String> { distribute(self.ledger).await }
    async fn pay_out(&self) -> Result<(), String> { pay_out(self.ledger).await }
}
async fn pay_out(ledger: Principal) -> Result<(), String> {
    Call::bounded_wait(ledger, "icrc1_transfer").await.map(|_| ()).map_err(|e| e.to_string())
}
async fn distribute(ledger: Principal) -> Result<(), String> {
    Call::bounded_wait(ledger, "icrc1_transfer").await.map(|_| ()).map_err(|e| {
        ic_cdk::println!("failed: {e}");
        e.to_string()
    })
}
#[update]
async fn run(ledger: Principal) {
    let manager = Manager { ledger };
    let _ = manager.distribute().await;
    let _ = manager.pay_out().await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of `pay_out` is dropped
}

//- trap: a call whose `await` only commits what was written before (ic-cdk 0.17)
async fn commit_changes() { let _ = ic_cdk::call::<(), ()>(canister(), "commit", ()).await; }
#[update]
async fn commit(id: u64) { let _ = ic_cdk::call::<_, ()>(canister(), "commit_batch", (id,)).await; }
                         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the call of `commit_batch` is dropped

//- calls by another library: the method is the text
#[update]
async fn go(id: Principal) {
    let _ = ic_kit::ic::call::<_, (), _>(id, "upgrade_progress", ()).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the call of `upgrade_progress` is dropped
    let _ = ic_kit::ic::call::<_, (), _>(id, "pay", ()).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the call of `pay` is dropped
}

//- where another call has failed
#[update]
async fn install(id: Principal) {
    if let Err(error) = Call::bounded_wait(id, "install").await {
        let _ = Call::bounded_wait(id, "restart").await;
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the call of `restart` is dropped
        ic_cdk::println!("{error}");
    }
}

//- what is refreshed now and then is so again
async fn refresh_stake(governance: Principal) -> Result<(), String> {
    Call::bounded_wait(governance, "manage_neuron").await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn go(governance: Principal, feed: Principal) {
    let _ = refresh_stake(governance).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The result of `refresh_stake` is dropped
    let _ = Call::bounded_wait(feed, "reset_feed_cache").await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: the call of `reset_feed_cache` is dropped
}

//- what is only tried; the method is told to a function of the crate
async fn call(id: Principal, method: &str, n: u64) -> Result<u64, String> {
    Call::bounded_wait(id, method).with_arg(n).await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())
}
#[update]
async fn reward(minter: Principal) {
    let _: Result<u64, String> = call(minter, "try_prepare", 1).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The result of the call of `try_prepare` is dropped
    let _: Result<u64, String> = call(minter, "prepare", 1).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of the call of `prepare` is dropped
    let _: Result<u64, String> = call(minter, "get_balance", 1).await;
}

//- what another canister is told for its log is information
async fn log_operation(id: Principal, what: &str) -> Result<(), String> {
    Call::bounded_wait(id, "append").with_arg(what).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn increment(id: Principal) {
    let _ = log_operation(id, "increment").await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: The result of `log_operation` is dropped
}

//- an alias of `Result`
type WalletResult<T> = Result<T, String>;
async fn pay(amount: u64) -> WalletResult<()> {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn buy(amount: u64) {
    let _ = pay(amount).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of `pay` is dropped
}

//- trap: a type of its own that has such a name
struct SyncResult { synced: u64 }
async fn sync() -> SyncResult {
    let synced = Call::unbounded_wait(ledger(), "sync").await.map_or(0, |_| 1);
    SyncResult { synced }
}
#[update]
async fn sync_now() { let _ = sync().await; }

//- the last thing that a task of its own does; trap of it: money, and what follows (ic-cdk 0.17)
fn factory() -> Principal { Principal::anonymous() }
thread_local! { static SENT: Cell<u64> = Cell::new(0); }
#[update]
fn sold(id: u64) {
    ic_cdk::spawn(async move {
        let _ = ic_cdk::call::<_, ()>(factory(), "on_sold", (id,)).await;
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: when the call fails, nobody learns of it
    });
    ic_cdk::spawn(async move {
        let _ = ic_cdk::call::<_, ()>(ledger(), "transfer", (id,)).await;
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the execution goes on as if it had succeeded
    });
    ic_cdk::spawn(async move {
        let _ = ic_cdk::call::<_, ()>(factory(), "on_sold", (id,)).await;
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the execution goes on as if it had succeeded
        SENT.set(id);
    });
}

//- trap: a job that keeps its own outcome
fn other() -> Principal { Principal::anonymous() }
thread_local! { static JOBS: RefCell<BTreeMap<u64, bool>> = RefCell::default(); }
async fn run(id: u64) -> Result<(), String> {
    match Call::bounded_wait(other(), "run").with_arg(id).await {
        Ok(_) => { JOBS.with_borrow_mut(|j| j.insert(id, true)); Ok(()) }
        Err(e) => { JOBS.with_borrow_mut(|j| j.insert(id, false)); Err(e.to_string()) }
    }
}
#[update]
async fn run_all(ids: Vec<u64>) {
    for id in ids { let _ = run(id).await; }
}

//- trap: a comment some lines above says so, an event that is handed on, and what keeps its own outcome however it ends
thread_local! { static JOBS: RefCell<BTreeMap<u64, Option<String>>> = RefCell::default(); }
#[update]
async fn draw(hub: Principal, id: u64) {
    // Tell the hub (fire-and-forget)
    let amount = id * 2;
    if amount > 0 {
        ic_cdk::futures::spawn(async move {
            let _ = Call::bounded_wait(hub, "add").with_arg(amount).await;
        });
    }

    let _ = run(hub, id).await;
}
async fn run(hub: Principal, id: u64) -> Result<(), String> {
    run_inner(hub, id).await
}
async fn run_inner(hub: Principal, id: u64) -> Result<(), String> {
    let result = Call::bounded_wait(hub, "settle").with_arg(id).await.map_err(|e| e.to_string());
    let outcome = result.as_ref().err().cloned();
    JOBS.with_borrow_mut(|it| it.insert(id, outcome));
    result.map(|_| ())
}

//- an event of which nobody learns that it got lost
#[update]
async fn burn(hub: Principal, amount: u64) {
    ic_cdk::futures::spawn(async move {
        let _ = Call::bounded_wait(hub, "on_burn").with_arg(amount).await;
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: nobody learns of it
    });
}

//- trap: a function that gives `Ok` on every way, and has dropped by itself what it was told (ic-cdk 0.17)
#[update]
async fn close(hub: Principal, id: u64) { let _ = hand_over(hub, id).await; }
async fn hand_over(hub: Principal, id: u64) -> Result<(), String> {
    let _ = ic_cdk::call::<_, ()>(hub, "hand_over", (id,)).await;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of the call of `hand_over` is dropped
    Ok(())
}

//- trap: what is said of the function as a whole
// [fire and forget]
// Tells the group how many members it has.
async fn tell(group: Principal) {
    let count = 3u64;
    let _ = Call::bounded_wait(group, "update_member_count").with_arg(count).await;
}
#[update]
async fn join(group: Principal) { tell(group).await }

//- a variable that nobody reads; trap: one that a text or a macro names
#[update]
async fn withdraw(amount: u64) -> Result<u64, String> {
    let receipt = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|_| "failed".to_string());
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The result of the call of `transfer` is dropped (`let receipt =`)
    Ok(amount)
}
#[update]
async fn withdraw_well(amount: u64) -> u64 {
    let receipt = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map(|_| ()).map_err(|e| e.to_string());
    ic_cdk::println!("{receipt:?}");
    let other = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await;
    if matches!(other, Err(_)) { 0 } else { amount }
}
