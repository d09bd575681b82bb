//- a map that users fill
thread_local! {
    static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::default();
         //^^^^^ warning: `NOTES` lives on the heap, which an upgrade discards: what `put` writes is lost
}
#[update]
fn put(note: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note)); }

//- a counter, in the spelling of `static mut`, written through a helper
static mut COUNTER: u64 = 0;
         //^^^^^^^ warning: `COUNTER` lives on the heap
fn bump() { unsafe { COUNTER += 1 } }
#[update]
fn add() { bump() }

//- written by a timer
use std::collections::VecDeque;
thread_local! { static PRICES: RefCell<VecDeque<u64>> = RefCell::default(); }
                     //^^^^^^ warning: what `start` writes is lost
#[update]
fn start() {
    ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(9), || async { PRICES.with_borrow_mut(|p| p.push_back(1)) });
}

//- saved, but never restored
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::default(); }
                     //^^^^^ warning: `NOTES` lives on the heap
#[update]
fn put(note: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((NOTES.take(),)).unwrap(); }

//- figures that are only measured
thread_local! { static METRICS: RefCell<BTreeMap<String, u64>> = RefCell::default(); }
                     //^^^^^^^ information: `METRICS` lives on the heap
#[update]
fn put() { METRICS.with_borrow_mut(|m| m.insert("put".into(), 1)); }

//- good: a stable structure, under an alias
use ic_stable_structures::{memory_manager::VirtualMemory, BTreeMap as StableMap, DefaultMemoryImpl};
type Notes = StableMap<Principal, String, VirtualMemory<DefaultMemoryImpl>>;
thread_local! { static NOTES: RefCell<Notes> = RefCell::new(Notes::init(memory(0))); }
#[update]
fn put(note: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note)); }

//- good: a struct whose fields are stable
struct State { notes: StableBTreeMap<Principal, String, Memory>, total: StableCell<u64, Memory> }
thread_local! { static STATE: RefCell<State> = RefCell::new(State::new()); }
#[update]
fn put(note: String) { STATE.with_borrow_mut(|s| s.notes.insert(msg_caller(), note)); }

//- good: both hooks
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::default(); }
#[update]
fn put(note: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), note)); }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((NOTES.take(),)).unwrap(); }
#[post_upgrade]
fn restore() { let (notes,) = ic_cdk::storage::stable_restore().unwrap(); NOTES.set(notes); }

//- trap: caches, random numbers, timers, locks
thread_local! {
    static PRICE_CACHE: RefCell<BTreeMap<u64, u64>> = RefCell::default();
    static RNG: RefCell<Option<StdRng>> = RefCell::default();
    static TIMER: RefCell<Option<TimerId>> = RefCell::default();
    static IN_FLIGHT: RefCell<Vec<Principal>> = RefCell::default();
}
#[update]
fn work() {
    PRICE_CACHE.with_borrow_mut(|c| c.insert(1, 1));
    RNG.set(None);
    TIMER.set(None);
    IN_FLIGHT.with_borrow_mut(|f| f.push(msg_caller()));
}

//- trap: replayed from a stable log
#[derive(CandidType, Deserialize)] struct Event { who: Principal, amount: u64 }
thread_local! { static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default(); }
fn apply(event: Event) { BALANCES.with_borrow_mut(|b| b.insert(event.who, event.amount)); }
#[update]
fn add(event: Event) { append_to_stable_log(&event); apply(event) }
#[post_upgrade]
fn replay() { for event in stable_log() { apply(event) } }

