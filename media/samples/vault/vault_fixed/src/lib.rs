//! The corrected vault: a withdrawal lowers the balance before it waits, and raises it again when no tokens were moved.

use candid::Principal;
use ic_cdk::api::msg_caller;
use ic_cdk::call::Call;
use ic_cdk::{init, query, update};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap, StableCell};
use std::cell::RefCell;

type Memory = VirtualMemory<DefaultMemoryImpl>;

thread_local! {
    static MEMORY: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));

    /// The token canister; set once, on install.
    static TOKEN: RefCell<StableCell<Principal, Memory>> = RefCell::new(StableCell::init(
        MEMORY.with_borrow(|memory| memory.get(MemoryId::new(0))),
        Principal::anonymous(),
    ));

    /// What the vault owes to each of its users.
    static BALANCES: RefCell<StableBTreeMap<Principal, u64, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(1)))));
}

#[init]
fn init(token: Principal) {
    TOKEN.with_borrow_mut(|cell| cell.set(token));
}

/// Returns the token canister that this vault works with.
#[query]
fn token() -> Principal {
    TOKEN.with_borrow(|cell| *cell.get())
}

/// Returns what the vault owes to somebody.
#[query]
fn balance_of(owner: Principal) -> u64 {
    BALANCES.with_borrow(|balances| balances.get(&owner).unwrap_or(0))
}

/// Takes tokens from the caller, who has approved of it at the token canister, and keeps them for the caller.
#[update]
async fn deposit(amount: u64) -> Result<(), String> {
    let caller = msg_caller();
    call_token("transfer_from", caller, amount).await?;
    credit(caller, amount);
    Ok(())
}

/// Pays tokens back to the caller.
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let caller = msg_caller();
    let balance = BALANCES.with_borrow(|balances| balances.get(&caller).unwrap_or(0));
    if balance < amount {
        return Err(format!(
            "the vault keeps {balance} tokens for you, fewer than {amount}"
        ));
    }
    // From here on a second withdrawal sees what is left.
    BALANCES.with_borrow_mut(|balances| balances.insert(caller, balance - amount));
    if let Err(reason) = call_token("transfer", caller, amount).await {
        // The balance may have changed while the vault waited, so the amount is added to what is there now.
        credit(caller, amount);
        return Err(reason);
    }
    Ok(())
}

fn credit(owner: Principal, amount: u64) {
    let balance = balance_of(owner);
    BALANCES.with_borrow_mut(|balances| balances.insert(owner, balance + amount));
}

/// Calls a method of the token canister that moves tokens. An error means that none were moved: the token canister
/// changes its state only where it replies with `Ok`.
async fn call_token(method: &str, account: Principal, amount: u64) -> Result<(), String> {
    // canister-workbench: allow(unbounded-wait-call) because whether tokens moved must be known before anything else
    let response = Call::unbounded_wait(token(), method)
        .with_args(&(account, amount))
        .await
        .map_err(|error| error.to_string())?;
    response
        .candid::<Result<(), String>>()
        .map_err(|error| error.to_string())?
}

ic_cdk::export_candid!();
