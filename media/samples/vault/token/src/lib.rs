//! A token: who owns how much, and who may take tokens from whom. As small as it can be to have a vault work with it.

use candid::Principal;
use ic_cdk::api::{is_controller, msg_caller};
use ic_cdk::{query, update};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap};
use std::cell::RefCell;

type Memory = VirtualMemory<DefaultMemoryImpl>;

thread_local! {
    static MEMORY: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));

    /// Tokens by owner.
    static BALANCES: RefCell<StableBTreeMap<Principal, u64, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(0)))));

    /// Tokens that a spender may still take from an owner, by (owner, spender).
    static ALLOWANCES: RefCell<StableBTreeMap<(Principal, Principal), u64, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(1)))));
}

/// Makes new tokens. Only for controllers.
#[update(guard = "only_controllers")]
fn mint(to: Principal, amount: u64) {
    credit(to, amount);
}

/// Moves tokens of the caller to another owner.
#[update]
fn transfer(to: Principal, amount: u64) -> Result<(), String> {
    debit(msg_caller(), amount)?;
    credit(to, amount);
    Ok(())
}

/// Allows a spender to take tokens from the caller with `transfer_from`; replaces what was allowed before.
#[update]
fn approve(spender: Principal, amount: u64) {
    ALLOWANCES.with_borrow_mut(|allowances| allowances.insert((msg_caller(), spender), amount));
}

/// Moves tokens of an owner who has approved of it to the caller.
#[update]
fn transfer_from(from: Principal, amount: u64) -> Result<(), String> {
    let spender = msg_caller();
    let allowed =
        ALLOWANCES.with_borrow(|allowances| allowances.get(&(from, spender)).unwrap_or(0));
    if allowed < amount {
        return Err(format!("only {allowed} of {amount} tokens are approved"));
    }
    debit(from, amount)?;
    ALLOWANCES.with_borrow_mut(|allowances| allowances.insert((from, spender), allowed - amount));
    credit(spender, amount);
    Ok(())
}

/// Returns how many tokens somebody owns.
#[query]
fn balance_of(owner: Principal) -> u64 {
    BALANCES.with_borrow(|balances| balances.get(&owner).unwrap_or(0))
}

fn debit(owner: Principal, amount: u64) -> Result<(), String> {
    let balance = balance_of(owner);
    if balance < amount {
        return Err(format!(
            "{owner} owns {balance} tokens, fewer than {amount}"
        ));
    }
    BALANCES.with_borrow_mut(|balances| balances.insert(owner, balance - amount));
    Ok(())
}

fn credit(owner: Principal, amount: u64) {
    let balance = balance_of(owner);
    BALANCES.with_borrow_mut(|balances| balances.insert(owner, balance + amount));
}

fn only_controllers() -> Result<(), String> {
    if is_controller(&msg_caller()) {
        Ok(())
    } else {
        Err("only a controller of the token may make tokens".to_string())
    }
}

ic_cdk::export_candid!();
