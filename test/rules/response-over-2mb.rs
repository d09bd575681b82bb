//- all of it
thread_local! { static ITEMS: RefCell<BTreeMap<u64, Item>> = RefCell::new(BTreeMap::new()); }
#[update]
fn add(id: u64, item: Item) { ITEMS.with_borrow_mut(|items| items.insert(id, item)); }
#[query]
fn all() -> Vec<Item> { ITEMS.with_borrow(|items| items.values().cloned().collect()) }
 //^^^ information: `all` returns all of `ITEMS`
#[query]
fn copy() -> BTreeMap<u64, Item> { ITEMS.with(|items| items.borrow().clone()) }
 //^^^^ information: Return a page of it

//- good: a page
thread_local! { static ITEMS: RefCell<BTreeMap<u64, Item>> = RefCell::new(BTreeMap::new()); }
#[query]
fn page(start: usize, length: usize) -> Vec<Item> {
    ITEMS.with_borrow(|items| items.values().skip(start).take(length.min(1_000)).cloned().collect())
}
#[query]
fn newest() -> Vec<Item> { ITEMS.with_borrow(|items| items.values().rev().take(10).cloned().collect()) }

//- trap: what does not grow, and one element
thread_local! { static HASH: Cell<[u8; 32]> = Cell::new([0; 32]); static ITEMS: RefCell<BTreeMap<u64, Vec<u8>>> = RefCell::new(BTreeMap::new()); }
#[query]
fn hash() -> Vec<u8> { HASH.get().to_vec() }
#[query]
fn one(id: u64) -> Vec<u8> { ITEMS.with_borrow(|items| items.get(&id).cloned().unwrap_or_default()) }

//- trap: what is set up once
thread_local! { static PROVIDERS: RefCell<BTreeMap<u64, String>> = RefCell::new(BTreeMap::new()); }
#[init]
fn init() { PROVIDERS.with_borrow_mut(|it| it.insert(1, "one".to_string())); }
#[query]
fn providers() -> Vec<String> { PROVIDERS.with_borrow(|it| it.values().cloned().collect()) }

//- trap: ids, of which tens of thousands fit
thread_local! { static IDS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
fn join() { IDS.with_borrow_mut(|ids| ids.push(msg_caller())); }
#[query]
fn members() -> Vec<Principal> { IDS.with_borrow(|ids| ids.iter().copied().collect()) }

//- handed on to a function, and read by way of others
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); static NOTES: RefCell<BTreeMap<u64, Note>> = RefCell::new(BTreeMap::new()); }
#[derive(Default)] struct State { orders: Vec<Order>, count: u64 }
impl State { fn all_orders(&self) -> Vec<Order> { self.orders.iter().cloned().collect() } }
fn with_notes<R>(f: impl FnOnce(&BTreeMap<u64, Note>) -> R) -> R { NOTES.with_borrow(|it| f(it)) }
fn all_notes() -> Vec<Note> { with_notes(|it| it.values().cloned().collect()) }
#[update]
fn add(order: Order, note: Note) {
    STATE.with_borrow_mut(|it| it.orders.push(order));
    NOTES.with_borrow_mut(|it| it.insert(1, note));
}
#[query]
fn notes() -> Vec<Note> { all_notes() }
 //^^^^^ information: `notes` returns all of `NOTES`
#[query]
fn orders() -> Vec<Order> { STATE.with_borrow(|it| it.orders.iter().cloned().collect()) }
 //^^^^^^ information: `orders` returns all of `orders`
#[query]
fn orders_too() -> Vec<Order> { STATE.with(|it| it.borrow().all_orders()) }
 //^^^^^^^^^^ information: `orders_too` returns all of `orders`

//- trap: handed on to what returns a page, or a part
thread_local! { static NOTES: RefCell<BTreeMap<u64, Note>> = RefCell::new(BTreeMap::new()); }
#[derive(CandidType, Clone, Deserialize)] struct Note { owner: Principal, text: String }
fn newest() -> Vec<Note> { NOTES.with_borrow(|it| it.values().rev().take(10).cloned().collect()) }
fn of(owner: Principal) -> Vec<Note> { NOTES.with_borrow(|it| it.values().filter(|note| note.owner == owner).cloned().collect()) }
#[update]
fn add(note: Note) { NOTES.with_borrow_mut(|it| it.insert(1, note)); }
#[query]
fn notes() -> Vec<Note> { newest() }
#[query]
fn mine() -> Vec<Note> { of(msg_caller()) }