//- trap: only read, a constant, a test, another crate's type
thread_local! { static TABLE: RefCell<BTreeMap<u64, u64>> = RefCell::default(); static REMOTE: RefCell<other::Store> = RefCell::default(); }
static LIMIT: u64 = 3;
#[query]
fn get(key: u64) -> Option<u64> { TABLE.with_borrow(|t| t.get(&key).copied()) }
#[update]
fn put() { REMOTE.with_borrow_mut(|r| r.insert(LIMIT)); }
#[cfg(test)]
mod tests { thread_local! { static SEEN: RefCell<Vec<u64>> = RefCell::default(); } #[test] fn t() { SEEN.with_borrow_mut(|s| s.push(1)); } }

//- trap: only `init` writes it, which is for missing-post-upgrade to say
thread_local! { static CONFIG: RefCell<Option<u64>> = RefCell::default(); }
#[init]
fn init() { CONFIG.set(Some(1)) }
#[update]
fn get() -> Option<u64> { CONFIG.with_borrow(|c| *c) }

//- not checked: fields that hooks save only in part
#[derive(Default)] struct State { a: Vec<u64>, b: Vec<u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
#[update]
fn put() { STATE.with_borrow_mut(|s| s.b.push(1)) }
#[pre_upgrade]
fn save() { ic_cdk::storage::stable_save((STATE.with_borrow(|s| s.a.clone()),)).unwrap() }
#[post_upgrade]
fn restore() { let (a,) = ic_cdk::storage::stable_restore().unwrap(); STATE.with_borrow_mut(|s| s.a = a) }

//- trap: a comment says that it is meant to be lost
thread_local! {
    // The leaderboard of the week. Will be wiped when upgrading the canister.
    static BOARD: RefCell<Vec<u64>> = RefCell::new(vec![]);
    /// Temporarily banned users.
    static BANNED: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
}
#[update]
fn add(n: u64) { BOARD.with_borrow_mut(|b| b.push(n)); BANNED.with_borrow_mut(|b| b.insert(n, 1)); }

//- what a timer sets anew comes back, what it collects does not
thread_local! {
    static HIGHEST: Cell<u128> = Cell::new(0);
    static PRICES: RefCell<BTreeMap<u64, u128>> = RefCell::new(BTreeMap::new());
         //^^^^^^ warning: `PRICES` lives on the heap
}
#[heartbeat]
fn beat() {
    let balance = ic_cdk::api::canister_cycle_balance();
    HIGHEST.set(balance);
    PRICES.with_borrow_mut(|p| p.insert(ic_cdk::api::time(), balance));
}

//- a struct of the crate with type arguments
pub struct Books<Q> { querier: Q, holdings: BTreeMap<Principal, u64> }
impl<Q> Books<Q> { fn deposit(&mut self, who: Principal, n: u64) { *self.holdings.entry(who).or_default() += n; } }
lazy_static::lazy_static! {
    static ref BOOKS: std::sync::RwLock<Books<ledger::Querier>> = std::sync::RwLock::new(books());
             //^^^^^ warning: `BOOKS` lives on the heap
}
#[update]
fn deposit(n: u64) { BOOKS.write().unwrap().deposit(msg_caller(), n); }

//- trap: another crate saves and restores what it is handed
thread_local! { static USERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new()); }
#[init]
fn init() { shared::init(&USERS, 0); }
#[pre_upgrade]
fn pre_upgrade() { shared::pre_upgrade(); }
#[post_upgrade]
fn post_upgrade() { shared::post_upgrade(&USERS, 0); }
#[update]
fn add(id: u64) { USERS.with_borrow_mut(|u| u.insert(id, id)); }

//- trap: a timer fetches it again; what it writes by itself is gone
thread_local! {
    static HEADERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
    static VISITS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
         //^^^^^^ warning: `VISITS` lives on the heap
}
async fn tick() {
    let header: u64 = Call::bounded_wait(source(), "get_header").await.unwrap().candid().unwrap();
    HEADERS.with_borrow_mut(|b| { b.insert(1, header); });
    VISITS.with_borrow_mut(|v| { v.insert(ic_cdk::api::time(), 1); });
}
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), async || tick().await); }
#[post_upgrade]
fn post_upgrade() { init(); }

//- trap: a helper stores what only a fetching job hands it
thread_local! {
    static HEADERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
    static ORDERS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
         //^^^^^^ warning: `ORDERS` lives on the heap
}
fn insert_header(id: u64, n: u64) { HEADERS.with_borrow_mut(|b| { b.insert(id, n); }); }
fn insert_order(id: u64, n: u64) { ORDERS.with_borrow_mut(|b| { b.insert(id, n); }); }
async fn fetch_headers() {
    let header: u64 = Call::bounded_wait(source(), "get_header").await.unwrap().candid().unwrap();
    insert_header(1, header);
}
async fn tick() {
    fetch_headers().await;
    insert_order(1, 2);
}
#[init]
fn init() { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(60), async || tick().await); }
#[post_upgrade]
fn post_upgrade() { init(); }

