//- the callee is an argument
#[update]
async fn ping(canister: Principal) {
    Call::unbounded_wait(canister, "ping").await.ok();
  //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `ping` chooses the callee
}

//- a field of an argument, through a function
#[derive(CandidType, Deserialize)] struct Order { ledger: Principal }
#[update]
async fn pay(order: Order) {
    send(order.ledger).await;
}
async fn send(ledger: Principal) {
    Call::unbounded_wait(ledger, "icrc1_transfer").await.ok();
  //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `pay` chooses the callee
}

//- the old API has no bound (ic-cdk 0.17)
#[update]
async fn ping(canister: Principal) {
    let _a: Result<(), _> = ic_cdk::call(canister, "ping", ()).await;
                          //^^^^^^^^^^^^ warning: Check the callee first.
}

//- through a variable
#[update]
async fn ping(text: String) -> Result<(), String> {
    let canister = Principal::from_text(&text).map_err(|e| e.to_string())?;
    let callee = Principal::from_text(text).unwrap();
    Call::unbounded_wait(callee, "ping").await.map_err(|e| e.to_string())?;
  //^^^^^^^^^^^^^^^^^^^^ warning: (`callee`)
    Ok(())
}

//- good: a bound
#[update]
async fn ping(canister: Principal) {
    Call::bounded_wait(canister, "ping").await.ok();
}

