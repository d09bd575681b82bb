//! A canister that does something every few seconds. An upgrade ends all timers, so `post_upgrade` starts them anew.

use ic_cdk::api::{is_controller, msg_caller, time};
use ic_cdk::{init, post_upgrade, query, update};
use ic_cdk_timers::{clear_timer, set_timer_interval, TimerId};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableCell};
use std::cell::{Cell, RefCell};
use std::time::Duration;

type Memory = VirtualMemory<DefaultMemoryImpl>;

thread_local! {
    static MEMORY: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));

    /// How often the timer goes off.
    static INTERVAL_SECONDS: RefCell<StableCell<u64, Memory>> =
        RefCell::new(StableCell::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(0))), 10));

    /// How many times it has gone off, over all upgrades.
    static TICKS: RefCell<StableCell<u64, Memory>> =
        RefCell::new(StableCell::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(1))), 0));

    /// When it last went off, in nanoseconds since 1970.
    static LAST_TICK: RefCell<StableCell<Option<u64>, Memory>> =
        RefCell::new(StableCell::init(MEMORY.with_borrow(|memory| memory.get(MemoryId::new(2))), None));

    /// The running timer. An upgrade ends it, so this belongs in the heap.
    static TIMER: Cell<Option<TimerId>> = const { Cell::new(None) };
}

#[init]
fn init() {
    start_timer();
}

#[post_upgrade]
fn post_upgrade() {
    start_timer();
}

/// Returns how many times the timer has gone off, over all upgrades.
#[query]
fn ticks() -> u64 {
    TICKS.with_borrow(|ticks| *ticks.get())
}

/// Returns when the timer last went off, in nanoseconds since 1970.
#[query]
fn last_tick() -> Option<u64> {
    LAST_TICK.with_borrow(|last| *last.get())
}

/// Returns how often the timer goes off.
#[query]
fn interval_seconds() -> u64 {
    INTERVAL_SECONDS.with_borrow(|interval| *interval.get())
}

/// Changes how often the timer goes off, and starts it anew. Only for controllers.
#[update(guard = "only_controllers")]
fn set_interval_seconds(seconds: u64) -> Result<(), String> {
    if seconds == 0 {
        return Err("a timer goes off once a second at most".to_string());
    }
    INTERVAL_SECONDS.with_borrow_mut(|interval| interval.set(seconds));
    start_timer();
    Ok(())
}

fn start_timer() {
    if let Some(running) = TIMER.take() {
        clear_timer(running);
    }
    let timer = set_timer_interval(Duration::from_secs(interval_seconds()), || async { tick() });
    TIMER.set(Some(timer));
}

fn tick() {
    TICKS.with_borrow_mut(|ticks| {
        let next = ticks.get() + 1;
        ticks.set(next);
    });
    LAST_TICK.with_borrow_mut(|last| last.set(Some(time())));
}

fn only_controllers() -> Result<(), String> {
    if is_controller(&msg_caller()) {
        Ok(())
    } else {
        Err("only a controller may change the interval".to_string())
    }
}

ic_cdk::export_candid!();
