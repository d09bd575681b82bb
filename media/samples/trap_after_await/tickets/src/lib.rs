//! A canister that sells tickets. Where the charge is refused it traps, and the ticket stays sold.

use ic_cdk::api::canister_self;
use ic_cdk::call::Call;
use ic_cdk::{query, update};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableCell};
use std::cell::RefCell;

type Memory = VirtualMemory<DefaultMemoryImpl>;

const PRICE: u64 = 25;

thread_local! {
    static MEMORY: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));

    /// Tickets that are sold or reserved.
    static SOLD: RefCell<StableCell<u64, Memory>> =
        RefCell::new(StableCell::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(0))), 0));

    /// Answers that came back from `charge`.
    static ANSWERS: RefCell<StableCell<u64, Memory>> =
        RefCell::new(StableCell::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(1))), 0));
}

/// Sells a ticket and returns its number.
#[update]
async fn buy(payment: u64) -> u64 {
    let number = SOLD.with_borrow_mut(|sold| {
        let number = sold.get() + 1;
        sold.set(number);
        number
    });

    // PITFALL: this `await` ends the message execution, and what was written above is committed. The reply is handled in
    // a message execution of its own, and a trap there takes back only what that one wrote.
    let response = Call::bounded_wait(canister_self(), "charge")
        .with_arg(payment)
        .await
        .unwrap();

    ANSWERS.with_borrow_mut(|answers| {
        let count = answers.get() + 1;
        answers.set(count);
    });
    response
        .candid::<Result<(), String>>()
        .unwrap()
        .expect("the charge was refused");
    number
}

/// Charges for a ticket. Stands for another canister: a call to oneself is a message like any other.
#[update]
fn charge(payment: u64) -> Result<(), String> {
    if payment < PRICE {
        return Err(format!("a ticket costs {PRICE}, not {payment}"));
    }
    Ok(())
}

/// Returns how many tickets are sold.
#[query]
fn sold() -> u64 {
    SOLD.with_borrow(|sold| *sold.get())
}

/// Returns how many answers of `charge` were counted.
#[query]
fn answers() -> u64 {
    ANSWERS.with_borrow(|answers| *answers.get())
}

ic_cdk::export_candid!();
