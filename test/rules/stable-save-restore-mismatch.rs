//- more than was saved
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((users::<Users>(), posts::<Posts>())).ok(); }
#[post_upgrade]
fn post_upgrade() {
    let (u, p, c) = ic_cdk::storage::stable_restore::<(Users, Posts, Vec<(u64, String)>)>().unwrap();
                  //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: 3 values are restored where 2 are saved
}

//- told by the variable (ic-cdk 0.17)
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((users::<Users>(),)).ok(); }
#[post_upgrade]
fn post_upgrade() {
    let (u, p): (Users, Posts) = ic_cdk::storage::stable_restore().unwrap();
                               //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: where 1 is saved
}

//- good
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((users::<Users>(), posts::<Posts>())).ok(); }
#[post_upgrade]
fn post_upgrade() { let (u, p) = ic_cdk::storage::stable_restore::<(BTreeMap<u64, User>, Posts)>().unwrap(); }

//- trap: what a new version adds
#[pre_upgrade]
fn pre_upgrade() { ic_cdk::storage::stable_save((users::<Users>(),)).ok(); }
#[post_upgrade]
fn post_upgrade() { let (u, p) = ic_cdk::storage::stable_restore::<(Users, Option<Posts>)>().unwrap(); }
