//- a text of any length
#[derive(CandidType)] struct User { id: u64, name: String }
impl Storable for User {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 64 bytes, since `name` is a `String`
}

//- deeper, with a constant (ic-cdk 0.17)
const SIZE: u32 = 1_000;
#[derive(CandidType)] struct Order { buyer: Person }
#[derive(CandidType)] struct Person { tags: Vec<String> }
impl ic_stable_structures::Storable for Order {
    const BOUND: Bound = Bound::Bounded { max_size: SIZE, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 1000 bytes, since `tags` is a `Vec`
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(candid::encode_one(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
}

//- good
#[derive(CandidType)] struct User { id: u64, name: String }
impl Storable for User {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Unbounded;
}

//- trap: a principal, numbers, arrays
#[derive(CandidType)] struct Account { owner: Principal, subaccount: Option<[u8; 32]>, amount: u128 }
impl Storable for Account {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 200, is_fixed_size: false };
}

//- trap: the length is checked before
#[derive(CandidType)] struct User { id: u64, name: String }
impl Storable for User {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
}
#[update]
fn add(name: String) { if name.len() > 20 { ic_cdk::trap("too long"); } }

//- trap: a text that is always a principal's
pub struct UserId(pub String);
impl Storable for UserId {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.to_bytes() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
}
fn caller_id() -> String { msg_caller().to_text() }
fn of(caller: Principal) -> UserId { UserId(caller.to_text()) }
fn mine() -> UserId { UserId(caller_id()) }

//- a text that comes from somewhere
pub struct Tag(pub String);
impl Storable for Tag {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.to_bytes() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since it is a `String`
}
#[update]
fn add(tag: String) { store(Tag(tag)); }

//- the trait that ic-stable-structures had before 0.6
pub trait Storable { fn to_bytes(&self) -> Cow<[u8]>; fn from_bytes(bytes: Cow<[u8]>) -> Self; }
pub trait BoundedStorable: Storable { const MAX_SIZE: u32; const IS_FIXED_SIZE: bool; }
#[derive(CandidType, Deserialize)] pub struct Patient { id: u64, full_name: String }
impl Storable for Patient {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Decode!(bytes.as_ref(), Self).unwrap() }
}
impl BoundedStorable for Patient {
    const MAX_SIZE: u32 = 1024;
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `full_name` is a `String` of any length
    const IS_FIXED_SIZE: bool = false;
}
#[update]
fn add(full_name: String) { store(Patient { id: 1, full_name }); }

//- trap: numbers under the old trait
pub trait Storable { fn to_bytes(&self) -> Cow<[u8]>; fn from_bytes(bytes: Cow<[u8]>) -> Self; }
pub trait BoundedStorable: Storable { const MAX_SIZE: u32; const IS_FIXED_SIZE: bool; }
#[derive(CandidType, Deserialize)] pub struct Visit { id: u64, at: u64 }
impl Storable for Visit {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Decode!(bytes.as_ref(), Self).unwrap() }
}
impl BoundedStorable for Visit {
    const MAX_SIZE: u32 = 64;
    const IS_FIXED_SIZE: bool = false;
}

//- trap: filled with two principals wherever one is made, or with an array
pub struct SiteKey { pub principals: Vec<u8>, x: u8 }
impl SiteKey {
    pub fn new(user: Principal, vault: Principal, x: u8) -> Self {
        let mut principals = Vec::new();
        principals.extend(user.to_bytes().iter());
        principals.extend_from_slice(vault.as_slice());
        Self { principals, x }
    }
}
impl Storable for SiteKey {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = vec![self.x]; bytes.extend(self.principals.iter()); bytes.into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self { x: bytes[0], principals: bytes[1..].to_vec() } }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}
pub struct NoteKey { pub principals: Vec<u8> }
impl Storable for NoteKey {
    fn to_bytes(&self) -> Cow<[u8]> { self.principals.clone().into() }
    fn into_bytes(self) -> Vec<u8> { self.principals }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self { principals: bytes.to_vec() } }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}
