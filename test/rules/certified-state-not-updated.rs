//- a tree that one update certifies and another does not
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[update]
fn put(key: String) {
    TREE.with_borrow_mut(|t| t.insert(key, vec![]));
    ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash()));
}
#[update]
fn remove(key: String) {
    TREE.with_borrow_mut(|t| t.delete(key.as_bytes()));
                           //^^^^^^^^^^^^^^^^^^^^^^^^ warning: `remove` changes `TREE`, and its root is not certified anew
}

//- in a field, through a helper (ic-cdk 0.17)
use ic_certified_map::RbTree;
#[derive(Default)] struct State { tree: RbTree<String, Vec<u8>>, names: Vec<String> }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[init]
fn init() { STATE.with(|s| ic_cdk::api::set_certified_data(&s.borrow().tree.root_hash())); }
fn store(key: String) { STATE.with(|s| s.borrow_mut().tree.insert(key, vec![])); }
#[update]
fn put(key: String) {
    store(key);
  //^^^^^^^^^^ warning: `put` changes `STATE.tree`
}

//- good: each update certifies, directly or through a helper
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
fn seal() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[update]
fn put(key: String) {
    TREE.with_borrow_mut(|t| t.insert(key, vec![]));
    seal();
}
#[update]
fn remove(key: String) {
    TREE.with_borrow_mut(|t| t.delete(key.as_bytes()));
    ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash()));
}

//- trap: another part of the same state
use ic_certified_map::RbTree;
#[derive(Default)] struct State { tree: RbTree<String, Vec<u8>>, names: Vec<String> }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[init]
fn init() { STATE.with_borrow(|s| ic_cdk::api::certified_data_set(&s.tree.root_hash())); }
#[update]
fn rename(name: String) { STATE.with_borrow_mut(|s| s.names.push(name)); }

//- trap: a timer certifies later, or the heartbeat does
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
fn seal() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[update]
fn put(key: String) {
    TREE.with_borrow_mut(|t| t.insert(key, vec![]));
    ic_cdk_timers::set_timer(std::time::Duration::ZERO, async { seal() });
}

//- trap: the heartbeat certifies
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[heartbeat]
fn beat() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); }

//- trap: a repeating timer certifies
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
fn seal() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(5), || async { seal() }); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); }

//- trap: another crate's function certifies what it is given
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[init]
fn init() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[update]
fn put(key: String) {
    TREE.with_borrow_mut(|t| { t.insert(key, vec![]); assets::certify(t); });
}
mod assets { pub fn certify<T>(_: T) {} }

//- trap: a constant is certified, and the tree is somebody else's
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[init]
fn init() { ic_cdk::api::certified_data_set(&[0; 32]); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); }

//- state whose hash a function makes
thread_local! { static PAGES: RefCell<BTreeMap<String, Vec<u8>>> = RefCell::new(BTreeMap::new()); }
fn hash_pages() -> [u8; 32] { PAGES.with_borrow(|p| digest(p)) }
fn digest(_: &BTreeMap<String, Vec<u8>>) -> [u8; 32] { [0; 32] }
fn seal() { ic_cdk::api::certified_data_set(&hash_pages()); }
#[update]
fn put(path: String) { PAGES.with_borrow_mut(|p| p.insert(path, vec![])); seal(); }
#[update]
fn remove(path: String) { PAGES.with_borrow_mut(|p| p.remove(&path)); }
                                                  //^^^^^^^^^^^^^^^ warning: `remove` changes `PAGES`
