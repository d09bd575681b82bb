//- two types
#[init]
fn init(config: Config) {}
#[post_upgrade]
fn post_upgrade(upgrade: Upgrade) {}
 //^^^^^^^^^^^^ warning: An upgrade must be given `Upgrade`

//- nothing at install (ic-cdk 0.17)
#[post_upgrade]
fn post_upgrade(owner: Principal) {}
 //^^^^^^^^^^^^ warning: what `init` takes, nothing

//- good: one type, an option, or nothing
#[init]
fn init(argument: Argument) {}
#[post_upgrade]
fn post_upgrade(argument: Argument) {}

//- good: an option
#[init]
fn init(config: Config) {}
#[post_upgrade]
fn post_upgrade(upgrade: Option<Upgrade>) {}

//- good: nothing to give
#[init]
fn init(config: Config) {}
#[post_upgrade]
fn post_upgrade() {}

//- trap: the same type by another path
#[init]
fn init(config: crate::types::Config) {}
#[post_upgrade]
fn post_upgrade(config: types::Config) {}

//- trap: a record with some of the fields
#[derive(CandidType, Deserialize)] pub struct Setup { owner: Principal, ttl: Option<u64>, level: u32 }
#[derive(CandidType, Deserialize)] pub struct Upgrade { ttl: Option<u64> }
#[init]
fn init(setup: Setup) {}
#[post_upgrade]
fn post_upgrade(upgrade: Upgrade) {}

//- a record with a field more
#[derive(CandidType, Deserialize)] pub struct Setup { owner: Principal }
#[derive(CandidType, Deserialize)] pub struct Upgrade { owner: Principal, reason: String }
#[init]
fn init(setup: Setup) {}
#[post_upgrade]
fn post_upgrade(upgrade: Upgrade) {}
 //^^^^^^^^^^^^ warning: An upgrade must be given `Upgrade`

//- types of another crate, which may be read from each other
use my_types::{Setup, Upgrade};
#[init]
fn init(setup: Setup) {}
#[post_upgrade]
fn post_upgrade(upgrade: Upgrade) {}
 //^^^^^^^^^^^^ information: An upgrade must be given `Upgrade`

//- trap: a method's receiver is no argument (does not compile)
struct Wallet;
impl Wallet {
    #[init]
    fn init(&self, owner: Principal) { let _ = owner; }
    #[post_upgrade]
    fn post_upgrade(&self) {}
}
