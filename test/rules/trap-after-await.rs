//- a lock is never released
fn parse<T>(_: T) -> Option<u64> { None }
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
#[update]
async fn refresh() -> u64 {
    LOCKED.set(true);
    let reply = Call::bounded_wait(oracle(), "price").await;
    let price = parse(&reply).unwrap();
              //^^^^^^^^^^^^^^^^^^^^^^ warning: and is never released
    LOCKED.set(false);
    price
}

//- a balance stays reduced
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn withdraw(amount: u64) {
    let caller = msg_caller();
    BALANCES.with_borrow_mut(|b| *b.get_mut(&caller).unwrap() -= amount);
    let reply = Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await;
    assert!(reply.is_ok());
  //^^^^^^^^^^^^^^^^^^^^^^ warning: If `assert!` traps here, `BALANCES` keeps
}

//- what was made anew stays: the order is there, though nobody has paid
thread_local! { static ORDERS: RefCell<BTreeMap<u64, (Principal, u64)>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn order(id: u64, amount: u64) {
    ORDERS.with_borrow_mut(|o| o.insert(id, (msg_caller(), amount)));
    let reply = Call::bounded_wait(ledger(), "icrc2_transfer_from").with_arg(amount).await;
    assert!(reply.is_ok());
  //^^^^^^^^^^^^^^^^^^^^^^ warning: If `assert!` traps here, `ORDERS` keeps
}

//- the old API (ic-cdk 0.17)
thread_local! { static BUSY: RefCell<bool> = RefCell::new(false); }
#[update]
async fn refresh() {
    BUSY.with(|b| *b.borrow_mut() = true);
    let reply: Result<(u64,), _> = ic_cdk::call(oracle(), "price", ()).await;
    if reply.is_err() {
        ic_cdk::trap("no price");
      //^^^^^^^^^^^^^^^^^^^^^^^^ warning: only what was done since then is rolled back
    }
    BUSY.with(|b| *b.borrow_mut() = false);
}

//- a division, an index
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
#[update]
async fn share(all: Vec<u64>) {
    LOCKED.set(true);
    let parties: usize = parse(Call::bounded_wait(oracle(), "parties").await);
    let each = 100 / parties;
             //^^^^^^^^^^^^^ warning: If `/` traps here
    log((each, all[parties]));
             //^^^^^^^^^^^^ warning: If `index` traps here
    LOCKED.set(false);
}

//- a block is no lock
fn parse<T>(_: T) -> Option<u64> { None }
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn withdraw(amount: u64) {
    let caller = msg_caller();
    let block: u64 = block_of(caller);
    BALANCES.with_borrow_mut(|b| *b.get_mut(&caller).unwrap() -= amount);
    let reply = Call::bounded_wait(ledger(), "icrc1_transfer").with_arg(amount).await;
    remember((block, parse(&reply).unwrap()));
                   //^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps here, `BALANCES` keeps
}

//- good: a guard releases the lock
fn parse<T>(_: T) -> Option<u64> { None }
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
struct Lock;
impl Lock { fn take() -> Lock { LOCKED.set(true); Lock } }
impl Drop for Lock { fn drop(&mut self) { LOCKED.set(false) } }
#[update]
async fn refresh() -> u64 {
    let _lock = Lock::take();
    let reply = Call::bounded_wait(oracle(), "price").await;
    parse(&reply).unwrap()
}

//- good: nothing was written before
fn parse<T>(_: T) -> Option<u64> { None }
#[update]
async fn refresh() -> u64 {
    let reply = Call::bounded_wait(oracle(), "price").await;
    parse(&reply).unwrap()
}

//- trap: borrows and constants never fail
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); static LAST: RefCell<u64> = RefCell::new(0); }
static SHARED: Mutex<u64> = Mutex::new(0);
#[update]
async fn refresh() {
    LOCKED.set(true);
    let _reply = Call::bounded_wait(oracle(), "price").await.is_ok();
    let owner = Principal::from_text("aaaaa-aa").unwrap();
    LAST.with(|l| *l.try_borrow_mut().unwrap() = 3);
    log((*SHARED.lock().unwrap(), owner));
    debug_assert!(owner != Principal::anonymous());
    LOCKED.set(false);
}

//- trap: the value was asked about before
struct Answer { step: Option<u64> }
fn ask<T>(_: T) -> Answer { Answer { step: None } }
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
#[update]
async fn refresh() {
    LOCKED.set(true);
    let reply = ask(Call::bounded_wait(oracle(), "price").await);
    if reply.step.is_none() || reply.step.unwrap() > 0 {
        log("late");
    }
    LOCKED.set(false);
}

