//! A canister that creates canisters: it asks the management canister for a new one, gives it cycles, and installs the
//! child's module, which it carries along.

use candid::{encode_one, Principal};
use ic_cdk::api::{is_controller, msg_caller};
use ic_cdk::call::Call;
use ic_cdk::{query, update};
use ic_cdk_management_canister::{
    create_canister_with_extra_cycles, install_code, CanisterInstallMode, CreateCanisterArgs,
    InstallCodeArgs,
};
use ic_stable_structures::{DefaultMemoryImpl, StableVec};
use std::cell::RefCell;

/// The module of the child. After a change of the child's source, build it and copy it there before building the factory.
const CHILD: &[u8] = include_bytes!("../../wasm/child.wasm");

/// Cycles of a new child, beside the fee of creating it. Enough for installing its code and for a start.
const CYCLES_OF_CHILD: u128 = 500_000_000_000;

thread_local! {
    static CHILDREN: RefCell<StableVec<Principal, DefaultMemoryImpl>> =
        RefCell::new(StableVec::init(DefaultMemoryImpl::default()));
}

/// Creates a child and returns its id. Only for controllers, as it spends cycles.
#[update(guard = "only_controllers")]
async fn create_child(name: String) -> Result<Principal, String> {
    let argument = encode_one(name).map_err(|error| error.to_string())?;
    let child =
        create_canister_with_extra_cycles(&CreateCanisterArgs { settings: None }, CYCLES_OF_CHILD)
            .await
            .map_err(|error| format!("no canister was created: {error}"))?
            .canister_id;
    install_code(&InstallCodeArgs {
        mode: CanisterInstallMode::Install,
        canister_id: child,
        wasm_module: CHILD.to_vec(),
        arg: argument,
    })
    .await
    .map_err(|error| format!("{child} was created, but its code was not installed: {error}"))?;
    CHILDREN.with_borrow(|children| children.push(&child));
    Ok(child)
}

/// Returns the ids of all children, the oldest first.
#[query]
fn children() -> Vec<Principal> {
    CHILDREN.with_borrow(|children| children.iter().collect())
}

/// Returns the greeting of the youngest child.
#[update]
async fn greeting_of_youngest() -> Result<String, String> {
    let youngest = children().pop().ok_or("there is no child yet")?;
    Call::bounded_wait(youngest, "greet")
        .await
        .map_err(|error| error.to_string())?
        .candid()
        .map_err(|error| error.to_string())
}

fn only_controllers() -> Result<(), String> {
    if is_controller(&msg_caller()) {
        Ok(())
    } else {
        Err("only a controller may create canisters".to_string())
    }
}

ic_cdk::export_candid!();
