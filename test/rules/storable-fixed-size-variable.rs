//- a principal and a text
struct Key(Principal);
impl Storable for Key {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.as_slice().to_vec()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 29, is_fixed_size: true };
                                                      //^^^^^^^^^^^^^^^^^^^ warning: because of `Principal`
}
#[derive(CandidType)] struct Name { name: String }
impl Storable for Name {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 38, is_fixed_size: true };
                                                      //^^^^^^^^^^^^^^^^^^^ warning: because of a `String`
}

//- good
struct Key(Principal);
impl Storable for Key {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.as_slice().to_vec()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 29, is_fixed_size: false };
}

//- trap: filled with zeros, and numbers of one width
struct Key(Principal);
impl Storable for Key {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = self.0.as_slice().to_vec(); bytes.resize(30, 0); Cow::Owned(bytes) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 30, is_fixed_size: true };
}
struct Id(u64);
impl Storable for Id {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.to_be_bytes().to_vec()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 8, is_fixed_size: true };
}

//- the trait that ic-stable-structures had before 0.6
pub trait Storable { fn to_bytes(&self) -> Cow<[u8]>; fn from_bytes(bytes: Cow<[u8]>) -> Self; }
pub trait BoundedStorable: Storable { const MAX_SIZE: u32; const IS_FIXED_SIZE: bool; }
struct Key(Principal);
impl Storable for Key {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.as_slice().to_vec()) }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
}
impl BoundedStorable for Key {
    const MAX_SIZE: u32 = 29;
  //^^^^^^^^^^^^^^^^^^^^^^^^^ warning: because of `Principal`
    const IS_FIXED_SIZE: bool = true;
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
    const BOUND: Bound = Bound::Bounded { max_size: 7, is_fixed_size: true };
}

//- trap: the value of a cell only
use ic_stable_structures::StableCell;
pub struct Name(String);
thread_local! { static NAME: RefCell<StableCell<Name, Memory>> = RefCell::new(StableCell::init(memory(0), Name(String::new()))); }
impl Storable for Name {
    fn to_bytes(&self) -> Cow<[u8]> { self.0.as_bytes().into() }
    fn into_bytes(self) -> Vec<u8> { self.0.into_bytes() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 7, is_fixed_size: true };
}

//- integers of CBOR, and the optional part of a struct; traps beside them: big-endian bytes, the array
#[derive(serde::Serialize, Deserialize)] struct Count { n: u64 }
impl Storable for Count {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = vec![]; ciborium::into_writer(self, &mut bytes).unwrap(); Cow::Owned(bytes) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 12, is_fixed_size: true };
                                                      //^^^^^^^^^^^^^^^^^^^ warning: because of CBOR's integers
}
#[derive(CandidType)] struct Big { n: u128 }
impl Storable for Big {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 40, is_fixed_size: true };
                                                      //^^^^^^^^^^^^^^^^^^^ warning: which Candid encodes as a `nat`
}
#[derive(CandidType)] struct Maybe { n: Option<u64> }
impl Storable for Maybe {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 40, is_fixed_size: true };
                                                      //^^^^^^^^^^^^^^^^^^^ warning: because of `Option`
}
struct Wide(u128);
impl Storable for Wide {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(self.0.to_be_bytes().to_vec()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 16, is_fixed_size: true };
}
#[derive(CandidType)] struct Plain { n: u64, flag: bool }
impl Storable for Plain {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Owned(Encode!(self).unwrap()) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 30, is_fixed_size: true };
}
struct Digest([u8; 32]);
impl Storable for Digest {
    fn to_bytes(&self) -> Cow<[u8]> { Cow::Borrowed(&self.0) }
    fn into_bytes(self) -> Vec<u8> { self.0.to_vec() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 32, is_fixed_size: true };
}
#[derive(serde::Serialize, Deserialize)] struct Flag { on: bool }
impl Storable for Flag {
    fn to_bytes(&self) -> Cow<[u8]> { let mut bytes = vec![]; ciborium::into_writer(self, &mut bytes).unwrap(); Cow::Owned(bytes) }
    fn into_bytes(self) -> Vec<u8> { self.to_bytes().into_owned() }
    fn from_bytes(_: Cow<[u8]>) -> Self { unimplemented!() }
    const BOUND: Bound = Bound::Bounded { max_size: 5, is_fixed_size: true };
}