//- trap: no division by zero
fn ratio() -> f64 { 0.5 }
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
const PARTS: u64 = 4;
#[update]
async fn share() {
    LOCKED.set(true);
    let parties: u64 = parse(Call::bounded_wait(oracle(), "parties").await);
    if parties > 0 { log(100 / parties); }
    log((parties / 4, parties % PARTS, parties as f64 / ratio()));
    LOCKED.set(false);
}

//- trap: behind the last write of consequence
fn show<T>(_: T) -> Result<(), String> { Ok(()) }
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
#[update]
async fn refresh() {
    LOCKED.set(true);
    let reply = Call::bounded_wait(oracle(), "price").await;
    LOCKED.set(false);
    show(&reply).unwrap();
}

//- trap: what the call told may be gone
fn parse<T>(_: T) -> Option<u64> { None }
thread_local! { static CACHE: RefCell<u64> = RefCell::new(0); static LOG: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update]
async fn refresh() {
    LOG.with_borrow_mut(|l| l.push(1));
    let reply = Call::bounded_wait(oracle(), "price").await;
    CACHE.with_borrow_mut(|c| *c = parse(&reply).unwrap());
}

//- trap: an awaited function that never suspends
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); }
async fn local() -> Option<u64> { Some(3) }
#[update]
async fn refresh() -> u64 {
    LOCKED.set(true);
    let price = local().await.unwrap();
    LOCKED.set(false);
    price
}

//- trap: what is stored for good is complete without what follows
thread_local! { static MODULES: RefCell<BTreeMap<u8, Vec<u8>>> = RefCell::new(BTreeMap::new()); static LOG: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[update]
async fn upload(kind: u8, module: Vec<u8>, child: Principal) {
    MODULES.with_borrow_mut(|m| m.insert(kind, module));
    let answer = Call::bounded_wait(child, "upgrade").await;
    LOG.with_borrow_mut(|l| l.pop()).expect("could not read the log");
    ic_cdk::println!("{answer:?}");
}

//- trap: a mistake of the program, by the trap's own words
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn pay(n: u64, ledger: Principal) {
    BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() -= n);
    match Call::bounded_wait(ledger, "pay").await {
        Ok(_) => {}
        Err(_) if n == 0 => ic_cdk::trap("Bug: nothing was asked for"),
        Err(_) => BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() += n),
    }
}

//- at most two traps are told of one write; a length that was looked at divides well
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn share(list: Vec<u64>, ledger: Principal) {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    if Call::bounded_wait(ledger, "pay").await.is_err() { return; }
    if list.is_empty() { return; }
    let each = 100 / list.len() as u64;
    let first = list[each as usize];
              //^^^^^^^^^^^^^^^^^^^ information: If `index` traps here
    let second = list[first as usize];
               //^^^^^^^^^^^^^^^^^^^^ information: If `index` traps here
    let third = list[second as usize];
    ic_cdk::println!("{third}");
}

//- trap: what is kept was put together from the arguments alone
#[derive(Clone)] struct Code { version: String, bytes: Vec<u8> }
#[derive(CandidType, Deserialize)] struct Upload { name: String, version: String, bytes: Vec<u8> }
thread_local! { static CODES: RefCell<BTreeMap<String, Code>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn upload(upload: Upload, id: Principal, log: Option<u64>) {
    CODES.with_borrow_mut(|c| {
        let code = Code { version: upload.version.clone(), bytes: upload.bytes.clone() };
        c.insert(upload.name.clone(), code);
    });
    if Call::bounded_wait(id, "install").await.is_err() { return; }
    let n = log.expect("no log");
    ic_cdk::println!("{n}");
}
#[update]
async fn bump(upload: Upload, id: Principal, log: Option<u64>) {
    let count = CODES.with_borrow(|c| c.len());
    CODES.with_borrow_mut(|c| {
        let code = Code { version: count.to_string(), bytes: upload.bytes.clone() };
        c.insert(upload.name.clone(), code);
    });
    if Call::bounded_wait(id, "install").await.is_err() { return; }
    let n = log.expect("no log");
          //^^^^^^^^^^^^^^^^^^^^ information: If `expect` traps here
    ic_cdk::println!("{n}");
}

//- trap: what arguments hold is kept under a name of the code
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)] enum Kind { Index }
thread_local! { static CODES: RefCell<BTreeMap<Kind, Vec<u8>>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn upload(bytes: Vec<u8>, id: Principal, log: Option<u64>) {
    CODES.with_borrow_mut(|c| c.insert(Kind::Index, bytes));
    if Call::bounded_wait(id, "install").await.is_err() { return; }
    let n = log.expect("no log");
    ic_cdk::println!("{n}");
}

//- a trap that hardly ever happens
use ic_stable_structures::StableLog;
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static PRICES: RefCell<BTreeMap<Kind, u64>> = RefCell::new(BTreeMap::new()); }
thread_local! { static LOG: RefCell<StableLog<Principal, Memory, Memory>> = RefCell::new(StableLog::init(memory(0), memory(1))); }
#[derive(PartialEq, Eq, PartialOrd, Ord)] enum Kind { Small }
#[update]
async fn pay(list: Vec<u64>, ledger: Principal) {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    if Call::bounded_wait(ledger, "pay").await.is_err() { return; }
    ic_cdk::println!("{}", list.first().unwrap());
                         //^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps here
    ic_cdk::println!("{}", PRICES.with_borrow(|p| p.get(&Kind::Small).copied().unwrap()));
                                                //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps here
}
#[update]
async fn note(ledger: Principal) {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    if Call::bounded_wait(ledger, "pay").await.is_err() { return; }
    LOG.with_borrow_mut(|l| l.append(&msg_caller()).expect("no more memory"));
                          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `expect` traps here
}