impl Clone for NoteKey { fn clone(&self) -> Self { Self { principals: self.principals.clone() } } }
fn note_key(user: Principal, vault: Principal) -> NoteKey {
    let principals = vec![user.as_slice(), vault.as_slice()].concat();
    for _ in 0..3 { ic_cdk::println!("a note"); }
    NoteKey { principals }
}
type PublicKey = [u8; 48];
#[derive(serde::Serialize)]
pub struct OneTimeKey { public_key: Vec<u8>, tries: u8 }
impl OneTimeKey {
    fn new(public_key: PublicKey) -> Self { let public_key = public_key.to_vec(); Self { public_key, tries: 0 } }
}
impl Storable for OneTimeKey {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = vec![]; ciborium::into_writer(&self, &mut bytes).unwrap(); bytes.into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 200, is_fixed_size: false };
}

//- filled with a principal and with what a caller sends
pub struct SiteKey { pub path: Vec<u8> }
impl SiteKey {
    pub fn new(user: Principal, site: Vec<u8>) -> Self {
        let mut path = Vec::new();
        path.extend(user.to_bytes().iter());
        path.extend(site);
        Self { path }
    }
}
impl Storable for SiteKey {
    fn to_bytes(&self) -> Cow<[u8]> { self.path.clone().into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self { path: bytes.to_vec() } }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `path` is a `Vec`
}

//- two principals, for which there is no room
pub struct Pair { both: Vec<u8> }
fn pair(a: Principal, b: Principal) -> Pair { Pair { both: [a.as_slice(), b.as_slice()].concat() } }
impl Storable for Pair {
    fn to_bytes(&self) -> Cow<[u8]> { self.both.clone().into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self { both: bytes.to_vec() } }
    const BOUND: Bound = Bound::Bounded { max_size: 40, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `both` is a `Vec`
}

//- made of a principal, but callers may send one as well
#[derive(CandidType, Deserialize)] pub struct Key { owner: Vec<u8> }
fn key(a: Principal) -> Key { Key { owner: a.as_slice().to_vec() } }
#[update]
fn put(key: Key) { store(key); }
impl Storable for Key {
    fn to_bytes(&self) -> Cow<[u8]> { self.owner.clone().into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self { owner: bytes.to_vec() } }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `owner` is a `Vec`
}

//- trap: cases with texts that nothing makes
#[derive(serde::Serialize)]
enum Task { Start, Clean, SendEmail { email: String } }
fn next() -> Task { Task::Clean }
impl Storable for Task {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = vec![]; ciborium::into_writer(&self, &mut bytes).unwrap(); bytes.into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
}

//- trap: a text whose length its own constructor asks for
pub struct Month(String);
impl Month {
    pub fn try_new(text: String) -> Result<Self, String> { let it = Self(text); it.validate()?; Ok(it) }
    fn validate(&self) -> Result<(), String> { if self.0.len() != 7 { return Err("YYYY-MM".into()); } Ok(()) }
}
impl Storable for Month {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.as_bytes().into() }
    fn into_bytes(self) -> Vec<u8> { self.0.into_bytes() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 7, is_fixed_size: false };
}

//- trap: a type that no stable structure of the crate holds, and one that lies in a map of the heap
use ic_stable_structures::StableBTreeMap;
#[derive(CandidType)] struct Draft { text: String }
impl Storable for Draft {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
}
thread_local! {
    static DRAFTS: RefCell<std::collections::HashMap<u64, Draft>> = RefCell::default();
    static TOTALS: RefCell<StableBTreeMap<u64, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
}

//- a type that a stable structure holds, under another name
use ic_stable_structures::BTreeMap as Stored;
#[derive(CandidType)] struct Note { text: String }
type Notes = Stored<u64, Note, Memory>;
thread_local! { static NOTES: RefCell<Notes> = RefCell::new(Notes::init(memory(0))); }
impl Storable for Note {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `text` is a `String`
}

