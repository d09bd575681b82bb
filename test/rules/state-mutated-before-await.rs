//- a debit that stays when the transfer fails
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() -= amount);
                               //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `BALANCES` keeps this change when the call fails: the `await` commits it, and `?` returns the error
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- the old call API (ic-cdk 0.17)
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) {
    BALANCES.with(|b| b.borrow_mut().remove(&ic_cdk::caller()));
                    //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `unwrap` traps
    let (_block,): (u64,) = ic_cdk::call(ledger(), "transfer", (amount,)).await.unwrap();
}

//- the error is dropped
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
                               //^^^^^^^^^^^^^^^^^^^^^^^ warning: the error is dropped
    let _ = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await;
}

//- through helpers: one writes, another one calls
#[derive(Default)] struct State { balances: BTreeMap<Principal, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
fn mutate_state<R>(f: impl FnOnce(&mut State) -> R) -> R { STATE.with(|s| f(&mut s.borrow_mut())) }
fn debit(who: Principal, amount: u64) { mutate_state(|s| *s.balances.entry(who).or_default() -= amount) }
async fn transfer(amount: u64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    debit(msg_caller(), amount);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `STATE.balances` keeps this change
    transfer(amount).await?;
    Ok(())
}

//- the failure's branch only returns
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
                               //^^^^^^^^^^^^^^^^^^^^^^^ warning: the failure's branch returns
    if let Err(e) = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await {
        return Err(e.to_string());
    }
    Ok(())
}

//- a wrapper of another crate
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(args: TransferArgs) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
                               //^^^^^^^^^^^^^^^^^^^^^^^ warning: `?` returns the error
    ic_ledger_types::transfer(ledger(), &args).await.map_err(|e| e.1)?;
    Ok(())
}

//- good: written back where the call fails
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() -= amount);
    if let Err(e) = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await {
        BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() += amount);
        return Err(e.to_string());
    }
    Ok(())
}

//- good: written back through a helper, in a match
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
fn credit(who: Principal, amount: u64) { BALANCES.with_borrow_mut(|b| *b.entry(who).or_default() += amount) }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() -= amount);
    match Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await {
        Ok(_) => Ok(()),
        Err(e) => { credit(me, amount); Err(e.to_string()) }
    }
}

//- good: written back in `map_err`
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() -= amount);
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| {
        BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() += amount);
        e.to_string()
    })?;
    Ok(())
}

//- good: the result lies in a variable that is looked at later
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() -= amount);
    let result = Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await;
    if result.is_err() {
        BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() += amount);
    }
    result.map(|_| ()).map_err(|e| e.to_string())
}

//- good: the caller of the function writes it back
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
async fn pay_out(me: Principal, amount: u64) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() -= amount);
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn withdraw(amount: u64) {
    let me = msg_caller();
    if let Err(_) = pay_out(me, amount).await {
        BALANCES.with_borrow_mut(|b| *b.get_mut(&me).unwrap() += amount);
    }
}

//- trap: counters and logs may have gaps
thread_local! { static NEXT_ID: Cell<u64> = Cell::new(0); static EVENT_LOG: RefCell<Vec<String>> = RefCell::default(); }
#[update]
async fn order() -> Result<(), String> {
    NEXT_ID.set(NEXT_ID.get() + 1);
    EVENT_LOG.with_borrow_mut(|l| l.push("order".into()));
    Call::unbounded_wait(ledger(), "transfer").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: a lock that is released when dropped
thread_local! { static BUSY: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); }
struct CallerGuard(Principal);
impl CallerGuard {
    fn new(p: Principal) -> Result<Self, String> {
        if BUSY.with_borrow_mut(|b| b.insert(p)) { Ok(Self(p)) } else { Err("busy".into()) }
    }
}
impl Drop for CallerGuard { fn drop(&mut self) { BUSY.with_borrow_mut(|b| b.remove(&self.0)); } }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let _guard = CallerGuard::new(msg_caller())?;
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: scopeguard writes it back
thread_local! { static HOLDINGS: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    let me = msg_caller();
    HOLDINGS.with_borrow_mut(|b| b.remove(&me));
    let undo = scopeguard::guard((), |_| HOLDINGS.with_borrow_mut(|b| { b.insert(me, amount); }));
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    std::mem::forget(undo);
    Ok(())
}

