//! A canister that anybody can ask to call methods of the greeting canister. Its messages are not inspected.

use candid::Principal;
use ic_cdk::call::Call;
use ic_cdk::update;

/// Tries to change the greeting, which the guard refuses.
#[update]
async fn try_set_greeting(inspect: Principal, greeting: String) -> Result<(), String> {
    Call::bounded_wait(inspect, "set_greeting")
        .with_arg(greeting)
        .await
        .map_err(|error| error.to_string())?;
    Ok(())
}

/// Tries to change the greeting back, which nothing refuses.
#[update]
async fn try_reset_greeting(inspect: Principal) -> Result<(), String> {
    Call::bounded_wait(inspect, "reset_greeting")
        .await
        .map_err(|error| error.to_string())?;
    Ok(())
}

ic_cdk::export_candid!();
