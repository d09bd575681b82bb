//- bad
#[query]
fn early() -> u64 { 1 }
  ic_cdk::export_candid!();
//^^^^^^^^^^^^^^^^^^^^^^^^ error: `late` will be missing in the Candid interface
#[query]
fn late() -> u64 { 2 }

//- good
#[query]
fn early() -> u64 { 1 }
#[query]
fn late() -> u64 { 2 }
ic_cdk::export_candid!();

//- trap: only helpers and tests come after it
#[query]
fn get() -> u64 { value() }
ic_cdk::export_candid!();
fn value() -> u64 { 1 }
#[cfg(test)]
mod tests {
    #[test]
    fn is_one() { assert_eq!(super::get(), 1) }
}

//- trap: hooks, hidden methods and raw exports are in no interface
ic_cdk::export_candid!();
#[init]
fn init() {}
#[query(hidden = true)]
fn secret() -> u64 { 1 }
#[unsafe(export_name = "canister_query raw")]
fn raw() { ic_cdk::api::msg_reply([]) }
