//! What the cases of the rules' fixtures may use without declaring it. Whatever a case declares itself hides it.
#![allow(unused)]
pub use candid::decode_one_with_config;
pub use candid::{CandidType, Decode, Deserialize, Encode, Nat, Principal};
pub use ic_cdk::api::data_certificate;
#[cfg(feature = "calls-by-builder")]
pub use ic_cdk::api::{canister_self, msg_caller};
#[cfg(feature = "calls-by-builder")]
pub use ic_cdk::call::{Call, CallErrorExt};
pub use ic_cdk::{heartbeat, init, inspect_message, post_upgrade, pre_upgrade, query, update};
pub use ic_certified_map::AsHashTree;
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
pub use ic_stable_structures::{storable::Bound, DefaultMemoryImpl, Storable, VectorMemory};
pub use ic_stable_structures::{StableBTreeMap, StableCell, StableLog};
pub use std::borrow::Cow;
pub use std::cell::{Cell, RefCell};
pub use std::collections::{BTreeMap, BTreeSet, HashMap};
pub use std::future::IntoFuture;
pub use std::marker::PhantomData;
pub use std::sync::atomic::{AtomicU64, Ordering};
pub use std::sync::Mutex;
pub use std::time::Duration;

/// Stands for any canister.
macro_rules! canisters {
    ($($name:ident)*) => { $(pub fn $name() -> Principal { Principal::anonymous() })* };
}
canisters! { canister ledger oracle registry archive listener shop signer source owner hub wallet }

/// Stands for any code that keeps or shows a value.
macro_rules! consumers {
    ($($name:ident)*) => { $(pub fn $name<T>(_: T) {})* };
}
consumers! { execute log remember remember_unknown keep store refund retry show approve send consume append_to_stable_log }

/// Stands for any value.
macro_rules! values {
    ($($name:ident)*) => { $(pub fn $name<T>() -> T { unimplemented!() })* };
}
values! { args arg config heavy name posts stored users }

/// Stands for any conversion.
macro_rules! conversions {
    ($($name:ident)*) => { $(pub fn $name<T, R>(_: T) -> R { unimplemented!() })* };
}
conversions! { answer argument block_of code find header parse request share install_args }

/// Stand for checks of any argument.
pub fn verify<T>(_: T) -> Result<(), String> {
    Ok(())
}
pub fn check<A, B>(_: A, _: B) {}
pub fn ok<A, B>(_: A, _: B) {}

/// Stands for any code.
macro_rules! procedures {
    ($($name:ident)*) => { $(pub fn $name() {})* };
}
procedures! { begin finish check_rate_limit release start_timers }

pub fn limit() -> u128 {
    unimplemented!()
}
pub async fn pay() -> Result<(), String> {
    Ok(())
}
pub fn stable_log<T>() -> Vec<T> { Vec::new() }
pub fn archives() -> Vec<Principal> { Vec::new() }

/// The memories of stable structures.
pub type Memory = VirtualMemory<DefaultMemoryImpl>;
pub fn memory(id: u8) -> Memory {
    MemoryManager::init(DefaultMemoryImpl::default()).get(MemoryId::new(id))
}

/// Stands for an attribute of another crate that makes an endpoint, and for its guard.
pub use ic_cdk::update as proposal;
pub fn caller_is_governance_principal() -> Result<(), String> {
    Ok(())
}

/// Stands for any stored value.
#[derive(CandidType, Clone, Default, Deserialize)]
pub struct User {
    pub name: String,
    pub visits: u64,
    pub tags: Vec<String>,
    pub secret: Option<String>,
}
impl User {
    pub fn save(self) {}
}
impl Storable for User {
    fn to_bytes(&self) -> Cow<'_, [u8]> {
        Cow::Owned(Encode!(self).unwrap())
    }
    fn into_bytes(self) -> Vec<u8> {
        self.to_bytes().into_owned()
    }
    fn from_bytes(bytes: Cow<[u8]>) -> Self {
        Decode!(&bytes, Self).unwrap()
    }
    const BOUND: Bound = Bound::Unbounded;
}
/// Stand for types whose fields do not matter.
macro_rules! types {
    ($($name:ident)*) => { $(#[derive(CandidType, Clone, Default, Deserialize)] pub struct $name {})* };
}
types! { Arg Argument Config HttpRequest HttpResponse Item Note Order Posts Request Token Upgrade Users }

/// Stands for what adds up.
#[derive(CandidType, Clone, Default, Deserialize)]
pub struct Totals {
    pub sum: u64,
    pub first: Option<u64>,
    pub list: Vec<u64>,
}
pub fn save<K, V>(_: K, _: V) {}

/// Stands for a crate of the same workspace.
pub mod vault_core {
    pub mod stable {
        pub mod util {
            pub fn _inspect_message(_always: &[String], _owners: &[candid::Principal]) {}
            pub fn maintain() {}
        }
    }
    pub mod types {
        #[derive(Default)]
        pub struct State {
            pub owners: Vec<candid::Principal>,
        }
        impl State {
            pub fn init() -> Self {
                Self::default()
            }
        }
    }
}

/// Stand for crates that check, and that keep something.
pub mod shared {
    pub mod is_managed {
        pub fn assert_is_manager() -> Result<(), String> {
            Ok(())
        }
    }
}
pub mod service {
    pub struct Service {}
    impl Service {
        pub fn new() -> Self {
            Self {}
        }
        pub fn validate_archive(&self, _id: u64) -> Result<(), String> {
            Ok(())
        }
        pub fn mark_archived(&mut self, _id: u64) -> Result<(), String> {
            Ok(())
        }
    }
    pub fn with_service<R>(_: impl FnOnce(&Service) -> R) -> R {
        unimplemented!()
    }
}

/// Stands for a crate of stable structures.
pub mod other {
    use std::cell::RefCell;
    pub type DefaultStableCell<V> = ic_stable_structures::StableCell<V, crate::Memory>;
    pub type DefaultVMMap<K, V> = ic_stable_structures::StableBTreeMap<K, V, crate::Memory>;
    pub fn init_stable_mem_refcell<S>(_name: &str, _memory: u8) -> Result<RefCell<S>, String> {
        unimplemented!()
    }
}

/// Stands for a client of another crate.
pub mod vetkeys {
    pub async fn derive_vetkey(_key: u64) -> Vec<u8> {
        unimplemented!()
    }
}

/// Stands for a crate of types.
pub mod my_types {
    use candid::{CandidType, Deserialize};
    #[derive(CandidType, Deserialize)]
    pub struct Setup {}
    #[derive(CandidType, Deserialize)]
    pub struct Upgrade {}
}

/// Stands for the crate that keeps the files of a WASI program in a memory.
pub mod ic_wasi_polyfill {
    pub fn init_with_memory<M>(_seed: &[u8], _environment: &[(&str, &str)], _memory: M) {}
}
