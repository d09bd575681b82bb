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

//- behind an accessor of the state, the save that fails
thread_local! { static S: RefCell<Option<Vec<u64>>> = const { RefCell::new(None) }; }
fn read_state<R>(f: impl FnOnce(&Vec<u64>) -> R) -> R { S.with(|s| f(s.borrow().as_ref().expect("no state"))) }
fn save(all: &Vec<u64>) { ic_cdk::storage::stable_save((all.clone(),)).expect("failed to save"); }
#[pre_upgrade]
fn pre_upgrade() {
    read_state(|s| save(s));
                 //^^^^^^^ warning: If `expect` traps
}

//- trap: state that init has set is taken out of its option, cell or lock
thread_local! { static S: RefCell<Option<Vec<u64>>> = const { RefCell::new(None) }; }
static ID: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
static LAST: std::sync::Mutex<u64> = std::sync::Mutex::new(0);
fn read_state<R>(f: impl FnOnce(&Vec<u64>) -> R) -> R { S.with(|s| f(s.borrow().as_ref().expect("no state"))) }
fn take_state() -> Vec<u64> { S.with(|s| s.borrow_mut().take().unwrap()) }
fn id() -> u64 { *ID.get().unwrap() }
fn last() -> u64 { *LAST.lock().unwrap() }
fn copied() -> Vec<u64> { S.with(|s| match &*s.borrow() { Some(it) => it.clone(), None => panic!("The state is not initialized!") }) }
#[pre_upgrade]
fn pre_upgrade() {
    let text = (read_state(|s| s.len()), id(), last(), copied().len(), take_state());
    if let Err(error) = ic_cdk::storage::stable_save(text) { ic_cdk::println!("{error}"); }
}