//- what only an administrator fills, below a struct
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { chains: Vec<Chain> }
#[derive(Clone)] struct Chain { name: String }
fn is_admin() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "is_admin")]
fn add(name: String) { STATE.with_borrow_mut(|it| it.chains.push(Chain { name })); }
#[query]
fn chains() -> Vec<String> { STATE.with_borrow(|it| it.chains.iter().map(|chain| chain.name.clone()).collect()) }
 //^^^^^^ hint: `chains` returns all of `chains`

//- behind a macro, in a map of another name, below a cell
thread_local! { static BOOK: Book = Book::default(); static USERS: RefCell<SortedMap<u64, User>> = RefCell::new(SortedMap::default()); }
type SortedMap<K, V> = BTreeMap<K, V>;
#[derive(Default)] struct Book { notes: RefCell<Vec<Note>> }
impl Book {
    fn add(&self, note: Note) { self.notes.borrow_mut().push(note); }
    fn all(&self) -> Vec<Note> { self.notes.borrow().iter().cloned().collect() }
}
#[update]
fn add(note: Note, user: User) { BOOK.with(|it| it.add(note)); USERS.with_borrow_mut(|it| it.insert(1, user)); }
#[query]
fn notes() -> Vec<Note> {
 //^^^^^ information: `notes` returns all of `notes`
    ic_cdk::println!("notes are asked for");
    BOOK.with(|it| it.all())
}
#[query]
fn users() -> Vec<User> { USERS.with_borrow(|it| it.values().cloned().collect()) }
 //^^^^^ information: `users` returns all of `USERS`

//- trap: ids, of which tens of thousands fit, or an error
thread_local! { static IDS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
fn join() { IDS.with_borrow_mut(|ids| ids.push(msg_caller())); }
#[query]
fn members() -> Result<Vec<Principal>, String> { IDS.with_borrow(|ids| Ok(ids.iter().copied().collect())) }

//- within an answer, below a struct of a struct, by a function that lends the state, behind a branch
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); static POOLS: RefCell<BTreeMap<String, Vec<Pool>>> = RefCell::new(BTreeMap::new()); }
#[derive(Default)] struct State { users: BTreeMap<Principal, User>, exchange: Exchange }
#[derive(Default)] struct Exchange { orders: Orders }
#[derive(Default)] struct Orders(BTreeMap<u64, Order>);
#[derive(CandidType, Clone, Deserialize)] struct Pool { name: String, tokens: Vec<String> }
#[derive(CandidType)] enum Users { Denied, All(Vec<User>) }
const NOBODY: Principal = Principal::anonymous();
impl Exchange {
    fn place(&mut self, order: Order) { self.orders.0.insert(1, order); }
    fn all_orders(&self) -> Vec<Order> { self.orders.0.iter().map(|(_, it)| it.clone()).collect() }
}
fn with_state<R>(f: impl FnOnce(&State) -> R) -> R { STATE.with(|it| f(&it.borrow())) }
fn users_of(state: &State, caller: Principal) -> Users {
    match caller { NOBODY => Users::Denied, _ => Users::All(state.users.iter().map(|it| it.1.clone()).collect()) }
}
#[update]
fn add(user: User, order: Order, name: String, pool: Pool) {
    STATE.with_borrow_mut(|it| it.users.insert(msg_caller(), user));
    STATE.with_borrow_mut(|it| it.exchange.place(order));
    POOLS.with_borrow_mut(|it| it.insert(name, vec![pool]));
}
#[query]
fn users() -> Users { with_state(|it| users_of(it, msg_caller())) }
 //^^^^^ information: `users` returns all of `users`
#[query]
fn orders() -> Vec<Order> { STATE.with(|it| it.borrow().exchange.all_orders()) }
 //^^^^^^ information: `orders` returns all of `orders`
#[query]
fn pools() -> Result<BTreeMap<String, Vec<Pool>>, String> {
 //^^^^^ information: `pools` returns all of `POOLS`
    ic_cdk::println!("pools are asked for");
    POOLS.with(|it| match it.try_borrow() {
        Ok(pools) => { if pools.is_empty() { Err("none".to_string()) } else { Ok(pools.clone()) } }
        Err(_) => Err("busy".to_string()),
    })
}

