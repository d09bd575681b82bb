//- a channel
use futures::channel::oneshot::Receiver;
fn wait_for_price(rx: Receiver<u64>) {
    ic_cdk::futures::spawn(async move {
  //^^^^^^^^^^^^^^^^^^^^^^ warning: panics when its own method has ended before
        let price = rx.await;
        store(price);
    });
}

//- a lock
#[update]
fn wait() {
    ic_cdk::futures::spawn(async { store(QUEUE.lock().await); });
  //^^^^^^^^^^^^^^^^^^^^^^ warning: Use `spawn_migratory`
}

//- good
use futures::channel::oneshot::Receiver;
fn wait_for_price(rx: Receiver<u64>, other: Receiver<u64>) {
    ic_cdk::futures::spawn_migratory(async move { if let Ok(price) = rx.await { store(price); } });
    ic_cdk::futures::spawn_weak(async move { log(other.await.ok()) });
}

//- trap: calls, and functions that call
async fn fetch() { Call::bounded_wait(oracle(), "price").await.ok(); }
use futures::future::LocalBoxFuture;
fn start(fut: LocalBoxFuture<'static, ()>) {
    ic_cdk::futures::spawn(async { Call::bounded_wait(oracle(), "price").await.ok(); });
    ic_cdk::futures::spawn(fetch());
    ic_cdk::futures::spawn(async move { fut.await });
}

//- trap: an earlier version (ic-cdk 0.18)
use futures::channel::oneshot::Receiver;
fn wait_for_price(rx: Receiver<u64>) { ic_cdk::futures::spawn(async move { store(rx.await); }); }
