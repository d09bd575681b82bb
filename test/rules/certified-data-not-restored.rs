//- a tree of the heap
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[update]
fn put(key: String) {
    TREE.with_borrow_mut(|t| t.insert(key, vec![]));
    ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash()));
}
#[post_upgrade]
fn post_upgrade() {}
 //^^^^^^^^^^^^ warning: After an upgrade `TREE` is empty

//- the old name (ic-cdk 0.17)
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[init]
fn init() { ic_cdk::api::set_certified_data(&TREE.with(|t| t.borrow().root_hash())); }
#[post_upgrade]
fn post_upgrade() { log(); }
 //^^^^^^^^^^^^ warning: certify its root
fn log() {}

//- good
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
fn certify() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
#[init]
fn init() { certify(); }
#[post_upgrade]
fn post_upgrade() { certify(); }

//- trap: constants, beside a tree whose root nobody certifies
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
const SKIPPED: [u8; 32] = [0; 32];
#[init]
fn init() { ic_cdk::api::certified_data_set(&[0; 32]); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); ic_cdk::api::certified_data_set(SKIPPED); }
#[post_upgrade]
fn post_upgrade() {}

//- a tree in a field of the state
use ic_certified_map::RbTree;
#[derive(Default)] struct State { tree: RbTree<String, Vec<u8>>, count: u64 }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[update]
fn put(key: String) { STATE.with_borrow_mut(|s| { s.tree.insert(key, vec![]); ic_cdk::api::certified_data_set(&s.tree.root_hash()); }); }
#[post_upgrade]
fn post_upgrade() {}
 //^^^^^^^^^^^^ warning: After an upgrade `STATE` is empty

//- trap: certified again by a helper of another name, and a state without any tree
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
fn seal() { ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
fn start() { TREE.with_borrow_mut(|t| t.insert("a".into(), vec![])); seal(); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); seal(); }
#[post_upgrade]
fn post_upgrade() { start(); }

//- trap: no tree, but a hash of what stable memory keeps
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
fn digest(_: u64) -> [u8; 32] { [0; 32] }
#[update]
fn put(n: u64) { USERS.with_borrow_mut(|t| t.insert(n, n)); ic_cdk::api::certified_data_set(&digest(n)); }
#[post_upgrade]
fn post_upgrade() {}

//- trap: without the hook another rule speaks
use ic_certified_map::RbTree;
thread_local! { static TREE: RefCell<RbTree<String, Vec<u8>>> = RefCell::new(RbTree::new()); }
#[update]
fn put(key: String) { TREE.with_borrow_mut(|t| t.insert(key, vec![])); ic_cdk::api::certified_data_set(&TREE.with_borrow(|t| t.root_hash())); }