//- trap: what a timer fetches comes back; peaks are measured only
thread_local! {
    static BLOCKS_BY_SOURCE: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new());
    static PEAK_BALANCE: Cell<u64> = Cell::new(0);
         //^^^^^^^^^^^^ information: `PEAK_BALANCE` lives on the heap
}
async fn fetch_all(source: String) {
    let height: u64 = Call::bounded_wait(oracle(), "height").await.unwrap().candid().unwrap();
    BLOCKS_BY_SOURCE.with_borrow_mut(|h| h.insert(source, height));
}
#[heartbeat]
fn beat() { ic_cdk::futures::spawn(fetch_all("a".into())); }
#[update]
fn note(n: u64) { PEAK_BALANCE.set(n); }

//- trap: a lock, which is taken out of the set when its value is dropped
use std::collections::BTreeSet;
thread_local! { static BY_PRINCIPAL: RefCell<BTreeSet<Principal>> = RefCell::default(); }
fn mutate<R>(f: impl FnOnce(&mut BTreeSet<Principal>) -> R) -> R { BY_PRINCIPAL.with_borrow_mut(f) }
struct Turn { who: Principal }
impl Turn {
    fn take(who: Principal) -> Self { mutate(|set| set.insert(who)); Turn { who } }
}
impl Drop for Turn { fn drop(&mut self) { mutate(|set| set.remove(&self.who)); } }
#[update]
fn swap() { let _turn = Turn::take(msg_caller()); }

//- trap: a library that offers its users what their hooks need
thread_local! { static STATE: RefCell<BTreeMap<String, String>> = RefCell::default(); }
#[update]
fn store(key: String, value: String) { STATE.with_borrow_mut(|s| s.insert(key, value)); }
pub fn pre_upgrade() -> Vec<(String, String)> { STATE.take().into_iter().collect() }

//- trap: what a timer counts each time, started by an update
thread_local! { static COUNTER: RefCell<u32> = RefCell::new(0); }
fn tick() { COUNTER.with(|c| { *c.borrow_mut() += 1; }); }
#[update]
fn start(seconds: u64) { ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(seconds), || async { tick() }); }
#[update]
fn start_here() {
    ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(1), || async { COUNTER.with(|c| *c.borrow_mut() += 1) });
}

//- what a task of the message writes is no timer's
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::default(); }
                     //^^^^^ warning: what `put` writes is lost
fn keep(who: Principal) { NOTES.with_borrow_mut(|n| n.insert(who, "seen".into())); }
#[update]
fn put() { ic_cdk::futures::spawn(async { keep(msg_caller()); }) }

//- trap: a generic type and an initialiser of another crate
use other::DefaultVMMap;
type Key = [u8; 32];
thread_local! { static USERS: RefCell<DefaultVMMap<Key, String>> = other::init_stable_mem_refcell("users", 10).unwrap(); }
#[update]
fn put(key: Key, name: String) { USERS.with_borrow_mut(|u| u.insert(key, name)); }

//- an ordinary method that is named like a hook's work
thread_local! { static NOTES: RefCell<BTreeMap<Principal, Note>> = RefCell::default(); }
                     //^^^^^ warning: `NOTES` lives on the heap
struct Note { text: String }
impl Note { pub fn save(self) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), self)); } }
pub fn save_note(text: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), Note { text })); }
#[update]
fn put(text: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), Note { text })); }

//- trap: upgrades are forbidden
thread_local! { static NOTES: RefCell<BTreeMap<Principal, String>> = RefCell::default(); }
#[update]
fn put(text: String) { NOTES.with_borrow_mut(|n| n.insert(msg_caller(), text)); }
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::trap("upgrades are prohibited: nobody may change this canister"); }

//- certificates and sessions of users
struct Certificate { artist: String, title: String }
struct Session { expires_at: u64 }
thread_local! {
    static CERTIFICATES: RefCell<BTreeMap<String, Certificate>> = RefCell::default();
         //^^^^^^^^^^^^ warning: `CERTIFICATES` lives on the heap
    static SESSIONS: RefCell<BTreeMap<Principal, Session>> = RefCell::default();
         //^^^^^^^^ information: `SESSIONS` lives on the heap
}
#[update]
fn create_certificate(id: String, artist: String, title: String) {
    CERTIFICATES.with_borrow_mut(|c| c.insert(id, Certificate { artist, title }));
}
#[update]
fn log_in() { SESSIONS.with_borrow_mut(|s| s.insert(msg_caller(), Session { expires_at: 0 })); }

//- a number that tells the requests of one run apart, and one that things are stored by
use std::sync::atomic::{AtomicU64, Ordering};
static NEXT_REQUEST: AtomicU64 = AtomicU64::new(1);
     //^^^^^^^^^^^^ information: `NEXT_REQUEST` lives on the heap