//- trap: the awaited function never suspends
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
async fn price() -> Result<u64, String> { Ok(3) }
#[update]
async fn buy() -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
    price().await?;
    Ok(())
}

//- trap: tokens of a rate limit
thread_local! { static RATE_TOKENS: Cell<u64> = Cell::new(10); }
#[update]
async fn ask() -> Result<(), String> {
    RATE_TOKENS.set(RATE_TOKENS.get() - 1);
    Call::bounded_wait(oracle(), "get").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: the write is in a branch that returns before the call
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn close(now: bool) -> Result<(), String> {
    if now {
        BALANCES.with_borrow_mut(|b| b.remove(&msg_caller()));
        return Ok(());
    }
    Call::unbounded_wait(ledger(), "transfer").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: what a call has told is kept
thread_local! { static PUBLIC_KEY: RefCell<Option<Vec<u8>>> = RefCell::default(); }
#[update]
async fn sign() -> Result<(), String> {
    let key: Vec<u8> = Call::bounded_wait(signer(), "key").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    PUBLIC_KEY.with_borrow_mut(|k| *k = Some(key));
    Call::bounded_wait(signer(), "sign").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: tests are not canister code
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[cfg(test)]
mod tests {
    async fn withdraw() { super::BALANCES.with_borrow_mut(|b| b.clear()); Call::unbounded_wait(l(), "t").await.unwrap(); }
}

//- not checked: a loop comes back to the write
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn all(list: Vec<Principal>) -> Result<(), String> {
    for p in list {
        Call::unbounded_wait(ledger(), "transfer").await.map_err(|e| e.to_string())?;
        BALANCES.with_borrow_mut(|b| b.remove(&p));
    }
    Ok(())
}

//- the error is the function's value
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<u64, String> {
    BALANCES.with_borrow_mut(|b| { let it = b.get_mut(&msg_caller()).ok_or("none")?; *it = it.checked_sub(amount).ok_or("low")?; Ok::<(), String>(()) })?;
                                                                                   //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: the failure's branch returns
    match Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await {
        Ok(_) => Ok(1),
        Err(e) => Err(e.to_string()),
    }
}

//- trap: a failure that leaves only a closure is for others to handle
thread_local! { static POOL: RefCell<std::collections::BTreeSet<Principal>> = RefCell::default(); }
#[update]
async fn start_all() {
    let futures = ids().into_iter().map(|id| {
        POOL.with_borrow_mut(|p| p.remove(&id));
        async move { Call::bounded_wait(id, "start").await.map_err(|e| (id, e.to_string()))?; Ok::<(), (Principal, String)>(()) }
    });
    for result in futures::future::join_all(futures).await {
        if let Err((id, _)) = result { POOL.with_borrow_mut(|p| p.insert(id)); }
    }
}

//- an entry that is made when it is missing counts once
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
#[update]
async fn withdraw(amount: u64) -> Result<(), String> {
    BALANCES.with_borrow_mut(|b| *b.entry(msg_caller()).or_default() -= amount);
                               //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `BALANCES` keeps this change
    Call::unbounded_wait(ledger(), "transfer").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- one report for one place, whatever it writes and however many calls follow
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)]
struct State { balances: BTreeMap<Principal, u64>, shares: BTreeMap<Principal, u64> }
fn take_all(user: Principal) { STATE.with_borrow_mut(|s| { s.balances.remove(&user); s.shares.remove(&user); }) }
#[update]
async fn leave(ledger: Principal) -> Result<(), String> {
    let user = msg_caller();
    take_all(user);
  //^^^^^^^^^^^^^^ warning: keeps this change
    Call::bounded_wait(ledger, "pay").with_arg(user).await.map_err(|e| e.to_string())?;
    Call::bounded_wait(ledger, "note").with_arg(user).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- through a helper whose name speaks of an index
thread_local! { static SHARES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
fn decrease_index(user: Principal, by: u64) { SHARES.with_borrow_mut(|s| *s.get_mut(&user).unwrap() -= by); }
#[update]
async fn withdraw(by: u64, vault: Principal) {
    decrease_index(msg_caller(), by);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `SHARES` keeps this change
    Call::bounded_wait(vault, "deposit").with_arg(by).await.unwrap();
}

//- trap: the awaited function never fails, whatever its type says
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); static CLAIMS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
async fn pay_or_claim(ledger: Principal, n: u64) -> Result<u64, String> {
    if Call::bounded_wait(ledger, "pay").with_arg(n).await.is_err() { CLAIMS.with_borrow_mut(|c| c.push(n)); }
    Ok(n)
}
#[update]
async fn withdraw(n: u64, ledger: Principal) -> Result<u64, String> {
    BALANCES.with_borrow_mut(|b| *b.get_mut(&msg_caller()).unwrap() -= n);
    pay_or_claim(ledger, n).await
}

//- trap: what an earlier call has done is kept, and stays true
thread_local! { static FROZEN: RefCell<BTreeMap<Principal, bool>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn freeze(group: Principal, users: Principal) -> Result<(), String> {
    match Call::bounded_wait(group, "freeze").await {
        Ok(_) => {
            FROZEN.with_borrow_mut(|f| f.insert(group, true));
            Call::bounded_wait(users, "suspend").await.map_err(|e| e.to_string())?;
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

//- trap: what an earlier call has done, with `?`
thread_local! { static POOLS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn deposit(id: u64, dex: Principal) -> Result<(), String> {
    let position: u64 = Call::bounded_wait(dex, "add_liquidity").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    POOLS.with_borrow_mut(|p| p.insert(id, position));
    Call::bounded_wait(dex, "take_snapshot").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- an earlier call that only asks has done nothing
thread_local! { static SOLD: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn buy(id: u64, bid: u64, ledger: Principal) -> Result<(), String> {
    let _price: u64 = Call::bounded_wait(ledger, "get_price").await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())?;
    SOLD.with_borrow_mut(|s| s.insert(id, bid));
                           //^^^^^^^^^^^^^^^^^ warning: `SOLD` keeps this change
    Call::bounded_wait(ledger, "icrc2_transfer_from").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- a static that is handed to a helper of another crate, or of this one, together with a closure
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
fn with_own<T: 'static, R>(key: &'static std::thread::LocalKey<RefCell<T>>, f: impl FnOnce(&mut T) -> R) -> R {
    key.with(|it| f(&mut it.borrow_mut()))
}
#[update]
async fn withdraw(n: u64, ledger: Principal) -> Result<(), String> {
    shared::with_mut(&BALANCES, |b| { *b.get_mut(&msg_caller()).unwrap() -= n; });
                                    //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `BALANCES` keeps this change
    Call::bounded_wait(ledger, "pay").await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn withdraw_all(ledger: Principal) -> Result<(), String> {
    with_own(&BALANCES, |b| { b.remove(&msg_caller()); });
                            //^^^^^^^^^^^^^^^^^^^^^^^ warning: `BALANCES` keeps this change
    Call::bounded_wait(ledger, "pay").await.map(|_| ()).map_err(|e| e.to_string())
}

//- one report for one call, however many places it leaves changed: what is taken away comes first
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)]
struct State { shares: BTreeMap<Principal, u64>, total: u64, claims: BTreeMap<Principal, u64> }
#[update]
async fn leave(ledger: Principal, n: u64) -> Result<(), String> {
    STATE.with_borrow_mut(|s| { s.claims.insert(msg_caller(), n); });
    STATE.with_borrow_mut(|s| { s.shares.remove(&msg_caller()); });
    STATE.with_borrow_mut(|s| s.total -= n);
                            //^^^^^^^^^^^^ warning: `STATE.total` keeps this change
    Call::bounded_wait(ledger, "pay").with_arg(n).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: what is paid out was credited together with the rest, and stays credited when it cannot be paid out
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)]
struct State { positions: BTreeMap<Principal, u64>, credits: BTreeMap<Principal, u64> }
fn close_position(user: Principal) -> u64 {
    STATE.with_borrow_mut(|s| {
        let n = s.positions.remove(&user).unwrap_or(0);
        *s.credits.entry(user).or_default() += n;
        n
    })
}
async fn pay_out(ledger: Principal, user: Principal, n: u64) -> Result<(), String> {
    STATE.with_borrow_mut(|s| *s.credits.entry(user).or_default() -= n);
    if let Err(e) = Call::bounded_wait(ledger, "icrc1_transfer").with_arg(n).await {
        STATE.with_borrow_mut(|s| *s.credits.entry(user).or_default() += n);
        return Err(e.to_string());
    }
    Ok(())
}
#[update]
async fn close(ledger: Principal) -> Result<(), String> {
    let user = msg_caller();
    let n = close_position(user);
    pay_out(ledger, user, n).await?;
    Ok(())
}

//- trap: what an earlier call has done, when its failure has left before
thread_local! { static INCOME: Cell<u64> = Cell::new(0); static SHARES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
async fn buy(ledger: Principal, registry: Principal, n: u64) -> Result<u64, String> {
    let block = match Call::bounded_wait(ledger, "icrc2_transfer_from").with_arg(n).await {
        Err(e) => {
            ic_cdk::println!("{e}");
            return Err(e.to_string());
        }
        Ok(_) => 1,
    };
    INCOME.set(INCOME.get() + n);
    SHARES.with_borrow_mut(|s| *s.entry(msg_caller()).or_default() += n);
    Call::bounded_wait(registry, "register").with_arg(block).await.map_err(|e| e.to_string())?;
    Ok(block)
}

//- trap: a total that is computed anew, whatever the message wants
thread_local! { static PRODUCTS: RefCell<BTreeMap<u64, u64>> = RefCell::default(); static SHARES: RefCell<BTreeMap<u64, u64>> = RefCell::default(); static TOTAL: RefCell<u64> = RefCell::default(); }
fn update_total() { let sum = SHARES.with_borrow(|s| s.values().sum()); TOTAL.with_borrow_mut(|t| *t = sum); }
fn update_share(id: u64, n: u64) { SHARES.with_borrow_mut(|s| { s.insert(id, n); }); }
#[update]
async fn buy(ledger: Principal) -> Result<(), String> {
    update_total();
    Call::bounded_wait(ledger, "icrc2_transfer_from").await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn order(ledger: Principal, id: u64, n: u64) -> Result<(), String> {
    update_share(id, n);
  //^^^^^^^^^^^^^^^^^^^ warning: `SHARES` keeps this change
    Call::bounded_wait(ledger, "icrc2_transfer_from").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- what a getter tidies on its way is not what matters
thread_local! { static SUPPLY: RefCell<u64> = RefCell::default(); static SHARES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
fn withdrawable_of(who: Principal) -> u64 {
    SUPPLY.with_borrow_mut(|s| *s = ic_cdk::api::canister_cycle_balance() as u64);
    SHARES.with_borrow(|s| s.get(&who).copied().unwrap_or(0))
}
#[update]
async fn withdraw(n: u64, target: Principal) -> Result<(), String> {
    let who = msg_caller();
    if withdrawable_of(who) < n { return Err("too little".into()); }
    SHARES.with_borrow_mut(|s| *s.get_mut(&who).unwrap() -= n);
                             //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `SHARES` keeps this change
    Call::bounded_wait(target, "deposit").with_arg(n).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- a detail that each try notes anew is information
thread_local! { static INVOICES: RefCell<BTreeMap<u64, Invoice>> = RefCell::new(BTreeMap::new()); }
struct Invoice { fee: u64, owner: Principal }
#[update]
async fn pay(id: u64, fee: u64, ledger: Principal) -> Result<(), String> {
    INVOICES.with_borrow_mut(|i| if let Some(it) = i.get_mut(&id) { it.fee = fee; });
                                                                  //^^^^^^^^^^^^ information: `INVOICES[].fee` keeps this change
    Call::bounded_wait(ledger, "icrc1_transfer").with_arg(fee).await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn sell(id: u64, to: Principal, ledger: Principal) -> Result<(), String> {
    INVOICES.with_borrow_mut(|i| if let Some(it) = i.get_mut(&id) { it.owner = to; });
                                                                  //^^^^^^^^^^^^^ warning: `INVOICES[].owner` keeps this change
    Call::bounded_wait(ledger, "icrc2_transfer_from").with_arg(to).await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: what was accepted, counted or has expired, whatever follows
use std::sync::atomic::{AtomicU64, Ordering};
static ACCEPTED: AtomicU64 = AtomicU64::new(0);
thread_local! { static CYCLES: RefCell<u128> = RefCell::default(); static CODES: RefCell<Vec<Code>> = RefCell::new(vec![]); }
struct Code { at: u64, id: u64 }
#[update]
async fn collect(n: u128, target: Principal) -> Result<(), String> {
    ACCEPTED.fetch_add(3, Ordering::Relaxed);
    CYCLES.with_borrow_mut(|c| *c += ic_cdk::api::msg_cycles_accept(n));
    let now = ic_cdk::api::time();
    CODES.with_borrow_mut(|c| c.retain(|it| it.at + 60 > now));
    Call::bounded_wait(target, "deposit").await.map(|_| ()).map_err(|e| e.to_string())
}
#[update]
async fn redeem(id: u64, target: Principal) -> Result<(), String> {
    CODES.with_borrow_mut(|c| c.retain(|it| it.id != id));
                            //^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `CODES` keeps this change
    Call::bounded_wait(target, "deposit").await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: a function that verifies puts back what it has tidied
thread_local! { static CODES: RefCell<BTreeMap<u64, Vec<u64>>> = RefCell::new(BTreeMap::new()); }
fn verify_code(code: u64) -> Result<(), String> {
    CODES.with_borrow_mut(|c| {
        let mut all = c.get(&0).cloned().ok_or("none")?;
        all.dedup();
        let is_known = all.contains(&code);
        c.insert(0, all);
        if is_known { Ok(()) } else { Err("wrong".to_string()) }
    })
}
#[update]
async fn register(code: u64, index: Principal) -> Result<(), String> {
    verify_code(code)?;
    Call::bounded_wait(index, "add_user").await.map(|_| ()).map_err(|e| e.to_string())
}

//- trap: a reason that is set once, what is made when it is first asked for, and time that passes
enum Reason { Late }
#[derive(Default)] struct State { reason: Option<Reason>, cell: Option<u64>, phase: u64, due: BTreeMap<u64, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
fn get() -> u64 { STATE.with_borrow_mut(|s| { s.cell = s.cell.or(Some(7)); s.phase }) }
fn step(id: u64, action: u64, now: u64) -> Result<(), String> {
    STATE.with_borrow_mut(|s| s.due.insert(id, now - action));
    Ok(())
}
#[update]
async fn rescue() -> Result<(), String> {
    STATE.with_borrow_mut(|s| if s.reason.is_none() && s.phase > 3 { s.reason = Some(Reason::Late); });
    let phase = get();
    Call::unbounded_wait(hub(), "rescue").with_arg(phase).await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn vote(id: u64) -> Result<(), String> {
    step(id, 1, ic_cdk::api::time())?;
    Call::unbounded_wait(hub(), "vote").with_arg(id).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: the books of what was received, by a function that adds and takes away
thread_local! { static HOLDINGS: RefCell<BTreeMap<u64, i64>> = RefCell::default(); }
fn change(asset: u64, by: i64) {
    HOLDINGS.with_borrow_mut(|h| {
        let sum = h.get(&asset).copied().unwrap_or(0) + by;
        if sum == 0 { h.remove(&asset); } else { h.insert(asset, sum); }
    });
}
#[update]
async fn buy(asset: u64, amount: i64) -> Result<(), String> {
    Call::unbounded_wait(ledger(), "transfer_from").with_arg(amount).await.map_err(|e| e.to_string())?;
    change(asset, amount);
    Call::unbounded_wait(ledger(), "mint").with_arg(amount).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: a notification that may fail
thread_local! { static BIDS: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
#[update]
async fn bid(id: u64, amount: u64) {
    BIDS.with_borrow_mut(|b| b.insert(id, amount));
    let _ = Call::unbounded_wait(hub(), "update_auction_bid").with_arg(amount).await;
}

//- trap: a function that returns where it is so already
#[derive(Default)] struct Epochs { epoch: u64, total: u64 }
thread_local! { static EPOCHS: RefCell<Epochs> = RefCell::default(); }
fn apply_epoch(root: u64) -> Result<(), String> {
    if EPOCHS.with_borrow(|e| e.epoch) == root { return Ok(()); }
    EPOCHS.with_borrow_mut(|e| e.epoch = root);
    Ok(())
}
#[update]
async fn sweep(root: u64) -> Result<(), String> {
    apply_epoch(root)?;
    Call::unbounded_wait(hub(), "sweep").with_arg(root).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: the awaited function writes it where it fails, by a helper that lends an element to a closure
#[derive(Clone, PartialEq)] enum Status { Created, Cancelled }
#[derive(Clone)] struct Deal { id: u64, status: Status }
thread_local! { static DEALS: RefCell<BTreeMap<u64, Deal>> = RefCell::default(); }
fn insert_deal(deal: Deal) { DEALS.with(|d| d.borrow_mut().insert(deal.id, deal)); }
fn with_deal<R>(id: u64, f: impl FnOnce(&mut Deal) -> R) -> Option<R> { DEALS.with(|d| d.borrow_mut().get_mut(&id).map(f)) }
async fn pay_deposit(ledger: Principal, id: u64) -> Result<(), String> {
    if Call::unbounded_wait(ledger, "icrc2_transfer_from").with_arg(id).await.is_err() {
        with_deal(id, |d| d.status = Status::Cancelled);
        return Err("not paid".into());
    }
    Ok(())
}
#[update]
async fn create_deal(ledger: Principal, id: u64) -> Result<(), String> {
    insert_deal(Deal { id, status: Status::Created });
    pay_deposit(ledger, id).await?;
    Ok(())
}

//- trap: what the canister has is measured, and what somebody said in a conversation
#[derive(Clone, Copy, Default)] struct Ops { low: bool }
thread_local! { static OPS: Cell<Ops> = Cell::new(Ops { low: false }); static CONVERSATIONS: RefCell<BTreeMap<Principal, Vec<String>>> = RefCell::default(); }
fn observe_cycles() -> bool {
    let low = ic_cdk::api::canister_cycle_balance() < 1_000_000;
    OPS.set(Ops { low });
    low
}
#[update]
async fn forward(hub: Principal) -> Result<(), String> {
    if observe_cycles() { return Err("low".into()) }
    Call::bounded_wait(hub, "forward").await.map_err(|e| e.to_string())?;
    Ok(())
}
#[update]
async fn ask(model: Principal, question: String) -> Result<(), String> {
    CONVERSATIONS.with_borrow_mut(|it| it.entry(msg_caller()).or_default().push(question.clone()));
    Call::bounded_wait(model, "ask").with_arg(question).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- said to be over before what it owes is paid; trap: set back where that fails, and where nothing is paid
#[derive(Clone, PartialEq)] enum Status { Open, Cancelled }
#[derive(Clone)] struct Order { id: u64, status: Status, paid_in: bool }
thread_local! { static ORDERS: RefCell<BTreeMap<u64, Order>> = RefCell::default(); }
async fn refund(ledger: Principal, id: u64) -> Result<u64, String> {
    Call::unbounded_wait(ledger, "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?.candid().map_err(|e| e.to_string())
}
#[update]
async fn cancel(ledger: Principal, id: u64) -> Result<u64, String> {
    ORDERS.with(|orders| {
        if let Some(order) = orders.borrow_mut().get_mut(&id) {
            order.status = Status::Cancelled;
          //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `ORDERS[].status` keeps this change when the call fails
        }
    });
    let block = refund(ledger, id).await?;
    Ok(block)
}
#[update]
async fn cancel_well(ledger: Principal, id: u64) -> Result<u64, String> {
    ORDERS.with_borrow_mut(|orders| if let Some(order) = orders.get_mut(&id) { order.status = Status::Cancelled; });
    match refund(ledger, id).await {
        Ok(block) => Ok(block),
        Err(error) => {
            ORDERS.with_borrow_mut(|orders| if let Some(order) = orders.get_mut(&id) { order.status = Status::Open; });
            Err(error)
        }
    }
}
#[update]
async fn close(hub: Principal, id: u64) -> Result<(), String> {
    ORDERS.with_borrow_mut(|orders| if let Some(order) = orders.get_mut(&id) { order.status = Status::Cancelled; });
    Call::bounded_wait(hub, "closed").with_arg(id).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: what there is not yet is made by a getter, and a quota is used up before the call
thread_local! { static POOLS: RefCell<Vec<String>> = RefCell::default(); static CHAT_USAGE: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
fn all_pools() -> Vec<String> { POOLS.with_borrow(|it| it.clone()) }
fn initialize_pools(names: &[&str]) { POOLS.with_borrow_mut(|it| *it = names.iter().map(|it| it.to_string()).collect()); }
fn get_pool_info() -> Vec<String> {
    let pools = all_pools();
    if pools.is_empty() {
        initialize_pools(&["a", "b"]);
        return all_pools();
    }
    pools
}
fn increment_usage(of: Principal) -> Result<(), String> {
    let used = CHAT_USAGE.with_borrow(|it| it.get(&of).copied().unwrap_or(0));
    if used >= 10 { return Err("enough for today".into()) }
    CHAT_USAGE.with_borrow_mut(|it| it.insert(of, used + 1));
    Ok(())
}
#[update]
async fn swap(dex: Principal) -> Result<(), String> {
    increment_usage(msg_caller())?;
    if get_pool_info().is_empty() { return Err("no pools".into()) }
    Call::unbounded_wait(dex, "swap").await.map_err(|e| e.to_string())?;
    Ok(())
}

//- what is sold is no number that may have gaps
thread_local! { static SOLD: Cell<u64> = Cell::new(0); }
#[update]
async fn buy(hub: Principal) -> Result<u64, String> {
    let number = SOLD.get() + 1;
    SOLD.set(number);
//  ^^^^^^^^^^^^^^^^ warning: `SOLD` keeps this change when the call fails
    Call::bounded_wait(hub, "charge").await.map_err(|e| e.to_string())?;
    Ok(number)
}

//- trap: the next number of a cell, and a read with a default
thread_local! { static SEQUENCE: Cell<u64> = Cell::new(0); static USES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
fn take_number() -> u64 {
    let number = SEQUENCE.get() + 1;
    SEQUENCE.set(number);
    number
}
#[update]
async fn order(hub: Principal) -> Result<(), String> {
    let number = take_number();
    let uses = USES.with(|it| it.borrow_mut().entry(msg_caller()).or_insert(0).clone());
    Call::bounded_wait(hub, "order").with_args(&(number, uses)).await.map_err(|e| e.to_string())?;
    Ok(())
}

//- trap: what was taken out of the state is a copy, whatever its methods do with it
#[derive(Clone, Default)] struct Lottery { winner: Option<Principal>, tickets: Vec<Principal> }
impl Lottery { fn draw_winner(&mut self) { self.winner = self.tickets.first().copied(); } }
thread_local! { static LOTTERIES: RefCell<BTreeMap<u64, Lottery>> = RefCell::default(); }
#[update]
async fn draw(ledger: Principal, id: u64) -> Result<(), String> {
    match LOTTERIES.with(|it| it.borrow().get(&id).cloned()) {
        Some(mut lottery) => {
            lottery.draw_winner();
            Call::unbounded_wait(ledger, "icrc1_transfer").with_arg(id).await.map_err(|e| e.to_string())?;
            LOTTERIES.with(|it| it.borrow_mut().insert(id, lottery));
            Ok(())
        }
        None => Err("none".into()),
    }
}
