//- bytes, and a text within a struct
thread_local! {
    static BLOBS: RefCell<Vec<Vec<u8>>> = RefCell::new(Vec::new());
    static POSTS: RefCell<BTreeMap<u64, Post>> = RefCell::new(BTreeMap::new());
}
struct Post { text: String, author: Principal }
#[update]
fn put(bytes: Vec<u8>) { BLOBS.with_borrow_mut(|blobs| blobs.push(bytes)); }
 //^^^ warning: Everybody may call `put`, which keeps `bytes` in `BLOBS`
#[update]
fn post(id: u64, text: String) {
 //^^^^ warning: keeps `text` in `POSTS` whatever its length
    let post = Post { text, author: msg_caller() };
    POSTS.with_borrow_mut(|posts| posts.insert(id, post));
}

//- by caller, of whom there may be any number, and by another function
thread_local! { static NAMES: RefCell<BTreeMap<Principal, String>> = RefCell::new(BTreeMap::new()); }
#[update]
fn rename(name: String) {
 //^^^^^^ warning: which keeps `name` in `NAMES`
    let caller = msg_caller();
    if caller == Principal::anonymous() { return; }
    NAMES.with_borrow_mut(|names| names.insert(caller, name));
}
#[update]
fn first(name: String) { keep_name(name); }
 //^^^^^ warning: Everybody may call `first`
fn keep_name(name: String) { NAMES.with_borrow_mut(|names| names.insert(Principal::anonymous(), name)); }

//- good: a limit, a payment, a cap
thread_local! { static BLOBS: RefCell<Vec<Vec<u8>>> = RefCell::new(Vec::new()); }
#[update]
fn put(bytes: Vec<u8>) {
    if bytes.len() > 10_000 { ic_cdk::trap("too long"); }
    BLOBS.with_borrow_mut(|blobs| blobs.push(bytes));
}
#[update]
fn buy(bytes: Vec<u8>) {
    if ic_cdk::api::msg_cycles_accept(1_000) < 1_000 { ic_cdk::trap("pay"); }
    BLOBS.with_borrow_mut(|blobs| blobs.push(bytes));
}
#[update]
fn few(bytes: Vec<u8>) {
    BLOBS.with_borrow_mut(|blobs| if blobs.len() < 100 { blobs.push(bytes) });
}

//- trap: a guard, and a check of the caller here or in a helper
thread_local! { static BLOBS: RefCell<Vec<Vec<u8>>> = RefCell::new(Vec::new()); static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); }
fn only_owner() -> Result<(), String> { if msg_caller() == OWNER.get() { Ok(()) } else { Err("no".into()) } }
#[update(guard = "only_owner")]
fn guarded(bytes: Vec<u8>) { BLOBS.with_borrow_mut(|blobs| blobs.push(bytes)); }
#[update]
fn checked(bytes: Vec<u8>) -> Result<(), String> {
    only_owner()?;
    BLOBS.with_borrow_mut(|blobs| blobs.push(bytes));
    Ok(())
}
#[update]
fn handed(bytes: Vec<u8>) { handle(msg_caller(), bytes); }
fn handle(caller: Principal, bytes: Vec<u8>) {
    if caller == OWNER.get() { BLOBS.with_borrow_mut(|blobs| blobs.push(bytes)); }
}

//- trap: a helper that asks for the length, what is there already, and what is not kept
thread_local! { static NAMES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); static SUMS: RefCell<Vec<usize>> = RefCell::new(Vec::new()); }
fn shorten(text: String) -> String { if text.len() > 100 { String::new() } else { text } }
#[update]
fn add(name: String) {
    let name = shorten(name);
    NAMES.with_borrow_mut(|names| names.insert(name, 1));
}
#[update]
fn raise(name: String) {
    NAMES.with_borrow_mut(|names| if let Some(count) = names.get(&name).copied() { names.insert(name, count + 1); });
}
#[update]
fn sum(bytes: Vec<u8>) { SUMS.with_borrow_mut(|sums| sums.push(bytes.len())); }

