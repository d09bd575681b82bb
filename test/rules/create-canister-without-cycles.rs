//- without cycles
#[update]
async fn create(arg: Arg) {
    let _ = Call::bounded_wait(Principal::management_canister(), "create_canister").with_arg(&arg).await;
          //^^^^^^^^^^^^^^^^^^ error: No cycles are attached
}

//- the old calls (ic-cdk 0.17)
use ic_cdk::api::management_canister::main::{create_canister, CanisterIdRecord as Record, CreateCanisterArgument};
#[update]
async fn create(arg: CreateCanisterArgument) {
    let _: Result<(Record,), _> = ic_cdk::call(Principal::management_canister(), "create_canister", (arg.clone(),)).await;
                                //^^^^^^^^^^^^ error: the management canister rejects the call
    let _ = create_canister(arg, 0).await;
          //^^^^^^^^^^^^^^^ error: Attach the fee
}

//- only the fee
use ic_cdk_management_canister::{create_canister, create_canister_with_extra_cycles, CreateCanisterArgs};
#[update]
async fn create(arg: CreateCanisterArgs) {
    let _ = create_canister(&arg).await;
          //^^^^^^^^^^^^^^^ information: Only the fee is attached
    let _ = create_canister_with_extra_cycles(&arg, 0).await;
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: no cycles to run on
}

//- good
use ic_cdk_management_canister::{create_canister_with_extra_cycles, CreateCanisterArgs};
#[update]
async fn create(arg: CreateCanisterArgs) {
    let _ = create_canister_with_extra_cycles(&arg, 1_000_000_000_000).await;
    let _ = Call::bounded_wait(Principal::management_canister(), "create_canister").with_arg(&arg).with_cycles(1_000_000_000_000).await;
}

//- trap: paid in another way, or another canister's method (ic-cdk 0.17)
use ic_cdk::api::management_canister::main::{create_canister, CanisterIdRecord as Record, CreateCanisterArgument};
#[update]
async fn create(arg: CreateCanisterArgument, factory: Principal, cycles: u128) {
    let _ = create_canister(arg.clone(), cycles).await;
    let _: Result<(Record,), _> = ic_cdk::api::call::call_with_payment128(Principal::management_canister(), "create_canister", (arg.clone(),), cycles).await;
    let _: Result<(Record,), _> = ic_cdk::call(factory, "create_canister", (arg,)).await;
}

//- the management canister in a variable (ic-cdk 0.17)
#[update]
async fn make() -> Result<Principal, String> {
    let manager = Principal::management_canister();
    let (id,): (Principal,) = ic_cdk::api::call::call(manager, "create_canister", ()).await.map_err(|(_, e)| e)?;
                            //^^^^^^^^^^^^^^^^^^^^^^^ error: No cycles are attached
    Ok(id)
}
