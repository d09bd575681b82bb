//- saved only
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((1,)).unwrap(); }
 //^^^^^^^^^^^ warning: saves what no `post_upgrade` restores

//- restored only (ic-cdk 0.17)
#[post_upgrade]
fn post_upgrade() { let (n,): (u64,) = ic_cdk::storage::stable_restore().unwrap(); }
 //^^^^^^^^^^^^ warning: what no `pre_upgrade` has saved

//- good
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((1,)).unwrap(); }
#[post_upgrade]
fn post_upgrade() { let (n,): (u64,) = ic_cdk::storage::stable_restore().unwrap(); }

//- trap: hooks that save and restore nothing by these functions
#[post_upgrade]
fn post_upgrade() { start_timers(); }
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::println!("upgrade"); }
