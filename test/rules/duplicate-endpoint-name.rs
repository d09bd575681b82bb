//- bad: two names that are the same
#[query(name = "get")]
fn read() -> u64 { 1 }
#[update(name = "get")]
fn fetch() -> u64 { 2 }
 //^^^^^ error: The method `get` is defined twice: the canister cannot be installed

//- bad: in two modules
mod a { #[ic_cdk::query] fn list() {} }
mod b { #[ic_cdk::query] fn list() {} }
                          //^^^^ error: linking fails with a duplicate symbol

//- bad: two hooks
#[init]
fn init() {}
#[init]
fn start() {}
 //^^^^^ error: `start` is a second `#[init]` of this canister

//- good
#[query(name = "get")]
fn read() -> u64 { 1 }
#[update(name = "set")]
fn get() -> u64 { 2 }
#[init]
fn init() {}
#[post_upgrade]
fn post_upgrade() {}

//- trap: alternatives of the build, and tests
#[cfg(feature = "test")]
#[query]
fn time() -> u64 { 0 }
#[cfg(not(feature = "test"))]
#[query]
fn time() -> u64 { ic_cdk::api::time() }
#[cfg(overflow_checks)]
#[query]
fn sum() -> u64 { 0 }
#[cfg(not(overflow_checks))]
#[query]
fn sum() -> u64 { 1 }
#[cfg(test)]
mod tests { #[ic_cdk::query] fn time() -> u64 { 0 } }
