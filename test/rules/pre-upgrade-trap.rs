//- unwrapped, directly and in what it calls
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[pre_upgrade]
fn pre_upgrade() {
    ic_cdk::storage::stable_save((S.take(),)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: every later one fails
}

//- a panic further down (ic-cdk 0.17)
fn save(bytes: &[u8]) {
    if bytes.len() > 100 { ic_cdk::trap("too much"); }
}
#[pre_upgrade]
fn pre_upgrade() {
    save(&[1]);
  //^^^^^^^^^^ warning: If `trap` traps in `pre_upgrade`
}

//- good: nothing to do, or nothing that fails
#[pre_upgrade]
fn pre_upgrade() {
    if let Err(error) = ic_cdk::storage::stable_save((1,)) { ic_cdk::println!("{error}"); }
}

//- trap: comments, and what others do
// stable_save((S.take(),)).unwrap();
#[pre_upgrade]
fn pre_upgrade() { /* unwrap() */ }
#[update]
fn save() { ic_cdk::storage::stable_save((1,)).unwrap(); }

//- behind an accessor of the state, the save that fails
thread_local! { static S: RefCell<Option<Vec<u64>>> = const { RefCell::new(None) }; }
fn read_state<R>(f: impl FnOnce(&Vec<u64>) -> R) -> R { S.with(|s| f(s.borrow().as_ref().expect("no state"))) }
fn save(all: &Vec<u64>) { ic_cdk::storage::stable_save((all.clone(),)).expect("failed to save"); }
#[pre_upgrade]
fn pre_upgrade() {
    read_state(|s| save(s));
                 //^^^^^^^ warning: If `expect` traps
}

//- trap: state that init has set is taken out of its option, cell or lock
thread_local! { static S: RefCell<Option<Vec<u64>>> = const { RefCell::new(None) }; }
static ID: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
static LAST: std::sync::Mutex<u64> = std::sync::Mutex::new(0);
fn read_state<R>(f: impl FnOnce(&Vec<u64>) -> R) -> R { S.with(|s| f(s.borrow().as_ref().expect("no state"))) }
fn take_state() -> Vec<u64> { S.with(|s| s.borrow_mut().take().unwrap()) }
fn id() -> u64 { *ID.get().unwrap() }
fn last() -> u64 { *LAST.lock().unwrap() }
fn copied() -> Vec<u64> { S.with(|s| match &*s.borrow() { Some(it) => it.clone(), None => panic!("The state is not initialized!") }) }
#[pre_upgrade]
fn pre_upgrade() {
    let text = (read_state(|s| s.len()), id(), last(), copied().len(), take_state());
    if let Err(error) = ic_cdk::storage::stable_save(text) { ic_cdk::println!("{error}"); }
}

//- what is saved keeps its size: an installation sets it, or it is an id
#[derive(Clone, CandidType, Deserialize)] struct Settings { ledger: Principal, name: String }
thread_local! {
    static SETTINGS: RefCell<Option<Settings>> = const { RefCell::new(None) };
    static OWNER: RefCell<Option<Principal>> = const { RefCell::new(None) };
}
#[init]
fn init(it: Settings) { SETTINGS.with_borrow_mut(|s| *s = Some(it)); }
#[update]
fn set_owner(id: Principal) { OWNER.with_borrow_mut(|o| *o = Some(id)); }
#[pre_upgrade]
fn pre_upgrade() {
    let owner = OWNER.with_borrow(|o| *o);
    SETTINGS.with_borrow(|s| ic_cdk::storage::stable_save((s.clone(), owner)).unwrap());
                           //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps
}

//- what is saved grows with what users send
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::new(Vec::new()); }
#[init]
fn init(first: String) { NAMES.with_borrow_mut(|n| n.push(first)); }
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
#[pre_upgrade]
fn pre_upgrade() {
    NAMES.with_borrow(|n| ic_cdk::storage::stable_save((n.clone(),)).unwrap());
                        //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps
}