//- trap: capped, those of one user, one entry
const MAX_NOTES: usize = 100;
thread_local! { static NOTES: RefCell<Vec<Note>> = RefCell::default(); static FILES: RefCell<BTreeMap<u64, File>> = RefCell::default(); static BY_USER: RefCell<BTreeMap<Principal, Vec<File>>> = RefCell::default(); }
#[derive(CandidType, Clone, Deserialize)] struct File { owner: Principal, content: Vec<u8> }
#[update]
fn add(note: Note, file: File) {
    NOTES.with_borrow_mut(|it| { if it.len() >= MAX_NOTES { it.remove(0); } it.push(note) });
    FILES.with_borrow_mut(|it| it.insert(1, file.clone()));
    BY_USER.with_borrow_mut(|it| it.insert(msg_caller(), vec![file]));
}
#[query]
fn notes() -> Vec<Note> { NOTES.with_borrow(|it| it.clone()) }
#[query]
fn mine() -> Vec<File> {
    let caller = msg_caller();
    FILES.with_borrow(|it| it.values().filter(|file| file.owner == caller).cloned().collect())
}
#[query]
fn of_mine() -> Vec<File> { BY_USER.with_borrow(|it| it.get(&msg_caller()).cloned().unwrap_or_default()) }

//- those of any market, by its id
thread_local! { static TRADES: RefCell<Vec<Trade>> = RefCell::default(); static USERS: RefCell<BTreeMap<String, User>> = RefCell::default(); }
#[derive(CandidType, Clone, Deserialize)] struct Trade { market: u64, note: String }
fn newest_of(trades: Vec<Trade>, limit: u64) -> Vec<Trade> { trades.into_iter().rev().take(limit.min(100) as usize).collect() }
#[update]
fn trade(trade: Trade, name: String) {
    if name.len() > 100 { return; }
    TRADES.with_borrow_mut(|it| it.push(trade));
    USERS.with_borrow_mut(|it| it.insert(name, User::default()));
}
#[query]
fn trades_of(market_id: u64) -> Vec<Trade> { TRADES.with_borrow(|it| it.iter().filter(|trade| trade.market == market_id).cloned().collect()) }
 //^^^^^^^^^ information: `trades_of` returns all of `TRADES`
#[query]
fn users() -> Vec<User> { USERS.with_borrow(|it| it.values().cloned().collect()) }
 //^^^^^ information: `users` returns all of `USERS`
#[query]
fn newest(limit: u64) -> Vec<Trade> { TRADES.with_borrow(|it| newest_of(it.iter().cloned().collect(), limit)) }

//- under a short name
#[derive(CandidType, Clone, Deserialize)] struct Pool { name: String, tokens: Vec<String> }
type Pools = Vec<Pool>;
thread_local! { static POOLS: RefCell<BTreeMap<u64, Pool>> = RefCell::default(); }
#[update]
fn add(pool: Pool) { POOLS.with_borrow_mut(|it| it.insert(1, pool)); }
#[query]
fn pools() -> Pools { POOLS.with_borrow(|it| it.values().cloned().collect()) }
 //^^^^^ information: `pools` returns all of `POOLS`

//- what closures look up for each element limits nothing; a helper's list, kept in a variable; pushed in a loop
thread_local! {
    static TOPICS: RefCell<Vec<Topic>> = RefCell::default();
    static SEEN: RefCell<BTreeMap<u64, u64>> = RefCell::default();
    static BLOBS: RefCell<Option<BTreeMap<Vec<u8>, Vec<u8>>>> = const { RefCell::new(None) };
}
#[derive(Clone, CandidType, Deserialize)] struct Topic { id: u64, tags: Vec<String> }
#[derive(CandidType)] struct Seen { id: u64, times: u64 }
#[update]
fn add(topic: Topic) {
    SEEN.with_borrow_mut(|it| it.insert(topic.id, 0));
    BLOBS.with(|it| if let Some(ref mut map) = *it.borrow_mut() { map.insert(vec![1], vec![2]); });
    TOPICS.with_borrow_mut(|it| it.push(topic));
}
#[query]
fn seen() -> Vec<Seen> {
 //^^^^ information: `seen` returns all of `TOPICS`
    TOPICS.with(|topics| {
        topics.borrow().iter().map(|topic| {
            let times = SEEN.with(|seen| seen.borrow().get(&topic.id).copied().unwrap_or(0));
            Seen { id: topic.id, times }
        }).collect()
    })
}
#[query]
fn tagged(tag: String) -> Vec<Topic> {
 //^^^^^^ information: `tagged` returns all of `TOPICS`
    TOPICS.with(|topics| topics.borrow().iter().filter(|it| it.tags.iter().any(|t| *t == tag)).cloned().collect())
}
fn all_topics() -> Vec<Topic> { TOPICS.with_borrow(|it| it.iter().cloned().collect()) }
#[query]
fn listed() -> Vec<Seen> {
 //^^^^^^ information: `listed` returns all of `TOPICS`
    let topics = all_topics();
    topics.iter().map(|it| Seen { id: it.id, times: 0 }).collect()
}
#[query]
fn pushed() -> Vec<Topic> {
 //^^^^^^ information: `pushed` returns all of `TOPICS`
    TOPICS.with_borrow(|topics| {
        let mut all = Vec::new();
        for topic in topics.iter() { all.push(topic.clone()); }
        all
    })
}
#[query]
fn blobs() -> Vec<Topic> {
 //^^^^^ information: `blobs` returns all of `BLOBS`
    BLOBS.with(|it| if let Some(ref map) = *it.borrow() {
        map.iter().filter_map(|(_, bytes)| candid::decode_one(bytes).ok()).collect()
    } else {
        Vec::new()
    })
}

