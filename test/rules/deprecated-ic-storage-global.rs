//- by type (ic-cdk 0.4)
fn add() {
    ic_cdk::storage::get_mut::<State>().count += 1;
  //^^^^^^^^^^^^^^^^^^^^^^^^ information: gone from ic-cdk
}

//- told once in a function (ic-cdk 0.4)
fn add() {
    ic_cdk::storage::get_mut::<State>().count += 1;
  //^^^^^^^^^^^^^^^^^^^^^^^^ information: here and at 1 more place of the function
    ic_cdk::storage::get_mut::<State>().sum -= 1;
}

//- by the kit (ic-cdk 0.4)
use ic_kit::ic;
fn read() -> u64 {
    ic::get::<State>().count
  //^^^^^^^ information: Keep it in a `thread_local!`
}

//- good
struct State { count: u64 }
impl State { fn new() -> Self { State { count: 0 } } }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::new()); }
fn add() { STATE.with_borrow_mut(|s| s.count += 1); }
fn save() { ic_cdk::storage::stable_save((1,)).unwrap(); }

//- by a module that a glob brings in; a trap: the crate's own module of that name (ic-cdk 0.4)
use ic_cdk::*;
fn add() {
    storage::get_mut::<State>().count += 1;
  //^^^^^^^^^^^^^^^^ information: gone from ic-cdk
}
mod kept {
    pub mod storage { pub fn get_mut<T>() -> T { unimplemented!() } }
    pub fn add() { storage::get_mut::<u64>(); }
}

//- good: the stable part of the module, and a method of the crate's own
pub struct Store;
impl Store { pub fn get<T>(&self) -> Option<T> { None } }
fn add(storage: Store) { storage.get::<u64>(); let _ = ic_cdk::storage::stable_restore::<(u64,)>(); }
