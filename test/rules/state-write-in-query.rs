//- directly
thread_local! { static SEEN: RefCell<BTreeMap<u64, bool>> = RefCell::new(BTreeMap::new()); }
#[query]
fn get(key: u64) -> bool {
 //^^^ warning: The query `get` changes `SEEN`
    SEEN.with_borrow_mut(|s| s.insert(key, true)).is_some()
}

//- through a function, in a composite query
thread_local! { static SEEN: RefCell<BTreeMap<u64, bool>> = RefCell::new(BTreeMap::new()); }
fn drop_old(key: u64) { SEEN.with(|s| s.borrow_mut().remove(&key)); }
#[query(composite = true)]
async fn get(key: u64) { drop_old(key); }
       //^^^ warning: the change is thrown away

//- good
thread_local! { static SEEN: RefCell<BTreeMap<u64, bool>> = RefCell::new(BTreeMap::new()); }
#[update]
fn set(key: u64) { SEEN.with_borrow_mut(|s| s.insert(key, true)); }
#[query]
fn get(key: u64) -> Option<bool> { SEEN.with_borrow(|s| s.get(&key).copied()) }

//- trap: borrowed without a write, caches, counters, put back
thread_local! {
    static SEEN: RefCell<BTreeMap<u64, bool>> = RefCell::new(BTreeMap::new());
    static HITS_COUNT: Cell<u64> = Cell::new(0);
    static CACHE: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
}
#[query]
fn get(key: u64) -> bool {
    HITS_COUNT.set(HITS_COUNT.get() + 1);
    CACHE.with_borrow_mut(|c| c.insert(key, 3));
    SEEN.with_borrow_mut(|s| s.contains_key(&key))
}
#[query]
fn all() -> usize {
    let seen = SEEN.take();
    let count = seen.len();
    SEEN.set(seen);
    count
}
