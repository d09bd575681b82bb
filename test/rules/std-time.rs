//- bad: in a method
#[update]
fn touch() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
  //^^^^^^^^^^^^^^^^^^^^^^^^^^ error: panics in a canister, which has no clock of its own
}

//- bad: in a function that a method leads to, the name brought by a `use`
use std::time::{Instant, SystemTime};
use chrono::Utc;
fn stamp() -> Instant { Instant::now() }
                      //^^^^^^^^^^^^ error: `Instant::now()` panics
fn day() -> String { Utc::now().to_string() }
                   //^^^^^^^^ error: `Utc::now()` panics
#[query]
fn list() -> Vec<String> { vec![1].iter().map(|_| day()).collect() }
#[post_upgrade]
fn restart() { later(stamp); }

//- good
#[update]
fn touch() -> u64 { ic_cdk::api::time() }
#[update]
fn wait() -> std::time::Duration { std::time::Duration::from_secs(5) }

//- trap: tests, code for hosts, features that are off
#[cfg(not(target_arch = "wasm32"))]
fn now() -> u64 { std::time::SystemTime::now().elapsed().unwrap().as_nanos() as u64 }
#[cfg(target_arch = "wasm32")]
fn now() -> u64 { ic_cdk::api::time() }
#[cfg(feature = "bench")]
fn clock() -> std::time::Instant { std::time::Instant::now() }
#[update]
fn touch() -> u64 { now() }
#[cfg(test)]
mod tests {
    #[test]
    fn takes_time() { let start = std::time::Instant::now(); touch(); assert!(start.elapsed().as_secs() < 1); }
}

//- trap: parts of a function that hosts alone compile
#[update]
fn touch() -> u64 {
    #[cfg(any(test, not(target_family = "wasm")))]
    let time = std::time::SystemTime::now().elapsed().unwrap().as_nanos() as u64;
    #[cfg(all(not(test), target_family = "wasm"))]
    let time = ic_cdk::api::time();
    time
}

//- trap: nothing in the canister leads there
fn elapsed() -> std::time::Instant { std::time::Instant::now() }
#[update]
fn touch() -> u64 { 1 }

//- trap: a clock of the crate's own
struct Instant;
impl Instant { fn now() -> u64 { ic_cdk::api::time() } }
#[update]
fn touch() -> u64 { Instant::now() }

//- trap: a platform of its own
#[init]
fn init() { ic_wasi_polyfill::init(&[], &[]); }
#[update]
fn touch() -> std::time::SystemTime { std::time::SystemTime::now() }

//- for a value that may be missing
use chrono::{TimeZone, Utc};
#[query]
fn day(seconds: i64) -> String {
    Utc.timestamp_opt(seconds, 0).single().unwrap_or_else(|| chrono::Utc::now()).to_string()
                                                           //^^^^^^^^^^^^^^^^ information: panics in a canister
}

//- trap: only where tests are compiled
fn now() -> u64 {
    if cfg!(test) {
        return std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    }
    ic_cdk::api::time()
}
#[query]
fn clock() -> u64 { now() }

//- in the other branch
fn now() -> u64 {
    if cfg!(test) { 1 } else { std::time::SystemTime::now().elapsed().unwrap().as_secs() }
                             //^^^^^^^^^^^^^^^^^^^^^^^^^^ error: panics in a canister
}
#[query]
fn clock() -> u64 { now() }
