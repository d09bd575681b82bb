//! The asset canister that dfx installs, as its crate makes it available.
use ic_certified_assets::types::AssetCanisterArgs;

#[ic_cdk::init]
fn init(args: Option<AssetCanisterArgs>) {
    ic_certified_assets::init(args);
}

#[ic_cdk::pre_upgrade]
fn pre_upgrade() {
    let stable = ic_certified_assets::pre_upgrade();
    ic_cdk::storage::stable_save((stable,)).expect("the assets can be saved");
}

#[ic_cdk::post_upgrade]
fn post_upgrade(args: Option<AssetCanisterArgs>) {
    let (stable,) = ic_cdk::storage::stable_restore().expect("the assets can be restored");
    ic_certified_assets::post_upgrade(stable, args);
}

ic_certified_assets::export_canister_methods!();
