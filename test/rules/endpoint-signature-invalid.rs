//- bad: generics, `self`, `impl Trait` (does not compile)
#[update]
fn put<T: CandidType>(value: T) {}
    //^^^^^^^^^^^^^^^ error: An entry point cannot be generic
struct Api;
impl Api {
    #[ic_cdk::query]
    fn get(&self) -> u64 { 1 }
     //^^^ error: cannot take `self`
}
#[ic_cdk::query]
fn show(value: impl ToString) -> String { value.to_string() }
 //^^^^ error: An argument of an entry point has a fixed type

//- bad: hooks (does not compile)
#[init]
fn init() -> Result<(), String> { Ok(()) }
 //^^^^ error: `#[init]` has nobody to return a result to
#[pre_upgrade]
fn save(all: bool) {}
 //^^^^ error: `#[pre_upgrade]` gets no arguments

//- bad: attributes (does not compile)
#[update(composite = true)]
       //^^^^^^^^^ error: `composite` is for queries
fn collect() {}
#[query(nme = "get")]
      //^^^ error: `#[query]` knows no argument `nme`
fn read() -> u64 { 1 }
#[query(name = "<ic-cdk internal> x")]
      //^^^^ error: are ic-cdk's own
fn own() -> u64 { 1 }

//- bad: results of no fixed type, references that outlive the message (does not compile)
#[query]
fn all() -> impl Iterator<Item = u64> { std::iter::empty() }
 //^^^ error: A result of an entry point has a fixed type, and `impl Iterator<Item = u64>` is none
#[query]
fn length(s: &'static str) -> u64 { s.len() as u64 }
 //^^^^^^ error: which do not live as long as `&'static str`

//- trap: references into the message, and to what is always there
#[query]
fn length(s: &str, v: Vec<&str>) -> u64 { (s.len() + v.len()) as u64 }
#[query]
fn name() -> &'static str { "name" }

//- bad: two entry points in one (does not compile)
#[query]
#[ic_cdk::update]
fn get() -> u64 { 1 }
 //^^^ error: `#[query]` and `#[ic_cdk::update]` stand on one function, and ic-cdk takes one of them

//- good
#[update(name = "put", guard = "is_owner", manual_reply = true)]
fn put(value: u64) {}
#[query(composite = true, hidden = true)]
async fn collect(of: Vec<Principal>) -> u64 { 1 }
#[init]
fn init(owner: Option<Principal>) {}
#[post_upgrade]
fn post_upgrade(arg: u64) {}
#[inspect_message]
fn inspect() {}
fn is_owner() -> Result<(), String> { Ok(()) }
#[ic_cdk::update(guard = "is_owner", decode_with = "decode", encode_with = "encode")]
fn raw(bytes: Vec<u8>) -> Vec<u8> { bytes }
fn decode(bytes: Vec<u8>) -> Vec<u8> { bytes }
fn encode(bytes: Vec<u8>) -> Vec<u8> { bytes }

//- trap: attributes of other crates
use other_crate::update as change;
#[change(retries = 3)]
fn put<T>(value: T) {}
#[other_crate::query(cached)]
fn get<T>(key: T) -> u64 { 1 }

//- trap: tests of the attributes
#[cfg(test)]
mod tests {
    #[ic_cdk::update]
    fn wrong<T>(_: T) {}
}

//- trap: an attribute of another crate on a function of its name
mod lifecycle {
    use other_crate::init;
    #[init(packed = true)]
    fn init(value: u64) {}
}
