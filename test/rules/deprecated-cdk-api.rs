//- removed (does not compile)
#[update]
fn who() -> Principal { ic_cdk::caller() }
                      //^^^^^^^^^^^^^^ error: `ic_cdk::caller` is gone since ic-cdk 0.20: this does not compile. Instead, use `ic_cdk::api::msg_caller`

//- deprecated (ic-cdk 0.18.5)
use ic_cdk::api;
#[update]
async fn who() -> Principal {
    let _: Result<(), _> = ic_cdk::call(api::id(), "get", ()).await;
                         //^^^^^^^^^^^^ warning: is deprecated since ic-cdk 0.18, and gone with 0.20. Instead, use `Call::unbounded_wait
                                      //^^^^^^^ warning: use `ic_cdk::api::canister_self`
    ic_cdk::spawn(async {});
  //^^^^^^^^^^^^^ warning: use `ic_cdk::futures::spawn`
    Principal::anonymous()
}

//- names that a `use` brings, and their calls (ic-cdk 0.19.0)
use ic_cdk::caller;
  //^^^^^^^^^^^^^^ warning: use `ic_cdk::api::msg_caller`
use ic_cdk::api::call::{msg_cycles_available128, RejectionCode};
                      //^^^^^^^^^^^^^^^^^^^^^^^ warning: use `ic_cdk::api::msg_cycles_available`
                                               //^^^^^^^^^^^^^ warning: use `ic_cdk::call::RejectCode`
#[update]
fn who() -> Principal { msg_cycles_available128(); caller() }
                      //^^^^^^^^^^^^^^^^^^^^^^^ warning: `ic_cdk::api::call::msg_cycles_available128`
                                                 //^^^^^^ warning: `ic_cdk::caller`

//- the management canister
use ic_cdk::api::management_canister::main::raw_rand;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: use the crate `ic-cdk-management-canister`

//- good: the new names
#[update]
fn who() -> Principal { ic_cdk::println!("{}", canister_self()); ic_cdk::api::msg_caller() }

//- trap: an older ic-cdk (ic-cdk 0.17.1)
#[update]
fn who() -> Principal { ic_cdk::caller() }

//- trap: allowed, as long as it compiles (ic-cdk 0.18.5)
#[update]
#[allow(deprecated)]
fn who() -> Principal { ic_cdk::caller() }

//- trap: allowed for a statement, an impl and a module, as long as it compiles (ic-cdk 0.18.5)
#[update]
fn who() -> Principal {
    // Until the next release.
    #[allow(deprecated)]
    let who = ic_cdk::caller();
    who
}
struct Who;
#[allow(deprecated)]
impl Who {
    fn is(&self) -> Principal { ic_cdk::caller() }
}
#[expect(deprecated, reason = "old")]
mod old {
    use ic_cdk::caller;
    pub fn who() -> candid::Principal { caller() }
}

//- allowed for another statement (ic-cdk 0.18.5)
#[update]
fn who() -> Principal {
    #[allow(deprecated)]
    let who = ic_cdk::caller();
    if who == Principal::anonymous() { ic_cdk::caller() } else { who }
                                     //^^^^^^^^^^^^^^ warning: `ic_cdk::caller` is deprecated
}

//- trap: allowed for the file (ic-cdk 0.18.5)
#![allow(deprecated)]
#[update]
fn who() -> Principal { ic_cdk::caller() }

//- trap: own functions of the same name, comments, strings, and names that stayed
mod own { pub fn caller() -> u64 { 3 } pub fn id() -> u64 { 4 } }
use own::{caller, id};
#[update]
fn who() -> u64 {
    // ic_cdk::caller()
    ic_cdk::println!("ic_cdk::caller()");
    ic_cdk::api::stable_size();
    ic_cdk::storage::stable_save((1,)).unwrap();
    if caller() == id() { ic_cdk::trap("no") }
    caller()
}

//- not checked: types that are written out in signatures (ic-cdk 0.18.5)
fn result() -> ic_cdk::api::call::CallResult<()> { Ok(()) }