static NEXT_ORDER: AtomicU64 = AtomicU64::new(1);
     //^^^^^^^^^^ warning: `NEXT_ORDER` lives on the heap
thread_local! { static ORDERS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn ask() -> String { format!(r#"{{ "jsonrpc": "2.0", "id": {} }}"#, NEXT_REQUEST.fetch_add(1, Ordering::Relaxed)) }
#[update]
fn order(amount: u64) { ORDERS.with_borrow_mut(|o| o.insert(NEXT_ORDER.fetch_add(1, Ordering::Relaxed), amount)); }

//- filled by a method whose name several types have, and emptied by another
#[derive(CandidType, Deserialize)]
struct Post { id: u64 }
struct Draft { id: u64 }
thread_local! { static POSTS: RefCell<BTreeMap<u64, u64>> = RefCell::default(); }
                     //^^^^^ warning: `POSTS` lives on the heap
impl Post {
    fn save(&self) { POSTS.with_borrow_mut(|p| p.insert(self.id, 1)); }
    fn delete(id: u64) { POSTS.with_borrow_mut(|p| p.remove(&id)); }
}
impl Draft { fn save(&self) {} }
#[update]
fn save_post(post: Post) { post.save(); }
#[update]
fn delete_post(id: u64) { Post::delete(id); }

//- a number that is hashed together with the time
use sha2::{Digest, Sha256};
static mut UUID_COUNTER: u64 = 0;
         //^^^^^^^^^^^^ information: `UUID_COUNTER` lives on the heap
fn generate_uuid() -> Vec<u8> {
    let counter = unsafe { UUID_COUNTER += 1; UUID_COUNTER };
    let mut hasher = Sha256::new();
    hasher.update(ic_cdk::api::time().to_be_bytes());
    hasher.update(counter.to_be_bytes());
    hasher.finalize().to_vec()
}
#[update]
fn create() -> Vec<u8> { generate_uuid() }

//- what expires within minutes, and what is kept until somebody pays
struct TtlHashMap<K, V> { entries: BTreeMap<K, (u64, V)> }
struct Challenge { text: String, expires_at: u64 }
struct Order { amount: u64, expires_at: u64 }
thread_local! {
    static MAILED: RefCell<TtlHashMap<String, u64>> = const { RefCell::new(TtlHashMap { entries: BTreeMap::new() }) };
         //^^^^^^ information: `MAILED` lives on the heap
    static ASKED: RefCell<BTreeMap<u64, Challenge>> = const { RefCell::new(BTreeMap::new()) };
         //^^^^^ information: `ASKED` lives on the heap
    static ORDERS: RefCell<BTreeMap<u64, Order>> = const { RefCell::new(BTreeMap::new()) };
         //^^^^^^ warning: `ORDERS` lives on the heap
}
#[update]
fn mail(to: String) { MAILED.with_borrow_mut(|m| m.entries.insert(to, (ic_cdk::api::time(), 1))); }
#[update]
fn ask(id: u64, text: String) { ASKED.with_borrow_mut(|a| a.insert(id, Challenge { text, expires_at: 1 })); }
#[update]
fn order(id: u64, amount: u64) { ORDERS.with_borrow_mut(|o| o.insert(id, Order { amount, expires_at: 1 })); }

//- the number is hashed into a code, and is also what the record is stored under
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap};
use sha2::{Digest, Sha256};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static PROOFS: RefCell<StableBTreeMap<u64, u64, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with_borrow(|m| m.get(MemoryId::new(0)))));
    static NEXT_ID: RefCell<u64> = RefCell::new(0);
         //^^^^^^^ warning: what `prove` writes is lost
}
#[update]
fn prove() -> u64 {
    let id = NEXT_ID.with(|n| { let mut n = n.borrow_mut(); *n += 1; *n });
    let mut hasher = Sha256::new();
    hasher.update(id.to_be_bytes());
    PROOFS.with_borrow_mut(|p| p.insert(id, ic_cdk::api::time()));
    id
}

