//! The corrected ticket canister: a ticket is only reserved until it is paid, and a reservation that comes to nothing
//! gives the ticket back, whichever way that happens.

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

/// A ticket that is taken but not paid. Dropping it gives the ticket back. That also happens after a trap: the clean-up
/// of the call drops what the waiting function held.
struct Reservation {
    number: u64,
    paid: bool,
}

impl Reservation {
    fn new() -> Self {
        SOLD.with_borrow_mut(|sold| {
            let number = sold.get() + 1;
            sold.set(number);
            Self {
                number,
                paid: false,
            }
        })
    }

    /// Keeps the ticket for good and returns its number.
    fn confirm(mut self) -> u64 {
        self.paid = true;
        self.number
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.paid {
            SOLD.with_borrow_mut(|sold| {
                let count = sold.get() - 1;
                sold.set(count);
            });
        }
    }
}

/// Sells a ticket and returns its number.
#[update]
async fn buy(payment: u64) -> Result<u64, String> {
    let reservation = Reservation::new();
    request_charge(payment).await?;
    Ok(reservation.confirm())
}

/// Begins to sell a ticket, and traps after the `await`: the ticket is given back even so.
#[update]
async fn buy_and_trap(payment: u64) -> Result<u64, String> {
    let _reservation = Reservation::new();
    request_charge(payment).await?;
    ic_cdk::trap("trapped on purpose, after the charge")
}

async fn request_charge(payment: u64) -> Result<(), String> {
    let response = Call::bounded_wait(canister_self(), "charge")
        .with_arg(payment)
        .await
        .map_err(|error| error.to_string())?;
    ANSWERS.with_borrow_mut(|answers| {
        let count = answers.get() + 1;
        answers.set(count);
    });
    response
        .candid::<Result<(), String>>()
        .map_err(|error| error.to_string())?
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
