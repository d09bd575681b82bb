//! The third version of the counter: the state lies in stable memory, which every upgrade keeps.

use ic_cdk::{query, update};
use ic_stable_structures::{storable::Bound, DefaultMemoryImpl, StableCell, Storable};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, cell::RefCell};

/// The state of the canister.
#[derive(Default, Deserialize, Serialize)]
struct Counter {
    count: u64,
    /// Nanoseconds since 1970; `None` before the first increment. A later version may add fields that are
    /// optional too: what this version wrote then still decodes.
    last_increment: Option<u64>,
}

impl Storable for Counter {
    const BOUND: Bound = Bound::Unbounded;

    fn to_bytes(&self) -> Cow<'_, [u8]> {
        let mut bytes = Vec::new();
        ciborium::into_writer(self, &mut bytes).expect("a counter is always encodable");
        Cow::Owned(bytes)
    }

    fn into_bytes(self) -> Vec<u8> {
        self.to_bytes().into_owned()
    }

    fn from_bytes(bytes: Cow<'_, [u8]>) -> Self {
        ciborium::from_reader(&*bytes).expect("stable memory holds a counter")
    }
}

thread_local! {
    // `init` takes up what an earlier version has left in stable memory, and writes the given value only where there is
    // nothing yet. So no `#[pre_upgrade]` and no `#[post_upgrade]` are needed.
    static COUNTER: RefCell<StableCell<Counter, DefaultMemoryImpl>> =
        RefCell::new(StableCell::init(DefaultMemoryImpl::default(), Counter::default()));
}

/// Adds one and returns the new count.
#[update]
fn increment() -> u64 {
    COUNTER.with_borrow_mut(|cell| {
        let count = cell.get().count + 1;
        cell.set(Counter {
            count,
            last_increment: Some(ic_cdk::api::time()),
        });
        count
    })
}

/// Returns the count.
#[query]
fn get() -> u64 {
    COUNTER.with_borrow(|cell| cell.get().count)
}

/// Returns when the count last changed, in nanoseconds since 1970.
#[query]
fn last_increment() -> Option<u64> {
    COUNTER.with_borrow(|cell| cell.get().last_increment)
}

ic_cdk::export_candid!();
