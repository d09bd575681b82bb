//- saved over the manager's table
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableCell};
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static COUNT: RefCell<StableCell<u64, Memory>> = RefCell::new(StableCell::init(MM.with(|m| m.borrow().get(MemoryId::new(0))), 0));
}
#[pre_upgrade]
fn pre_upgrade() {
    let _ = ic_cdk::storage::stable_save((1,));
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: over the table of `MM`
}

//- by bytes (ic-cdk 0.17)
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, Memory as _};
use ic_cdk::api::stable::stable_write;
thread_local! { static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
#[query]
fn pages() -> u64 { MM.with(|m| m.borrow().get(MemoryId::new(0))).size() }
fn save(bytes: &[u8]) {
    stable_write(0, bytes);
  //^^^^^^^^^^^^ error: Write into a memory of the manager
}
#[update]
fn put(bytes: Vec<u8>) { save(&bytes); }

//- good: into a memory of the manager
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, writer::Writer, DefaultMemoryImpl};
thread_local! { static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
#[pre_upgrade]
fn pre_upgrade() {
    let mut memory = MM.with(|m| m.borrow().get(MemoryId::new(9)));
    let mut writer = Writer::new(&mut memory, 0);
}

//- trap: the old format is only read
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl};
thread_local! { static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
#[post_upgrade]
fn post_upgrade() { let (s,): (u64,) = ic_cdk::storage::stable_restore().unwrap(); }

//- trap: no manager
#[pre_upgrade]
fn pre_upgrade() { let _ = ic_cdk::storage::stable_save((1,)); }

//- trap: a part of stable memory, or an empty one
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl};
thread_local! { static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
#[update]
fn first(bytes: Vec<u8>) { if ic_cdk::stable::stable_size() == 0 { ic_cdk::stable::stable_write(0, &bytes); } }

//- trap: only dead code names the manager
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl};
thread_local! { static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
fn upgrades_memory() -> VirtualMemory<DefaultMemoryImpl> { MM.with(|m| m.borrow().get(MemoryId::new(0))) }
#[pre_upgrade]
fn pre_upgrade() { let _ = ic_cdk::storage::stable_save((1,)); }

//- trap: a manager that nothing ever names
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl};
thread_local! {
    // MANAGER hands out the memories.
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static NAMES: RefCell<Vec<String>> = RefCell::default();
}
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((NAMES.take(),)).unwrap(); }