//- trap: the comment above the whole paragraph says that it never is so
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn pay(n: u64, ledger: Principal, list: Vec<u64>) {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    if Call::bounded_wait(ledger, "pay").await.is_err() { return; }

    // outputs beyond the end should never
    // be produced by the parser
    let output = usize::try_from(n).unwrap();
    assert!(output <= list.len());

    let other = usize::try_from(n + 1).unwrap();
              //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps here
    ic_cdk::println!("{other}");
}

//- trap: a copy out of a static is no part of it, and a text that is written down is right or wrong for ever
static TOTAL: Mutex<u64> = Mutex::new(0);
const TEAM: &str = "aaaaa-aa";
#[update]
async fn burn(n: u64, ledger: Principal) -> Result<(), String> {
    let mut total = { let guard = TOTAL.lock().unwrap(); *guard };
    total = total.checked_add(n).ok_or("too much")?;
    Call::bounded_wait(ledger, "mint").with_arg(total).await.map_err(|e| e.to_string())?;
    let parts: Vec<u64> = share(total);
    ic_cdk::println!("{}", parts[7]);
    Ok(())
}
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn pay(ledger: Principal) {
    let librarian: &str = "aaaaa-aa";
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    if Call::bounded_wait(ledger, "pay").await.is_err() { return; }
    ic_cdk::println!("{} {}", Principal::from_text(librarian).expect("no principal"), Principal::from_text(TEAM).unwrap());
}

//- a helper that traps
thread_local! { static LOCKED: Cell<bool> = Cell::new(false); static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
fn parse(text: &str) -> u64 { text.parse().unwrap() }
fn require_ok(is_ok: bool) { if !is_ok { ic_cdk::trap("refused"); } }
#[update]
async fn refresh(oracle: Principal) -> u64 {
    LOCKED.set(true);
    let text: String = Call::bounded_wait(oracle, "price").await.map(|it| it.candid().unwrap_or_default()).unwrap_or_default();
    let price = parse(&text);
              //^^^^^^^^^^^^ warning: If `parse` traps here, `LOCKED` keeps what was written
    LOCKED.set(false);
    price
}
#[update]
async fn withdraw(ledger: Principal, n: u64) -> u64 {
    BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() -= n);
    let is_ok = Call::bounded_wait(ledger, "icrc1_transfer").await.is_ok();
    require_ok(is_ok);
  //^^^^^^^^^^^^^^^^^ warning: If `require_ok` traps here, `BALANCES` keeps what was written
    parse("3")
}

//- trap: indices that run through a range, were compared or used before; divisors that a long condition asks about
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static POOLS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn pay_all(amounts: Vec<u64>, one: usize, two: usize, ledger: Principal) {
    if one >= amounts.len() { return; }
    let first = amounts[two];
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    for k in 0..3 {
        if Call::bounded_wait(ledger, "pay").with_arg(first).await.is_err() { ic_cdk::println!("{}", amounts[k]); }
    }
    ic_cdk::println!("{} {}", amounts[one], amounts[two]);
    let divisor: u64 = parse(first);
    if divisor > 0 && BALANCES.with_borrow(|b| b.get(&msg_caller()).copied().unwrap_or(0)) > 0 && first / divisor > 1 { return; }
    ic_cdk::println!("{}", amounts[first as usize]);
                         //^^^^^^^^^^^^^^^^^^^^^^^ information: If `index` traps here
}
#[update]
async fn swap(pool: u64, ledger: Principal) {
    POOLS.with_borrow_mut(|p| *p.get_mut(&pool).unwrap() -= 1);
    let _answer = Call::bounded_wait(ledger, "pay").await.is_ok();
    POOLS.with_borrow_mut(|p| *p.get_mut(&pool).unwrap() += 1);
                             //^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps here
}
#[update]
async fn swap_known(pool: u64, ledger: Principal) {
    POOLS.with_borrow_mut(|p| *p.get_mut(&pool).expect("pool must exist: verified at the start") -= 1);
    let _answer = Call::bounded_wait(ledger, "pay").await.is_ok();
    POOLS.with_borrow_mut(|p| *p.get_mut(&pool).expect("pool must exist: verified at the start") += 1);
}