//- trap: a tuple struct of a stable structure; a list in one is no stable structure
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap};
pub struct Globals(StableBTreeMap<u64, u64, VirtualMemory<DefaultMemoryImpl>>);
impl Globals { fn init(memory: VirtualMemory<DefaultMemoryImpl>) -> RefCell<Self> { RefCell::new(Self(StableBTreeMap::init(memory))) } }
#[derive(Default)] pub struct Names(Vec<String>);
fn allocate(id: u8) -> VirtualMemory<DefaultMemoryImpl> { MANAGER.with_borrow(|m| m.get(MemoryId::new(id))) }
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static GLOBALS: RefCell<Globals> = Globals::init(allocate(4));
    static NAMES: RefCell<Names> = RefCell::default();
         //^^^^^ warning: what `put` writes is lost
}
#[update]
fn put(n: u64, name: String) {
    GLOBALS.with_borrow_mut(|it| it.0.insert(n, n));
    NAMES.with_borrow_mut(|it| it.0.push(name));
}

//- what gives numbers to records, whatever they are called
thread_local! {
    static NEXT_ASSET_ID: RefCell<u64> = RefCell::new(1);
         //^^^^^^^^^^^^^ warning: what `register` writes is lost
    static LAST_ORDER_ID: Cell<u64> = Cell::new(0);
         //^^^^^^^^^^^^^ warning: what `register` writes is lost
    static ASSETS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
}
#[update]
fn register() -> u64 {
    let id = NEXT_ASSET_ID.with(|n| { let id = *n.borrow(); *n.borrow_mut() = id + 1; id });
    LAST_ORDER_ID.set(LAST_ORDER_ID.get() + 1);
    ASSETS.with_borrow_mut(|a| a.insert(id, 1));
    id
}

//- statics in parentheses
thread_local!(
    static LEDGER: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new());
         //^^^^^^ warning: what `mint` writes is lost
);
#[update]
fn mint(n: u64) { LEDGER.with_borrow_mut(|it| it.insert(msg_caller(), n)); }

//- numbers that only stand beside the time in an identifier
use sha2::{Digest, Sha256};
thread_local! {
    static COUNTER: RefCell<u64> = RefCell::new(0);
         //^^^^^^^ information: what `make` writes is lost
    static SEQUENCE: RefCell<u16> = const { RefCell::new(0) };
         //^^^^^^^^ information: what `make` writes is lost
}
fn new_id() -> Vec<u8> {
    let n = COUNTER.with(|it| { let mut it = it.borrow_mut(); *it += 1; *it });
    let mut hasher = Sha256::new();
    hasher.update(ic_cdk::api::time().to_be_bytes());
    hasher.update(n.to_be_bytes());
    hasher.finalize().to_vec()
}
fn now() -> u64 { ic_cdk::api::time() }
fn snowflake() -> u64 {
    let timestamp = now();
    let n = SEQUENCE.with_borrow_mut(|it| { *it += 1; *it });
    (timestamp << 16) | n as u64
}
#[update]
fn make() { new_id(); snowflake(); }

//- a counter of what is stored, whatever it counts
use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager, VirtualMemory}, DefaultMemoryImpl, StableBTreeMap};
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static LOG_COUNTER: RefCell<u64> = RefCell::new(0);
         //^^^^^^^^^^^ warning: what `note` writes is lost
    static LOGS: RefCell<StableBTreeMap<u64, u64, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with_borrow(|m| m.get(MemoryId::new(0)))));
}
#[update]
fn note() {
    let n = LOG_COUNTER.with(|it| { let mut it = it.borrow_mut(); *it += 1; *it });
    LOGS.with_borrow_mut(|it| it.insert(n, ic_cdk::api::time()));
}

//- trap: what is asked for again where it is missing, and what guards against a service that fails
thread_local! {
    static KEYS: RefCell<Option<BTreeMap<Vec<u8>, Vec<u8>>>> = RefCell::default();
    static CIRCUIT_BREAKERS: RefCell<BTreeMap<String, u64>> = RefCell::default();
}
async fn public_key(path: &[u8]) -> Vec<u8> {
    Call::unbounded_wait(signer(), "public_key").with_arg(path.to_vec()).await.unwrap().candid().unwrap()
}
#[update]
async fn key(path: Vec<u8>) -> Vec<u8> {
    if let Some(key) = KEYS.with(|it| it.borrow().as_ref().and_then(|it| it.get(&path).cloned())) { return key; }
    let key = public_key(&path).await;
    KEYS.with(|it| it.borrow_mut().as_mut().unwrap().insert(path, key.clone()));
    key
}
#[update]
fn failed(name: String) { CIRCUIT_BREAKERS.with_borrow_mut(|it| it.insert(name, 1)); }

