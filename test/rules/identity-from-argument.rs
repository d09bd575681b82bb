//- the owner
thread_local! { static ALLOWED: RefCell<BTreeMap<Principal, Principal>> = RefCell::new(BTreeMap::new()); }
#[update]
fn approve(owner: Principal, spender: Principal) {
 //^^^^^^^ warning: says in `owner` who they are
    ALLOWED.with_borrow_mut(|a| a.insert(owner, spender));
}

//- the sender, through a function (ic-cdk 0.17)
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
fn debit(who: Principal, amount: u64) { BALANCES.with(|b| *b.borrow_mut().get_mut(&who).unwrap() -= amount); }
#[update]
fn pay(from: Principal, amount: u64) { debit(from, amount); }
 //^^^ warning: `BALANCES` is changed in that name

//- good
thread_local! { static ALLOWED: RefCell<BTreeMap<Principal, Principal>> = RefCell::new(BTreeMap::new()); }
#[update]
fn approve(spender: Principal) { ALLOWED.with_borrow_mut(|a| a.insert(msg_caller(), spender)); }

//- trap: a guard, a comparison, another name, a view
thread_local! { static ALLOWED: RefCell<BTreeMap<Principal, Principal>> = RefCell::new(BTreeMap::new()); }
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
fn approve(owner: Principal, spender: Principal) { ALLOWED.with_borrow_mut(|a| a.insert(owner, spender)); }
#[update]
fn allow(owner: Principal, spender: Principal) { assert_eq!(owner, msg_caller()); ALLOWED.with_borrow_mut(|a| a.insert(owner, spender)); }
#[update]
fn give(to: Principal, new_owner: Principal) { ALLOWED.with_borrow_mut(|a| a.insert(to, new_owner)); }
#[update]
fn read(owner: Principal) -> Option<Principal> { ALLOWED.with_borrow(|a| a.get(&owner).copied()) }
#[update]
fn icrc2_transfer_from(from: Principal, to: Principal) { ALLOWED.with_borrow_mut(|a| a.insert(from, to)); }

//- an argument that wins over the caller; trap: for controllers, and a receiver
thread_local! { static MESSAGES: RefCell<Vec<(Principal, String)>> = RefCell::default(); }
#[update]
fn post(text: String, sender_canister: Option<Principal>) {
 //^^^^ warning: may say in `sender_canister` who they are
    let caller = msg_caller();
    MESSAGES.with_borrow_mut(|it| it.push((sender_canister.unwrap_or(caller), text)));
}
#[update]
fn post_for(text: String, sender: Option<Principal>) -> Result<(), String> {
    let caller = msg_caller();
    if sender.is_some() && !ic_cdk::api::is_controller(&caller) { return Err("no".into()) }
    MESSAGES.with_borrow_mut(|it| it.push((sender.unwrap_or(caller), text)));
    Ok(())
}