//- trap: a static that was unwrapped before, or that init and post_upgrade fill
#[derive(Default)] struct State { is_busy: bool }
thread_local! { static STATE: RefCell<Option<State>> = RefCell::new(None); static FILLED: RefCell<Option<State>> = RefCell::new(None); static LOCKED: Cell<bool> = Cell::new(false); }
#[init]
fn init() { FILLED.with(|s| *s.borrow_mut() = Some(State::default())); }
#[post_upgrade]
fn post_upgrade() { FILLED.with(|s| *s.borrow_mut() = Some(State::default())); }
#[pre_upgrade]
fn pre_upgrade() { let _old = STATE.with(|s| s.borrow_mut().take()); }
#[update]
fn set_up() { STATE.with(|s| *s.borrow_mut() = Some(State::default())); }
#[update]
async fn refresh(oracle: Principal) {
    let busy = STATE.with(|s| s.borrow().as_ref().unwrap().is_busy);
    if busy { return; }
    STATE.with(|s| { s.borrow_mut().as_mut().unwrap().is_busy = true; });
    let _answer = Call::bounded_wait(oracle, "price").await.is_ok();
    STATE.with(|s| { s.borrow_mut().as_mut().unwrap().is_busy = false; });
}
#[update]
async fn refresh_filled(oracle: Principal) {
    LOCKED.set(true);
    let _answer = Call::bounded_wait(oracle, "price").await.is_ok();
    FILLED.with(|s| { s.borrow_mut().as_mut().unwrap().is_busy = false; });
    LOCKED.set(false);
}

//- a static that another message may empty
#[derive(Default)] struct State { is_busy: bool }
thread_local! { static STATE: RefCell<Option<State>> = RefCell::new(None); }
#[update]
fn reset() { STATE.with(|s| *s.borrow_mut() = None); }
#[update]
fn set_up() { STATE.with(|s| *s.borrow_mut() = Some(State::default())); }
#[update]
async fn refresh(oracle: Principal) {
    STATE.with(|s| { s.borrow_mut().as_mut().unwrap().is_busy = true; });
    let _answer = Call::bounded_wait(oracle, "price").await.is_ok();
    STATE.with(|s| { s.borrow_mut().as_mut().unwrap().is_busy = false; });
                   //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps here
}

//- a variable that every turn of a loop sets, and one that some turn may leave
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn ask(agents: Vec<Principal>) -> String {
    if agents.is_empty() { return String::new(); }
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    let mut last_error: Option<String> = None;
    for agent in agents {
        match Call::bounded_wait(agent, "ask").await {
            Ok(reply) => {
                return reply.candid().unwrap_or_default();
            }
            Err(error) => last_error = Some(error.to_string()),
        }
    }
    last_error.unwrap()
}
#[update]
async fn ask_some(agents: Vec<Principal>) -> String {
    if agents.is_empty() { return String::new(); }
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    let mut last_error: Option<String> = None;
    for agent in agents {
        match Call::bounded_wait(agent, "ask").await {
            Ok(_) => {}
            Err(error) => last_error = Some(error.to_string()),
        }
    }
    last_error.unwrap()
  //^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps here
}

//- deep in a function that is no endpoint: a remark, but for what is meant to trap
thread_local! { static PAID: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
async fn price_of(name: String) -> u64 {
    PAID.with_borrow_mut(|p| p.remove(&msg_caller()));
    let prices: BTreeMap<String, u64> = Call::bounded_wait(oracle(), "prices").await.ok().and_then(|it| it.candid().ok()).unwrap_or_default();
    *prices.get(&name).unwrap()
   //^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps here
}
async fn price_or_trap(name: String) -> u64 {
    PAID.with_borrow_mut(|p| p.remove(&msg_caller()));
    let prices: BTreeMap<String, u64> = Call::bounded_wait(oracle(), "prices").await.ok().and_then(|it| it.candid().ok()).unwrap_or_default();
    match prices.get(&name) {
        Some(price) => *price,
        None => ic_cdk::trap("no price"),
              //^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `trap` traps here
    }
}
#[update]
async fn price(name: String) -> u64 { price_of(name.clone()).await + price_or_trap(name).await }
