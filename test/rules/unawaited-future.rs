//- an async function
async fn add_record(to: Principal) { Call::bounded_wait(to, "add").await.ok(); }
#[update]
async fn mint(to: Principal) {
    let _ = add_record(to);
          //^^^^^^^^^^^^^^ error: `add_record` never runs
}

//- in a function that cannot await
async fn add_record(to: Principal) { Call::bounded_wait(to, "add").await.ok(); }
#[update]
fn mint(to: Principal) {
    add_record(to);
  //^^^^^^^^^^^^^^ error: Await it, or hand it to `spawn`.
}

//- a call that is never sent (ic-cdk 0.19)
#[update]
async fn ping() {
    let _ = Call::bounded_wait(oracle(), "ping").with_arg(3);
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: This call is never sent
    ic_cdk::management_canister::raw_rand();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: This call is never sent
}

//- good
async fn add_record(to: Principal) { Call::bounded_wait(to, "add").await.ok(); }
#[update]
async fn mint(to: Principal) {
    let _ = add_record(to).await;
    Call::bounded_wait(oracle(), "ping").oneway().ok();
}

//- trap: stored, joined, spawned
async fn add_record(to: Principal) { Call::bounded_wait(to, "add").await.ok(); }
#[update]
async fn mint(to: Principal) {
    let later = add_record(to);
    let mut all = vec![];
    all.push(add_record(to));
    futures::future::join_all(all).await;
    later.await;
    ic_cdk::futures::spawn(add_record(to));
    let _ = Box::pin(add_record(to));
}

//- trap: what is sent at once (ic-cdk 0.17)
#[update]
fn ping() {
    let _ = ic_cdk::notify(oracle(), "ping", ());
}

//- trap: a variable or parameter of the same name
async fn save() {}
async fn work() {}
#[update]
fn start(work: fn()) {
    let save = || log("saved");
    save();
    work();
}

//- trap: a method that may be another one
trait Store { fn save(&self); }
struct A; struct B;
impl Store for A { fn save(&self) {} }
impl B { async fn save(&self) {} }
#[update]
fn work(store: &dyn Store) {
    store.save();
}

//- a variable that nothing names again
async fn add_record(to: Principal) -> bool { Call::bounded_wait(to, "add").await.is_ok() }
#[update]
fn mint(to: Principal) {
    let added = add_record(to);
              //^^^^^^^^^^^^^^ error: `add_record` never runs
    let _sent = Call::bounded_wait(to, "top_up");
              //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: This call is never sent
}

//- trap: a variable that is awaited or handed on later
async fn add_record(to: Principal) -> bool { Call::bounded_wait(to, "add").await.is_ok() }
#[update]
async fn mint(to: Principal) {
    let first = add_record(to);
    let second = add_record(to);
    first.await;
    ic_cdk::futures::spawn(async move { second.await; });
}
