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