//- trap: cells and logs never ask how large a value may be
use ic_stable_structures::StableCell;
#[derive(CandidType)] struct Settings { name: String }
type Kept = StableCell<Settings, Memory>;
thread_local! { static SETTINGS: RefCell<Kept> = RefCell::new(Kept::init(memory(0), Settings { name: String::new() })); }
impl Storable for Settings {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 64, is_fixed_size: false };
}

//- trap: measured under another name by the only function that makes one
use ic_stable_structures::StableBTreeMap;
const MAX_SAFE_SIZE: usize = 4_900_000;
#[derive(CandidType)] struct Snapshot { data: String }
thread_local! { static SNAPSHOTS: RefCell<StableBTreeMap<u64, Snapshot, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn keep(text: String) -> Result<(), String> {
    let rendered = format!("<p>{text}</p>");
    if rendered.len() > MAX_SAFE_SIZE { return Err("too long".into()); }
    SNAPSHOTS.with_borrow_mut(|s| s.insert(1, Snapshot { data: rendered }));
    Ok(())
}
impl Storable for Snapshot {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 5_000_000, is_fixed_size: false };
}

//- trap: set to texts that are written down, and nothing else
#[derive(CandidType)] struct Request { id: u64, status: String }
thread_local! { static REQUESTS: RefCell<StableBTreeMap<u64, Request, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn ask(id: u64) { REQUESTS.with_borrow_mut(|r| r.insert(id, Request { id, status: "pending".to_string() })); }
#[update]
fn approve(id: u64) {
    REQUESTS.with_borrow_mut(|r| { let mut it = r.get(&id).unwrap(); it.status = String::from("approved"); r.insert(id, it); });
}
impl Storable for Request {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}

//- written down at first, and set to what a caller sends
#[derive(CandidType)] struct Request { id: u64, status: String }
thread_local! { static REQUESTS: RefCell<StableBTreeMap<u64, Request, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn ask(id: u64) { REQUESTS.with_borrow_mut(|r| r.insert(id, Request { id, status: "pending".to_string() })); }
#[update]
fn set(id: u64, status: String) {
    REQUESTS.with_borrow_mut(|r| { let mut it = r.get(&id).unwrap(); it.status = status; r.insert(id, it); });
}
impl Storable for Request {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `status` is a `String`
}

//- written down once, and copied from what a caller sends, in a type of another name
#[derive(CandidType)] struct Request { id: u64, status: String }
#[derive(CandidType, Deserialize)] struct Wish { status: String }
thread_local! { static REQUESTS: RefCell<StableBTreeMap<u64, Request, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn ask(id: u64) { REQUESTS.with_borrow_mut(|r| r.insert(id, Request { id, status: "pending".to_string() })); }
#[update]
fn set(id: u64, wish: Wish) { REQUESTS.with_borrow_mut(|r| r.insert(id, Request { id, status: wish.status })); }
impl Storable for Request {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `status` is a `String`
}

//- constants of one name in two modules, and those of two types
mod comments {
    use super::*;
    const SIZE: u32 = 2_000;
    #[derive(CandidType)] pub struct Comment { text: String }
    impl Storable for Comment {
        fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
        fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
        fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
        const BOUND: Bound = Bound::Bounded { max_size: SIZE, is_fixed_size: false };
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 2000 bytes
    }
}
mod profiles {
    use super::*;
    const SIZE: u32 = 500;
    #[derive(CandidType)] pub struct Profile { name: String }
    impl Profile { const LIMIT: u32 = 700; }
    #[derive(CandidType)] pub struct Badge { title: String }
    impl Badge { const LIMIT: u32 = 80; }
    impl Storable for Profile {
        fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
        fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
        fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
        const BOUND: Bound = Bound::Bounded { max_size: SIZE, is_fixed_size: false };
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 500 bytes
    }
    impl Storable for Badge {
        fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
        fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
        fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
        const BOUND: Bound = Bound::Bounded { max_size: Self::LIMIT, is_fixed_size: false };
      //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 80 bytes
    }
}

//- trap: codes and dates that the canister writes itself, and a case of an enum of the type's name
use ic_stable_structures::StableBTreeMap;
#[derive(CandidType, Deserialize)] pub enum Role { Admin, Invite, Guest }
#[derive(CandidType)] pub struct Invite { code: String, day: String, owner: String }
thread_local! { static INVITES: RefCell<StableBTreeMap<u64, Invite, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
const LETTERS: [char; 4] = ['A', 'B', 'C', 'D'];
fn date(now: u64) -> chrono::DateTime<chrono::Utc> { chrono::DateTime::from_timestamp_nanos(now as i64) }
fn day_of(now: u64) -> String { let at = date(now); at.format("%Y-%m-%d").to_string() }
fn today(now: u64) -> String { day_of(now) }
#[update]
fn invite(role: Role, owner: Principal, number: u64) {
    let mut code = String::from("YS-");
    for i in 0..4 { code.push(LETTERS[i]); }
    code.push_str(&format!("-{}-{number:04}", ic_cdk::api::time()));
    let day = today(1);
    INVITES.with_borrow_mut(|i| i.insert(number, Invite { code, day: day.clone(), owner: owner.to_string() }));
}
impl Storable for Invite {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1024, is_fixed_size: false };
}

//- a code that a caller's text is written into, under a name that begins written
use ic_stable_structures::StableBTreeMap;
#[derive(CandidType)] pub struct Invite { code: String }
thread_local! { static INVITES: RefCell<StableBTreeMap<u64, Invite, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
#[update]
fn invite(name: String) {
    let mut code = String::from("YS-");
    code.push_str(&name);
    INVITES.with_borrow_mut(|i| i.insert(1, Invite { code }));
}
impl Storable for Invite {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 10000, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `code` is a `String`
}

//- trap: another module calls its memory by the type's name
use ic_stable_structures::StableBTreeMap;
#[derive(CandidType)] pub struct Note { text: String }
impl Storable for Note {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1024, is_fixed_size: false };
}
mod blobs {
    use super::*;
    use ic_stable_structures::memory_manager::VirtualMemory;
    type Note = VirtualMemory<DefaultMemoryImpl>;
    thread_local! { static BLOBS: RefCell<StableBTreeMap<u64, u64, Note>> = RefCell::new(StableBTreeMap::init(memory(0))); }
}

//- trap: identifiers of random bytes, texts that are cut, lists of an enum's cases
#[derive(CandidType)] pub struct Entry { nonce: String, issued: u64 }
async fn fresh_id() -> Result<String, String> {
    let bytes = ic_cdk_management_canister::raw_rand().await.map_err(|e| e.to_string())?;
    Ok(format!("{:02x}{:02x}-{:02x}{:02x}", bytes[0], bytes[1], bytes[2], bytes[3]))
}
#[update]
async fn nonce() -> Result<(), String> {
    let nonce = fresh_id().await?;
    keep(Entry { nonce: nonce.clone(), issued: 1 });
    Ok(())
}
impl Storable for Entry {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 128, is_fixed_size: false };
}
#[derive(CandidType)] pub struct Progress { last_error: Option<String> }
const LIMIT: usize = 500;
fn bounded(mut text: String) -> String { if text.len() > LIMIT { text.truncate(LIMIT); } text }
fn begin() -> Progress { Progress { last_error: None } }
fn fail(progress: &mut Progress, text: String) {
    let text = bounded(text);
    progress.last_error = Some(text.clone());
}
impl Storable for Progress {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1_000, is_fixed_size: false };
}
#[derive(CandidType, PartialEq)] pub enum Right { Read, Write }
#[derive(CandidType)] pub struct Rights(Vec<Right>);
impl Rights { fn grant(&mut self, right: Right) { if !self.0.contains(&right) { self.0.push(right); } } }
impl Storable for Rights {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1_000, is_fixed_size: false };
}