//- trap: the comment says that upgrades forget it
thread_local! {
    /// Scans under way. Heap: an upgrade forgets them and the scan restarts.
    static SCANS: RefCell<BTreeMap<u64, u64>> = RefCell::new(BTreeMap::new());
}
#[update]
fn scan(id: u64) { SCANS.with_borrow_mut(|it| it.insert(id, 1)); }

//- state that is kept by its type (ic-cdk 0.5)
use ic_cdk::storage;
use std::collections::HashMap;
type Users = HashMap<Principal, User>;
   //^^^^^ warning: `Users` lives on the heap
#[derive(Default)] struct Notes { texts: Vec<String> }
                        //^^^^^ warning: `Notes` lives on the heap
#[derive(Default)] struct Admins(Vec<Principal>);
#[update]
fn join(user: User) { storage::get_mut::<Users>().insert(ic_cdk::caller(), user); }
#[update]
fn note(text: String) { let notes = ic_cdk::storage::get_mut::<Notes>(); notes.texts.push(text); }
#[update]
fn promote(who: Principal) { storage::get_mut::<Admins>().0.push(who); }
#[query]
fn notes() -> Vec<String> { storage::get::<Notes>().texts.clone() }
#[pre_upgrade]
fn pre_upgrade() { let _ = storage::stable_save((storage::get::<Admins>().0.clone(),)); }
#[post_upgrade]
fn post_upgrade() { let (admins,): (Vec<Principal>,) = storage::stable_restore().unwrap(); storage::get_mut::<Admins>().0 = admins; }

//- trap: set again by ic-kit (ic-cdk 0.5)
use ic_kit::*;
pub struct Admins(Vec<Principal>);
#[update]
fn promote(who: Principal) { ic::get_mut::<Admins>().0.push(who); }
#[pre_upgrade]
fn pre_upgrade() { let _ = ic::stable_store((ic::get::<Admins>().0.clone(),)); }
#[post_upgrade]
fn post_upgrade() { let (admins,) = ic::stable_restore::<(Vec<Principal>,)>().unwrap(); ic::store(Admins(admins)); }

//- trap: set again with its type (ic-cdk 0.5)
use ic_kit::*;
pub struct Blocks(Vec<u64>);
#[update]
fn add(block: u64) { ic::get_mut::<Blocks>().0.push(block); }
#[pre_upgrade]
fn pre_upgrade() { let _ = ic::stable_store((ic::get::<Blocks>().0.clone(),)); }
#[post_upgrade]
fn post_upgrade() { let (blocks,) = ic::stable_restore::<(Blocks,)>().unwrap(); ic::store::<Blocks>(blocks); }

//- trap: counts that a guard's drop takes back, buckets of a rate limit, and a wrapper's stable map
use other::{init_stable_mem_refcell, DefaultStableCell};
struct AdmissionBucket { tokens: u64 }
impl AdmissionBucket { fn new() -> Self { Self { tokens: 10 } } }
thread_local! {
    static CALLERS: RefCell<BTreeMap<Principal, u8>> = const { RefCell::new(BTreeMap::new()) };
    static ADMISSION: RefCell<BTreeMap<Principal, AdmissionBucket>> = const { RefCell::new(BTreeMap::new()) };
    static CONFIG: RefCell<DefaultStableCell<u64>> = init_stable_mem_refcell("config", 1).unwrap();
}
struct QuotaGuard(Principal);
impl QuotaGuard { fn new(caller: Principal) -> Self { CALLERS.with(|it| *it.borrow_mut().entry(caller).or_insert(0) += 1); Self(caller) } }
impl Drop for QuotaGuard {
    fn drop(&mut self) { CALLERS.with(|it| { let mut it = it.borrow_mut(); if let Some(n) = it.get_mut(&self.0) { *n -= 1; if *n == 0 { it.remove(&self.0); } } }); }
}
#[update]
fn notify() {
    let _guard = QuotaGuard::new(msg_caller());
    ADMISSION.with_borrow_mut(|it| it.insert(msg_caller(), AdmissionBucket::new()));
    CONFIG.with_borrow_mut(|it| it.set(1));
}

//- saved, and set to nothing behind the upgrade
use ic_cdk::storage;
#[derive(Clone, Default, CandidType, Deserialize)] struct State { users: BTreeMap<Principal, u64> }
thread_local! { static STATE: RefCell<State> = RefCell::default(); }
                     //^^^^^ warning: what `join` writes is lost
