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
