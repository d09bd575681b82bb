//- heap state
thread_local! { static CONFIG: RefCell<Option<Principal>> = RefCell::default(); }
#[init]
fn init(owner: Principal) {
 //^^^^ warning: An upgrade does not run `init` and discards `CONFIG`
    CONFIG.set(Some(owner));
}

//- timers, through a helper, in another spelling
async fn tick() {}
fn start() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), || async { tick().await }); }
#[ic_cdk::init]
fn set_up() { start() }
 //^^^^^^ warning: discards the timers

//- a raw export
thread_local! { static CONFIG: Cell<u64> = Cell::new(0); }
#[unsafe(export_name = "canister_init")]
fn begin() { CONFIG.set(1) }
 //^^^^^ warning: `CONFIG`

//- good: both hooks
thread_local! { static CONFIG: Cell<u64> = Cell::new(0); }
#[init]
fn init(n: u64) { CONFIG.set(n) }
#[post_upgrade]
fn post_upgrade(n: u64) { init(n) }

//- trap: an empty init
#[init]
fn init() { ic_cdk::println!("hello"); }

//- trap: stable structures only
use ic_stable_structures::{memory_manager::VirtualMemory, DefaultMemoryImpl, StableCell};
type Memory = VirtualMemory<DefaultMemoryImpl>;
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static OWNER: RefCell<StableCell<Principal, Memory>> = RefCell::new(StableCell::init(MANAGER.with_borrow(|m| m.get(MemoryId::new(0))), Principal::anonymous()));
}
#[init]
fn init(owner: Principal) { OWNER.with_borrow_mut(|o| { o.set(owner); }) }

//- trap: a library without hooks
thread_local! { static CONFIG: Cell<u64> = Cell::new(0); }
pub fn init(n: u64) { CONFIG.set(n) }

//- trap: the hook stands behind a `cfg` that is always on
thread_local! { static CONFIG: Cell<u64> = Cell::new(0); }
#[init]
fn init(n: u64) { CONFIG.set(n) }
#[cfg(target_arch = "wasm32")]
#[ic_cdk_macros::post_upgrade]
fn after() { init(3) }

//- a timer that runs once
#[init]
fn init() { ic_cdk_timers::set_timer(std::time::Duration::from_secs(1), async { greet(); }); }
 //^^^^ information: discards the timers
fn greet() {}

//- a timer that sets itself again
#[init]
fn init() { tick(); }
 //^^^^ warning: discards the timers
fn tick() { ic_cdk_timers::set_timer(std::time::Duration::from_secs(1), async { tick(); }); }

//- trap: set to what it is anyway
#[derive(Default)] struct Stats { name: String, fee: u64 }
thread_local! {
    static STATS: RefCell<Stats> = RefCell::new(Stats::default());
    static COUNT: Cell<u64> = Cell::new(0);
}
#[init]
fn init() {
    let stats = Stats::default();
    STATS.with(|s| { let mut s = s.borrow_mut(); s.name = stats.name; s.fee = stats.fee; });
    COUNT.set(0);
}

//- set to something else
#[derive(Default)] struct Stats { name: String, fee: u64 }
thread_local! { static STATS: RefCell<Stats> = RefCell::new(Stats::default()); }
#[init]
fn init(name: String) {
 //^^^^ warning: discards `STATS
    let stats = Stats::default();
    STATS.with(|s| { let mut s = s.borrow_mut(); s.name = name; s.fee = stats.fee; });
}

//- trap: made on demand by a function that all methods call
thread_local! { static STORE: RefCell<Option<Vec<u64>>> = RefCell::new(None); }
fn with_store<R>(f: impl FnOnce(&mut Vec<u64>) -> R) -> R {
    STORE.with(|it| { let mut it = it.borrow_mut(); if it.is_none() { *it = Some(Vec::new()); } f(it.as_mut().unwrap()) })
}
fn ensure() { STORE.with(|it| { if STORE.with(|it| it.borrow().is_none()) { *it.borrow_mut() = Some(Vec::new()); } }); }
#[init]
fn init() { ensure(); }
#[query]
fn count() -> usize { ensure(); with_store(|it| it.len()) }

//- trap: emptied and set to what it begins with; beside one that is set to something else
static mut NEXT_ID: u64 = 0;
thread_local! {
    static PROPOSALS: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new());
    static VOTERS: RefCell<Vec<Principal>> = RefCell::new(Vec::new());
}
#[init]
fn init() {
    PROPOSALS.with(|it| it.borrow_mut().clear());
    VOTERS.with_borrow_mut(|it| it.clear());
    unsafe { NEXT_ID = 0; }
}
