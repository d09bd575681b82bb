//- two managers
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl};
thread_local! {
    static USERS: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static POSTS: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
                                                                         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `POSTS` and `USERS` both take all
}

//- good
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
}

//- trap: tests, memory in the heap, and the single one made anew
use ic_stable_structures::{memory_manager::MemoryManager, DefaultMemoryImpl, VectorMemory};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static PLAY: RefCell<MemoryManager<VectorMemory>> = RefCell::new(MemoryManager::init(VectorMemory::default()));
}
#[update]
fn reset() { MANAGER.with(|m| *m.borrow_mut() = MemoryManager::init(DefaultMemoryImpl::default())); }
#[cfg(test)]
mod tests {
    thread_local! { static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default())); }
}

//- a second one over the same memory, which has another name
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl};
type Inner = DefaultMemoryImpl;
thread_local! {
    static RAW: RefCell<Option<Inner>> = RefCell::new(Some(Inner::default()));
    static LOGS: RefCell<MemoryManager<Inner>> = RefCell::new(MemoryManager::init(RAW.with(|m| m.borrow().clone().unwrap())));
    static USERS: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
                                                                         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `USERS` and `LOGS` both take all
}
#[update]
fn touch() { LOGS.with_borrow(|m| m.get(MemoryId::new(0))); USERS.with_borrow(|m| m.get(MemoryId::new(0))); }

//- trap: a manager that nothing touches is never made
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl};
thread_local! {
    static OLD: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static USERS: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
}
fn old_memory() { OLD.with_borrow(|m| m.get(MemoryId::new(0))); }
#[update]
fn touch() { USERS.with_borrow(|m| m.get(MemoryId::new(0))); }

//- one that a function makes for itself
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
}
fn secrets() -> Memory {
    let manager = MemoryManager::init(DefaultMemoryImpl::default());
                //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: This manager and `MANAGER` both take all
    manager.get(MemoryId::new(10))
}
#[update]
fn touch() { MANAGER.with_borrow(|m| m.get(MemoryId::new(0))); secrets(); }

//- trap: a function that nothing calls, and memory in the heap
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, VectorMemory};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
}
fn old_memory() -> Memory { MemoryManager::init(DefaultMemoryImpl::default()).get(MemoryId::new(10)) }
fn scratch() -> VirtualMemory<VectorMemory> { MemoryManager::init(VectorMemory::default()).get(MemoryId::new(0)) }
#[update]
fn touch() { MANAGER.with_borrow(|m| m.get(MemoryId::new(0))); scratch(); }

//- with buckets of another size, and under a type's own name
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl};
type Manager = MemoryManager<DefaultMemoryImpl>;
thread_local! {
    static USERS: RefCell<Manager> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static POSTS: RefCell<Manager> = RefCell::new(MemoryManager::init_with_bucket_size(DefaultMemoryImpl::default(), 16));
                                                //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `POSTS` and `USERS` both take all
}
#[update]
fn touch() { USERS.with_borrow(|m| m.get(MemoryId::new(0))); POSTS.with_borrow(|m| m.get(MemoryId::new(0))); }
