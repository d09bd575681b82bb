//- unwrapped, directly and in what it calls
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[pre_upgrade]
fn pre_upgrade() {
    ic_cdk::storage::stable_save((S.take(),)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: every later one fails
}

//- a panic further down (ic-cdk 0.17)
fn save(bytes: &[u8]) {
    if bytes.len() > 100 { ic_cdk::trap("too much"); }
}
#[pre_upgrade]
fn pre_upgrade() {
    save(&[1]);
  //^^^^^^^^^^ warning: If `trap` traps in `pre_upgrade`
}

//- good: nothing to do, or nothing that fails
#[pre_upgrade]
fn pre_upgrade() {
    if let Err(error) = ic_cdk::storage::stable_save((1,)) { ic_cdk::println!("{error}"); }
}

//- trap: comments, and what others do
// stable_save((S.take(),)).unwrap();
#[pre_upgrade]
fn pre_upgrade() { /* unwrap() */ }
#[update]
fn save() { ic_cdk::storage::stable_save((1,)).unwrap(); }
