//- changed, and never put back
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn rename(id: u64, name: String) {
    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();
    user.name = name;
  //^^^^^^^^^^^^^^^^ error: `user` is a copy
}
#[update]
fn count(id: u64) -> Result<(), String> {
    USERS.with(|m| {
        let mut user = m.borrow().get(&id).ok_or("unknown")?;
        user.visits += 1;
        Ok(())
    })
}

//- in a field (ic-cdk 0.17)
use ic_stable_structures::StableBTreeMap;
struct State { users: StableBTreeMap<u64, User, Memory> }
thread_local! { static STATE: RefCell<State> = RefCell::new(State { users: StableBTreeMap::init(memory(0)) }); }
#[update]
fn tag(id: u64, tag: String) {
    let mut user = STATE.with(|s| s.borrow().users.get(&id)).unwrap();
    user.tags.push(tag);
  //^^^^^^^^^^^^^^^^^^^ error: Put it back with `insert`
}

//- good
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn rename(id: u64, name: String) {
    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();
    user.name = name;
    USERS.with_borrow_mut(|m| m.insert(id, user));
}

//- trap: returned, handed on, or of a map in the heap
use ic_stable_structures::StableBTreeMap;
thread_local! {
    static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static HEAP: RefCell<BTreeMap<u64, User>> = RefCell::new(BTreeMap::new());
}
#[query]
fn shown(id: u64) -> User {
    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();
    user.secret = None;
    user
}
#[update]
fn handed(id: u64) {
    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();
    user.visits += 1;
    save(id, &user);
}
#[update]
fn saved(id: u64) {
    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();
    user.visits += 1;
    user.save();
}
