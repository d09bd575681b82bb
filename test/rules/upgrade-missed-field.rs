//- one of three statics
use std::collections::HashMap;
thread_local! {
    static FARMERS: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static ORDERS: RefCell<Vec<u64>> = RefCell::new(Vec::new());
    static APPROVALS: RefCell<HashMap<Principal, Principal>> = RefCell::new(HashMap::new());
}
#[update]
fn approve(to: Principal) { APPROVALS.with_borrow_mut(|a| a.insert(msg_caller(), to)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((FARMERS.take(), ORDERS.take())).unwrap(); }
 //^^^^ warning: `save` saves `FARMERS` and `ORDERS`, but not `APPROVALS`, which `approve` writes
#[post_upgrade]
fn restore() {
    let (farmers, orders) = ic_cdk::storage::stable_restore().unwrap();
    FARMERS.set(farmers);
    ORDERS.set(orders);
}

//- one field of a struct that is saved field by field (ic-cdk 0.17)
#[derive(Default, CandidType, Deserialize)] struct State { users: BTreeMap<u64, String>, orders: Vec<u64>, approvals: BTreeMap<u64, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[update]
fn approve(a: u64, b: u64) { STATE.with(|s| s.borrow_mut().approvals.insert(a, b)); }
#[pre_upgrade]
fn save() {
 //^^^^ warning: `save` saves `STATE.users` and `STATE.orders`, but not `STATE.approvals`
    STATE.with(|s| ic_cdk::storage::stable_save((s.borrow().users.clone(), s.borrow().orders.clone())).unwrap());
}
#[post_upgrade]
fn restore() {
    let (users, orders) = ic_cdk::storage::stable_restore().unwrap();
    STATE.with(|s| { s.borrow_mut().users = users; s.borrow_mut().orders = orders; });
}

//- good: all of them
use std::collections::HashMap;
thread_local! {
    static FARMERS: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static APPROVALS: RefCell<HashMap<Principal, Principal>> = RefCell::new(HashMap::new());
}
#[update]
fn approve(to: Principal) { APPROVALS.with_borrow_mut(|a| a.insert(msg_caller(), to)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((FARMERS.take(), APPROVALS.take())).unwrap(); }
#[post_upgrade]
fn restore() {
    let (farmers, approvals) = ic_cdk::storage::stable_restore().unwrap();
    FARMERS.set(farmers);
    APPROVALS.set(approvals);
}

//- good: the whole struct
#[derive(Default, CandidType, Deserialize)] struct State { users: BTreeMap<u64, String>, approvals: BTreeMap<u64, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[update]
fn approve(a: u64, b: u64) { STATE.with(|s| s.borrow_mut().approvals.insert(a, b)); }
#[pre_upgrade]
fn save() { STATE.with(|s| ic_cdk::storage::stable_save((&*s.borrow(),)).unwrap()); }
#[post_upgrade]
fn restore() {
    let (state,) = ic_cdk::storage::stable_restore().unwrap();
    STATE.with(|s| *s.borrow_mut() = state);
}

//- trap: what is rebuilt, counted, under way or cached
use std::collections::HashMap;
thread_local! {
    static FARMERS: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static PRICE_CACHE: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static IN_FLIGHT: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static CALL_METRICS: RefCell<HashMap<String, u64>> = RefCell::new(HashMap::new());
    static OWNERS: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
}
#[update]
fn ask() {
    PRICE_CACHE.with_borrow_mut(|a| a.insert(msg_caller(), 1));
    IN_FLIGHT.with_borrow_mut(|a| a.insert(msg_caller(), 1));
    CALL_METRICS.with_borrow_mut(|a| a.insert("ask".into(), 1));
    OWNERS.with_borrow_mut(|a| a.insert(msg_caller(), 1));
}
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((FARMERS.take(),)).unwrap(); }
#[post_upgrade]
fn restore() {
    let (farmers,): (HashMap<Principal, u64>,) = ic_cdk::storage::stable_restore().unwrap();
    OWNERS.with_borrow_mut(|o| for (k, v) in &farmers { o.insert(*k, *v); });
    FARMERS.set(farmers);
}

//- trap: of another kind, in stable memory, or never written
use ic_stable_structures::StableBTreeMap;
use std::collections::HashMap;
thread_local! {
    static FARMERS: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static ORDERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static NAMES: RefCell<HashMap<Principal, u64>> = RefCell::new(HashMap::new());
    static COUNT: Cell<u64> = Cell::new(0);
}
#[update]
fn order() { ORDERS.with_borrow_mut(|a| a.insert(1, 1)); COUNT.set(COUNT.get() + 1); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((FARMERS.take(),)).unwrap(); }
#[post_upgrade]
fn restore() {
    let (farmers,) = ic_cdk::storage::stable_restore().unwrap();
    FARMERS.set(farmers);
}

//- trap: a helper gets the whole struct
#[derive(Default, CandidType, Deserialize)] struct State { users: BTreeMap<u64, String>, orders: Vec<u64>, approvals: BTreeMap<u64, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[update]
fn approve(a: u64, b: u64) { STATE.with_borrow_mut(|s| s.approvals.insert(a, b)); }
#[pre_upgrade]
fn save() { STATE.with_borrow(|s| { keep(&s.users); keep(&s.orders); keep(s); }); }
#[post_upgrade]
fn restore() { STATE.with_borrow_mut(|s| { s.users = stored(); s.orders = vec![]; keep(s); }); }

//- trap: beside a field that is missed, those that are restored, cached, counted or stable
use ic_stable_structures::StableBTreeMap;
struct State {
    users: BTreeMap<u64, String>, orders: Vec<u64>, missed: BTreeMap<u64, u64>, by_name: BTreeMap<String, u64>,
    price_cache: BTreeMap<u64, u64>, total: u64, notes: StableBTreeMap<u64, u64, Memory>, never: Vec<u64>,
}
thread_local! { static STATE: RefCell<State> = RefCell::new(state()); static OTHER: RefCell<Vec<u64>> = RefCell::default(); }
fn state() -> State { unimplemented!() }
#[update]
fn put(a: u64) {
    OTHER.with_borrow(|it| it.len());
    STATE.with(|s| {
        let mut s = s.borrow_mut();
        s.missed.insert(a, a);
        s.by_name.insert("a".into(), a);
        s.price_cache.insert(a, a);
        s.total += 1;
        s.notes.insert(a, a);
    });
}
#[pre_upgrade]
fn save() {
 //^^^^ warning: but not `STATE.missed`
    STATE.with(|s| ic_cdk::storage::stable_save((s.borrow().users.clone(), s.borrow().orders.clone())).unwrap());
}
#[post_upgrade]
fn restore() {
    let (users, orders): (BTreeMap<u64, String>, Vec<u64>) = ic_cdk::storage::stable_restore().unwrap();
    STATE.with(|s| {
        s.borrow_mut().by_name = users.iter().map(|(id, name)| (name.clone(), *id)).collect();
        s.borrow_mut().users = users;
        s.borrow_mut().orders = orders;
    });
}

//- one of several, counted in the message
thread_local! {
    static A: RefCell<Vec<u64>> = RefCell::default();
    static B: RefCell<Vec<u64>> = RefCell::default();
    static C: RefCell<Vec<u64>> = RefCell::default();
    static ORDERS: RefCell<Vec<u64>> = RefCell::default();
}
#[update]
fn order(n: u64) { ORDERS.with_borrow_mut(|it| it.push(n)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((A.take(), B.take(), C.take())).unwrap(); }
 //^^^^ warning: `save` saves `A`, `B` and 1 more, but not `ORDERS`
#[post_upgrade]
fn restore() { let (a, b, c) = ic_cdk::storage::stable_restore().unwrap(); A.set(a); B.set(b); C.set(c); }

//- trap: saved and never restored, which another rule tells of; and where nothing is saved
thread_local! {
    static FARMERS: RefCell<Vec<u64>> = RefCell::default();
    static ORDERS: RefCell<Vec<u64>> = RefCell::default();
}
#[update]
fn order(n: u64) { ORDERS.with_borrow_mut(|it| it.push(n)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((FARMERS.take(), ORDERS.take())).unwrap(); }
#[post_upgrade]
fn restore() { let (farmers,) = ic_cdk::storage::stable_restore().unwrap(); FARMERS.set(farmers); }

//- trap: without a hook, and a hook that saves nothing of the heap
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::default(); static NAMES: RefCell<Vec<u64>> = RefCell::default(); }
#[update]
fn order(n: u64) { ORDERS.with_borrow_mut(|it| it.push(n)); }
#[pre_upgrade]
fn save() { NAMES.with_borrow(|it| it.len()); }
