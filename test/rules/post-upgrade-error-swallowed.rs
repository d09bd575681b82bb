//- by default values
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    let (s,): (Vec<u64>,) = ic_cdk::storage::stable_restore().unwrap_or_default();
                                                            //^^^^^^^^^^^^^^^^^^^ error: all data is lost
    S.set(s);
}

//- by a closure, in a function that the hook calls (ic-cdk 0.17)
fn load() -> Vec<u64> {
    ic_cdk::storage::stable_restore::<(Vec<u64>,)>().map(|it| it.0).unwrap_or_else(|_| Vec::new())
                                                                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Trap instead
}
#[post_upgrade]
fn post_upgrade() { let s = load(); }

//- by `if let` and `match`
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    if let Ok((s,)) = ic_cdk::storage::stable_restore::<(Vec<u64>,)>() {
                    //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `if let Ok` starts the new version without it
        S.set(s);
    }
}

//- by a case that only logs
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    match ic_cdk::storage::stable_restore::<(Vec<u64>,)>() {
        Ok((s,)) => S.set(s),
        Err(error) => ic_cdk::println!("{error}"),
      //^^^^^^^^^^^^^ error: this `match` starts
    }
}

//- good: it traps
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    let (s,): (Vec<u64>,) = ic_cdk::storage::stable_restore().expect("restore");
    S.set(s);
    match ic_cdk::storage::stable_restore::<(Vec<u64>,)>() {
        Ok((s,)) => S.set(s),
        Err(error) => ic_cdk::trap(&error),
    }
}

//- trap: an older format, which traps by itself
#[derive(CandidType, Deserialize)] struct Old {}
#[derive(CandidType, Deserialize)] struct New {}
impl From<Old> for New { fn from(_: Old) -> Self { New {} } }
#[post_upgrade]
fn post_upgrade() {
    let s = ic_cdk::storage::stable_restore::<(New,)>().map(|it| it.0).unwrap_or_else(|_| ic_cdk::storage::stable_restore::<(Old,)>().unwrap().0.into());
}

//- trap: what is no saved state
#[derive(CandidType, Default, Deserialize)] struct Options {}
#[post_upgrade]
fn post_upgrade(argument: Vec<u8>) {
    let options = candid::decode_one::<Options>(&argument).unwrap_or_default();
}

//- a comment says that the state may be lost
thread_local! { static CACHE: RefCell<Vec<u64>> = RefCell::new(Vec::new()); }
#[post_upgrade]
fn post_upgrade() {
    // Make an effort to restore what was collected; it is collected again otherwise.
    let (all,) = ic_cdk::storage::stable_restore::<(Vec<u64>,)>().unwrap_or_default();
                                                                //^^^^^^^^^^^^^^^^^^^ information: `unwrap_or_default` starts the new version without it
    CACHE.set(all);
}

//- the message of the other case says what was to be done (ic-cdk 0.17)
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    match ic_cdk::storage::stable_restore::<(Vec<u64>,)>() {
        Ok((s,)) => S.set(s),
        Err(error) => ic_cdk::println!("could not restore the state, trap: {error}"),
      //^^^^^^^^^^^^^ error: this `match` starts the new version without it
    }
}

//- kept in a variable first (ic-cdk 0.17)
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    let state: Result<(Vec<u64>,), String> = ic_cdk::storage::stable_restore();
    match state {
        Ok((s,)) => S.set(s),
        Err(e) => ic_cdk::println!("Failed to do post upgrade {e}"),
      //^^^^^^^^^ error: this `match` starts
    }
}

//- trap: kept in a variable first, and it traps (ic-cdk 0.17)
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[post_upgrade]
fn post_upgrade() {
    let state: Result<(Vec<u64>,), String> = ic_cdk::storage::stable_restore();
    match state {
        Ok((s,)) => S.set(s),
        Err(e) => ic_cdk::trap(&e),
    }
}

