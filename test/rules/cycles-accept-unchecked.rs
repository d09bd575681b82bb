//- whatever there is
use ic_cdk::api::msg_cycles_accept;
#[update]
fn serve() -> u64 {
    msg_cycles_accept(1_000_000);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: may be nothing
    let _ = ic_cdk::api::msg_cycles_accept(5);
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: Compare the result
    7
}

//- the old name (ic-cdk 0.17)
#[update]
fn serve() -> u64 {
    ic_cdk::api::call::msg_cycles_accept128(1_000_000);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: served as well
    7
}

//- good
use ic_cdk::api::{msg_cycles_accept, msg_cycles_available};
#[update]
fn serve() -> u64 {
    if msg_cycles_accept(1_000_000) < 1_000_000 { ic_cdk::trap("pay") }
    7
}
#[update]
fn other() -> u64 {
    if msg_cycles_available() < 5 { ic_cdk::trap("pay") }
    msg_cycles_accept(5);
    7
}

//- trap: a gift
#[update]
fn wallet_receive() { ic_cdk::api::msg_cycles_accept(1_000); }

//- asked before an await, and taken behind it
fn serve() {}
#[update]
async fn buy() {
    if ic_cdk::api::msg_cycles_available() < 1_000 { ic_cdk::trap("pay"); }
    Call::bounded_wait(canister_self(), "prepare").await.unwrap();
    ic_cdk::api::msg_cycles_accept(1_000);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: may be nothing
    serve();
}
