//- a cast
use ic_cdk::api::canister_cycle_balance;
#[query]
fn cycles() -> u64 {
    canister_cycle_balance() as u64
  //^^^^^^^^^^^^^^^^^^^^^^^^ information: is cut off here
}

//- the old functions (ic-cdk 0.17)
#[query]
fn cycles() -> u64 {
    ic_cdk::api::canister_balance()
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Use `canister_balance128`
}

//- good
use ic_cdk::api::canister_cycle_balance;
#[query]
fn cycles() -> u128 { canister_cycle_balance() }

//- trap: a function of the crate's own that has the name, and a text of all of it
mod own { pub fn canister_balance() -> u64 { 1 } }
#[query]
fn cycles() -> u64 { own::canister_balance() }
#[query]
fn all() -> String { ic_cdk::api::canister_cycle_balance().to_string() }