//- trap: keys that are only looked up by what callers send, fields that the encoder measures, and an old version
thread_local! {
    static ESCROWS: RefCell<StableBTreeMap<EscrowId, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static REQUESTS: RefCell<StableBTreeMap<u64, Request, Memory>> = RefCell::new(StableBTreeMap::init(memory(1)));
    static COLLECTIONS: RefCell<StableBTreeMap<u64, CollectionV0, Memory>> = RefCell::new(StableBTreeMap::init(memory(2)));
}
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)] pub struct EscrowId(String);
impl Storable for EscrowId {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.as_bytes().into() }
    fn into_bytes(self) -> Vec<u8> { self.0.into_bytes() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 128, is_fixed_size: false };
}
#[update]
fn open(n: u64) { let id = format!("ESC-{}-{}", ic_cdk::api::time(), n); keep(EscrowId(id.clone())); }
#[query]
fn find(id: String) -> Option<u64> { ESCROWS.with_borrow(|it| it.get(&EscrowId(id))) }
pub struct Request { text: String }
impl Request { fn encode_checked(&self) -> Option<Vec<u8>> { if self.text.len() > 100 { return None; } Some(self.text.as_bytes().to_vec()) } }
impl Storable for Request {
    fn to_bytes(&self) -> Cow<[u8]> { self.encode_checked().expect("checked").into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 128, is_fixed_size: false };
}
#[update]
fn ask(text: String) { keep(Request { text }); }
pub struct CollectionV0 { name: String }
impl Storable for CollectionV0 {
    fn to_bytes(&self) -> Cow<[u8]> { self.name.as_bytes().into() }
    fn into_bytes(self) -> Vec<u8> { self.name.into_bytes() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 128, is_fixed_size: false };
}

