//- two calls pass the check
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `PAID` is checked here but written only after an `await`
    Call::unbounded_wait(ledger(), "transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}

//- a balance that is compared before, and reduced behind the call (ic-cdk 0.17)
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = ic_cdk::caller();
    let balance = BALANCES.with(|b| b.borrow().get(&me).copied().unwrap_or(0));
    if balance < amount { return Err("too little".into()); }
     //^^^^^^^^^^^^^^^^ warning: `BALANCES` is checked here
    let (_block,): (u64,) = ic_cdk::call(ledger(), "transfer", (amount,)).await.map_err(|e| e.1)?;
    BALANCES.with(|b| b.borrow_mut().insert(me, balance - amount));
    Ok(())
}

//- the condition encloses the call
struct State { done: bool, owner: Principal }
thread_local! { static STATE: RefCell<State> = RefCell::new(State { done: false, owner: owner() }); }
fn read_state<R>(f: impl FnOnce(&State) -> R) -> R { STATE.with_borrow(f) }
fn mutate_state<R>(f: impl FnOnce(&mut State) -> R) -> R { STATE.with_borrow_mut(f) }
#[update]
async fn start() {
    if !read_state(|s| s.done) {
     //^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.done` is checked here
        Call::unbounded_wait(ledger(), "transfer").await.unwrap();
        mutate_state(|s| s.done = true);
    }
}

//- a helper checks, another one writes
thread_local! { static CLAIMS: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
fn ensure_open(id: u64) -> Result<(), String> { CLAIMS.with_borrow(|c| if c.contains_key(&id) { Err("closed".into()) } else { Ok(()) }) }
fn close(id: u64) { CLAIMS.with_borrow_mut(|c| c.insert(id, 1)); }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    ensure_open(id)?;
  //^^^^^^^^^^^^^^^^ warning: `CLAIMS` is checked here
    Call::unbounded_wait(ledger(), "transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    close(id);
    Ok(())
}

//- good: a lock whose drop releases it
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); static LOCKS: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
struct Entry(u64);
impl Entry { fn take(id: u64) -> Option<Self> { LOCKS.with_borrow_mut(|l| l.insert(id)).then_some(Self(id)) } }
impl Drop for Entry { fn drop(&mut self) { LOCKS.with_borrow_mut(|l| l.remove(&self.0)); } }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    let _entry = Entry::take(id).ok_or("busy")?;
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
    Call::unbounded_wait(ledger(), "transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}

//- good: claimed before the call
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
    PAID.with_borrow_mut(|p| p.insert(id));
    if Call::unbounded_wait(ledger(), "transfer").with_arg(id).await.is_err() {
        PAID.with_borrow_mut(|p| p.remove(&id));
    }
    Ok(())
}

//- trap: the answer of `insert` is looked at behind the call
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
    Call::bounded_wait(oracle(), "check").with_arg(id).await.map_err(|e| e.to_string())?;
    if !PAID.with_borrow_mut(|p| p.insert(id)) { return Err("paid meanwhile".into()); }
    Ok(())
}

//- trap: read again behind the call
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(me: Principal, amount: u64) -> Result<(), String> {
    if BALANCES.with_borrow(|b| b.get(&me).copied().unwrap_or(0)) < amount { return Err("too little".into()); }
    Call::bounded_wait(oracle(), "allowed").await.map_err(|e| e.to_string())?;
    if BALANCES.with_borrow(|b| b.get(&me).copied().unwrap_or(0)) < amount { return Err("too little".into()); }
    BALANCES.with_borrow_mut(|b| b.insert(me, 0));
    Ok(())
}

//- trap: a guard with another name, held by whoever calls
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); static RUNNING: Cell<bool> = Cell::new(false); }
struct Job;
impl Job { fn begin() -> Option<Self> { if RUNNING.replace(true) { None } else { Some(Job) } } }
impl Drop for Job { fn drop(&mut self) { RUNNING.set(false) } }
async fn pay(id: u64) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Ok(()); }
    Call::unbounded_wait(ledger(), "transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}
#[update]
async fn pay_all() -> Result<(), String> {
    let Some(_job) = Job::begin() else { return Err("running".into()); };
    pay(1).await?;
    pay(2).await
}

//- trap: another field of the same state
struct State { owner: Principal, total: u64 }
thread_local! { static STATE: RefCell<State> = RefCell::new(State { owner: owner(), total: 0 }); }
#[update]
async fn add(amount: u64) -> Result<(), String> {
    if STATE.with_borrow(|s| s.owner != msg_caller()) { return Err("not yours".into()); }
    Call::bounded_wait(oracle(), "rate").await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.total += amount);
    Ok(())
}

//- trap: a value that is computed once, whoever is first
thread_local! { static KEY: RefCell<Option<Vec<u8>>> = RefCell::default(); }
#[update]
async fn public_key() -> Vec<u8> {
    if let Some(key) = KEY.with_borrow(|k| k.clone()) { return key; }
    let key: Vec<u8> = Call::bounded_wait(signer(), "key").await.unwrap().candid().unwrap();
    KEY.with_borrow_mut(|k| *k = Some(key.clone()));
    key
}

//- trap: the awaited function never suspends
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
async fn nothing() {}
#[update]
async fn claim(id: u64) {
    if PAID.with_borrow(|p| p.contains(&id)) { return; }
    nothing().await;
    PAID.with_borrow_mut(|p| p.insert(id));
}

//- not checked: a condition on what the caller may do, kept in state, and withdrawn meanwhile
thread_local! { static ADMINS: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); static FEE: Cell<u64> = Cell::new(0); }
#[update]
async fn set_fee(fee: u64) -> Result<(), String> {
    if !ADMINS.with_borrow(|a| a.contains(&msg_caller())) { return Err("no".into()); }
    Call::bounded_wait(oracle(), "check").await.map_err(|e| e.to_string())?;
    FEE.set(fee);
    Ok(())
}

//- a field of one element, checked on a copy of it
#[derive(Clone)] struct Order { done: bool, amount: u64 }
thread_local! { static ORDERS: RefCell<BTreeMap<u64, Order>> = RefCell::default(); }
#[update]
async fn fill(id: u64) -> Result<(), String> {
    let order = ORDERS.with(|o| o.borrow().get(&id).cloned()).ok_or("none")?;
    if order.done { return Err("done".into()); }
     //^^^^^^^^^^ warning: `ORDERS[].done` is checked here
    Call::unbounded_wait(ledger(), "transfer").with_arg(order.amount).await.map_err(|e| e.to_string())?;
    ORDERS.with(|o| o.borrow_mut().get_mut(&id).unwrap().done = true);
    Ok(())
}

//- an assertion instead of a condition
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) {
    let me = msg_caller();
    let enough = BALANCES.with_borrow(|b| b.get(&me).is_some_and(|it| *it >= amount));
    assert!(enough, "too little");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `BALANCES` is checked here
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.unwrap();
    BALANCES.with_borrow_mut(|b| { if let Some(it) = b.get_mut(&me) { *it -= amount; } });
}

//- trap: whether an element is there says nothing about its fields
thread_local! { static USERS: RefCell<BTreeMap<Principal, User>> = RefCell::default(); }
#[update]
async fn rename(name: String) -> Result<(), String> {
    let me = msg_caller();
    if !USERS.with_borrow(|u| u.contains_key(&me)) { return Err("unknown".into()); }
    Call::bounded_wait(filter(), "check").with_arg(name.clone()).await.map_err(|e| e.to_string())?;
    USERS.with_borrow_mut(|u| if let Some(user) = u.get_mut(&me) { user.name = name; });
    Ok(())
}