//- trap: a helper that limits, a loop that ends, the caller's own, and a cache
thread_local! {
    static TOPICS: RefCell<Vec<Topic>> = RefCell::default();
    static TOPIC_CACHE: RefCell<Vec<Topic>> = RefCell::default();
}
#[derive(Clone, CandidType, Deserialize)] struct Topic { id: u64, owner: Principal }
#[update]
fn add(topic: Topic) { TOPIC_CACHE.with_borrow_mut(|it| it.push(topic.clone())); TOPICS.with_borrow_mut(|it| it.push(topic)); }
fn newest() -> Vec<Topic> { TOPICS.with_borrow(|it| it.iter().rev().take(20).cloned().collect()) }
#[query]
fn news() -> Vec<u64> { let topics = newest(); topics.iter().map(|it| it.id).collect() }
#[query]
fn short_news() -> Vec<Topic> { let topics = newest(); topics.iter().cloned().collect() }
#[query]
fn some() -> Vec<Topic> {
    TOPICS.with_borrow(|topics| {
        let mut all = Vec::new();
        for topic in topics.iter() { if all.len() >= 100 { break; } all.push(topic.clone()); }
        all
    })
}
#[query]
fn mine() -> Vec<Topic> {
    let caller = msg_caller();
    TOPICS.with_borrow(|topics| {
        let mut all = Vec::new();
        for topic in topics.iter() { if topic.owner == caller { all.push(topic.clone()); } }
        all
    })
}
#[query]
fn cached() -> Vec<Topic> { TOPIC_CACHE.with_borrow(|it| it.iter().cloned().collect()) }

//- trap: a collection that is shortened where a parameter stands for the state, or two names on, and one entry for each case
thread_local! {
    static STATE: RefCell<State> = RefCell::default();
    static HISTORY: RefCell<Vec<Topic>> = RefCell::default();
    static CONFIG: RefCell<BTreeMap<Kind, Topic>> = RefCell::default();
}
const MAX_EVENTS: usize = 100;
#[derive(Default)] struct State { events: Vec<Topic>, other: u64 }
#[derive(Clone, CandidType, Deserialize)] struct Topic { id: u64 }
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, CandidType, Deserialize)] enum Kind { Daily, Hourly }
fn note(state: &mut State, topic: Topic) {
    state.events.push(topic);
    while state.events.len() > MAX_EVENTS { state.events.remove(0); }
}
#[update]
fn add(kind: Kind, topic: Topic) {
    STATE.with_borrow_mut(|it| note(it, topic.clone()));
    CONFIG.with_borrow_mut(|it| it.insert(kind, topic.clone()));
    HISTORY.with(|it| {
        let mut history = it.borrow_mut();
        history.push(topic);
        if history.len() > MAX_EVENTS { let excess = history.len() - MAX_EVENTS; history.drain(0..excess); }
    });
}
#[query]
fn events() -> Vec<Topic> { STATE.with(|it| it.borrow().events.iter().cloned().collect()) }
#[query]
fn history() -> Vec<Topic> { HISTORY.with(|it| it.borrow().clone()) }
#[query]
fn config() -> Vec<Topic> { CONFIG.with_borrow(|it| it.values().cloned().collect()) }

//- numbers that elements are only compared with; a trap: numbers that bound the range
thread_local! { static RESULTS: RefCell<BTreeMap<u64, Score>> = RefCell::default(); }
#[derive(Clone, CandidType, Deserialize)] struct Score { score: u8, text: String }
#[update]
fn add(id: u64, score: Score) { RESULTS.with_borrow_mut(|it| it.insert(id, score)); }
#[query]
fn between(min_score: u8, max_score: u8) -> Vec<Score> {
 //^^^^^^^ information: `between` returns all of `RESULTS`
    RESULTS.with(|it| it.borrow().values().filter(|it| it.score >= min_score && it.score <= max_score).cloned().collect())
}
#[query]
fn in_range(min_id: u64, max_id: u64) -> Vec<Score> {
    RESULTS.with(|it| it.borrow().range(min_id..max_id).map(|(_, it)| it.clone()).collect())
}
