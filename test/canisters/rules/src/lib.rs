//! What the cases of the rules' fixtures may use without declaring it. Whatever a case declares itself hides it.
#![allow(unused)]
pub use candid::{CandidType, Deserialize, Nat, Principal};
pub use ic_cdk::api::data_certificate;
#[cfg(feature = "calls-by-builder")]
pub use ic_cdk::api::{canister_self, msg_caller};
#[cfg(feature = "calls-by-builder")]
pub use ic_cdk::call::Call;
pub use ic_cdk::{heartbeat, init, inspect_message, post_upgrade, pre_upgrade, query, update};
pub use std::cell::{Cell, RefCell};
pub use std::collections::BTreeMap;
pub use std::future::IntoFuture;
pub use std::marker::PhantomData;
pub use std::time::Duration;

/// Stands for any canister.
macro_rules! canisters {
    ($($name:ident)*) => { $(pub fn $name() -> Principal { Principal::anonymous() })* };
}
canisters! { ledger oracle registry archive listener shop signer owner }

/// Stands for any code that keeps or shows a value.
macro_rules! consumers {
    ($($name:ident)*) => { $(pub fn $name<T>(_: T) {})* };
}
consumers! { log remember remember_unknown keep store refund retry show approve send }

/// Stands for any value.
macro_rules! values {
    ($($name:ident)*) => { $(pub fn $name<T>() -> T { unimplemented!() })* };
}
values! { args arg config stored name }

/// Stands for any conversion.
macro_rules! conversions {
    ($($name:ident)*) => { $(pub fn $name<T, R>(_: T) -> R { unimplemented!() })* };
}
conversions! { parse find code }

/// Stands for any code.
macro_rules! procedures {
    ($($name:ident)*) => { $(pub fn $name() {})* };
}
procedures! { begin finish check_rate_limit release }

pub fn archives() -> Vec<Principal> { Vec::new() }