//- what is saved is filled by methods of controllers only
fn is_controller() -> Result<(), String> { if ic_cdk::api::is_controller(&msg_caller()) { Ok(()) } else { Err("no".into()) } }
fn is_user() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
thread_local! { static FEES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update(guard = "is_controller")]
fn set_fee(name: String, n: u64) { FEES.with_borrow_mut(|f| { f.insert(name, n); }); }
fn ensure_controller() -> Result<(), String> { is_controller() }
#[update]
fn set_base_fee(n: u64) -> Result<(), String> {
    ensure_controller()?;
    FEES.with_borrow_mut(|f| { f.insert("base".into(), n); });
    Ok(())
}
#[update(guard = "is_user")]
fn drop_fee(name: String) { FEES.with_borrow_mut(|f| { f.remove(&name); }); }
#[pre_upgrade]
fn pre_upgrade() {
    FEES.with_borrow(|f| ic_cdk::storage::stable_save((f.clone(),)).unwrap());
                       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps
}

//- what is saved is filled by all users
fn is_user() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("no".into()) } else { Ok(()) } }
thread_local! { static FEES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update(guard = "is_user")]
fn set_fee(name: String, n: u64) { FEES.with_borrow_mut(|f| { f.insert(name, n); }); }
#[pre_upgrade]
fn pre_upgrade() {
    FEES.with_borrow(|f| ic_cdk::storage::stable_save((f.clone(),)).unwrap());
                       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps
}

//- what is saved comes from a function that a macro makes
thread_local! { static VERSION: std::cell::Cell<u64> = const { std::cell::Cell::new(1) }; }
canister_state!(RuntimeState);
#[pre_upgrade]
fn pre_upgrade() {
    let state = take_state();
    ic_cdk::storage::stable_save((state.data, VERSION.get())).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps
}

//- by a function that is named (ic-cdk 0.17)
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
fn trap_io(error: String) { ic_cdk::trap(&error) }
fn write(state: &[u64]) -> Result<(), String> { Ok(()) }
#[pre_upgrade]
fn pre_upgrade() {
    write(&S.take()).unwrap_or_else(trap_io);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: every later one fails
}

//- encoded into a vector, which does not fail, and set without a result
use ic_stable_structures::StableCell;
thread_local! {
    static NAMES: RefCell<Vec<String>> = RefCell::new(Vec::new());
    static SAVED: RefCell<StableCell<Vec<u8>, Memory>> = RefCell::new(StableCell::init(memory(0), vec![]));
}
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
#[pre_upgrade]
fn pre_upgrade() {
    let mut bytes = vec![];
    NAMES.with_borrow(|n| ciborium::into_writer(n, &mut bytes)).expect("failed to encode");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `expect` traps
    SAVED.with_borrow_mut(|s| s.set(bytes));
}

//- encoded into a vector, and written by what may fail
fn writer() -> ic_cdk::stable::StableWriter { ic_cdk::stable::StableWriter::default() }
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::new(Vec::new()); }
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
#[pre_upgrade]
fn pre_upgrade() {
    let mut bytes = vec![];
    NAMES.with_borrow(|n| ciborium::into_writer(n, &mut bytes)).expect("failed to encode");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `expect` traps
    writer().write(&bytes).unwrap();
}

//- encoded straight into stable memory
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::new(Vec::new()); }
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
#[pre_upgrade]
fn pre_upgrade() {
    let mut writer = ic_cdk::stable::StableWriter::default();
    NAMES.with_borrow(|n| ciborium::into_writer(n, &mut writer)).expect("failed to encode");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `expect` traps
}

