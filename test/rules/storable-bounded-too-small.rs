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
#[derive(CandidType, Deserialize)] pub struct Visit { id: u64, at: u64 }
impl Storable for Visit {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn from_bytes(bytes: Cow<[u8]>) -> Self { Decode!(bytes.as_ref(), Self).unwrap() }
}
impl BoundedStorable for Visit {
    const MAX_SIZE: u32 = 64;
    const IS_FIXED_SIZE: bool = false;
}
