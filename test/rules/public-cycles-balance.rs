//- open
#[query]
fn cycles() -> u128 {
 //^^^^^^ hint: Everybody may ask `cycles` for the cycle balance
    ic_cdk::api::canister_cycle_balance()
}

//- through a function, the old names (ic-cdk 0.17)
fn balance() -> u64 { ic_cdk::api::canister_balance() }
#[query(name = "getBalance")]
fn get() -> u64 { balance() }
 //^^^ hint: Everybody may ask `getBalance`

//- good: guarded, or asked for by controllers
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[query(guard = "only_controllers")]
fn cycles() -> u128 { ic_cdk::api::canister_cycle_balance() }
#[query]
fn mine() -> u128 { only_controllers().unwrap(); ic_cdk::api::canister_cycle_balance() }

//- trap: used inside, and metrics
#[query]
fn is_rich() -> bool { ic_cdk::api::canister_cycle_balance() > 1_000 }
#[query]
fn price() -> u64 { if ic_cdk::api::canister_cycle_balance() < 1_000 { 3 } else { 4 } }
#[query]
fn metrics() -> u128 { ic_cdk::api::canister_cycle_balance() }

//- a comment behind it
#[query]
fn cycles() -> u128 {
 //^^^^^^ hint: Everybody may ask `cycles` for the cycle balance
    ic_cdk::api::canister_cycle_balance() // in cycles / 10^12
}

//- trap: a part of it
#[query]
fn days() -> u128 { ic_cdk::api::canister_cycle_balance() / 20_000_000_000 }

//- a field of what is returned
#[derive(candid::CandidType)] struct Info { version: u32, cycles: u128 }
#[query]
fn info() -> Info {
 //^^^^ hint: Everybody may ask `info` for the cycle balance
    Info { version: 1, cycles: ic_cdk::api::canister_cycle_balance() }
}