//- by a function for the error
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::new(Vec::new()); }
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
fn trap_io<T>(error: candid::Error) -> T { ic_cdk::trap(&error.to_string()) }
#[pre_upgrade]
fn pre_upgrade() {
    ic_cdk::storage::stable_save((NAMES.take(),)).unwrap_or_else(trap_io);
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap_or_else` traps
}

//- trap: a hook that does nothing but forbid upgrades
#[pre_upgrade]
fn pre_upgrade() {
    // Nobody may change this canister.
    ic_cdk::trap(&format!("upgrades are prohibited in {}", "this canister"));
}

//- an upgrade that is put off while work is under way
thread_local! { static BUSY: Cell<bool> = const { Cell::new(false) }; }
#[pre_upgrade]
fn pre_upgrade() {
    let is_busy = BUSY.get();
    if is_busy { ic_cdk::trap("busy: upgrade halted"); }
               //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: puts upgrades off while work is under way
}

//- put off while work is under way, and a save that may fail
thread_local! {
    static BUSY: Cell<bool> = const { Cell::new(false) };
    static NAMES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}
#[update]
fn add(name: String) { NAMES.with_borrow_mut(|n| n.push(name)); }
#[pre_upgrade]
fn pre_upgrade() {
    if BUSY.get() { ic_cdk::trap("busy: upgrade halted"); }
    ic_cdk::storage::stable_save((NAMES.take(),)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `unwrap` traps
}

//- trap: the first of what init has inserted and nothing removes
thread_local! { static ADMINS: RefCell<BTreeMap<Principal, u64>> = const { RefCell::new(BTreeMap::new()) }; }
#[init]
fn init() { ADMINS.with_borrow_mut(|a| a.insert(msg_caller(), 0)); }
#[pre_upgrade]
fn pre_upgrade() {
    let admin = ADMINS.with_borrow(|a| *a.keys().next().expect("admins"));
    if let Err(error) = ic_cdk::storage::stable_save((admin,)) { ic_cdk::println!("{error}"); }
}

//- the first of what a method removes
thread_local! { static ADMINS: RefCell<BTreeMap<Principal, u64>> = const { RefCell::new(BTreeMap::new()) }; }
#[init]
fn init() { ADMINS.with_borrow_mut(|a| a.insert(msg_caller(), 0)); }
#[update]
fn leave() { ADMINS.with_borrow_mut(|a| a.remove(&msg_caller())); }
#[pre_upgrade]
fn pre_upgrade() {
    let admin = ADMINS.with_borrow(|a| *a.keys().next().expect("admins"));
                                      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: If `expect` traps
    if let Err(error) = ic_cdk::storage::stable_save((admin,)) { ic_cdk::println!("{error}"); }
}

//- three fields of one size, of a state whose other field grows
type Salt = [u8; 32];
#[derive(Default)]
struct State { names: RefCell<Vec<String>>, salt: Cell<Option<Salt>>, owner: Cell<Option<Principal>> }
thread_local! { static STATE: State = State::default(); }
#[update]
fn add(name: String) { STATE.with(|s| s.names.borrow_mut().push(name)); }
#[update]
fn claim() { STATE.with(|s| s.owner.set(Some(msg_caller()))); }
#[pre_upgrade]
fn pre_upgrade() {
    let (salt, owner) = STATE.with(|s| (s.salt.get(), s.owner.get()));
    ic_cdk::storage::stable_save((salt, owner)).unwrap();
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `unwrap` traps
}

//- trap: the error is taken out where there is one
thread_local! { static S: RefCell<Vec<u64>> = RefCell::new(vec![]); }
#[pre_upgrade]
fn pre_upgrade() {
    let saved = ic_cdk::storage::stable_save((S.take(),));
    if saved.is_err() {
        ic_cdk::println!("not saved: {:?}", saved.err().unwrap());
    }
}

//- one event more in a stable log
enum Event { Upgrade }
impl Storable for Event {
    fn to_bytes(&self) -> Cow<'_, [u8]> { Cow::Borrowed(&[]) }
    fn into_bytes(self) -> Vec<u8> { vec![] }
    fn from_bytes(_: Cow<[u8]>) -> Self { Event::Upgrade }
    const BOUND: Bound = Bound::Unbounded;
}
thread_local! { static LOG: RefCell<StableLog<Event, Memory, Memory>> = RefCell::new(StableLog::init(memory(0), memory(1))); }
#[pre_upgrade]
fn pre_upgrade() { LOG.with(|it| it.borrow_mut().append(&Event::Upgrade)).expect("appended"); }
                 //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: If `expect` traps

//- what a library of stable memory wants of the hook
mod ic_stable_memory { pub fn stable_memory_pre_upgrade() -> Result<(), String> { Ok(()) } }
use ic_stable_memory::stable_memory_pre_upgrade;
#[pre_upgrade]
fn pre_upgrade() {
    stable_memory_pre_upgrade().expect("Out of memory");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: every later one fails
}

//- what the library of asset canisters wants of the hook (ic-cdk 0.17)
mod ic_certified_assets { pub fn pre_upgrade() -> u64 { 1 } }
#[pre_upgrade]
fn pre_upgrade() {
    ic_cdk::storage::stable_save((ic_certified_assets::pre_upgrade(),)).expect("saved");
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: every later one fails
}
