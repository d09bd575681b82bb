//- a name that nothing has (does not compile)
fn is_admin() -> Result<(), String> { Err("no".to_string()) }
#[update(guard = "is_admn")]
                //^^^^^^^ error: There is no function `is_admn` here.
fn reset() {}

//- a path to nothing, among others (does not compile)
mod guards { pub fn is_admin() -> Result<(), String> { Err("no".to_string()) } }
#[query(guard = "guards::is_admin", guard = "crate::guards::is_owner")]
                                           //^^^^^^^^^^^^^^^^^^^^^^^ error: There is no function `crate::guards::is_owner`
fn read() {}

//- no guard by its type (does not compile)
fn is_admin() -> bool { true }
fn is_owner(id: Principal) -> Result<(), String> { Err(id.to_text()) }
async fn is_user() -> Result<(), String> { Ok(()) }
fn get_user() -> Result<Principal, String> { Ok(msg_caller()) }
fn check() {}
#[update(guard = "is_admin")]
                //^^^^^^^^ error: `is_admin` returns a `bool`.
fn a() {}
#[update(guard = "is_owner")]
                //^^^^^^^^ error: `is_owner` takes arguments
fn b() {}
#[update(guard = is_user)]
               //^^^^^^^ error: `is_user` is async
fn c() {}
#[update(guard = "get_user")]
                //^^^^^^^^ error: and a guard gives no value
fn d() {}
#[update(guard = "check")]
                //^^^^^ error: `check` returns nothing.
fn e() {}

//- good
fn is_admin() -> Result<(), String> { Err("no".to_string()) }
#[update(guard = "is_admin", name = "resetAll")]
fn reset() {}

//- trap: paths and imports
mod guards { pub fn is_admin() -> Result<(), String> { Err("no".to_string()) } pub type Answer = Result<(), String>; pub fn is_owner() -> Answer { Ok(()) } }
use guards::is_owner;
use access::only_members;
#[update(guard = "crate::guards::is_admin")]
fn a() {}
#[update(guard = "is_owner")]
fn b() {}
#[update(guard = "only_members")]
fn c() {}
#[update(guard = "access::only_members")]
fn d() {}

//- trap: a glob import
use access::*;
#[update(guard = "only_members")]
fn a() {}

//- trap: made by a macro
macro_rules! guard { ($name:ident) => { fn $name() -> Result<(), String> { Ok(()) } } }
guard!(only_members);
#[update(guard = "only_members")]
fn a() {}

//- trap: a list that names what the module listed has from others, through many modules
mod stable {
    mod v000 {
        pub mod permission {
            pub fn has_pause() -> Result<(), String> { Err("no".to_string()) }
            pub fn has_record() -> Result<(), String> { Err("no".to_string()) }
        }
        pub mod types { pub use super::permission::*; }
    }
    mod v001 {
        pub mod permission { pub use super::super::v000::types::{has_pause, has_record}; pub use super::types::*; }
        pub mod types { pub use super::permission::*; }
    }
    pub use v001::types::*;
}
mod apis {
    use crate::stable::*;
    #[ic_cdk::query(guard = "has_pause")]
    fn a() {}
    #[ic_cdk::update(guard = "has_record")]
    fn b() {}
}

//- a list of many modules that leaves the guard out (does not compile)
mod stable {
    mod v000 {
        pub mod permission { pub fn has_pause() -> Result<(), String> { Err("no".to_string()) } }
        pub mod types { pub use super::permission::*; }
    }
    mod v001 {
        pub mod permission { pub use super::super::v000::types::{has_pause}; pub use super::types::*; }
        pub mod types { pub use super::permission::*; }
    }
    pub use v001::types::*;
}
mod apis {
    use crate::stable::*;
    #[ic_cdk::query(guard = "has_pause")]
    fn a() {}
    #[ic_cdk::update(guard = "has_record")]
                            //^^^^^^^^^^ error: There is no function `has_record` here.
    fn b() {}
}

//- trap: what another module has of another crate, and re-exports that lead nowhere (does not compile)
mod access { pub use guards::*; pub use super::missing::only_owners; }
use access::*;
#[update(guard = "only_members")]
fn a() {}
#[update(guard = "only_owners")]
fn b() {}
#[update(guard = "access::only_owners")]
fn c() {}
