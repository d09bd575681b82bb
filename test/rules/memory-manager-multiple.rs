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
