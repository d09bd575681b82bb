//- directly
thread_local! { static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); }
#[post_upgrade]
fn post_upgrade() {
    OWNER.set(msg_caller());
  //^^^^^^^^^^^^^^^^^^^^^^^ warning: Every upgrade gives `OWNER` to whoever upgrades
}

//- through init (ic-cdk 0.17)
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { admin: Option<Principal> }
#[init]
fn init() {
    let caller = ic_cdk::caller();
    STATE.with(|s| s.borrow_mut().admin = Some(caller));
}
#[post_upgrade]
fn post_upgrade() {
    init();
  //^^^^^^ warning: Every upgrade gives `STATE.admin`
}

//- good: in init only
thread_local! { static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); }
#[init]
fn init() { OWNER.set(msg_caller()); }
#[post_upgrade]
fn post_upgrade() {}

//- trap: only where there is none yet
thread_local! { static OWNER: Cell<Option<Principal>> = Cell::new(None); }
#[post_upgrade]
fn post_upgrade() {
    if OWNER.get().is_none() {
        OWNER.set(Some(msg_caller()));
    }
}

//- trap: from the argument, and no privilege
thread_local! { static OWNER: Cell<Option<Principal>> = Cell::new(None); static UPGRADED_BY: Cell<Option<Principal>> = Cell::new(None); }
#[post_upgrade]
fn post_upgrade(owner: Option<Principal>) {
    OWNER.set(owner);
    UPGRADED_BY.set(Some(msg_caller()));
}

//- trap: set once in stable memory; on the heap it is not there after an upgrade
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap};
thread_local! { static SETTINGS: RefCell<StableBTreeMap<String, Principal, DefaultMemoryImpl>> = RefCell::new(StableBTreeMap::init(DefaultMemoryImpl::default())); }
thread_local! { static OWNERS: RefCell<BTreeMap<String, Principal>> = RefCell::default(); }
fn initialize_owner() {
    SETTINGS.with(|settings| {
        let mut settings = settings.borrow_mut();
        if !settings.contains_key(&"owner".to_string()) { settings.insert("owner".to_string(), msg_caller()); }
    });
}
fn initialize_heap() {
    OWNERS.with_borrow_mut(|owners| { if !owners.contains_key("owner") { owners.insert("owner".to_string(), msg_caller()); } });
}
#[post_upgrade]
fn post_upgrade() {
    initialize_owner();
    initialize_heap();
  //^^^^^^^^^^^^^^^^^ warning: Every upgrade gives `OWNERS` to whoever upgrades
}
