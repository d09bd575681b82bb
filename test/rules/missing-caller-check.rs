//- a setting
thread_local! { static FEE: Cell<u64> = Cell::new(10); }
#[update]
fn set_fee(fee: u64) {
 //^^^^^^^ warning: Anybody may call `set_fee`: it changes `FEE`
    FEE.set(fee);
}

//- the owner, in a field, through a helper
thread_local! { static STATE: RefCell<State> = RefCell::new(State { owner: owner(), notes: vec![] }); }
struct State { owner: Principal, notes: Vec<String> }
fn mutate<R>(f: impl FnOnce(&mut State) -> R) -> R { STATE.with_borrow_mut(f) }
#[update]
fn transfer_ownership(to: Principal) {
 //^^^^^^^^^^^^^^^^^^ warning: it changes `STATE.owner`
    mutate(|s| s.owner = to);
}

//- other canisters (ic-cdk 0.17)
use ic_cdk::api::management_canister::main::{stop_canister, CanisterIdRecord};
#[update]
async fn halt(id: Principal) {
       //^^^^ warning: it reaches `stop_canister` of the management canister
    stop(id).await;
}
async fn stop(canister_id: Principal) { stop_canister(CanisterIdRecord { canister_id }).await.unwrap(); }

//- tokens
#[update]
async fn send(to: Principal, amount: u64) -> Result<(), String> {
       //^^^^ warning: with an amount that the caller chooses
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_args(&(to, amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- what others stored, where another update is protected
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
fn import(key: u64, note: String) { NOTES.with_borrow_mut(|n| n.insert(key, note)); }
#[update]
fn remove_note(key: u64) {
 //^^^^^^^^^^^ warning: it changes `NOTES`
    NOTES.with_borrow_mut(|n| n.remove(&key));
}

//- one that is open among many that are not
thread_local! { static SCORES: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
fn only_users() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
#[update(guard = "only_users")]
fn add(key: u64) { SCORES.with_borrow_mut(|s| s.insert(key, 1)); }
#[update(guard = "only_users")]
fn double(key: u64) { SCORES.with_borrow_mut(|s| *s.get_mut(&key).unwrap() *= 2); }
#[update(guard = "only_users")]
fn halve(key: u64) { SCORES.with_borrow_mut(|s| *s.get_mut(&key).unwrap() /= 2); }
#[update]
fn award(key: u64) {
 //^^^^^ information: it changes `SCORES`
    SCORES.with_borrow_mut(|s| s.insert(key, 100));
}

//- trap: a canister that it has just made (ic-cdk 0.19)
#[update]
async fn make() -> Result<(), String> {
    let id = ic_cdk::management_canister::create_canister_with_extra_cycles(&arg(), 3).await.map_err(|e| e.to_string())?;
    ic_cdk::management_canister::install_code(&code(id)).await.map_err(|e| e.to_string())
}

//- good: a guard
thread_local! { static FEE: Cell<u64> = Cell::new(10); }
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
fn set_fee(fee: u64) { FEE.set(fee); }

//- trap: a check in a helper, in another module, by assert
mod access { pub fn require_owner() -> Result<(), String> { if ic_cdk::api::msg_caller() == super::owner() { Ok(()) } else { Err("no".into()) } } }
thread_local! { static FEE: Cell<u64> = Cell::new(10); static PRICE: Cell<u64> = Cell::new(10); }
fn owner() -> Principal { Principal::anonymous() }
fn check() -> Result<(), String> { access::require_owner() }
#[update]
fn set_fee(fee: u64) -> Result<(), String> { check()?; FEE.set(fee); Ok(()) }
#[update]
fn set_price(price: u64) { assert_eq!(msg_caller(), owner()); PRICE.set(price); }

//- trap: a macro, and a function that is handed on
macro_rules! trap_if_not_authenticated { () => { if msg_caller() == Principal::anonymous() { ic_cdk::trap("no") } } }
thread_local! { static FEE: Cell<u64> = Cell::new(10); static PRICE: Cell<u64> = Cell::new(10); }
fn checked(price: &u64) { if !ic_cdk::api::is_controller(&msg_caller()) { ic_cdk::trap("no") } PRICE.set(*price); }
fn run(f: fn(&u64)) { f(&3) }
#[update]
fn set_fee(fee: u64) { trap_if_not_authenticated!(); FEE.set(fee); }
#[update]
fn set_price(_price: u64) { run(checked); }

//- trap: what other crates check
use access::{only_owner, require_admin};
thread_local! { static FEE: Cell<u64> = Cell::new(10); static PRICE: Cell<u64> = Cell::new(10); }
#[update]
#[only_owner]
fn set_fee(fee: u64) { FEE.set(fee); }
#[update]
fn set_price(price: u64) { require_admin(); PRICE.set(price); }

//- trap: an argument that proves its sender
thread_local! { static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); }
#[update]
fn set_owner(to: Principal, signature: Vec<u8>) { ok(&to, signature); OWNER.set(to); }

//- trap: open by purpose, and not compiled
thread_local! { static FEE: Cell<u64> = Cell::new(10); static SCORES: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update]
fn wallet_receive() { FEE.set(ic_cdk::api::msg_cycles_available() as u64); }
#[update]
fn submit_score(score: u64) { SCORES.with_borrow_mut(|s| s.push(score)); }
#[cfg(feature = "dev")]
#[update]
fn set_fee(fee: u64) { FEE.set(fee); }

//- trap: a public counter, and what is only asked for
thread_local! { static COUNTER: Cell<u64> = Cell::new(0); static FOUND: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn increment() { COUNTER.set(COUNTER.get() + 1); }
#[update]
fn find_price(name: String) -> u64 { FOUND.with_borrow_mut(|found| *found.entry(name).or_insert(7)) }

//- in a canister that asks nobody: what the arguments say is stored, whoever gives them
thread_local! { static COUNTER: Cell<u64> = Cell::new(0); static TODOS: RefCell<Vec<String>> = RefCell::new(vec![]); }
#[update]
fn add_todo(text: String, assigned_to: u64) { TODOS.with_borrow_mut(|it| it.push(text)); }
 //^^^^^^^^ information: it changes `TODOS` as its arguments say
#[update]
fn admin_add_todo(text: String) { TODOS.with_borrow_mut(|it| it.push(text)); }
 //^^^^^^^^^^^^^^ warning: it changes `TODOS` as its arguments say
#[update]
fn set_counter(value: u64) { COUNTER.set(value); }
 //^^^^^^^^^^^ information: it changes `COUNTER` as its arguments say
#[update]
fn debug_add_todo(text: String) { TODOS.with_borrow_mut(|it| it.push(text)); }
 //^^^^^^^^^^^^^^ information: it changes `TODOS` as its arguments say

//- by way of a copy; trap: what is written is the same whatever the arguments are
thread_local! { static NURSES: RefCell<BTreeMap<u64, Nurse>> = RefCell::new(BTreeMap::new()); static NEXT: Cell<u64> = Cell::new(0); static TICKETS: Cell<u64> = Cell::new(0); }
#[derive(Default)] struct Nurse { name: String }
#[update]
fn keep_info(name: String) {
 //^^^^^^^^^ information: it changes `NURSES` as its arguments say
    let id = NEXT.get();
    NURSES.with_borrow_mut(|nurses| {
        let mut nurse = nurses.remove(&id).unwrap_or_default();
        nurse.name = name;
        nurses.insert(id, nurse);
    });
}
#[update]
fn buy(payment: u64) -> Result<(), String> {
    if payment < 25 { return Err("too little".into()) }
    TICKETS.set(TICKETS.get() - 1);
    Ok(())
}

//- trap: a helper of another crate that is named like a check, and what all have signed
use shared::is_managed::assert_is_manager;
#[derive(CandidType, Deserialize)] struct FullySignedState { id: u64, signatures: Vec<Vec<u8>> }
thread_local! { static ORDERS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update]
fn add_order(id: u64) { assert_is_manager().unwrap(); ORDERS.with_borrow_mut(|it| it.push(id)); }
fn settle(state: &FullySignedState) { check(state.id, &state.signatures); }
#[update]
fn conclude(state: FullySignedState) { settle(&state); ORDERS.with_borrow_mut(|it| it.push(state.id)); }

//- hidden from the interface, and open to whoever knows the name
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
#[update(hidden = true)]
fn drop_old_notes(before: u64) {
 //^^^^^^^^^^^^^^ warning: though hidden, it changes `NOTES`
    NOTES.with_borrow_mut(|n| n.retain(|at, _| *at >= before));
}
#[update(hidden = true)]
fn collect_now() { run(); }
 //^^^^^^^^^^^ warning: though hidden, it makes calls
fn run() { ic_cdk::futures::spawn(async { let _ = Call::bounded_wait(canister_self(), "collect").await; }) }

//- trap: hidden methods that ask who calls, or that do nothing
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
fn only_us() -> Result<(), String> { if msg_caller() == canister_self() { Ok(()) } else { Err("no".into()) } }
#[update(hidden = true, guard = "only_us")]
fn drop_old_notes(before: u64) { NOTES.with_borrow_mut(|n| n.retain(|at, _| *at >= before)); }
#[update(hidden = true)]
fn ping() -> u64 { 1 }

//- tokens, as much as a field of the argument says
#[derive(CandidType, Deserialize)] struct WithdrawalReq { receiver: Principal, amount: u64 }
#[update]
async fn withdraw(req: WithdrawalReq) -> Result<(), String> {
       //^^^^^^^^ warning: it reaches `icrc1_transfer` with an amount that the caller chooses
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg((req.receiver, req.amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: a signature, as an argument or as a field of one
#[derive(CandidType, Deserialize)] struct SignedReq { receiver: Principal, amount: u64, signature: Vec<u8> }
thread_local! { static FEE: Cell<u64> = Cell::new(10); }
#[update]
async fn withdraw(req: SignedReq) -> Result<(), String> {
    verify(&req)?;
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg((req.receiver, req.amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
fn set_fee(fee: u64, sig: String) { check(fee, sig); FEE.set(fee); }

//- trap: a fee that a receipt of another chain proves
#[derive(CandidType, Deserialize)] struct Receipt { status: u8, fee: u64 }
thread_local! { static FEES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn note_fee(evm: Principal, tx_hash: String) -> Result<(), String> {
    let receipt: Receipt = Call::bounded_wait(evm, "eth_getTransactionReceipt").with_arg(&tx_hash).await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    if receipt.status != 1 { return Err("failed".into()); }
    FEES.with_borrow_mut(|f| { f.insert(tx_hash, receipt.fee); });
    Ok(())
}
#[update]
fn store_fee(tx_hash: String, fee: u64) {
 //^^^^^^^^^ warning: it changes `FEES`
    FEES.with_borrow_mut(|f| { f.insert(tx_hash, fee); });
}

//- whom the canister trusts, and a setting within its configuration
thread_local! { static REGISTRY: Cell<Option<Principal>> = Cell::new(None); static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { config: Config, nickname: String }
#[derive(Default)] struct Config { execution: String }
#[update]
fn set_registry(id: Principal) {
 //^^^^^^^^^^^^ warning: it changes `REGISTRY`
    REGISTRY.set(Some(id));
}
#[update]
fn set_execution_url(url: String) {
 //^^^^^^^^^^^^^^^^^ warning: it changes `STATE.config.execution`
    STATE.with_borrow_mut(|s| s.config.execution = url);
}
#[update]
fn set_nickname(name: String) {
 //^^^^^^^^^^^^ information: it changes `STATE.nickname` as its arguments say
    STATE.with_borrow_mut(|s| s.nickname = name);
}

//- a method named like a ledger's, that pays out of the canister's own account
use icrc_ledger_types::icrc1::transfer::TransferArg;
#[update]
async fn icrc1_transfer(ledger: Principal, args: TransferArg) -> Result<(), String> {
       //^^^^^^^^^^^^^^ warning: it reaches `icrc1_transfer` with an amount that the caller chooses
    Call::bounded_wait(ledger, "icrc1_transfer").with_arg(args).await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: a ledger of its own
use icrc_ledger_types::icrc1::transfer::TransferArg;
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn icrc1_transfer(args: TransferArg) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| *b.entry(args.to.owner).or_default() += 1);
    Ok(())
}

//- what others stored, found by an argument, in a canister that asks nobody
thread_local! { static VISITS: RefCell<BTreeMap<u64, User>> = RefCell::new(BTreeMap::new()); static TODOS: RefCell<Vec<Todo>> = RefCell::new(vec![]); }
struct Todo { id: u64, done: bool }
#[update]
fn rename_visitor(user_id: u64, name: String) {
 //^^^^^^^^^^^^^^ information: it changes what lies in `VISITS` under the `user_id` that they name
    VISITS.with_borrow_mut(|visits| {
        if let Some(mut user) = visits.get(&user_id).cloned() { user.name = name; visits.insert(user_id, user); }
    });
}
#[update]
fn delete_visitor(id: u64) -> bool { VISITS.with_borrow_mut(|visits| visits.remove(&id).is_some()) }
 //^^^^^^^^^^^^^^ information: under the `id` that they name
#[update]
fn toggle(id: u64) {
 //^^^^^^ information: it changes what lies in `TODOS[].done`
    TODOS.with_borrow_mut(|todos| if let Some(todo) = todos.iter_mut().find(|it| it.id == id) { todo.done = !todo.done; });
}

//- records that they add; trap: counts, and what has no key
thread_local! { static VISITS: RefCell<BTreeMap<u64, User>> = RefCell::new(BTreeMap::new()); static GREETING: RefCell<String> = RefCell::new(String::new()); }
#[update]
fn add_visitor(id: u64, user: User) { VISITS.with_borrow_mut(|visits| if !visits.contains_key(&id) { visits.insert(id, user); }); }
 //^^^^^^^^^^^ information: it changes `VISITS` as its arguments say
#[update]
fn visit(id: u64) { VISITS.with_borrow_mut(|visits| if let Some(user) = visits.get_mut(&id) { user.visits += 1; }); }
#[update]
fn greet(id: u64) { GREETING.with_borrow_mut(|it| *it = format!("{id}")); }

//- tokens, by what the canister allows, and by what others have allowed it
#[update]
async fn allow(spender: Principal, amount: u64) -> Result<(), String> {
       //^^^^^ warning: it reaches `icrc2_approve` with an amount
    Call::unbounded_wait(ledger(), "icrc2_approve").with_args(&(spender, amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn collect(from: Principal, amount: u64) -> Result<(), String> {
       //^^^^^^^ warning: it reaches `icrc2_transfer_from` with an amount
    Call::unbounded_wait(ledger(), "icrc2_transfer_from").with_args(&(from, amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- who may act for others
thread_local! { static APPROVED_SPENDERS: RefCell<BTreeMap<Principal, Vec<Principal>>> = RefCell::new(BTreeMap::new()); }
#[update]
fn store_approved(owner: Principal, spender: Principal) {
 //^^^^^^^^^^^^^^ warning: it changes `APPROVED_SPENDERS`
    APPROVED_SPENDERS.with(|it| it.borrow_mut().entry(owner).or_insert_with(Vec::new).push(spender));
}

//- what belongs to somebody whom the argument names
thread_local! { static POINTS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static PROFILES: RefCell<BTreeMap<u64, User>> = RefCell::new(BTreeMap::new()); }
#[update]
fn add_points(user_principal: Principal, points: u64) {
 //^^^^^^^^^^ warning: it changes what lies in `POINTS` under the `user_principal` that they name
    POINTS.with_borrow_mut(|it| *it.entry(user_principal).or_default() += points);
}
#[update]
fn save_profile(user_id: u64, profile: User) {
 //^^^^^^^^^^^^ information: it changes what lies in `PROFILES` under the `user_id` that they name
    PROFILES.with_borrow_mut(|it| it.insert(user_id, profile));
}

//- whom something is given to; trap: what is only looked up
thread_local! { static POINTS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static VISITS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update]
fn give(recipient: Principal, points: u64) { POINTS.with_borrow_mut(|it| *it.entry(recipient).or_default() += points); }
 //^^^^ information: it changes `POINTS` as its arguments say
#[update]
fn points_of(owner: Principal) -> u64 { POINTS.with_borrow(|it| it.get(&owner).copied().unwrap_or(0)) }

//- trap: one function makes a canister, another one installs its code
use ic_cdk_management_canister::{create_canister, install_code};
async fn make() -> Principal { create_canister(&args()).await.unwrap().canister_id }
async fn install(id: Principal) { install_code(&install_args(id)).await.unwrap(); }
async fn make_room() -> Principal {
    let id = make().await;
    install(id).await;
    id
}
#[update]
async fn post(text: String) -> usize {
    if text.len() > 1000 { make_room().await; }
    text.len()
}
#[update]
async fn replace(id: Principal) {
       //^^^^^^^ warning: it reaches `install_code` of the management canister
    install(id).await;
}

//- trap: whoever calls, the controllers are those that the network tells
use ic_cdk_management_canister::{canister_status, CanisterStatusArgs};
thread_local! { static CONTROLLERS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
async fn sync_controllers() -> Vec<String> {
    let status = canister_status(&CanisterStatusArgs { canister_id: ic_cdk::api::canister_self() }).await.unwrap();
    let controllers = status.settings.controllers;
    CONTROLLERS.with(|c| *c.borrow_mut() = controllers.clone());
    controllers.iter().map(|it| it.to_text()).collect()
}

//- controllers that the caller names, or that are of another canister, and a setting beside them
use ic_cdk_management_canister::{canister_status, CanisterStatusArgs};
thread_local! { static CONTROLLERS: RefCell<Vec<Principal>> = RefCell::new(vec![]); static PAUSED: Cell<bool> = Cell::new(true); }
#[update]
async fn set_controllers(controllers: Vec<Principal>) {
       //^^^^^^^^^^^^^^^ warning: it changes `CONTROLLERS`
    CONTROLLERS.with(|c| *c.borrow_mut() = controllers);
}
#[update]
async fn sync_controllers_of(canister_id: Principal) {
       //^^^^^^^^^^^^^^^^^^^ warning: it changes `CONTROLLERS`
    let status = canister_status(&CanisterStatusArgs { canister_id }).await.unwrap();
    CONTROLLERS.with(|c| *c.borrow_mut() = status.settings.controllers);
}
#[update]
async fn resume() {
       //^^^^^^ warning: it changes `PAUSED`
    let _status = canister_status(&CanisterStatusArgs { canister_id: ic_cdk::api::canister_self() }).await.unwrap();
    PAUSED.set(false);
}

//- trap: a token in the argument proves who it is
thread_local! { static TRUSTED: RefCell<Vec<Principal>> = RefCell::new(vec![]); static OWNERS: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
#[derive(CandidType, Deserialize)]
struct RemoveRequest { token: String, canister_id: Principal }
fn validate_auth_token(token: &str) -> Result<(), String> { if token.len() == 64 { Ok(()) } else { Err("unknown token".into()) } }
fn check_jwt(text: &str) -> Option<u64> { text.parse().ok() }
#[update]
fn remove_trusted(RemoveRequest { token, canister_id }: RemoveRequest) -> Result<(), String> {
    validate_auth_token(&token)?;
    TRUSTED.with(|t| t.borrow_mut().retain(|it| *it != canister_id));
    Ok(())
}
#[update]
fn delete_owner(text: String) -> bool { delete_owner_of(&text) }
fn delete_owner_of(text: &str) -> bool {
    let Some(id) = check_jwt(text) else { return false };
    OWNERS.with(|o| o.borrow_mut().remove(&id)).is_some()
}

//- a name that is valid proves nothing
thread_local! { static OWNERS: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
fn validate_token_name(name: &str) -> Result<(), String> { if name.len() < 64 { Ok(()) } else { Err("too long".into()) } }
#[update]
fn delete_owner(id: u64, name: String) -> Result<(), String> {
 //^^^^^^^^^^^^ warning: it changes `OWNERS`
    validate_token_name(&name)?;
    OWNERS.with(|o| o.borrow_mut().remove(&id));
    Ok(())
}

//- what is only called like a check: a parameter, a text, a header of an outcall
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); static PAIRS: RefCell<Vec<(String, String)>> = RefCell::new(vec![]); }
#[update]
fn add_note(caller_id: u64, authorization_note: String) {
 //^^^^^^^^ information: it changes `NOTES` as its arguments say
    NOTES.with_borrow_mut(|it| { it.entry(caller_id).or_insert(authorization_note); });
}
#[update]
fn add_pair(name: String) {
 //^^^^^^^^ information: it changes `PAIRS` as its arguments say
    let pairs = vec![("Authorization".to_string(), format!("only_{name} of the owner"))];
    PAIRS.with_borrow_mut(|it| it.extend(pairs));
}

//- trap: the caller is asked for where nobody is named, by the name of the function alone
thread_local! { static ACCOUNTS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn deposit(owner: Option<Principal>, amount: u64) {
    let owner = owner.unwrap_or_else(msg_caller);
    ACCOUNTS.with_borrow_mut(|it| *it.entry(owner).or_default() += amount);
}

//- statics and functions that a body brings in by itself, and a static that is not written in capitals
use ic_cdk_management_canister::StopCanisterArgs;
mod store { thread_local! { pub static Notes: std::cell::RefCell<Vec<u64>> = std::cell::RefCell::new(vec![]); } }
#[update]
fn add_note(id: u64) {
 //^^^^^^^^ information: it changes `Notes` as its arguments say
    use crate::store::Notes;
    Notes.with(|it| it.borrow_mut().push(id));
}
#[update]
async fn halt(canister_id: Principal) {
       //^^^^ warning: it reaches `stop_canister` of the management canister
    use ic_cdk_management_canister::stop_canister as stop;
    stop(&StopCanisterArgs { canister_id }).await.unwrap();
}

//- who calls is only told where the tokens go; trap: the caller's own subaccount, and what somebody has deposited
use icrc_ledger_types::icrc1::{account::{Account, Subaccount}, transfer::TransferArg};
thread_local! { static DEPOSITS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn withdraw_money(amount: u64) -> Result<(), String> {
       //^^^^^^^^^^^^^^ warning: with an amount that the caller chooses, to whoever calls
    let to = msg_caller();
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_args(&(to, amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}
fn of(user: Principal) -> Subaccount { header(user) }
fn account(owner: Principal) -> Account { Account { owner, subaccount: None } }
#[update]
async fn withdraw_own(amount: u64) -> Result<(), String> {
    let arg = TransferArg { from_subaccount: Some(of(msg_caller())), to: account(msg_caller()), amount: amount.into(), fee: None, memo: None, created_at_time: None };
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(arg).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn withdraw_deposit(amount: u64) -> Result<(), String> {
    let to = msg_caller();
    if DEPOSITS.with_borrow(|d| d.get(&to).copied().unwrap_or(0)) < amount { return Err("too much".into()) }
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_args(&(to, amount)).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- what the canister signs for anybody; trap: a message of their own
use ic_cdk_management_canister::{sign_with_ecdsa, SignWithEcdsaArgs};
#[derive(CandidType, Deserialize)] struct SendRequest { destination_address: String, amount_in_satoshi: u64 }
fn transaction(request: SendRequest) -> Vec<u8> { argument(request) }
fn args(message: Vec<u8>) -> SignWithEcdsaArgs { argument(message) }
#[update]
async fn send_bitcoin(request: SendRequest) -> Vec<u8> {
       //^^^^^^^^^^^^ warning: it reaches `sign_with_ecdsa`, and the caller chooses what is paid to whom
    sign_with_ecdsa(&args(transaction(request))).await.unwrap().signature
}
#[update]
async fn sign(message: Vec<u8>) -> Vec<u8> { sign_with_ecdsa(&args(message)).await.unwrap().signature }

//- the caller is asked for and not used, a token is taken and not used, and a session is found by the name that it is to prove
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
fn verify_session(address: &str) -> Result<(), String> { if address.is_empty() { Err("no session".into()) } else { Ok(()) } }
#[update]
fn mint(id: u64) {
 //^^^^ information: it changes `NOTES` as its arguments say
    let _caller = msg_caller(); // not used
    NOTES.with_borrow_mut(|it| it.insert(id, "minted".into()));
}
#[update]
fn add_order(_session_token: String, id: u64) { NOTES.with_borrow_mut(|it| it.insert(id, "ordered".into())); }
 //^^^^^^^^^ information: it changes `NOTES` as its arguments say
#[update]
fn exchange(wallet_address: String, id: u64) -> Result<(), String> {
 //^^^^^^^^ information: it changes `NOTES` as its arguments say
    verify_session(&wallet_address)?;
    NOTES.with_borrow_mut(|it| it.insert(id, wallet_address));
    Ok(())
}

//- what is kept but for one (ic-cdk 0.17)
struct User { id: String }
thread_local! { static USERS: RefCell<Vec<User>> = RefCell::new(vec![]); }
#[update]
fn delete_user(id: String) { USERS.with(|users| users.borrow_mut().retain(|user| user.id != id)); }
 //^^^^^^^^^^^ information: it changes what lies in `USERS` under the `id` that they name

//- all that is stored, in a canister that asks nobody; trap: a cache, and what everybody may reset of their own
thread_local! { static NOTES: RefCell<BTreeMap<u64, String>> = RefCell::default(); static TOPICS: RefCell<Vec<String>> = RefCell::default(); }
thread_local! { static CACHE: RefCell<BTreeMap<u64, String>> = RefCell::default(); static MINE: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
fn clear_storage() -> String {
 //^^^^^^^^^^^^^ warning: it empties `NOTES`
    NOTES.with(|it| it.borrow_mut().clear());
    "cleared".to_string()
}
#[update]
fn reset() { TOPICS.with(|it| *it.borrow_mut() = Vec::new()); }
 //^^^^^ warning: it empties `TOPICS`
#[update]
fn clear_cache() { CACHE.with_borrow_mut(|it| it.clear()); }
#[update]
fn reset_mine() { MINE.with_borrow_mut(|it| it.remove(&msg_caller())); }

//- all that is kept by its type (ic-cdk 0.5)
use ic_cdk::storage;
#[derive(Default)] struct Notes(Vec<String>);
#[update]
fn clear_storage() { storage::delete::<Notes>(); }
 //^^^^^^^^^^^^^ warning: it empties

//- code that canisters are to execute; trap: an ordinary file
thread_local! { static WASM_CHUNKS: RefCell<Vec<Vec<u8>>> = RefCell::default(); static FILES: RefCell<Vec<Vec<u8>>> = RefCell::default(); }
#[update]
fn store_wasm_chunk(chunk: Vec<u8>) { WASM_CHUNKS.with_borrow_mut(|it| it.push(chunk)); }
 //^^^^^^^^^^^^^^^^ warning: it changes `WASM_CHUNKS` as its arguments say
#[update]
fn store_file(bytes: Vec<u8>) { FILES.with_borrow_mut(|it| it.push(bytes)); }
 //^^^^^^^^^^ information: it changes `FILES` as its arguments say

//- a signature that nobody looks at, who is notified and asks nobody, an end by its time, and names with `test` in them
#[derive(Clone, candid::CandidType, serde::Deserialize)] struct Score { id: u64, signature: Vec<u8> }
#[derive(Clone, Default)] struct Session { ended_at: Option<u64>, funded: bool, last_seen_at: u64 }
thread_local! { static SCORES: RefCell<BTreeMap<u64, Score>> = RefCell::default(); static SESSIONS: RefCell<BTreeMap<u64, Session>> = RefCell::default(); }
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
fn store_score(score: Score) -> Result<(), String> {
 //^^^^^^^^^^^ information: it changes `SCORES` as its arguments say
    if SCORES.with_borrow(|it| it.contains_key(&score.id)) { return Err("there already".into()) }
    SCORES.with_borrow_mut(|it| it.insert(score.id, score.clone()));
    Ok(())
}
#[update]
fn notify_deposit(session_id: u64, amount: u64) -> Result<(), String> {
 //^^^^^^^^^^^^^^ information: under the `session_id` that they name
    SESSIONS.with(|it| {
        let mut sessions = it.borrow_mut();
        let session = sessions.get_mut(&session_id).ok_or("none")?;
        if amount > 10 { session.funded = true }
        Ok(())
    })
}
#[update]
fn end_session(session_id: u64) {
 //^^^^^^^^^^^ information: under the `session_id` that they name
    SESSIONS.with(|it| if let Some(session) = it.borrow_mut().get_mut(&session_id) { session.ended_at = Some(ic_cdk::api::time()); });
}
#[update]
fn seen(session_id: u64) {
    SESSIONS.with(|it| if let Some(session) = it.borrow_mut().get_mut(&session_id) { session.last_seen_at = ic_cdk::api::time(); });
}
#[update]
fn add_test_balance(account: Principal, amount: u64) {
 //^^^^^^^^^^^^^^^^ warning: `BALANCES`
    BALANCES.with(|it| *it.borrow_mut().entry(account).or_insert(0) += amount);
}

//- trap: a signature that is verified, and a deposit that a ledger is asked about
#[derive(Clone, candid::CandidType, serde::Deserialize)] struct Score { id: u64, signature: Vec<u8> }
thread_local! { static SCORES: RefCell<BTreeMap<u64, Score>> = RefCell::default(); static FUNDED: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
fn is_signed(score: &Score) -> bool { score.signature.len() == 64 }
#[update]
fn store_score(score: Score) -> Result<(), String> {
    if !is_signed(&score) { return Err("not signed".into()) }
    SCORES.with_borrow_mut(|it| it.insert(score.id, score));
    Ok(())
}
#[update]
async fn notify_deposit(session_id: u64) -> Result<(), String> {
    let balance: u64 = Call::bounded_wait(ledger(), "icrc1_balance_of").with_arg(session_id).await.unwrap().candid().unwrap();
    FUNDED.with_borrow_mut(|it| it.insert(session_id, balance));
    Ok(())
}

//- what others have decided is carried out by whoever asks for it: a remark, for the record that is changed (ic-cdk 0.17)
use ic_cdk::api::management_canister::main::{stop_canister, CanisterIdRecord};
#[derive(Clone, PartialEq)] enum Status { Open, Approved, Executed }
thread_local! { static PROPOSALS: RefCell<BTreeMap<u64, (Principal, Status)>> = RefCell::default(); }
fn status_of(id: u64) -> Status { PROPOSALS.with(|it| it.borrow().get(&id).map(|it| it.1.clone()).unwrap_or(Status::Open)) }
#[update]
async fn execute_proposal(id: u64) -> Result<(), String> {
       //^^^^^^^^^^^^^^^^ information: under the `id` that they name
    let status = status_of(id);
    if status != Status::Approved { return Err("not approved".into()) }
    let canister_id = PROPOSALS.with(|it| { let mut all = it.borrow_mut(); let one = all.get_mut(&id).unwrap(); one.1 = Status::Executed; one.0 });
    stop_canister(CanisterIdRecord { canister_id }).await.map_err(|(_, message)| message)
}

//- a guard that lets everybody pass who makes an identity; trap: one that asks for more, and what they do for themselves
thread_local! { static FEE: Cell<u64> = Cell::new(10); static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); static NAMES: RefCell<BTreeMap<Principal, String>> = RefCell::default(); }
fn not_anonymous() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("sign in".into()) } else { Ok(()) } }
fn only_owner() -> Result<(), String> { if msg_caller() == OWNER.get() { Ok(()) } else { Err("no".into()) } }
#[update(guard = "not_anonymous")]
fn set_fee(fee: u64) { FEE.set(fee) }
 //^^^^^^^ warning: it changes `FEE`, and its guard refuses only the anonymous caller
#[update(guard = "not_anonymous", guard = "only_owner")]
fn set_owner(owner: Principal) { OWNER.set(owner) }
#[update(guard = "not_anonymous")]
fn set_name(name: String) { NAMES.with_borrow_mut(|it| it.insert(msg_caller(), name)); }
#[update(guard = "not_anonymous")]
fn add_name(of: Principal, name: String) { NAMES.with_borrow_mut(|it| it.insert(of, name)); }
