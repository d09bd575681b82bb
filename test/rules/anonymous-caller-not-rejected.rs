//- the caller as key
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(note: String) {
    NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note));
                            //^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `set_note` keeps `NOTES` by caller
}

//- through a variable (ic-cdk 0.17)
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set_note(note: String) {
    let who = ic_cdk::caller();
    NOTES.with(|n| n.borrow_mut().insert(who, note));
                 //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: Refuse `Principal::anonymous()` first
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
