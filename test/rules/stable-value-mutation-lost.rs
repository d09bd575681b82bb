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
      //^^^^^^^^^^^^^^^^ error: `user` is a copy
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

//- bound by a pattern, of a map that a closure is lent
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn rename(id: u64, name: String) -> Result<(), String> {
    USERS.with(|users| {
        let users = users.borrow_mut();
        if let Some(mut user) = users.get(&id) {
            user.name = name;
          //^^^^^^^^^^^^^^^^ error: `user` is a copy
            return Ok(());
        }
        Err("unknown".to_string())
    })
}
#[update]
fn visit(id: u64) -> bool {
    match USERS.with_borrow(|users| users.get(&id)) {
        Some(mut user) => {
            user.visits += 1;
          //^^^^^^^^^^^^^^^^ error: Put it back with `insert`
            true
        }
        None => false,
    }
}
#[update]
fn tag(id: u64, tag: String) {
    let Some(mut user) = USERS.with_borrow(|users| users.get(&id)) else { return };
    user.tags.push(tag);
  //^^^^^^^^^^^^^^^^^^^ error: `user` is a copy
}

//- trap: bound by a pattern and put back, returned, or of a map in the heap
use ic_stable_structures::StableBTreeMap;
thread_local! {
    static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static HEAP: RefCell<BTreeMap<u64, User>> = RefCell::new(BTreeMap::new());
}
#[update]
fn rename(id: u64, name: String) {
    USERS.with(|users| {
        let mut users = users.borrow_mut();
        if let Some(mut user) = users.get(&id) {
            user.name = name;
            users.insert(id, user);
        }
    });
}
#[query]
fn shown(id: u64) -> Option<User> {
    match USERS.with_borrow(|users| users.get(&id)) {
        Some(mut user) => {
            user.secret = None;
            Some(user)
        }
        None => None,
    }
}
#[query]
fn of_heap(id: u64) -> u64 {
    let found = HEAP.with_borrow(|users| users.get(&id).cloned());
    if let Some(mut user) = found { user.visits += 1; return user.visits; }
    HEAP.with(|users| {
        let users = users.borrow();
        if let Some(mut user) = users.get(&id).cloned() { user.visits += 1; return user.visits; }
        0
    })
}

//- in a vector and a cell, with a default, changed by an operator
use ic_stable_structures::{StableBTreeMap, StableVec};
thread_local! {
    static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static LIST: RefCell<StableVec<User, Memory>> = RefCell::new(StableVec::init(memory(1)));
}
#[update]
fn visit(at: u64) {
    let mut user = LIST.with_borrow(|list| list.get(at)).unwrap_or_default();
    user.visits -= 1;
  //^^^^^^^^^^^^^^^^ error: `user` is a copy
}
#[update]
fn tag(id: u64, tag: String) -> Option<()> {
    let users = USERS.with(|it| it.borrow().get(&id));
    let mut user = USERS.with(|it| it.borrow().get(&id))?;
    user.tags.push(tag);
  //^^^^^^^^^^^^^^^^^^^ error: `user` is a copy
    Some(drop(users))
}

//- trap: put back by a set, a swap or a helper; a map in the heap whose value is changed in place; a local of the same name
use ic_stable_structures::{StableBTreeMap, StableCell};
use std::collections::HashMap;
thread_local! {
    static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static CONFIG: RefCell<StableCell<User, Memory>> = RefCell::new(StableCell::init(memory(1), User::default()));
    static HEAP: RefCell<HashMap<u64, User>> = RefCell::new(HashMap::new());
}
#[update]
fn set(name: String) {
    let mut config = CONFIG.with_borrow(|it| it.get().clone());
    config.name = name;
    CONFIG.with_borrow_mut(|it| it.set(config));
}
#[update]
fn in_place(id: u64, name: String) {
    HEAP.with_borrow_mut(|users| { if let Some(user) = users.get_mut(&id) { user.name = name; } });
    USERS.with_borrow(|it| it.get(&id));
}
#[update]
fn both(id: u64, tag: String) -> Result<User, String> {
    let mut user = USERS.with_borrow(|it| it.get(&id)).ok_or("unknown")?;
    user.tags.push(tag.clone());
    if user.tags.len() > 3 { return Err(tag); }
    let stored = user.clone();
    USERS.with_borrow_mut(|it| it.insert(id, stored));
    Ok(user)
}
#[query]
fn counted(id: u64) -> u64 {
    let mut visits = USERS.with_borrow(|it| it.get(&id)).unwrap().visits;
    visits += 1;
    visits
}

//- through a reference to what was found, by methods that take away
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn untag(id: u64, tag: String) {
    USERS.with(|users| {
        let mut found = users.borrow().get(&id);
        if let Some(user) = &mut found {
            user.tags.retain(|it| *it != tag);
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `user` is a copy
        }
    });
    USERS.with(|users| {
        let mut found = users.borrow().get(&id);
        if let Some(user) = found.as_mut() { user.tags.clear(); }
                                           //^^^^^^^^^^^^^^^^^ error: `user` is a copy
    });
}
#[update]
fn forget(id: u64) {
    let mut user = USERS.with_borrow(|it| it.get(&id)).unwrap();
    user.tags.truncate(3);
  //^^^^^^^^^^^^^^^^^^^^^ error: `user` is a copy
}

//- trap: what was found is put back, or returned, behind the reference to it
use ic_stable_structures::StableBTreeMap;
thread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn untag(id: u64, tag: String) {
    USERS.with(|users| {
        let mut found = users.borrow().get(&id);
        if let Some(user) = &mut found { user.tags.retain(|it| *it != tag); }
        if let Some(user) = found { users.borrow_mut().insert(id, user); }
    });
}
#[query]
fn shown(id: u64) -> Option<User> {
    let mut found = USERS.with_borrow(|users| users.get(&id));
    if let Some(user) = found.as_mut() { user.tags.clear(); }
    found
}
#[update]
fn stored(id: u64) {
    let mut found = USERS.with_borrow(|users| users.get(&id));
    if let Some(user) = &mut found {
        user.tags.clear();
        USERS.with_borrow_mut(|users| users.insert(id, user.clone()));
    }
}
