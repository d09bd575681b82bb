//- all of it
thread_local! { static ITEMS: RefCell<BTreeMap<u64, Item>> = RefCell::new(BTreeMap::new()); }
#[update]
fn add(id: u64, item: Item) { ITEMS.with_borrow_mut(|items| items.insert(id, item)); }
#[query]
fn all() -> Vec<Item> { ITEMS.with_borrow(|items| items.values().cloned().collect()) }
 //^^^ hint: `all` returns all of `ITEMS`
#[query]
fn copy() -> BTreeMap<u64, Item> { ITEMS.with(|items| items.borrow().clone()) }
 //^^^^ hint: Return a page of it

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
 //^^^^^ hint: `notes` returns all of `NOTES`
#[query]
fn orders() -> Vec<Order> { STATE.with_borrow(|it| it.orders.iter().cloned().collect()) }
 //^^^^^^ hint: `orders` returns all of `orders`
#[query]
fn orders_too() -> Vec<Order> { STATE.with(|it| it.borrow().all_orders()) }
 //^^^^^^^^^^ hint: `orders_too` returns all of `orders`

//- trap: handed on to what returns a page, or a part
thread_local! { static NOTES: RefCell<BTreeMap<u64, Note>> = RefCell::new(BTreeMap::new()); }
fn newest() -> Vec<Note> { NOTES.with_borrow(|it| it.values().rev().take(10).cloned().collect()) }
fn of(owner: Principal) -> Vec<Note> { NOTES.with_borrow(|it| it.values().cloned().collect()) }
#[update]
fn add(note: Note) { NOTES.with_borrow_mut(|it| it.insert(1, note)); }
#[query]
fn notes() -> Vec<Note> { newest() }
#[query]
fn mine() -> Vec<Note> { of(msg_caller()) }

//- trap: what only an administrator fills, below a struct
thread_local! { static STATE: RefCell<State> = RefCell::new(State::default()); }
#[derive(Default)] struct State { chains: Vec<Chain> }
#[derive(Clone)] struct Chain { name: String }
fn is_admin() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
#[update(guard = "is_admin")]
fn add(name: String) { STATE.with_borrow_mut(|it| it.chains.push(Chain { name })); }
#[query]
fn chains() -> Vec<String> { STATE.with_borrow(|it| it.chains.iter().map(|chain| chain.name.clone()).collect()) }

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
 //^^^^^ hint: `notes` returns all of `notes`
    ic_cdk::println!("notes are asked for");
    BOOK.with(|it| it.all())
}
#[query]
fn users() -> Vec<User> { USERS.with_borrow(|it| it.values().cloned().collect()) }
 //^^^^^ hint: `users` returns all of `USERS`

//- trap: ids, of which tens of thousands fit, or an error
thread_local! { static IDS: RefCell<Vec<Principal>> = RefCell::new(vec![]); }
#[update]
fn join() { IDS.with_borrow_mut(|ids| ids.push(msg_caller())); }
#[query]
fn members() -> Result<Vec<Principal>, String> { IDS.with_borrow(|ids| Ok(ids.iter().copied().collect())) }