#[update]
fn join() { STATE.with(|s| s.borrow_mut().users.insert(msg_caller(), 1)); }
#[pre_upgrade]
fn pre_upgrade() { STATE.with(|s| storage::stable_save((s.borrow().clone(),)).expect("saved")); }
#[post_upgrade]
fn post_upgrade() { STATE.with(|s| *s.borrow_mut() = State { users: BTreeMap::new() }); }

//- what only init sets, and a hook that forgets it; a trap: one that the hook sets, and one with a written value
thread_local! {
    static OWNER: RefCell<Option<Principal>> = const { RefCell::new(None) };
         //^^^^^ warning: what `init` writes is lost
    static LEDGER: RefCell<Option<Principal>> = const { RefCell::new(None) };
    static FEE: Cell<u64> = const { Cell::new(0) };
}
fn init_admin(owner: Principal) { OWNER.with(|it| *it.borrow_mut() = Some(owner)); }
#[init]
fn init(ledger: Principal) { init_admin(msg_caller()); LEDGER.with(|it| *it.borrow_mut() = Some(ledger)); FEE.set(10); }
#[post_upgrade]
fn post_upgrade(ledger: Principal) { LEDGER.with(|it| *it.borrow_mut() = Some(ledger)); }
#[query]
fn owner() -> Option<Principal> { OWNER.with(|it| *it.borrow()) }
#[query]
fn ledger() -> Option<Principal> { FEE.get(); LEDGER.with(|it| *it.borrow()) }

//- trap: restored with clone_from, also a field (ic-cdk 0.5)
use ic_cdk::storage;
#[derive(Default, Clone, CandidType, Deserialize)] struct Committee { members: Vec<Principal> }
#[derive(Default)] struct Rooms(Vec<u64>);
#[update]
fn join(room: u64) {
    storage::get_mut::<Committee>().members.push(msg_caller());
    storage::get_mut::<Rooms>().0.push(room);
}
#[pre_upgrade]
fn pre_upgrade() { storage::stable_save((storage::get::<Committee>().clone(), storage::get::<Rooms>().0.clone())).unwrap(); }
#[post_upgrade]
fn post_upgrade() {
    let (committee, rooms): (Committee, Vec<u64>) = storage::stable_restore().unwrap();
    let com = storage::get_mut::<Committee>();
    com.clone_from(&committee);
    let all = storage::get_mut::<Rooms>();
    all.0.clone_from(&rooms);
}

//- a list that only init adds callers to; a trap: one that the hook fills again
type Controllers = Vec<Principal>;
thread_local! {
    static CONTROLLERS: RefCell<Controllers> = const { RefCell::new(vec![]) };
         //^^^^^^^^^^^ warning: what `init` writes is lost
    static GUARDIANS: RefCell<Controllers> = const { RefCell::new(vec![]) };
}
#[init]
fn init(admin: Principal) {
    CONTROLLERS.with(|it| { it.borrow_mut().push(msg_caller()); it.borrow_mut().push(admin); });
    GUARDIANS.with_borrow_mut(|it| it.push(admin));
}
#[post_upgrade]
fn post_upgrade(admin: Principal) { GUARDIANS.with_borrow_mut(|it| it.push(admin)); }
#[query]
fn allowed() -> bool { CONTROLLERS.with_borrow(|it| it.contains(&msg_caller())) && GUARDIANS.with_borrow(|it| it.contains(&msg_caller())) }

//- trap: what counts within a window of time; beside a count that goes on
thread_local! {
    static LOOKUPS: Cell<u64> = const { Cell::new(0) };
    static LOOKUPS_SINCE: Cell<u64> = const { Cell::new(0) };
    static VISITS: Cell<u64> = const { Cell::new(0) };
         //^^^^^^ warning: `VISITS` lives on the heap
}
fn note_lookup() {
    let now = ic_cdk::api::time();
    let window_start = LOOKUPS_SINCE.with(|it| it.get());
    if now - window_start > 60_000_000_000 {
        LOOKUPS_SINCE.with(|it| it.set(now));
        LOOKUPS.with(|it| it.set(1));
    } else {
        LOOKUPS.with(|it| it.set(it.get() + 1));
    }
    VISITS.with(|it| it.set(it.get() + 1));
}
#[update]
fn look() { note_lookup(); }