//- trap: the write behind the call undoes another one
thread_local! { static POOL: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); }
#[update]
async fn take() -> Result<Principal, String> {
    let Some(id) = POOL.with_borrow(|p| p.first().copied()) else { return Err("empty".into()); };
    POOL.with_borrow_mut(|p| p.remove(&id));
    Call::bounded_wait(id, "start").await.inspect_err(|_| { POOL.with_borrow_mut(|p| p.insert(id)); }).map_err(|e| e.to_string())?;
    Ok(id)
}

//- trap: something is looked up, and brought up to date behind the call
thread_local! { static TOKENS: RefCell<BTreeMap<String, Token>> = RefCell::default(); }
fn find(name: &str) -> Result<Token, String> { TOKENS.with_borrow(|t| t.get(name).cloned().ok_or("unknown".to_string())) }
#[update]
async fn refresh(name: String) -> Result<(), String> {
    let token = find(&name)?;
    let fee: u64 = Call::bounded_wait(token.ledger, "fee").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    TOKENS.with_borrow_mut(|t| t.insert(name, token.with_fee(fee)));
    Ok(())
}

//- one report for one write, at the check nearest to the call
thread_local! { static POOLS: RefCell<BTreeMap<u64, Pool>> = RefCell::new(BTreeMap::new()); }
#[derive(Clone)] struct Pool { position: Option<u64> }
fn find(id: u64) -> Option<Pool> { POOLS.with_borrow(|p| p.get(&id).cloned()) }
fn update(id: u64, pool: Pool) { POOLS.with_borrow_mut(|p| p.insert(id, pool)); }
#[update]
async fn deposit(id: u64, ledger: Principal) -> Result<(), String> {
    let pool = find(id);
    if pool.is_none() { return Err("no pool".into()); }
    let mut pool = pool.unwrap();
    if pool.position.is_some() { return Err("taken".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^ warning: `POOLS` is checked here
    let asset = find(id);
    if asset.is_some() { Call::bounded_wait(ledger, "swap").await.map_err(|e| e.to_string())?; }
    let position: u64 = Call::bounded_wait(ledger, "add_liquidity").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    pool.position = Some(position);
    update(id, pool);
    Ok(())
}

//- a name that only one can have, although the call only asks
thread_local! { static NAMES: RefCell<BTreeMap<String, Principal>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn claim(name: String, index: Principal) -> Result<(), String> {
    if NAMES.with_borrow(|n| n.contains_key(&name)) { return Err("taken".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `NAMES` is checked here
    Call::bounded_wait(index, "check_name").with_arg(&name).await.map_err(|e| e.to_string())?;
    NAMES.with_borrow_mut(|n| n.insert(name, msg_caller()));
    Ok(())
}

//- trap: the call only asks, and the write may happen twice
thread_local! { static LEDGERS: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static RATES: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
fn cache_rate(at: u64, rate: u64) { RATES.with_borrow_mut(|r| r.insert(at, rate)); }
#[update]
async fn add_ledger(id: Principal) -> Result<(), String> {
    if LEDGERS.with_borrow(|l| l.contains_key(&id)) { return Ok(()); }
    let fee: u64 = Call::bounded_wait(id, "icrc1_fee").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    LEDGERS.with_borrow_mut(|l| l.insert(id, fee));
    Ok(())
}
#[update]
async fn rate(at: u64, oracle: Principal) -> Result<u64, String> {
    if let Some(rate) = RATES.with_borrow(|r| r.get(&at).copied()) { return Ok(rate); }
    let rate: u64 = Call::bounded_wait(oracle, "buy_rate").with_arg(at).await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    cache_rate(at, rate);
    Ok(rate)
}

//- trap: what was removed elsewhere is removed here, however often
thread_local! { static CHILDREN: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn remove_child(id: Principal, parent: Principal) -> Result<(), String> {
    if !CHILDREN.with_borrow(|c| c.contains_key(&id)) { return Err("not found".into()); }
    Call::bounded_wait(parent, "delete_child").with_arg(id).await.map_err(|e| e.to_string())?;
    CHILDREN.with_borrow_mut(|c| c.remove(&id));
    Ok(())
}

//- read by an async function that never suspends, behind it several calls at once
thread_local! { static USERS: RefCell<BTreeMap<Principal, User>> = RefCell::new(BTreeMap::new()); }
#[derive(Clone, Default)] struct User { claimed_at: u64 }
fn find() -> Option<User> { USERS.with_borrow(|u| u.get(&msg_caller()).cloned()) }
async fn get_user() -> Result<User, String> { Ok(match find() { Some(user) => user, None => User::default() }) }
fn note_claim() -> Result<(), String> {
    let Some(mut user) = find() else { return Err("nobody".into()) };
    user.claimed_at = ic_cdk::api::time();
    USERS.with_borrow_mut(|u| u.insert(msg_caller(), user));
    Ok(())
}
async fn pay(ledger: Principal) -> Result<(), String> { Call::bounded_wait(ledger, "icrc1_transfer").await.map(|_| ()).map_err(|e| e.to_string()) }
#[update]
async fn claim(a: Principal, b: Principal) -> Result<(), String> {
    let user = get_user().await?;
    if ic_cdk::api::time() - user.claimed_at < 86_400 { Err("too early".to_string())?; }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `USERS` is checked here
    match futures::join!(pay(a), pay(b)) {
        (Ok(_), Ok(_)) => note_claim(),
        _ => Err("failed".into()),
    }
}

//- what is written before the call is something else
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { balances: BTreeMap<Principal, u64>, address: Option<String> }
fn is_sufficient(n: u64) -> bool { STATE.with_borrow(|s| s.balances.get(&msg_caller()).is_some_and(|b| *b >= n)) }
fn reduce(n: u64) { STATE.with_borrow_mut(|s| *s.balances.get_mut(&msg_caller()).unwrap() -= n); }
#[update]
async fn withdraw(n: u64, ledger: Principal) -> Result<(), String> {
    if !is_sufficient(n) { return Err("too little".into()); }
     //^^^^^^^^^^^^^^^^^ warning: `STATE.balances` is checked here
    STATE.with_borrow_mut(|s| s.address = Some("0x".into()));
    Call::bounded_wait(ledger, "icrc1_transfer").with_arg(n).await.map_err(|e| e.to_string())?;
    reduce(n);
    Ok(())
}

//- an entry that is changed before the call, and removed only behind it
thread_local! { static DEPOSITS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
fn collect(id: u64) -> u64 { DEPOSITS.with_borrow_mut(|d| d.insert(id, 0)).unwrap_or(0) }
#[update]
async fn withdraw(id: u64, ledger: Principal) -> Result<(), String> {
    let deposit = DEPOSITS.with_borrow(|d| d.get(&id).copied());
    let deposit = match deposit { Some(it) => it, None => return Err("no deposit".into()) };
                      //^^^^^^^ warning: `DEPOSITS` is checked here
    let rewards = collect(id);
    Call::bounded_wait(ledger, "icrc1_transfer").with_arg(deposit + rewards).await.map_err(|e| e.to_string())?;
    DEPOSITS.with_borrow_mut(|d| { d.remove(&id); });
    Ok(())
}

//- a job that subtracts what it has paid
thread_local! { static FEES: Cell<u64> = Cell::new(0); static BOOKS: RefCell<Books> = RefCell::new(Books::default()); }
#[derive(Default)] struct Books { pending_fees: u64, fees: u64 }
async fn pay_fees(ledger: Principal) {
    let fees = BOOKS.with_borrow(|s| s.fees);
    if fees <= 10 { return; }
     //^^^^^^^^^^ warning: `BOOKS.fees` is checked here
    if Call::bounded_wait(ledger, "icrc1_transfer").with_arg(fees - 10).await.is_ok() {
        BOOKS.with_borrow_mut(|s| s.fees -= fees);
    }
}
#[heartbeat]
fn beat() { ic_cdk::futures::spawn(pay_fees(ledger())); }

//- trap: only one message gets the last number
thread_local! { static RECEIVED: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
fn add(id: u64, n: u64) -> u64 { RECEIVED.with_borrow_mut(|r| { let all = r.get_mut(&id).unwrap(); *all += n; *all }) }
fn received(id: u64) -> u64 { RECEIVED.with_borrow(|r| r.get(&id).copied().unwrap_or(0)) }
fn finish(id: u64) { RECEIVED.with_borrow_mut(|r| { r.insert(id, 0); }); }
#[update]
async fn upload(id: u64, n: u64, size: u64, hasher: Principal) {
    let all = add(id, n);
    if all == size {
        let _hash = Call::bounded_wait(hasher, "pay_and_hash").with_arg(id).await;
        finish(id);
    }
}
#[update]
async fn close(id: u64, size: u64, hasher: Principal) {
    let all = received(id);
    if all == size {
     //^^^^^^^^^^^ warning: `RECEIVED` is checked here
        let _hash = Call::bounded_wait(hasher, "pay_and_hash").with_arg(id).await;
        finish(id);
    }
}

//- a user that is made where it is missing passes the check as any other
thread_local! { static PEOPLE: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
fn last_use() -> u64 { PEOPLE.with_borrow_mut(|c| { let it = c.get(&msg_caller()).copied().unwrap_or(0); c.insert(msg_caller(), it); it }) }
fn note(now: u64) { PEOPLE.with_borrow_mut(|c| { c.insert(msg_caller(), now); }); }
#[update]
async fn give(ledger: Principal) -> Result<(), String> {
    let last = last_use();
    if ic_cdk::api::time() - last < 86_400 { return Err("used".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `PEOPLE` is checked here
    Call::bounded_wait(ledger, "icrc1_transfer").await.map_err(|e| e.to_string())?;
    note(ic_cdk::api::time());
    Ok(())
}

//- trap: the helper that looks the entry up writes the new status before the call
thread_local! { static JOBS: RefCell<BTreeMap<u64, Job>> = RefCell::new(BTreeMap::new()); }
#[derive(Clone)] struct Job { status: u8 }
fn set_status(id: u64, status: u8) -> Result<(), String> {
    JOBS.with_borrow_mut(|s| {
        let mut job = s.get(&id).cloned().ok_or("none")?;
        job.status = status;
        s.insert(id, job);
        Ok(())
    })
}
#[update]
async fn execute(id: u64, ledger: Principal) -> Result<(), String> {
    set_status(id, 1)?;
    Call::bounded_wait(ledger, "icrc1_transfer").await.map_err(|e| e.to_string())?;
    set_status(id, 2)
}

//- trap: a key that is computed once, with names that make the condition long
thread_local! { static OWN_ETHEREUM_ADDRESS: RefCell<Option<String>> = RefCell::new(None); }
#[update]
async fn address(signer: Principal) -> String {
    if OWN_ETHEREUM_ADDRESS.with(|maybe_some_address| maybe_some_address.borrow().is_none()) {
        let key: String = Call::bounded_wait(signer, "derive").await.unwrap().candid().unwrap();
        OWN_ETHEREUM_ADDRESS.with(|maybe_some_address| *maybe_some_address.borrow_mut() = Some(key));
    }
    OWN_ETHEREUM_ADDRESS.with(|maybe_some_address| maybe_some_address.borrow().clone().unwrap())
}

//- trap: the closure that writes asks once more
thread_local! { static CHANNELS: RefCell<BTreeMap<u64, Channel>> = RefCell::new(BTreeMap::new()); }
#[derive(Clone)] struct Channel { folder: Option<u64>, size: u64 }
fn with_channel<R>(id: u64, f: impl FnOnce(&Channel) -> R) -> Option<R> { CHANNELS.with_borrow(|c| c.get(&id).map(f)) }
fn with_channel_mut<R>(id: u64, f: impl FnOnce(&mut Channel) -> R) -> Option<R> { CHANNELS.with_borrow_mut(|c| c.get_mut(&id).map(f)) }
#[update]
async fn open_folder(id: u64, storage: Principal) -> Result<(), String> {
    let folder = with_channel(id, |c| c.folder).flatten();
    let folder = if let Some(it) = folder { it } else {
        Call::bounded_wait(storage, "create_folder").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?
    };
    with_channel_mut(id, |c| {
        if c.folder.is_none() { c.folder = Some(folder); }
    });
    Ok(())
}

//- trap: a helper is told the method, which only asks; the answer tells whose it is
thread_local! { static DELEGATES: RefCell<BTreeMap<String, Principal>> = RefCell::new(BTreeMap::new()); }
async fn call<T: CandidType>(id: Principal, method: &str, args: T) -> Result<Principal, String> {
    let reply = Call::bounded_wait(id, method).with_arg(args).await.map_err(|e| e.to_string())?;
    reply.candid().map_err(|e| e.to_string())
}
#[update]
async fn activate(names: Principal, name: String) -> Result<(), String> {
    let caller = msg_caller();
    if DELEGATES.with_borrow(|d| d.contains_key(&name)) { return Err("active".into()); }
    let owner = call(names, "get_owner", name.clone()).await?;
    if owner != caller { return Err("not yours".into()); }
    DELEGATES.with_borrow_mut(|d| { d.insert(name, caller); });
    Ok(())
}
#[update]
async fn buy(names: Principal, name: String) -> Result<(), String> {
    if DELEGATES.with_borrow(|d| d.contains_key(&name)) { return Err("active".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `DELEGATES` is checked here
    call(names, "pay", name.clone()).await?;
    DELEGATES.with_borrow_mut(|d| { d.insert(name, msg_caller()); });
    Ok(())
}

//- trap: a condition that refuses what is not there, as an `if`
thread_local! { static MEMBERS: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); }
#[update]
async fn join(ledger: Principal, other: Principal) -> Result<(), String> {
    if !MEMBERS.with_borrow(|m| m.contains(&msg_caller())) { return Err("members only".into()); }
    Call::bounded_wait(ledger, "pay").await.map_err(|e| e.to_string())?;
    MEMBERS.with_borrow_mut(|m| { m.insert(other); });
    Ok(())
}
#[update]
async fn leave(ledger: Principal) -> Result<(), String> {
    if !MEMBERS.with_borrow(|m| m.contains(&msg_caller())) { return Err("members only".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `MEMBERS` is checked here
    Call::bounded_wait(ledger, "pay").await.map_err(|e| e.to_string())?;
    MEMBERS.with_borrow_mut(|m| { m.remove(&msg_caller()); });
    Ok(())
}

//- only a timer, or only administrators
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { fees: u64, sent: std::collections::BTreeSet<u64> }
async fn pay_fees(ledger: Principal) {
    let fees = STATE.with_borrow(|s| s.fees);
    if fees <= 10 { return; }
     //^^^^^^^^^^ information: `STATE.fees` is checked here
    if Call::bounded_wait(ledger, "icrc1_transfer").with_arg(fees - 10).await.is_ok() {
        STATE.with_borrow_mut(|s| s.fees -= fees);
    }
}
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(3600), || async { ic_cdk::futures::spawn(pay_fees(ledger())) }); }
fn only_admins() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
async fn send(id: u64) -> Result<(), String> {
    if STATE.with_borrow(|s| s.sent.contains(&id)) { return Err("sent".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `STATE.sent` is checked here
    Call::unbounded_wait(hub(), "send_ticket").with_arg(id).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.sent.insert(id));
    Ok(())
}
#[update(guard = "only_admins")]
async fn send_guarded(id: u64) -> Result<(), String> { send(id).await }
#[update]
async fn send_checked(id: u64) -> Result<(), String> {
    only_admins()?;
    send(id).await
}
#[update]
async fn pay(id: u64) -> Result<(), String> {
    only_admins()?;
    if STATE.with_borrow(|s| s.sent.contains(&id)) { return Err("sent".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.sent` is checked here
    Call::unbounded_wait(ledger(), "icrc1_balance_of").await.map_err(|e| e.to_string())?;
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.sent.insert(id));
    Ok(())
}

//- a helper whose name asks, but which pays; what a call answers is no condition on state
thread_local! { static INVOICES: RefCell<BTreeMap<u64, Invoice>> = RefCell::new(BTreeMap::new()); }
struct Invoice { used: bool, amount: u64, shop: Principal }
async fn get_stable(ledger: Principal, n: u64) -> Result<(), String> {
    Call::bounded_wait(ledger, "icrc1_balance_of").await.map_err(|e| e.to_string())?;
    Call::bounded_wait(ledger, "icrc1_transfer").with_arg(n).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn redeem(id: u64, ledger: Principal) -> Result<(), String> {
    let amount = INVOICES.with_borrow(|i| {
        let invoice = i.get(&id).unwrap();
        if invoice.used { return Err("used".to_string()); }
         //^^^^^^^^^^^^ warning: `INVOICES[].used` is checked here
        Ok(invoice.amount)
    })?;
    get_stable(ledger, amount).await?;
    INVOICES.with_borrow_mut(|i| i.get_mut(&id).unwrap().used = true);
    Ok(())
}
#[update]
async fn announce(id: u64, by: Principal) -> Result<(), String> {
    let shop = INVOICES.with_borrow(|i| i.get(&id).map(|it| it.shop)).unwrap_or(by);
    if let Err(e) = Call::bounded_wait(shop, "announce").await { return Err(e.to_string()); }
    INVOICES.with_borrow_mut(|i| i.get_mut(&id).unwrap().shop = by);
    Ok(())
}

//- trap: the surroundings that a state carries along are no state
struct Runtime { env: Box<dyn Environment>, data: Data }
struct Data { owner: Principal, minted: u64 }
trait Environment { fn caller(&self) -> Principal; }
thread_local! { static STATE: RefCell<Option<Runtime>> = RefCell::new(None); }
fn read<R>(f: impl FnOnce(&Runtime) -> R) -> R { STATE.with_borrow(|s| f(s.as_ref().unwrap())) }
fn mutate<R>(f: impl FnOnce(&mut Runtime) -> R) -> R { STATE.with_borrow_mut(|s| f(s.as_mut().unwrap())) }
fn note(s: &mut Runtime, n: u64) { s.data.minted += n; }
#[update]
async fn mint(ledger: Principal, n: u64) -> Result<(), String> {
    let (caller, owner) = read(|s| (s.env.caller(), s.data.owner));
    if caller != owner { return Err("not yours".into()); }
    Call::bounded_wait(ledger, "icrc2_transfer_from").with_arg(n).await.map_err(|e| e.to_string())?;
    mutate(|s| note(s, n));
    Ok(())
}

//- methods of the state's own type read and write its fields
thread_local! { static STATE: Bank = Bank::default(); }
#[derive(Default)] struct Bank { balances: RefCell<BTreeMap<Principal, u64>> }
impl Bank {
    fn balance_of(&self, of: &Principal) -> Option<u64> { self.balances.borrow().get(of).copied() }
    fn set_balance(&self, of: Principal, balance: u64) { self.balances.borrow_mut().insert(of, balance); }
}
#[update]
async fn withdraw() -> Result<(), String> {
    let caller = msg_caller();
    let known = STATE.with(|s| s.balance_of(&caller));
    if let Some(balance) = known {
     //^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.balances` is checked here but written only after an `await`
        Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(balance).await.map_err(|e| e.to_string())?;
        STATE.with(|s| s.set_balance(caller, 0));
    }
    Ok(())
}

//- trap: methods of the state's own type that take it first, or ask again
thread_local! { static STATE: Bank = Bank::default(); }
#[derive(Default)] struct Bank { balances: RefCell<BTreeMap<Principal, u64>>, fee: Cell<u64> }
impl Bank {
    fn balance_of(&self, of: &Principal) -> Option<u64> { self.balances.borrow().get(of).copied() }
    fn set_balance(&self, of: Principal, balance: u64) { self.balances.borrow_mut().insert(of, balance); }
    fn fee(&self) -> u64 { self.fee.get() }
}
#[update]
async fn withdraw() -> Result<(), String> {
    let caller = msg_caller();
    let known = STATE.with(|s| s.balance_of(&caller));
    if let Some(balance) = known {
        STATE.with(|s| s.set_balance(caller, 0));
        if let Err(error) = Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(balance).await {
            STATE.with(|s| s.set_balance(caller, balance));
            return Err(error.to_string());
        }
    }
    Ok(())
}
#[update]
async fn deposit(amount: u64) -> Result<(), String> {
    if STATE.with(|s| s.fee()) > amount { return Err("too little".to_string()); }
    Call::bounded_wait(ledger(), "icrc2_transfer_from").with_arg(amount).await.map_err(|e| e.to_string())?;
    let balance = STATE.with(|s| s.balance_of(&msg_caller())).unwrap_or(0);
    STATE.with(|s| s.set_balance(msg_caller(), balance + amount));
    Ok(())
}

//- a method of the state looks the entry up, another one writes it
#[derive(Default)] struct State { data: Data }
#[derive(Default)] struct Data { requests: BTreeMap<u64, Request>, names: BTreeMap<u64, String> }
#[derive(Clone)] struct Request { minted: u64, limit: u64 }
impl Request { fn can_mint(&self, n: u64) -> bool { self.minted + n <= self.limit } }
impl Data {
    fn find_request(&self, id: u64) -> Option<&Request> { self.requests.get(&id) }
    fn note_minted(&mut self, id: u64, n: u64) { self.requests.get_mut(&id).unwrap().minted += n; }
    fn name_of(&self, id: u64) -> Option<String> { self.names.get(&id).cloned() }
}
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[update]
async fn mint(id: u64, n: u64, nft: Principal) -> Result<(), String> {
    STATE.with_borrow(|s| {
  //^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.data.requests` is checked here
        let request = s.data.find_request(id).ok_or("none")?;
        if !request.can_mint(n) { return Err("too many".to_string()); }
        Ok(())
    })?;
    Call::bounded_wait(nft, "mint").with_arg(n).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.data.note_minted(id, n));
    Ok(())
}
#[update]
async fn mint_named(id: u64, n: u64, nft: Principal) -> Result<(), String> {
    let name = STATE.with_borrow(|s| s.data.name_of(id));
    if name == Some("closed".into()) { return Err("closed".into()); }
    Call::bounded_wait(nft, "mint").with_arg(n).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.data.note_minted(id, n));
    Ok(())
}

//- trap: a lock for some time, taken before the call
thread_local! { static LAST_CHECK: Cell<u64> = Cell::new(0); static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
#[update]
async fn pay(id: u64, ledger: Principal) -> Result<(), String> {
    let now = ic_cdk::api::time();
    if now < LAST_CHECK.get() + 60_000_000_000 { return Err("wait".into()); }
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
    LAST_CHECK.set(now);
    Call::bounded_wait(ledger, "icrc1_transfer").await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}

//- trap: a lock for some time, taken where it is asked
thread_local! { static LAST_TRY: RefCell<u64> = RefCell::new(0); static WAIT_UNTIL: RefCell<u64> = RefCell::new(0); }
#[heartbeat]
async fn refill() {
    let now = ic_cdk::api::time();
    if WAIT_UNTIL.with_borrow(|w| now < *w) { return; }
    let runs = LAST_TRY.with(|l| {
        if now - *l.borrow() >= 60_000_000_000 { *l.borrow_mut() = now; true } else { false }
    });
    if !runs { return; }
    let is_ok = Call::bounded_wait(wallet(), "wallet_receive").await.is_ok();
    WAIT_UNTIL.with(|w| *w.borrow_mut() = if is_ok { now } else { now + 3 });
}

//- trap: the function that checks says that a payment is in progress
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { users: BTreeMap<Principal, User> }
#[derive(Default)] struct User { waiting: bool, paid: u64 }
fn prepare(s: &mut State, who: Principal) -> Result<(), String> {
    let user = s.users.get_mut(&who).ok_or("unknown")?;
    if user.waiting { return Err("already".into()); }
    user.waiting = true;
    Ok(())
}
fn finish(s: &mut State, who: Principal, n: u64) { let user = s.users.get_mut(&who).unwrap(); user.waiting = false; user.paid += n; }
#[update]
async fn pay(n: u64, ledger: Principal) -> Result<(), String> {
    let who = msg_caller();
    STATE.with_borrow_mut(|s| prepare(s, who))?;
    Call::bounded_wait(ledger, "icrc2_transfer_from").with_arg(n).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| finish(s, who, n));
    Ok(())
}

//- an attribute of another crate makes the endpoint, and guards it
thread_local! { static MODERATORS: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); }
#[proposal(guard = "caller_is_governance_principal")]
async fn add_moderator(user: Principal) -> Result<(), String> {
    if MODERATORS.with_borrow(|m| m.contains(&user)) { return Err("already".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `MODERATORS` is checked here
    Call::bounded_wait(user, "grant").await.map_err(|e| e.to_string())?;
    MODERATORS.with_borrow_mut(|m| { m.insert(user); });
    Ok(())
}

//- a function that applies events may write anything: only conditions that fit are told
#[derive(Default)] struct State { a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64, requests: BTreeMap<u64, u64> }
enum Event { A, B, C, D, E, F, G, Asked(u64) }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
fn apply(s: &mut State, event: Event) {
    match event {
        Event::A => s.a += 1, Event::B => s.b += 1, Event::C => s.c += 1, Event::D => s.d += 1,
        Event::E => s.e += 1, Event::F => s.f += 1, Event::G => s.g += 1,
        Event::Asked(id) => { s.requests.insert(id, 1); }
    }
}
#[update]
async fn ask(id: u64, ledger: Principal) -> Result<(), String> {
    if STATE.with_borrow(|s| s.requests.contains_key(&id)) { return Err("asked".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.requests` is checked here
    Call::bounded_wait(ledger, "icrc2_transfer_from").await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| apply(s, Event::Asked(id)));
    Ok(())
}
#[update]
async fn rename(id: u64, ledger: Principal) -> Result<(), String> {
    let request = STATE.with_borrow(|s| s.requests.get(&id).copied()).unwrap_or(0);
    if request != 7 { return Err("not yours".into()); }
    Call::bounded_wait(ledger, "icrc2_transfer_from").await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| apply(s, Event::A));
    Ok(())
}

//- trap: a function that refuses by the status stores the next one before the call
#[derive(Clone, PartialEq)] enum Status { Pending, Approved, Rejected }
#[derive(Clone)] struct Transfer { id: u64, status: Status, block: Option<u64> }
thread_local! { static TRANSFERS: RefCell<BTreeMap<u64, Transfer>> = RefCell::new(BTreeMap::new()); }
fn find(id: u64) -> Transfer { TRANSFERS.with_borrow(|t| t.get(&id).unwrap().clone()) }
fn store(transfer: Transfer) { TRANSFERS.with_borrow_mut(|t| { t.insert(transfer.id, transfer); }); }
fn approve_stored(mut transfer: Transfer) -> Transfer {
    if transfer.status != Status::Pending { ic_cdk::trap("not pending"); }
    transfer.status = Status::Approved;
    store(transfer.clone());
    transfer
}
#[update]
async fn approve(id: u64, ledger: Principal) {
    let mut approved = approve_stored(find(id));
    if approved.status == Status::Approved {
        if Call::bounded_wait(ledger, "icrc1_transfer").await.is_err() { approved.status = Status::Rejected; }
        approved.block = Some(1);
        store(approved);
    }
}

//- a status that is stored behind the call
#[derive(Clone, PartialEq)] enum Status { Pending, Approved }
thread_local! { static TRANSFERS: RefCell<BTreeMap<u64, Status>> = RefCell::new(BTreeMap::new()); }
fn status_of(id: u64) -> Status { TRANSFERS.with_borrow(|t| t.get(&id).unwrap().clone()) }
fn store(id: u64, status: Status) { TRANSFERS.with_borrow_mut(|t| { t.insert(id, status); }); }
#[update]
async fn approve(id: u64, ledger: Principal) {
    if status_of(id) != Status::Pending { ic_cdk::trap("not pending"); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `TRANSFERS` is checked here
    if Call::bounded_wait(ledger, "icrc1_transfer").await.is_err() { return; }
    store(id, Status::Approved);
}

//- trap: who is on the list may come again: what has been spent is counted behind the call; and code that nothing calls
thread_local! { static CALLERS: RefCell<BTreeMap<Principal, u128>> = RefCell::new(BTreeMap::new()); static DONE: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
fn is_allowed(caller: &Principal) -> bool { CALLERS.with(|c| c.borrow().contains_key(caller)) }
fn count(caller: &Principal, cycles: u128) { CALLERS.with(|c| { c.borrow_mut().get_mut(caller).map(|it| *it = it.saturating_add(cycles)); }); }
#[update]
async fn ask(oracle: Principal) -> Result<(), String> {
    let caller = msg_caller();
    if !is_allowed(&caller) { return Err("not allowed".into()); }
    Call::bounded_wait(oracle, "ask").await.map_err(|e| e.to_string())?;
    count(&caller, 7);
    Ok(())
}
pub async fn pay(id: u64, ledger: Principal) -> Result<(), String> {
    if DONE.with_borrow(|d| d.contains(&id)) { return Err("paid".into()); }
    Call::bounded_wait(ledger, "icrc1_transfer").await.map_err(|e| e.to_string())?;
    DONE.with_borrow_mut(|d| { d.insert(id); });
    Ok(())
}

//- trap: the only function that calls it refuses whoever comes meanwhile
thread_local! { static RUNNING_DRAW: Cell<bool> = Cell::new(false); static POOL: Cell<u64> = Cell::new(0); }
#[update]
async fn draw() -> Result<(), String> {
    let was_drawing = RUNNING_DRAW.with(|it| { let before = it.get(); it.set(true); before });
    if was_drawing { return Err("drawing".into()) }
    let drawn = draw_inner().await;
    RUNNING_DRAW.set(false);
    drawn
}
async fn draw_inner() -> Result<(), String> {
    if POOL.get() == 0 { return Ok(()) }
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(POOL.get()).await.map_err(|e| e.to_string())?;
    POOL.set(0);
    Ok(())
}

//- trap: a function that stores what is begun, and refuses it the second time
#[derive(Default)] struct State { swaps: BTreeMap<u64, u64>, history: BTreeMap<u64, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
impl State {
    fn init_swap(&mut self, id: u64) -> Result<(), String> {
        if self.swaps.contains_key(&id) { return Err("under way".into()) }
        self.swaps.insert(id, 1);
        Ok(())
    }
}
#[update]
async fn swap(id: u64) -> Result<(), String> {
    if STATE.with_borrow(|s| s.history.contains_key(&id)) { return Err("done".into()) }
    STATE.with_borrow_mut(|s| s.init_swap(id))?;
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    STATE.with_borrow_mut(|s| s.history.insert(id, 1));
    Ok(())
}

//- trap: to tell the network how a canister is to be, twice, is the same
use ic_cdk_management_canister::update_settings;
thread_local! { static RESCUED: Cell<bool> = Cell::new(false); }
#[update]
async fn rescue() {
    if RESCUED.get() { return }
    if update_settings(&arg()).await.is_err() { return }
    RESCUED.set(true);
}

//- trap: what was looked up is put back
thread_local! { static STORES: RefCell<BTreeMap<u64, Principal>> = RefCell::default(); }
fn first_store() -> Option<Principal> { archives().first().copied() }
fn store_of(id: u64) -> Result<Principal, String> { STORES.with(|s| s.borrow().get(&id).copied().or(first_store()).ok_or("none".into())) }
#[update]
async fn upload(id: u64, media: Vec<u8>) -> Result<(), String> {
    match store_of(id) {
        Ok(store) => {
            Call::unbounded_wait(store, "store").with_arg(media).await.map_err(|e| e.to_string())?;
            STORES.with(|s| s.borrow_mut().insert(id, store));
            Ok(())
        }
        Err(e) => Err(e),
    }
}

//- trap: nothing behind a statement that always traps is executed, and what only builds for debugging can call
thread_local! { static PAID: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    panic!("closed");
    if PAID.with_borrow(|p| p.contains_key(&id)) { return Err("paid".into()) }
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id, 1));
    Ok(())
}
#[cfg(any(test, debug_assertions))]
#[cfg_attr(target_family = "wasm", ic_cdk::update)]
async fn debug_tick(id: u64) { tick(id).await }
async fn tick(id: u64) { pay_once(id).await }
async fn pay_once(id: u64) {
    if PAID.with_borrow(|p| p.contains_key(&id)) { return }
    if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.is_err() { return }
    PAID.with_borrow_mut(|p| p.insert(id, 1));
}

//- an endpoint that an attribute adds where a canister is compiled
thread_local! { static PAID: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
#[cfg_attr(target_family = "wasm", ic_cdk::update)]
async fn pay_once(id: u64) {
    if PAID.with_borrow(|p| p.contains_key(&id)) { return }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `PAID` is checked here
    if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.is_err() { return }
    PAID.with_borrow_mut(|p| p.insert(id, 1));
}

//- a field of an element, which is put back; to look it up once more when the money has gone protects nothing
thread_local! { static JOBS: RefCell<BTreeMap<u64, Job>> = RefCell::default(); }
#[derive(Clone)] struct Job { rewarded: bool, cap: u64 }
#[update]
async fn reward(id: u64) -> Result<(), String> {
    let job = JOBS.with(|j| j.borrow().get(&id).cloned()).ok_or("unknown")?;
    if job.rewarded { return Err("rewarded".into()) }
     //^^^^^^^^^^^^ warning: `JOBS` is checked here
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    JOBS.with(|j| {
        let mut jobs = j.borrow_mut();
        if let Some(known) = jobs.get(&id) {
            let mut job = known.clone();
            job.rewarded = true;
            jobs.insert(id, job);
        }
    });
    Ok(())
}

//- trap: a field of an element that stays as it is
thread_local! { static JOBS: RefCell<BTreeMap<u64, Job>> = RefCell::default(); }
#[derive(Clone)] struct Job { count: u64, cap: u64 }
#[update]
async fn step_on(id: u64) -> Result<(), String> {
    let job = JOBS.with(|j| j.borrow().get(&id).cloned()).ok_or("unknown")?;
    if job.cap == 0 { return Err("has no cap".into()) }
    Call::unbounded_wait(hub(), "step").with_arg(id).await.map_err(|e| e.to_string())?;
    JOBS.with(|j| {
        let mut jobs = j.borrow_mut();
        if let Some(known) = jobs.get(&id) {
            let mut job = known.clone();
            job.count = 7;
            jobs.insert(id, job);
        }
    });
    Ok(())
}

//- trap: the function that writes asks once more and refuses; how a call went is noted, whoever made it
#[derive(Default)] struct Service { archived: BTreeMap<u64, bool> }
thread_local! { static SERVICE: RefCell<Service> = RefCell::default(); static HEALTHY: Cell<bool> = Cell::new(true); }
impl Service {
    fn mark_archived(&mut self, id: u64) -> Result<(), String> {
        if self.archived.get(&id) == Some(&true) { return Err("archived".into()) }
        self.archived.insert(id, true);
        Ok(())
    }
}
#[update]
async fn archive(id: u64) -> Result<(), String> {
    if SERVICE.with_borrow(|s| s.archived.get(&id) == Some(&true)) { return Err("archived".into()) }
    Call::bounded_wait(hub(), "archive").with_arg(id).await.map_err(|e| e.to_string())?;
    SERVICE.with_borrow_mut(|s| s.mark_archived(id))
}
fn record_api_success() { HEALTHY.set(true) }
fn record_api_failure() { HEALTHY.set(false) }
#[update]
async fn fetch() -> Result<(), String> {
    if !HEALTHY.get() { return Err("unhealthy".into()) }
    match Call::bounded_wait(hub(), "fetch").await {
        Ok(_) => record_api_success(),
        Err(_) => record_api_failure(),
    }
    Ok(())
}

//- trap: a method of another crate's type, of which nobody knows what it asks and changes
use service::{Service, with_service};
thread_local! { static SERVICE: RefCell<Service> = RefCell::new(Service::new()); }
#[update]
async fn archive(id: u64) -> Result<(), String> {
    SERVICE.with_borrow(|s| s.validate_archive(id))?;
    Call::bounded_wait(hub(), "archive").with_arg(id).await.map_err(|e| e.to_string())?;
    SERVICE.with_borrow_mut(|s| s.mark_archived(id))
}

//- written by a function that is given the cell; trap: one that only reads it
#[derive(Clone)] struct Account { balance: u64 }
thread_local! { static ACCOUNTS: RefCell<BTreeMap<Principal, Account>> = RefCell::default(); }
fn put(accounts: &RefCell<BTreeMap<Principal, Account>>, owner: Principal, account: &Account) { accounts.borrow_mut().insert(owner, account.clone()); }
fn find(accounts: &RefCell<BTreeMap<Principal, Account>>, owner: Principal) -> Account { accounts.borrow().get(&owner).cloned().unwrap() }
fn account_of(owner: Principal) -> Account { ACCOUNTS.with(|it| find(it, owner)) }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    let mut account = account_of(me);
    if account.balance < amount { return Err("too little".into()) }
     //^^^^^^^^^^^^^^^^^^^^^^^^ warning: `ACCOUNTS` is checked here
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_args(&(me, amount)).await.map_err(|e| e.to_string())?;
    account.balance -= amount;
    ACCOUNTS.with(|it| put(it, me, &account));
    Ok(())
}
#[update]
async fn look(amount: u64) -> Result<(), String> {
    if account_of(msg_caller()).balance < amount { return Err("too little".into()) }
    Call::bounded_wait(hub(), "look").await.map_err(|e| e.to_string())?;
    ACCOUNTS.with(|it| find(it, msg_caller()));
    Ok(())
}

//- one function checks, another one that it awaits writes behind an await of its own
#[derive(Clone)] struct Order { id: u64, paid: bool }
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); static ORDERS: RefCell<BTreeMap<u64, Order>> = RefCell::default(); }
fn ensure_open(id: u64) -> Result<(), String> { PAID.with_borrow(|p| if p.contains(&id) { Err("paid".into()) } else { Ok(()) }) }
async fn pay(id: u64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}
async fn pay_and_log(id: u64) -> Result<(), String> { pay(id).await }
#[update]
async fn claim(id: u64) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `PAID` is checked here but written only after an `await`
    pay(id).await
}
#[update]
async fn claim_twice(id: u64) -> Result<(), String> {
    ensure_open(id)?;
  //^^^^^^^^^^^^^^^^ warning: `PAID` is checked here but written only after an `await`
    pay_and_log(id).await
}
async fn settle(mut order: Order) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(order.id).await.map_err(|e| e.to_string())?;
    order.paid = true;
    ORDERS.with_borrow_mut(|it| it.insert(order.id, order));
    Ok(())
}
#[update]
async fn settle_once(id: u64) -> Result<(), String> {
    let order = ORDERS.with_borrow(|it| it.get(&id).cloned()).ok_or("no order")?;
    if order.paid { return Err("paid".into()) }
     //^^^^^^^^^^ warning: `ORDERS
    settle(order).await
}

//- trap: the function that is awaited asks once more, holds a lock, or claims before its own await; and who is only looked up
thread_local! { static PAID: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); static LOCKS: RefCell<std::collections::BTreeSet<u64>> = RefCell::default(); }
struct Entry(u64);
impl Entry { fn take(id: u64) -> Option<Self> { LOCKS.with_borrow_mut(|l| l.insert(id)).then_some(Self(id)) } }
impl Drop for Entry { fn drop(&mut self) { LOCKS.with_borrow_mut(|l| l.remove(&self.0)); } }
async fn pay_again(id: u64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "check").with_arg(id).await.map_err(|e| e.to_string())?;
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid meanwhile".into()); }
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}
async fn pay_locked(id: u64) -> Result<(), String> {
    let _entry = Entry::take(id).ok_or("busy")?;
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
    PAID.with_borrow_mut(|p| p.insert(id));
    Ok(())
}
async fn pay_claimed(id: u64) -> Result<(), String> {
    PAID.with_borrow_mut(|p| p.insert(id));
    if Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.is_err() {
        PAID.with_borrow_mut(|p| p.remove(&id));
    }
    Ok(())
}
#[update]
async fn claim(id: u64, how: u8) -> Result<(), String> {
    if PAID.with_borrow(|p| p.contains(&id)) { return Err("paid".into()); }
    match how { 0 => pay_again(id).await, 1 => pay_locked(id).await, _ => pay_claimed(id).await }
}
#[derive(Clone, Default)] struct Profile { visits: u64 }
thread_local! { static PROFILES: RefCell<BTreeMap<Principal, Profile>> = RefCell::default(); }
async fn visit(me: Principal, mut profile: Profile) -> Result<(), String> {
    Call::bounded_wait(ledger(), "visit").with_arg(me).await.map_err(|e| e.to_string())?;
    profile.visits += 1;
    PROFILES.with_borrow_mut(|it| it.insert(me, profile));
    Ok(())
}
#[update]
async fn come() -> Result<(), String> {
    let me = msg_caller();
    let profile = match PROFILES.with_borrow(|it| it.get(&me).cloned()) { Some(it) => it, None => return Err("who?".into()) };
    visit(me, profile).await
}

//- trap: what a call answers is none of what it was told; a transfer that the ledger takes once; another field of the same state
#[derive(Clone)] struct Withdrawal { amount: u64, created_at: u64 }
#[derive(Default)] struct State { address: String, sessions: BTreeMap<u64, u64> }
thread_local! { static QUEUE: RefCell<BTreeMap<u64, String>> = RefCell::default(); static PENDING: RefCell<BTreeMap<Principal, Withdrawal>> = RefCell::default(); static STATE: RefCell<State> = RefCell::default(); }
#[update]
async fn confirm(id: u64) -> Result<(), String> {
    let address = QUEUE.with_borrow(|it| it.get(&id).cloned().unwrap_or_default());
    let found: u64 = Call::bounded_wait(ledger(), "get_utxos").with_arg(address).await.unwrap().candid().unwrap();
    if found == 0 { return Err("none yet".into()) }
    Call::bounded_wait(ledger(), "send_transaction").with_arg(id).await.map_err(|e| e.to_string())?;
    QUEUE.with_borrow_mut(|it| it.remove(&id));
    Ok(())
}
async fn transfer(to: Principal, amount: u64, created_at_time: u64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_args(&(to, amount, created_at_time)).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn retry() -> Result<(), String> {
    let me = msg_caller();
    let pending = PENDING.with_borrow(|it| it.get(&me).cloned()).ok_or("nothing to retry")?;
    if pending.amount == 0 { return Err("nothing".into()) }
    match transfer(me, pending.amount, pending.created_at).await {
        Ok(()) => { PENDING.with_borrow_mut(|it| it.remove(&me)); Ok(()) }
        Err(e) => Err(e),
    }
}
#[update]
async fn poll() -> Result<(), String> {
    let (address, count) = STATE.with_borrow(|s| (s.address.clone(), s.sessions.len() as u64));
    if address.is_empty() { return Ok(()) }
    let block: u64 = Call::bounded_wait(ledger(), "block_number").with_arg(count).await.unwrap().candid().unwrap();
    STATE.with_borrow_mut(|s| s.sessions.insert(block, count));
    Ok(())
}

//- what is added up beside it counts each time, though others are only asked
#[derive(Default)] struct Pool { positions: BTreeMap<Principal, Vec<u64>>, liquidity: u64 }
thread_local! { static POOL: RefCell<Pool> = RefCell::default(); }
fn exists(me: Principal, hash: u64) -> bool { POOL.with_borrow(|p| p.positions.get(&me).map(|it| it.contains(&hash)).unwrap_or(false)) }
fn add_position(me: Principal, hash: u64, amount: u64) {
    POOL.with_borrow_mut(|p| { p.liquidity += amount; p.positions.entry(me).or_default().push(hash); });
}
#[update]
async fn create_position(hash: u64) -> Result<(), String> {
    let me = msg_caller();
    if exists(me, hash) { return Err("already created".into()) }
     //^^^^^^^^^^^^^^^^ warning: `POOL.positions` is checked here
    let amount: u64 = Call::bounded_wait(ledger(), "get_transaction_by_hash").with_arg(hash).await.unwrap().candid().unwrap();
    add_position(me, hash, amount);
    Ok(())
}

//- one more under a key that is drawn anew, by a flag that a closure sets (ic-cdk 0.19)
use ic_cdk::management_canister::raw_rand;
#[derive(Clone)] struct Review { event: u64, by: Principal }
thread_local! { static REVIEWS: RefCell<BTreeMap<u64, Review>> = RefCell::default(); }
async fn unique_id() -> u64 {
    match raw_rand().await { Ok(bytes) => bytes.len() as u64, Err(_) => ic_cdk::api::time() }
}
#[update]
async fn review(event: u64) -> Result<u64, String> {
    let by = msg_caller();
    let mut already_reviewed = false;
    REVIEWS.with(|reviews| { already_reviewed = reviews.borrow().values().any(|it| it.event == event && it.by == by); });
    if already_reviewed { return Err("reviewed".into()) }
     //^^^^^^^^^^^^^^^^ warning: `REVIEWS` is checked here
    let id = unique_id().await;
    REVIEWS.with(|reviews| { reviews.borrow_mut().insert(id, Review { event, by }); });
    Ok(id)
}

//- trap: the function that writes refuses what is there meanwhile, by a `match`; a call that changes the status before; and what has to be there
#[derive(Clone, PartialEq)] enum Status { Confirmed, Redeeming, Redeemed }
#[derive(Clone)] struct Record { status: Status, amount: u64 }
thread_local! { static WALLETS: RefCell<BTreeMap<u64, String>> = RefCell::default(); static RECORDS: RefCell<BTreeMap<u64, Record>> = RefCell::default(); }
fn insert_wallet(key: u64, wallet: String) -> Result<(), String> {
    WALLETS.with(|it| {
        let wallets = &mut it.borrow_mut();
        match wallets.get(&key) {
            Some(_) => Err("already".to_string()),
            None => {
                wallets.insert(key, wallet);
                Ok(())
            }
        }
    })
}
#[update]
async fn wallet_of(key: u64) -> Result<String, String> {
    let known = WALLETS.with_borrow(|it| it.get(&key).cloned());
    match known {
        Some(wallet) => Ok(wallet),
        None => {
            let wallet: String = Call::bounded_wait(hub(), "create_wallet").with_arg(key).await.unwrap().candid().unwrap();
            insert_wallet(key, wallet.clone())?;
            Ok(wallet)
        }
    }
}
fn redeeming_record(id: u64) -> Result<(), String> {
    RECORDS.with_borrow_mut(|it| match it.get(&id).cloned() {
        Some(record) => { it.insert(id, Record { status: Status::Redeeming, ..record }); Ok(()) }
        None => Err("none".into()),
    })
}
#[update]
async fn redeem(id: u64) -> Result<(), String> {
    let record = RECORDS.with_borrow(|it| it.get(&id).cloned()).ok_or("none")?;
    if record.status != Status::Confirmed { return Err("not confirmed".into()) }
    redeeming_record(id)?;
    Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(record.amount).await.map_err(|e| e.to_string())?;
    RECORDS.with_borrow_mut(|it| it.insert(id, Record { status: Status::Redeemed, ..record }));
    Ok(())
}
#[update]
async fn unstake(id: u64) -> Result<(), String> {
    let record = RECORDS.with_borrow(|it| it.get(&id).cloned());
    if let Some(mut found) = record {
        Call::bounded_wait(hub(), "unstaked").with_arg(id).await.map_err(|e| e.to_string())?;
        found.status = Status::Redeemed;
        RECORDS.with_borrow_mut(|it| it.insert(id, found));
    }
    Ok(())
}

//- trap: tested and claimed in one function, before it is taken out again
thread_local! { static REQUESTS: RefCell<BTreeMap<u64, String>> = RefCell::default(); }
fn validate_request(id: u64, text: String) -> Result<(), String> {
    if REQUESTS.with_borrow(|it| it.contains_key(&id)) { return Err("twice".into()) }
    REQUESTS.with_borrow_mut(|it| it.insert(id, text));
    Ok(())
}
#[update]
async fn request(id: u64, text: String) -> Result<(), String> {
    validate_request(id, text)?;
    Call::bounded_wait(hub(), "send").with_arg(id).await.map_err(|e| e.to_string())?;
    REQUESTS.with_borrow_mut(|it| it.remove(&id));
    Ok(())
}

//- a copy is asked, and put back behind the call
#[derive(Clone, Default)] struct Lottery { winner: Option<Principal>, tickets: Vec<Principal> }
impl Lottery { fn draw_winner(&mut self) { self.winner = self.tickets.first().copied(); } }
thread_local! { static LOTTERIES: RefCell<BTreeMap<u64, Lottery>> = RefCell::default(); }
#[update]
async fn draw(id: u64) -> Result<(), String> {
    match LOTTERIES.with(|it| it.borrow().get(&id).cloned()) {
        Some(mut lottery) => {
            if lottery.winner.is_some() { return Err("drawn".into()) }
             //^^^^^^^^^^^^^^^^^^^^^^^^ warning: `LOTTERIES
            lottery.draw_winner();
            Call::unbounded_wait(ledger(), "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
            LOTTERIES.with(|it| it.borrow_mut().insert(id, lottery));
            Ok(())
        }
        None => Err("none".into()),
    }
}

//- what is found in a list, and given another status by a function that looks it up again
#[derive(Clone, PartialEq)] enum Status { Pending, Executed }
#[derive(Clone)] struct Proposal { id: u64, status: Status }
thread_local! { static PROPOSALS: RefCell<Vec<Proposal>> = RefCell::default(); }
fn set_status(id: u64, status: Status) {
    PROPOSALS.with(|it| {
        let mut proposals = it.borrow_mut();
        if let Some(found) = proposals.iter_mut().find(|it| it.id == id) { found.status = status; }
    });
}
#[update]
async fn execute(id: u64) -> Result<(), String> {
    let known = PROPOSALS.with(|it| { let proposals = it.borrow(); proposals.iter().find(|it| it.id == id).cloned() });
    let proposal = known.ok_or("none")?;
    if proposal.status != Status::Pending { return Err("final".into()) }
     //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `PROPOSALS[].status` is checked here
    Call::unbounded_wait(hub(), "create_vault").with_arg(id).await.map_err(|e| e.to_string())?;
    set_status(id, Status::Executed);
    Ok(())
}

//- trap: what is known already is given back, else it is found out again
thread_local! { static KNOWN: RefCell<BTreeMap<u64, String>> = RefCell::default(); }
#[update]
async fn transaction(hash: u64) -> String {
    if let Some(known) = KNOWN.with_borrow(|it| it.get(&hash).cloned()) { return known; }
    let text: String = Call::bounded_wait(hub(), "transaction").with_arg(hash).await.unwrap().candid().unwrap();
    KNOWN.with_borrow_mut(|it| it.insert(hash, text.clone()));
    text
}

//- a copy whose field is asked around the call
#[derive(Clone, Default)] struct Token { is_live: bool }
thread_local! { static TOKENS: RefCell<BTreeMap<u64, Token>> = RefCell::default(); }
#[update]
async fn publish(id: u64) -> Result<(), String> {
    let known = TOKENS.with(|it| { let tokens = it.borrow(); tokens.get(&id).cloned() });
    if let Some(mut token) = known {
        if id > 3 && !token.is_live {
         //^^^^^^^^^^^^^^^^^^^^^^^^ warning: `TOKENS` is checked here
            Call::unbounded_wait(hub(), "create_pool").with_arg(id).await.map_err(|e| e.to_string())?;
            token.is_live = true;
            TOKENS.with(|it| it.borrow_mut().insert(id, token.clone()));
        }
    }
    Ok(())
}
