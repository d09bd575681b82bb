//- the same number
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap, StableLog};
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(1)))));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(1)))));
                                                                                                                         //^^^^^^^^^^^^^^^^ error: `POSTS` lies in the same memory as `USERS`
    static LOG: RefCell<StableLog<u64, Memory, Memory>> = RefCell::new(StableLog::init(MM.with_borrow(|m| m.get(MemoryId::new(2))), MM.with_borrow(|m| m.get(MemoryId::new(2)))));
                                                                                                                                                           //^^^^^^^^^^^^^^^^ error: `LOG` lies in the same memory as `LOG`
}

//- through constants and functions (ic-cdk 0.17)
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap};
const USERS_ID: MemoryId = MemoryId::new(3);
const POSTS_ID: u8 = 3;
fn users_memory() -> Memory { MM.with(|m| m.borrow().get(USERS_ID)) }
fn memory(id: u8) -> Memory { MM.with(|m| m.borrow().get(MemoryId::new(id))) }
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(users_memory()));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(POSTS_ID)));
                                                                                              //^^^^^^^^^^^^^^^^ error: (`MemoryId` 3)
}

//- constants of another module
mod ids {
    use super::*;
    pub const USERS_ID: MemoryId = MemoryId::new(3);
    pub const POSTS_ID: MemoryId = MemoryId::new(3);
    pub const LOG_ID: MemoryId = MemoryId::new(4);
}
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap};
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(ids::USERS_ID))));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(crate::ids::POSTS_ID))));
                                                                                                                         //^^^^^^^^^^^^^^^^^^^^ error: `POSTS` lies in the same memory as `USERS`
    static LOG: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(ids::LOG_ID))));
}

//- trap: constants of one name in two modules
mod first { pub const ID: super::MemoryId = super::MemoryId::new(3); }
mod second { pub const ID: super::MemoryId = super::MemoryId::new(4); }
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap};
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(first::ID))));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(second::ID))));
}

//- good
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap, StableLog};
enum Memories { Users, Posts }
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(Memories::Users as u8)))));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(Memories::Posts as u8)))));
    static LOG: RefCell<StableLog<u64, Memory, Memory>> = RefCell::new(StableLog::init(MM.with(|m| m.borrow().get(MemoryId::new(2))), MM.with(|m| m.borrow().get(MemoryId::new(3)))));
}

//- trap: different managers, the same structure opened again, tests
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap, VectorMemory};
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static PLAY: RefCell<MemoryManager<VectorMemory>> = RefCell::new(MemoryManager::init(VectorMemory::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(1)))));
    static GAMES: RefCell<StableBTreeMap<u64, u64, VirtualMemory<VectorMemory>>> = RefCell::new(StableBTreeMap::init(PLAY.with(|m| m.borrow().get(MemoryId::new(1)))));
}
#[post_upgrade]
fn post_upgrade() { USERS.set(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(1))))); }
#[cfg(test)]
mod tests {
    thread_local! { static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(MemoryId::new(1))))); }
}

//- the memory of a file system
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap};
const WASI_MEMORY_ID: MemoryId = MemoryId::new(0);
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static NAMES: RefCell<StableBTreeMap<u64, u64, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with(|m| m.borrow().get(MemoryId::new(0)))));
                                                                                                                                                        //^^^^^^^^^^^^^^^^ error: the memory that files lie in
    static NOTES: RefCell<StableBTreeMap<u64, u64, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with(|m| m.borrow().get(MemoryId::new(1)))));
}
#[init]
fn init() { ic_wasi_polyfill::init_with_memory(&[0u8; 32], &[], MANAGER.with(|m| m.borrow().get(WASI_MEMORY_ID))); }

//- by the numbers of an enum, by a function's wrapper, and two memories of one log
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap, StableCell, StableLog};
const LOG_INDEX: MemoryId = MemoryId::new(7);
const LOG_DATA: MemoryId = MemoryId::new(8);
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static LOG: RefCell<StableLog<u64, Memory, Memory>> = RefCell::new(StableLog::init(MM.with_borrow(|m| m.get(LOG_INDEX)), MM.with_borrow(|m| m.get(LOG_DATA))));
    static CONFIG: RefCell<StableCell<u64, Memory>> = RefCell::new(StableCell::init(MM.with_borrow(|m| m.get(MemoryId::new(8))), 0));
                                                                                                           //^^^^^^^^^^^^^^^^ error: `CONFIG` lies in the same memory as `LOG`
}

//- trap: the same name for other numbers, and a memory that is only asked for its size
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, Memory as _, StableBTreeMap};
mod users { use super::*; pub const ID: MemoryId = MemoryId::new(1); }
mod posts { use super::*; pub const ID: MemoryId = MemoryId::new(2); }
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(users::ID))));
    static POSTS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(MM.with(|m| m.borrow().get(posts::ID))));
}
#[query]
fn pages() -> u64 { MM.with_borrow(|m| m.get(MemoryId::new(1))).size() }

//- by functions that each ask another one for their memory
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap, StableLog};
const LOG_INDEX: MemoryId = MemoryId::new(9);
const LOG_DATA: MemoryId = MemoryId::new(10);
const APPROVALS_ID: MemoryId = MemoryId::new(10);
fn memory_of(id: MemoryId) -> Memory { MM.with(|m| m.borrow().get(id)) }
fn log_index() -> Memory { memory_of(LOG_INDEX) }
fn log_data() -> Memory { memory_of(LOG_DATA) }
fn approvals() -> Memory { memory_of(APPROVALS_ID) }
thread_local! {
    static MM: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static LOG: RefCell<StableLog<u64, Memory, Memory>> = RefCell::new(StableLog::init(log_index(), log_data()));
    static APPROVALS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(approvals()));
                                                                                                  //^^^^^^^^^^^ error: `APPROVALS` lies in the same memory as `LOG`
}
