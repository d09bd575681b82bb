//! A small ICRC-1 ledger on the public types: balances in stable memory, transfers with fee and deduplication by time.
use candid::Nat;
use ic_cdk::api::{msg_caller, time};
use ic_cdk::{init, query, update};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap, StableCell};
use icrc_ledger_types::icrc1::account::Account;
use icrc_ledger_types::icrc1::transfer::{TransferArg, TransferError};
use std::cell::RefCell;

type Memory = VirtualMemory<DefaultMemoryImpl>;

const FEE: u128 = 10;
const WINDOW_NANOS: u64 = 24 * 60 * 60 * 1_000_000_000;

thread_local! {
    static MEMORIES: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static BALANCES: RefCell<StableBTreeMap<Vec<u8>, u128, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORIES.with_borrow(|it| it.get(MemoryId::new(0)))));
    static SEEN: RefCell<StableBTreeMap<Vec<u8>, u64, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORIES.with_borrow(|it| it.get(MemoryId::new(1)))));
    static BLOCKS: RefCell<StableCell<u64, Memory>> =
        RefCell::new(StableCell::init(MEMORIES.with_borrow(|it| it.get(MemoryId::new(2))), 0));
}

fn key(account: &Account) -> Vec<u8> {
    let mut bytes = account.owner.as_slice().to_vec();
    bytes.extend_from_slice(account.effective_subaccount());
    bytes
}

/// The key of a transfer that says when it was created.
fn dated_key(account: &Account, created: u64) -> Vec<u8> {
    let mut bytes = key(account);
    bytes.extend_from_slice(&created.to_be_bytes());
    bytes
}

fn balance(account: &Account) -> u128 {
    BALANCES.with_borrow(|it| it.get(&key(account)).unwrap_or(0))
}

fn set_balance(account: &Account, amount: u128) {
    BALANCES.with_borrow_mut(|it| it.insert(key(account), amount));
}

fn next_block() -> u64 {
    BLOCKS.with_borrow_mut(|it| {
        let index = *it.get();
        it.set(index + 1);
        index
    })
}

#[init]
fn init(minter: Account, amount: Nat) {
    set_balance(&minter, u128::try_from(amount.0).expect("an amount of 128 bits"));
}

#[query]
fn icrc1_balance_of(account: Account) -> Nat {
    Nat::from(balance(&account))
}

#[query]
fn icrc1_fee() -> Nat {
    Nat::from(FEE)
}

#[query]
fn icrc1_symbol() -> String {
    "TST".to_string()
}

#[update]
fn icrc1_transfer(arg: TransferArg) -> Result<Nat, TransferError> {
    let from = Account { owner: msg_caller(), subaccount: arg.from_subaccount };
    let amount = u128::try_from(arg.amount.0.clone()).map_err(|_| TransferError::TemporarilyUnavailable)?;
    if arg.fee.as_ref().is_some_and(|fee| *fee != Nat::from(FEE)) {
        return Err(TransferError::BadFee { expected_fee: Nat::from(FEE) });
    }
    if let Some(created) = arg.created_at_time {
        if created > time() + 60_000_000_000 {
            return Err(TransferError::CreatedInFuture { ledger_time: time() });
        }
        if created + WINDOW_NANOS < time() {
            return Err(TransferError::TooOld);
        }
        if let Some(block) = SEEN.with_borrow(|it| it.get(&dated_key(&from, created))) {
            return Err(TransferError::Duplicate { duplicate_of: Nat::from(block) });
        }
    }
    let held = balance(&from);
    if held < amount + FEE {
        return Err(TransferError::InsufficientFunds { balance: Nat::from(held) });
    }
    set_balance(&from, held - amount - FEE);
    set_balance(&arg.to, balance(&arg.to) + amount);
    let block = next_block();
    if let Some(created) = arg.created_at_time {
        SEEN.with_borrow_mut(|it| it.insert(dated_key(&from, created), block));
    }
    Ok(Nat::from(block))
}

ic_cdk::export_candid!();
