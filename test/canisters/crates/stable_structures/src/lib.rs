//! Stable structures, timers and bounded-wait calls with the current crates.
use candid::Principal;
use ic_cdk::call::Call;
use ic_cdk::{init, post_upgrade, query, update};
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap, StableLog};
use std::cell::{Cell, RefCell};
use std::time::Duration;

type Memory = VirtualMemory<DefaultMemoryImpl>;

thread_local! {
    static MEMORIES: RefCell<MemoryManager<DefaultMemoryImpl>> =
        RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static MAP: RefCell<StableBTreeMap<u64, String, Memory>> =
        RefCell::new(StableBTreeMap::init(MEMORIES.with_borrow(|it| it.get(MemoryId::new(0)))));
    static LOG: RefCell<StableLog<String, Memory, Memory>> = RefCell::new(StableLog::init(
        MEMORIES.with_borrow(|it| it.get(MemoryId::new(1))),
        MEMORIES.with_borrow(|it| it.get(MemoryId::new(2))),
    ));
    static TICKS: Cell<u64> = const { Cell::new(0) };
}

fn start_timer() {
    ic_cdk_timers::set_timer_interval(Duration::from_secs(60), || async {
        TICKS.set(TICKS.get() + 1);
        LOG.with_borrow(|it| it.append(&format!("tick {}", TICKS.get())).expect("appended"));
    });
}

#[init]
fn init() {
    start_timer();
}

#[post_upgrade]
fn post_upgrade() {
    start_timer();
}

#[update]
fn fill(from: u64, count: u64) -> u64 {
    MAP.with_borrow_mut(|it| {
        for key in from..from + count {
            it.insert(key, format!("value of {key}"));
        }
        it.len()
    })
}

#[query]
fn get(key: u64) -> Option<String> {
    MAP.with_borrow(|it| it.get(&key))
}

#[query]
fn range_sum(from: u64, to: u64) -> u64 {
    MAP.with_borrow(|it| it.range(from..to).map(|entry| *entry.key()).sum())
}

#[query]
fn log_length() -> u64 {
    LOG.with_borrow(|it| it.len())
}

#[update]
async fn fill_elsewhere(other: Principal, count: u64) -> Result<u64, String> {
    let response = Call::bounded_wait(other, "fill").with_args(&(0u64, count)).await.map_err(|it| it.to_string())?;
    response.candid::<u64>().map_err(|it| it.to_string())
}

#[update]
fn fill_and_trap(from: u64, count: u64) {
    fill(from, count);
    panic!("nothing of this stays");
}

ic_cdk::export_candid!();
