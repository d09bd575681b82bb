//- set in a query, unwrapped in an update
use ic_cdk::api::{certified_data_set, data_certificate};
fn certify() {
    certified_data_set(&[1]);
  //^^^^^^^^^^^^^^^^^^ error: `get` is a query
}
#[query]
fn get() { certify(); }
#[update]
fn put() -> Vec<u8> {
    data_certificate().unwrap()
  //^^^^^^^^^^^^^^^^ error: `put` is an update
}

//- the old name (ic-cdk 0.17)
#[query]
fn get() {
    ic_cdk::api::set_certified_data(&[1]);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: traps
}

//- good
use ic_cdk::api::{certified_data_set, data_certificate};
#[update]
fn put() { certified_data_set(&[1]); }
#[query]
fn get() -> Option<Vec<u8>> { data_certificate() }
#[query]
fn witness() -> Vec<u8> { data_certificate().unwrap() }

//- in a composite query, through a helper; expected in an update's helper
use ic_cdk::api::{certified_data_set, data_certificate};
fn certify() {
    certified_data_set(&[1]);
  //^^^^^^^^^^^^^^^^^^ error: `all` is a query
}
#[query(composite = true)]
async fn all() { certify(); }
fn proof() -> Vec<u8> {
    data_certificate().expect("in a query")
  //^^^^^^^^^^^^^^^^ error: `put` is an update
}
#[update]
fn put() -> Vec<u8> { proof() }

//- trap: the certificate is only looked at, a function of the crate has the name, and what is only handed on or left to a timer
use ic_cdk::api::certified_data_set;
mod own { pub fn data_certificate() -> Option<Vec<u8>> { None } }
fn apply(f: fn(&[u8])) { let _ = f; }
#[update]
fn put() -> Vec<u8> { ic_cdk::api::data_certificate().unwrap_or_default() }
#[update]
fn other() -> Vec<u8> { own::data_certificate().unwrap() }
#[query]
fn get() -> Vec<u8> { ic_cdk::api::data_certificate().unwrap() }
#[update]
fn later() { ic_cdk_timers::set_timer(std::time::Duration::ZERO, async { certified_data_set(&[1]); }); }
#[query]
fn never() { apply(|_| ()); }
