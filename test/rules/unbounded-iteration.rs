//- all that users added is changed, read, copied
thread_local! {
    static USERS: RefCell<BTreeMap<Principal, User>> = RefCell::new(BTreeMap::new());
    static STATE: RefCell<State> = RefCell::new(State { orders: BTreeMap::new() });
}
#[derive(Clone)]
struct User { balance: u64 }
struct State { orders: BTreeMap<u64, User> }
fn mutate_state<R>(change: impl FnOnce(&mut State) -> R) -> R { STATE.with_borrow_mut(|state| change(state)) }
#[update]
fn join() { USERS.with_borrow_mut(|users| users.insert(msg_caller(), User { balance: 0 })); }
#[update]
fn order(id: u64) { mutate_state(|state| state.orders.insert(id, User { balance: 0 })); }
#[update]
fn pay_all() {
    USERS.with_borrow_mut(|users| {
        for user in users.values_mut() {
            user.balance += 10;
          //^^^^^^^^^^^^^^^^^^ information: `pay_all` goes through all of `USERS`, which `join` lets grow
        }
    });
}
#[update]
fn pay_some() {
    for (user, _) in USERS.with_borrow(|users| users.clone()) { pay(user); }
                                             //^^^^^^^^^^^^^ information: runs out of instructions and traps
}
fn pay(_user: Principal) {}
#[heartbeat]
fn beat() { close_orders(); }
fn close_orders() {
    mutate_state(|state| {
        for (_, order) in state.orders.iter_mut() {
            order.balance = 0;
          //^^^^^^^^^^^^^^^^^ information: `beat` goes through all of `STATE.orders`, which `order` lets grow
        }
    });
}

//- good: a part of it
thread_local! { static USERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); static CURSOR: Cell<u64> = Cell::new(0); }
#[update]
fn join(id: u64) { USERS.with_borrow_mut(|users| users.insert(id, 0)); }
#[update]
fn pay_some() {
    USERS.with_borrow_mut(|users| {
        for (id, balance) in users.range_mut(CURSOR.get()..).take(500) {
            *balance += 10;
            CURSOR.set(*id);
        }
    });
}

//- trap: what only controllers add, and what has a limit
thread_local! { static TOKENS: RefCell<Vec<u64>> = RefCell::new(vec![]); static SLOTS: RefCell<Vec<u64>> = RefCell::new(vec![]); }
const MAX_SLOTS: usize = 10;
fn only_controllers() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_controllers")]
fn list(token: u64) { TOKENS.with_borrow_mut(|tokens| tokens.push(token)); }
fn max_slots() -> usize { MAX_SLOTS }
#[update]
fn take(slot: u64) { SLOTS.with_borrow_mut(|slots| if slots.len() < max_slots() { slots.push(slot) }); }
#[update]
fn raise() {
    TOKENS.with_borrow_mut(|tokens| for token in tokens.iter_mut() { *token += 1; });
    SLOTS.with_borrow_mut(|slots| for slot in slots.iter_mut() { *slot += 1; });
}

//- trap: single elements within another loop, and queries
thread_local! { static USERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn join(id: u64) { USERS.with_borrow_mut(|users| users.insert(id, 0)); }
#[update]
fn pay(ids: Vec<u64>) {
    for id in ids { USERS.with_borrow_mut(|users| *users.entry(id).or_default() += 1); }
}
#[query]
fn total() -> u64 {
    let mut sum = 0;
    USERS.with_borrow(|users| for balance in users.values() { sum += balance; });
    sum
}

//- chains of iterators, and queues that are emptied
thread_local! {
    static USERS: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new());
    static JOBS: RefCell<std::collections::VecDeque<u64>> = RefCell::default();
    static STATE: RefCell<State> = RefCell::new(State { orders: BTreeMap::new() });
}
struct State { orders: BTreeMap<u64, u64> }
#[update]
fn join(name: String) { USERS.with_borrow_mut(|users| users.insert(msg_caller(), name)); }
#[update]
fn ask(job: u64) { JOBS.with_borrow_mut(|jobs| jobs.push_back(job)); }
#[update]
fn order(id: u64) { STATE.with_borrow_mut(|state| state.orders.insert(id, 0)); }
#[update]
fn is_taken(name: String) -> bool { USERS.with_borrow(|users| users.values().any(|it| *it == name)) }
                                                            //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: `is_taken` goes through all of `USERS`, which `join` lets grow
#[update]
fn close() -> Vec<u64> {
    STATE.with(|state| {
        state
      //^^^^^ information: `close` goes through all of `STATE.orders`
            .borrow()
            .orders
            .iter()
            .filter_map(|(id, at)| if *at == 0 { Some(*id) } else { None })
            .collect()
    })
}
#[heartbeat]
fn beat() {
    JOBS.with_borrow_mut(|jobs| {
        while let Some(job) = jobs.pop_front() { run(job); }
                            //^^^^^^^^^^^^^^^^ information: `beat` goes through all of `JOBS`
    });
}
fn run(_job: u64) {}

//- trap: a part by a chain, and one job at a time
thread_local! {
    static USERS: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new());
    static JOBS: RefCell<std::collections::VecDeque<u64>> = RefCell::default();
}
#[update]
fn join(name: String) { USERS.with_borrow_mut(|users| users.insert(msg_caller(), name)); }
#[update]
fn ask(job: u64) { JOBS.with_borrow_mut(|jobs| jobs.push_back(job)); }
#[update]
fn first() -> Vec<String> { USERS.with_borrow(|users| users.values().take(10).cloned().collect()) }
#[update]
fn mine() -> Option<String> { USERS.with_borrow(|users| users.get(&msg_caller()).map(|it| it.clone())) }
#[heartbeat]
fn beat() { if let Some(job) = JOBS.with_borrow_mut(|jobs| jobs.pop_front()) { run(job); } }
fn run(_job: u64) {}