//- the second text, where the first one is measured, and a size that is a product
const SIZE: u32 = 8 * 1024;
#[derive(CandidType)] struct User { address: String, notes: Vec<String> }
#[update]
fn add(address: String, notes: Vec<String>) { if address.len() > 20 { ic_cdk::trap("too long"); } keep(User { address, notes }); }
impl Storable for User {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: SIZE, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: more than 8192 bytes, since `notes` is a `Vec`
}

//- trap: the script of a Bitcoin address
pub struct ScriptKey(Vec<u8>);
pub struct ScriptBuf(Vec<u8>);
impl ScriptBuf { fn to_bytes(&self) -> Vec<u8> { self.0.clone() } }
pub struct Address { script_buf: ScriptBuf }
fn key_of(address: &Address) -> ScriptKey { ScriptKey(address.script_buf.to_bytes()) }
impl Storable for ScriptKey {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.clone().into() }
    fn into_bytes(self) -> Vec<u8> { self.0 }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Self(bytes.into_owned()) }
    const BOUND: Bound = Bound::Bounded { max_size: 128, is_fixed_size: false };
}

//- trap: more than any message brings
#[derive(CandidType)] pub struct Chat { text: String }
#[update]
fn chat(text: String) { keep(Chat { text }); }
impl Storable for Chat {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 10_485_760, is_fixed_size: false };
}

//- a number of any size
pub struct StorableNat(pub Nat);
impl Storable for StorableNat {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.0.to_bytes_be().into() }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 24, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information: since a `Nat` has no largest value
}

