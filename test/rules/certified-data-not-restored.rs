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

//- trap: a constant
#[init]
fn init() { ic_cdk::api::certified_data_set(&[0; 32]); }
#[post_upgrade]
fn post_upgrade() {}
