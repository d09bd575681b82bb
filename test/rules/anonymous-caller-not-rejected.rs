//- the caller as key
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(note: String) {
 //^^^^^^^^ information: `set_note` keeps `NOTES` by caller
    NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note));
}

//- through a variable (ic-cdk 0.17)
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(note: String) {
 //^^^^^^^^ information: Refuse `Principal::anonymous()` first
    let who = ic_cdk::caller();
    NOTES.with(|n| n.borrow_mut().insert(who, note));
}

//- as the owner of what is stored, as the key of an entry, and by a function that is given the caller
struct Note { owner: Principal, text: String }
thread_local! { static NOTES: RefCell<Vec<Note>> = RefCell::new(vec![]); static POINTS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn add_note(text: String) {
 //^^^^^^^^ information: `add_note` keeps `NOTES` by caller
    let owner = msg_caller();
    let note = Note { owner, text };
    NOTES.with_borrow_mut(|n| n.push(note));
}
#[update]
fn add_point() {
 //^^^^^^^^^ information: `add_point` keeps `POINTS` by caller
    let caller = msg_caller();
    POINTS.with_borrow_mut(|p| *p.entry(caller).or_insert(0) += 1);
}
fn store(owner: Principal, text: String) { NOTES.with_borrow_mut(|n| n.push(Note { owner, text })); }
#[update]
fn put_note(text: String) { store(msg_caller(), text) }
 //^^^^^^^^ information: `put_note` keeps `NOTES` by caller

//- trap: a log, and whoever is not known is refused
thread_local! { static LOGS: RefCell<Vec<Principal>> = RefCell::new(vec![]); static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); static USERS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
fn visit() { LOGS.with_borrow_mut(|it| it.push(msg_caller())); }
#[update]
fn set_note(note: String) -> Result<(), String> {
    let caller = msg_caller();
    if !USERS.with_borrow(|it| it.contains(&caller)) { return Err("sign up first".into()) }
    NOTES.with_borrow_mut(|n| n.insert(caller, note));
    Ok(())
}

//- good
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(note: String) {
    let caller = msg_caller();
    if caller == Principal::anonymous() { ic_cdk::trap("sign in first") }
    NOTES.with_borrow_mut(|n| n.insert(caller, note));
}

//- trap: a wrapper that rejects, a guard
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
fn caller() -> Principal { let c = msg_caller(); assert!(c != Principal::anonymous()); c }
fn is_user() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
#[update]
fn set_note(note: String) { NOTES.with_borrow_mut(|n| n.insert(caller(), note)); }
#[update(guard = "is_user")]
fn replace_note(note: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note)); }

//- trap: kept by something else
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(key: u64, note: String) { NOTES.with_borrow_mut(|n| n.insert(key, note)); }

//- as a field of what is put back; who is not to deal with oneself is not who is nobody
#[derive(Clone, Default)] struct Item { bidder: Option<Principal>, bid: u64 }
thread_local! { static ITEMS: RefCell<BTreeMap<u64, Item>> = RefCell::default(); static DEALS: RefCell<BTreeMap<u64, (Principal, Principal)>> = RefCell::default(); }
#[update]
fn bid(id: u64, amount: u64) {
 //^^^ information: `bid` keeps `ITEMS` by caller
    let caller = msg_caller();
    let mut item = ITEMS.with_borrow(|it| it.get(&id).cloned().unwrap_or_default());
    item.bidder = Some(caller);
    item.bid = amount;
    ITEMS.with_borrow_mut(|it| it.insert(id, item));
}
#[update]
fn deal(id: u64, partner: Principal) -> Result<(), String> {
 //^^^^ information: `deal` keeps `DEALS` by caller
    let caller = msg_caller();
    if caller == partner { return Err("not with oneself".into()) }
    DEALS.with_borrow_mut(|it| it.insert(id, (caller, partner)));
    Ok(())
}