//- trap: cut before each value is made, beside one that is not
use ic_stable_structures::StableBTreeMap;
const SIZE_MAX: usize = 1_000;
struct Cut { data: Vec<u8> }
struct Whole { data: Vec<u8> }
thread_local! {
    static CUT: RefCell<StableBTreeMap<u64, Cut, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static WHOLE: RefCell<StableBTreeMap<u64, Whole, Memory>> = RefCell::new(StableBTreeMap::init(memory(1)));
}
impl Storable for Cut {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Borrowed(&self.data) }
    fn into_bytes(self) -> Vec<u8> { self.data }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 2_000, is_fixed_size: false };
}
impl Storable for Whole {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Borrowed(&self.data) }
    fn into_bytes(self) -> Vec<u8> { self.data }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 2_000, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A `Whole` may have more than 2000 bytes
}
#[update]
fn put(value: Vec<u8>) {
    let mut short = value.clone();
    short.truncate(SIZE_MAX);
    CUT.with_borrow_mut(|it| it.insert(1, Cut { data: short }));
    WHOLE.with_borrow_mut(|it| it.insert(1, Whole { data: value }));
}

//- trap: the content of a static in the heap, which no stable structure holds
#[derive(Default, CandidType, Deserialize)] pub struct State { names: Vec<String> }
thread_local! { pub static STATE: RefCell<State> = RefCell::new(State::default()); }
impl Storable for State {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1_000, is_fixed_size: false };
}
#[update]
fn put(name: String) { STATE.with_borrow_mut(|it| it.names.push(name)); }

//- written byte by byte, with the length before the bytes
use ic_stable_structures::StableBTreeMap;
thread_local! { static PROOFS: RefCell<StableBTreeMap<u64, Proof, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }
struct Proof { data: Vec<u8>, at: u64 }
impl Storable for Proof {
    fn to_bytes(&self) -> Cow<[u8]> {
        let mut bytes = (self.data.len() as u32).to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.data);
        bytes.extend_from_slice(&self.at.to_le_bytes());
        Cow::Owned(bytes)
    }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1_024, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: since `data` is a `Vec` of any length
}
#[update]
fn put(data: Vec<u8>) { PROOFS.with_borrow_mut(|it| it.insert(1, Proof { data, at: 0 })); }

//- trap: a part of another stored type, and what is kept as bytes by hand
use ic_stable_structures::StableBTreeMap;
#[derive(Clone, CandidType, Deserialize)] pub struct Item { name: String }
#[derive(CandidType, Deserialize)] pub struct Order { items: Vec<Item> }
#[derive(Default, CandidType, Deserialize)] pub struct Config { name: String }
thread_local! {
    static ORDERS: RefCell<StableBTreeMap<[u8; 8], Order, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static CONFIG: RefCell<Config> = RefCell::default();
}
impl Storable for Item {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}
impl Storable for Order {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 1_000, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A `Order` may
}
impl Storable for Config {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 100, is_fixed_size: false };
}
#[update]
fn order(items: Vec<Item>) { ORDERS.with_borrow_mut(|it| it.insert([1; 8], Order { items })); }
#[pre_upgrade]
fn save() { CONFIG.with_borrow(|it| ic_cdk::stable::stable_write(0, &it.to_bytes())); }

//- a principal under Candid, which has 38 bytes; a trap: enough for it, and a principal's own bytes
use ic_stable_structures::StableBTreeMap;
#[derive(CandidType, PartialEq, Eq, PartialOrd, Ord, Clone)] struct Member(pub Principal);
#[derive(CandidType, PartialEq, Eq, PartialOrd, Ord, Clone)] struct Guest(Principal);
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)] struct Plain(Principal);
thread_local! {
    static MEMBERS: RefCell<StableBTreeMap<Member, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(0)));
    static GUESTS: RefCell<StableBTreeMap<Guest, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(1)));
    static PLAIN: RefCell<StableBTreeMap<Plain, u64, Memory>> = RefCell::new(StableBTreeMap::init(memory(2)));
}
impl Storable for Member {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 30, is_fixed_size: false };
  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: A `Member` of a user has 38 bytes
}
impl Storable for Guest {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(&self.0).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 38, is_fixed_size: false };
}
impl Storable for Plain {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.as_slice().to_vec()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 29, is_fixed_size: false };
}
#[update]
fn join() { MEMBERS.with_borrow_mut(|it| it.insert(Member(msg_caller()), 1)); }
