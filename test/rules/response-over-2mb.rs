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