//- trap: of one length
thread_local! { static KEYS: RefCell<Vec<[u8; 32]>> = RefCell::new(Vec::new()); }
#[update]
fn key(key: [u8; 32]) { KEYS.with_borrow_mut(|keys| keys.push(key)); }

//- a struct with a text, and its field
#[derive(CandidType, Deserialize)] struct Profile { name: String, age: u8 }
thread_local! { static PROFILES: RefCell<BTreeMap<Principal, Profile>> = RefCell::default(); }
#[update]
fn save(profile: Profile) { PROFILES.with_borrow_mut(|p| p.insert(msg_caller(), profile)); }
 //^^^^ warning: `save`, which keeps `profile` in `PROFILES`
thread_local! { static NAMES: RefCell<Vec<String>> = RefCell::default(); }
#[update]
fn rename(profile: Profile) { NAMES.with_borrow_mut(|n| n.push(profile.name)); }
 //^^^^^^ warning: `rename`, which keeps `profile` in `NAMES`

//- everybody has one entry, of any length
#[derive(CandidType)] struct Patient { full_name: String }
thread_local! { static PATIENTS: RefCell<BTreeMap<Principal, Patient>> = RefCell::default(); }
fn generate_id() -> u64 { 1 }
#[update]
fn add_patient(full_name: String) -> Result<(), String> {
 //^^^^^^^^^^^ warning: `add_patient`, which keeps `full_name` in `PATIENTS`
    let caller = msg_caller();
    if full_name.is_empty() { return Err("no name".into()); }
    if PATIENTS.with_borrow(|p| p.get(&caller).is_some()) { return Err("there already".into()); }
    let patient = Patient { full_name };
    PATIENTS.with_borrow_mut(|p| p.insert(caller, patient));
    generate_id();
    Ok(())
}

//- trap: a struct of numbers, and who is not known is turned away
#[derive(CandidType, Deserialize)] struct Point { x: u64, y: u64 }
#[derive(CandidType, Deserialize)] struct Note { text: String }
thread_local! {
    static POINTS: RefCell<Vec<Point>> = RefCell::default();
    static NOTES: RefCell<Vec<Note>> = RefCell::default();
    static USERS: RefCell<BTreeMap<Principal, u64>> = RefCell::default();
}
#[update]
fn add_point(point: Point) { POINTS.with_borrow_mut(|p| p.push(point)); }
#[update]
fn add_note(note: Note) -> Result<(), String> {
    if !USERS.with_borrow(|u| u.contains_key(&msg_caller())) { return Err("who?".into()); }
    NOTES.with_borrow_mut(|n| n.push(note));
    Ok(())
}