//- good: compared before
thread_local! { static ALLOWED: RefCell<BTreeMap<Principal, ()>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn ping(canister: Principal) {
    if ALLOWED.with_borrow(|a| a.contains_key(&canister)) {
        Call::unbounded_wait(canister, "ping").await.ok();
    }
}
#[update]
async fn pong(canister: Principal) -> Result<(), String> {
    if !ALLOWED.with_borrow(|a| a.contains_key(&canister)) {
        return Err("unknown".into());
    }
    Call::unbounded_wait(canister, "pong").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: an allow-list in a helper
fn ensure_known(canister: &Principal) -> Result<(), String> { Err(canister.to_text()) }
#[update]
async fn ping(canister: Principal) -> Result<(), String> {
    ensure_known(&canister)?;
    Call::unbounded_wait(canister, "ping").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: one-way
#[update]
fn ping(canister: Principal) {
    Call::unbounded_wait(canister, "ping").oneway().ok();
}

//- trap: for controllers only
fn is_controller() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "is_controller")]
async fn ping(canister: Principal) {
    Call::unbounded_wait(canister, "ping").await.ok();
}
#[update]
async fn pong(canister: Principal) {
    if !ic_cdk::api::is_controller(&msg_caller()) { return; }
    Call::unbounded_wait(canister, "ping").await.ok();
}

//- trap: the callee is state
thread_local! { static LEDGER: Cell<Principal> = Cell::new(Principal::anonymous()); }
#[update]
async fn ping(text: String) {
    Call::unbounded_wait(LEDGER.get(), "ping").with_arg(text).await.ok();
}

//- trap: a function of another crate asks who calls
#[update]
async fn upgrade(child: Principal) -> bool {
    shared::caller_is_governance_guard();
    Call::unbounded_wait(child, "upgrade").await.is_ok()
}

//- only the anonymous caller and id are refused
fn is_user() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
#[update(guard = "is_user")]
async fn ping(canister: Principal) {
    if canister == Principal::anonymous() { return; }
    Call::unbounded_wait(canister, "ping").await.ok();
  //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `ping` chooses the callee (`canister`)
}

//- a client that is made of the argument (ic-cdk 0.17)
struct Ledger { principal: Principal }
impl Ledger {
    fn new(principal: Principal) -> Self { Ledger { principal } }
    async fn symbol(&self) -> Result<(String,), (ic_cdk::api::call::RejectionCode, String)> {
        ic_cdk::call(self.principal, "symbol", ()).await
      //^^^^^^^^^^^^ warning: Whoever calls `symbol_of` chooses the callee (`ledger`)
    }
}
#[update]
async fn symbol_of(token: Principal) {
    let ledger = Ledger::new(token);
    ledger.symbol().await.ok();
}

//- trap: a client whose id is state, and a guard that knows its users (ic-cdk 0.17)
thread_local! { static LEDGER: Cell<Principal> = Cell::new(Principal::anonymous()); static USERS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
struct Ledger { principal: Principal }
impl Ledger {
    fn new(principal: Principal) -> Self { Ledger { principal } }
    async fn symbol(&self, of: Principal) -> Result<(String,), (ic_cdk::api::call::RejectionCode, String)> {
        ic_cdk::call(self.principal, "symbol", (of,)).await
    }
}
#[update]
async fn symbol_of(token: Principal) { Ledger::new(LEDGER.get()).symbol(token).await.ok(); }
fn is_known() -> Result<(), String> {
    if ic_cdk::caller() != Principal::anonymous() && USERS.with_borrow(|it| it.contains(&ic_cdk::caller())) { Ok(()) } else { Err("no".into()) }
}
#[update(guard = "is_known")]
async fn ping(canister: Principal) -> Result<(), (ic_cdk::api::call::RejectionCode, String)> { ic_cdk::call(canister, "ping", ()).await }

//- a text that is no principal is answered, and the other side of a comparison
#[update]
async fn ping(id: String) -> Result<(), String> {
    let canister = Principal::from_text(&id).map_err(|_| format!("no canister id: {id}"))?;
    Call::unbounded_wait(canister, "ping").await.map(|_| ()).map_err(|e| e.to_string())
  //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `ping` chooses the callee (`canister`)
}
#[update]
async fn pong(id: String) -> Result<(), String> {
    let canister = match Principal::from_text(&id) { Ok(it) => it, Err(e) => return Err(e.to_string()) };
    Call::unbounded_wait(canister, "ping").await.map(|_| ()).map_err(|e| e.to_string())
  //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `pong` chooses the callee (`canister`)
}
#[update]
async fn symbol(token: Principal) -> String {
    if token == ledger() { "ICP".to_string() } else { Call::unbounded_wait(token, "symbol").await.unwrap().candid().unwrap() }
                                                    //^^^^^^^^^^^^^^^^^^^^ warning: Whoever calls `symbol` chooses the callee (`token`)
}

//- trap: the one that it is compared with
#[update]
async fn symbol(token: Principal) -> String {
    if token == ledger() { Call::unbounded_wait(token, "symbol").await.unwrap().candid().unwrap() } else { "?".to_string() }
}
#[update]
async fn pong(id: String) -> Result<(), String> {
    let canister = match Principal::from_text(&id) { Ok(it) => it, Err(e) => return Err(e.to_string()) };
    if canister != ledger() { return Err("unknown".to_string()); }
    Call::unbounded_wait(canister, "ping").await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: compared before a closure that calls it
#[update]
async fn ping(canister: Principal) {
    if canister != ledger() { return; }
    let ask = || async { Call::unbounded_wait(canister, "ping").await.is_ok() };
    ask().await;
}

//- trap: a part of what was verified as a whole
#[derive(CandidType, Deserialize)] pub struct Token { directory_id: Principal, signature: Vec<u8> }
fn secret() -> Vec<u8> { vec![1, 2, 3] }
fn verify_token(token: &Token, secret: &[u8]) -> bool { token.signature == secret }
#[update]
async fn grant(token: Token) -> Result<(), String> {
    if !verify_token(&token, &secret()) { return Err("not signed".into()) }
    let directory = token.directory_id;
    Call::unbounded_wait(directory, "grant").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: the argument chooses among canisters that the code names; a name for what it gives is the value itself
fn btc() -> Principal { Principal::from_text("mxzaz-hqaaa-aaaar-qaada-cai").unwrap() }
#[update]
async fn fee(token: String) -> Result<(), String> {
    let ledger = match token.as_str() { "BTC" => btc(), _ => return Err(format!("unsupported: {token}")) };
    Call::unbounded_wait(ledger, "icrc1_fee").await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn fee_of(ledger: Option<Principal>) -> Result<(), String> {
    let ledger = match ledger { Some(id) => id, None => return Err("which?".into()) };
    Call::unbounded_wait(ledger, "icrc1_fee").await.map_err(|e| e.to_string())?;
  //^^^^^^^^^^^^^^^^^^^^ warning: `fee_of` chooses the callee
    Ok(())
}

//- trap: looked up among those that are stored, and refused where it is not there
#[derive(candid::CandidType, serde::Deserialize)] struct Order { token: Principal, amount: u64 }
thread_local! { static POOLS: RefCell<BTreeMap<(Principal, u64), Principal>> = RefCell::default(); }
#[update]
async fn buy(data: Order) -> Result<(), String> {
    let id = POOLS.with(|it| {
        let pools = it.borrow();
        pools.get(&(data.token, 1)).copied()
    });
    let pool = match id { Some(id) => id, None => return Err("no pool".into()) };
    Call::unbounded_wait(data.token, "icrc2_approve").with_arg(pool).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn sell(token: Principal) -> Result<(), String> {
    let known = POOLS.with(|it| it.borrow().get(&(token, 1)).copied());
    if known.is_none() { return Err("no pool".into()) }
    Call::unbounded_wait(token, "icrc2_approve").await.map_err(|e| e.to_string())?;
    Ok(())
}