//- trap: the error is answered, and the hook traps because of it
#[derive(CandidType, Default, Deserialize)] struct State { n: u64 }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
fn try_restore() -> bool {
    let mut bytes = vec![0; 8];
    ic_cdk::stable::stable_read(0, &mut bytes);
    match candid::decode_one::<State>(&bytes) {
        Ok(state) => { STATE.set(state); true }
        Err(_) => false,
    }
}
#[post_upgrade]
fn post_upgrade() { if !try_restore() { ic_cdk::trap("cannot restore"); } }

//- the error is answered, and the hook takes no notice
#[derive(CandidType, Default, Deserialize)] struct State { n: u64 }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
fn try_restore() -> bool {
    let mut bytes = vec![0; 8];
    ic_cdk::stable::stable_read(0, &mut bytes);
    match candid::decode_one::<State>(&bytes) {
        Ok(state) => { STATE.set(state); true }
        Err(_) => false,
      //^^^^^^^^^ error: this `match`
    }
}
#[post_upgrade]
fn post_upgrade() { if !try_restore() { ic_cdk::println!("starting afresh"); } }

//- by ic-kit (ic-cdk 0.5)
use ic_kit::*;
#[pre_upgrade]
fn pre_upgrade() { let _ = ic::stable_store((1u64,)); }
#[post_upgrade]
fn post_upgrade() {
    if let Ok((n,)) = ic::stable_restore::<(u64,)>() { ic::store(n); }
                    //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `if let Ok`
}

//- handed on by another crate (ic-cdk 0.13)
use ic_exports::ic_cdk::storage::stable_restore;
#[post_upgrade]
fn post_upgrade() { let (n,): (u64,) = stable_restore().unwrap_or_default(); keep(n); }
                                                      //^^^^^^^^^^^^^^^^^^^ error: `unwrap_or_default`

//- an empty state instead, by the crate's own function, and by way of a variable
#[derive(Default, CandidType, Deserialize)] struct State { n: u64 }
mod state { pub fn restore(_: super::State) {} }
#[post_upgrade]
fn post_upgrade() {
    match ic_cdk::storage::stable_restore::<(State,)>() {
        Ok((s,)) => state::restore(s),
        Err(_) => state::restore(State::default()),
      //^^^^^^^^^ error: this `match`
    }
}
fn again() -> State {
    let restored: Result<(State,), _> = ic_cdk::storage::stable_restore();
    restored.map(|(s,)| s).unwrap_or_default()
}

//- by way of a variable
#[derive(Default, CandidType, Deserialize)] struct State { n: u64 }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[post_upgrade]
fn post_upgrade() {
    let restored: Result<(State,), String> = ic_cdk::storage::stable_restore();
    let state = restored.map(|(s,)| s).unwrap_or_default();
                                     //^^^^^^^^^^^^^^^^^^^ error: `unwrap_or_default`
    STATE.set(state);
}

//- by a module that a glob brings in (ic-cdk 0.17)
use ic_cdk::*;
#[derive(CandidType, Deserialize)] struct Stored { names: Vec<String> }
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::default(); }
#[post_upgrade]
fn post_upgrade() {
    if let Ok((stored,)) = storage::stable_restore::<(Stored,)>() {
                         //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `if let Ok`
        NAMES.set(stored.names);
    }
}

//- several values in a helper, the first of which may be missing; a trap: all of them may (ic-cdk 0.17)
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::default(); static OWNER: RefCell<Option<Principal>> = RefCell::default(); }
fn restore() {
    if let Ok((owner, names)) = ic_cdk::storage::stable_restore::<(Option<Principal>, Vec<String>)>() {
                              //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `if let Ok`
        OWNER.set(owner);
        NAMES.set(names);
    }
}
fn restore_owner() {
    if let Ok((owner, _)) = ic_cdk::storage::stable_restore::<(Option<Principal>, Option<u64>)>() { OWNER.set(owner); }
}
#[post_upgrade]
fn post_upgrade() { restore(); restore_owner(); }