//- fields, cases and messages limit nothing
enum Status { PendingValidation }
struct Item { title: String, status: Status, owner: Principal, paid: bool }
thread_local! { static ITEMS: RefCell<Vec<Item>> = RefCell::new(Vec::new()); static VOTES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn add(title: String) -> Result<(), String> {
 //^^^ warning: Everybody may call `add`, which keeps `title` in `ITEMS`
    if title.is_empty() { return Err("Invalid input, not allowed".to_string()); }
    ITEMS.with_borrow_mut(|it| it.push(Item { title, status: Status::PendingValidation, owner: msg_caller(), paid: false }));
    Ok(())
}

//- trap: what has to be there is written again
thread_local! { static VOTES: RefCell<BTreeMap<String, u64>> = RefCell::new(BTreeMap::new()); }
#[update]
fn vote(id: String) -> Result<(), String> {
    let votes = VOTES.with(|it| it.borrow().get(&id).copied().ok_or("no such proposal".to_string()))?;
    VOTES.with_borrow_mut(|it| it.insert(id, votes + 1));
    Ok(())
}

//- values of a largest size, and a trap: entries that cost something
use ic_stable_structures::memory_manager::{MemoryId, MemoryManager, VirtualMemory};
use ic_stable_structures::{DefaultMemoryImpl, StableBTreeMap};
#[derive(CandidType, Deserialize)] pub struct Exam { title: String }
impl Storable for Exam {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}
thread_local! {
    static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
    static EXAMS: RefCell<StableBTreeMap<u64, Exam, VirtualMemory<DefaultMemoryImpl>>> = RefCell::new(StableBTreeMap::init(MANAGER.with_borrow(|m| m.get(MemoryId::new(0)))));
    static PROPOSALS: RefCell<Vec<String>> = RefCell::default();
    static ACCOUNTS: RefCell<BTreeMap<Principal, u64>> = RefCell::default();
}
#[update]
fn insert(id: u64, exam: Exam) { EXAMS.with_borrow_mut(|it| it.insert(id, exam)); }
 //^^^^^^ information: keeps `exam` in `EXAMS` each time
#[update]
fn propose(text: String, price: u64) -> Result<(), String> {
    ACCOUNTS.with_borrow_mut(|it| {
        let account = it.get_mut(&msg_caller()).ok_or("no account")?;
        if *account < price { return Err("too little".to_string()); }
        *account -= price;
        PROPOSALS.with_borrow_mut(|it| it.push(text));
        Ok(())
    })
}

//- each of a list, and a text that is only trimmed
thread_local! { static NOTES: RefCell<BTreeMap<u64, Note>> = RefCell::default(); static NAMES: RefCell<Vec<String>> = RefCell::default(); }
#[derive(CandidType, Deserialize)] pub struct Note { id: u64, text: String }
#[update]
fn import(notes: Vec<Note>) {
 //^^^^^^ warning: keeps `notes` in `NOTES`
    for note in notes { NOTES.with_borrow_mut(|it| it.insert(note.id, note)); }
}
#[update]
fn name(name: String) {
 //^^^^ warning: keeps `name` in `NAMES`
    let trimmed = name.trim().to_string();
    NAMES.with_borrow_mut(|it| it.push(trimmed));
}

//- other things are compared, read or asked: empty texts, who is signed in, a principal in a text, a score's parts
use std::collections::HashMap;
#[derive(Clone, CandidType, Deserialize)] struct Project { title: String, description: String, owner: Principal, all: Vec<Principal> }
#[derive(CandidType, Deserialize)] struct Input { title: String, description: String }
#[derive(Default, Clone)] struct Profile { deals: u64, points: u64 }
thread_local! {
    static PROJECTS: RefCell<HashMap<u64, Project>> = RefCell::new(HashMap::new());
    static PROFILES: RefCell<HashMap<Principal, Profile>> = RefCell::new(HashMap::new());
}
fn not_anonymous_caller() -> Result<(), String> { if msg_caller() == Principal::anonymous() { Err("sign in".into()) } else { Ok(()) } }
fn score(profile: &Profile) -> u64 { profile.deals.min(50) + profile.points.min(3) }
#[update]
fn create(input: Input) {
 //^^^^^^ warning: keeps `input` in `PROJECTS`
    let caller = msg_caller();
    if input.title.trim().is_empty() || input.description.trim().is_empty() { return; }
    let project = Project { title: input.title, description: input.description, owner: caller, all: vec![caller] };
    PROJECTS.with(|it| { it.borrow_mut().insert(1, project.clone()); });
}
#[update(guard = "not_anonymous_caller")]
fn add(title: String) {
 //^^^ warning: keeps `title` in `PROJECTS`
    PROJECTS.with_borrow_mut(|it| it.insert(2, Project { title, description: String::new(), owner: msg_caller(), all: vec![] }));
}
#[update]
fn give(title: String, owner: String) {
 //^^^^ warning: keeps `title` in `PROJECTS`
    let owner = Principal::from_text(&owner).expect("a principal");
    PROJECTS.with_borrow_mut(|it| it.insert(3, Project { title, description: String::new(), owner, all: vec![] }));
}
#[update]
fn rate(user: Principal, title: String) -> u64 {
 //^^^^ warning: keeps `title` in `PROJECTS`
    PROJECTS.with_borrow_mut(|it| it.insert(4, Project { title, description: String::new(), owner: user, all: vec![] }));
    PROFILES.with_borrow(|it| it.get(&user).map(score).unwrap_or_default())
}
#[update]
fn named(owner: String) {
    PROJECTS.with_borrow_mut(|it| it.insert(5, Project { title: String::new(), description: String::new(), owner: Principal::from_text(owner).unwrap(), all: vec![] }));
}
