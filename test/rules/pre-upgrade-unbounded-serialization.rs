//- all files
thread_local! { static FILES: RefCell<BTreeMap<u64, Vec<u8>>> = RefCell::new(BTreeMap::new()); }
#[pre_upgrade]
fn pre_upgrade() {
    let _ = ic_cdk::storage::stable_save((FILES.take(),));
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `FILES` is written out as a whole
}

//- of a state (ic-cdk 0.17)
struct State { users: Vec<User> }
thread_local! { static STATE: RefCell<State> = RefCell::new(State { users: vec![] }); }
fn save() {
    STATE.with(|s| ciborium::into_writer(&*s.borrow(), writer()).unwrap());
                 //^^^^^^^^^^^^^^^^^^^^^ information: runs out of instructions
}
#[pre_upgrade]
fn pre_upgrade() { save(); }

//- good
thread_local! { static FILES: RefCell<StableBTreeMap<u64, Vec<u8>, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }

//- trap: a number
thread_local! { static NEXT: Cell<u64> = Cell::new(0); static SEEN: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[pre_upgrade]
fn pre_upgrade() { let _ = ic_cdk::storage::stable_save((NEXT.get(),)); }

//- within a macro (ic-cdk 0.17)
#[derive(CandidType)] struct State { users: Vec<User> }
thread_local!(static STATE: RefCell<State> = RefCell::new(State { users: vec![] }););
#[pre_upgrade]
fn pre_upgrade() {
    let bytes = STATE.with(|s| candid::Encode!(&*s.borrow()).unwrap());
    ic_cdk::storage::stable_save((bytes,)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `STATE` is written out as a whole
}

//- below two structs, and moved one by one
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap};
#[derive(Default)] struct State { data: Data }
#[derive(Default)] struct Data { users: Users }
#[derive(Default)] struct Users { profiles: BTreeMap<Principal, u64> }
thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static KEPT: RefCell<StableBTreeMap<Principal, u64, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with_borrow(|m| m.get(MemoryId::new(0)))));
}
#[pre_upgrade]
fn pre_upgrade() {
    STATE.with_borrow(|state| {
        for (id, it) in &state.data.users.profiles {
            KEPT.with_borrow_mut(|kept| kept.insert(*id, *it));
                                      //^^^^^^^^^^^^^^^^^^^^^ information: `STATE` is written out as a whole
        }
    });
}

//- by a function that is handed on by its name, and in a block that is the argument (ic-cdk 0.17)
#[derive(Default, Clone, CandidType, Deserialize)] pub struct State { users: BTreeMap<Principal, String> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); static NAMES: RefCell<BTreeMap<u64, String>> = RefCell::default(); }
fn mutate<R>(f: impl FnOnce(&mut State) -> R) -> R { STATE.with(|it| f(&mut it.borrow_mut())) }
pub fn to_stable(state: &mut State) {
    let bytes = candid::encode_one(&*state).expect("encoded");
              //^^^^^^^^^^^^^^^^^^ information: `STATE` is written out as a whole
    ic_cdk::api::stable::stable_write(0, &bytes);
}
#[pre_upgrade]
fn pre_upgrade() { mutate(to_stable) }

//- in a block that is the argument (ic-cdk 0.17)
#[derive(Clone, CandidType, Deserialize)] struct Saved { names: BTreeMap<u64, String> }
thread_local! { static NAMES: RefCell<BTreeMap<u64, String>> = RefCell::default(); }
#[pre_upgrade]
fn pre_upgrade() {
    match ic_cdk::storage::stable_save({
        //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `NAMES` is written out as a whole
        NAMES.with(|it| {
            let names = it.borrow();
            (Saved { names: names.clone() },)
        })
    }) {
        Ok(_) => (),
        Err(e) => ic_cdk::trap(&format!("not saved: {e}")),
    };
}
