//- whole tokens of ICP
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
#[update]
async fn pay(icp_ledger: Principal, to: Account, amount: Nat) -> bool {
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount,
        fee: Some(Nat::from(10_000_000_000_000u64)),
           //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The fee of ICP is 10000 e8s, and this is 100000 of the token
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    Call::unbounded_wait(icp_ledger, "icrc1_transfer").with_arg(&transfer).await.is_ok()
}

//- the fee of ICP for ckBTC, by a constant and an id
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
const CK_LEDGER: &str = "mxzaz-hqaaa-aaaar-qaada-cai";
const FEE: u64 = 10_000;
#[update]
async fn pay(to: Account, amount: Nat) -> bool {
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount,
        fee: Some(FEE.into()),
           //^^^^^^^^^^^^^^^^ warning: this is that of ICP
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    Call::unbounded_wait(Principal::from_text(CK_LEDGER).unwrap(), "icrc1_transfer").with_arg(&transfer).await.is_ok()
}

//- the ledger's own type
use ic_ledger_types::Tokens;
#[update]
async fn pay(to: ic_ledger_types::AccountIdentifier) -> bool {
    let transfer = ic_ledger_types::TransferArgs {
        memo: ic_ledger_types::Memo(1),
        amount: Tokens::from_e8s(500),
        fee: Tokens::from_e8s(100_000_000),
           //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: this is 1 of the token
        from_subaccount: None,
        to,
        created_at_time: None,
    };
    ic_ledger_types::transfer(ic_ledger_types::MAINNET_LEDGER_CANISTER_ID, &transfer).await.is_ok()
}

//- good
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
#[update]
async fn pay(icp_ledger: Principal, ckbtc_ledger: Principal, to: Account, amount: Nat) -> bool {
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount,
        fee: Some(Nat::from(10_000u64)),
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    if Call::unbounded_wait(icp_ledger, "icrc1_transfer").with_arg(&transfer).await.is_err() { return false; }
    let transfer = TransferArg { fee: None, ..transfer };
    Call::unbounded_wait(ckbtc_ledger, "icrc1_transfer").with_arg(&transfer).await.is_ok()
}

//- trap: a token with more decimals
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
#[update]
async fn pay(cketh_ledger: Principal, to: Account, amount: Nat) -> bool {
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount,
        fee: Some(Nat::from(2_000_000_000_000u64)),
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    Call::unbounded_wait(cketh_ledger, "icrc1_transfer").with_arg(&transfer).await.is_ok()
}

//- trap: the ledger is not known, and the fee comes from it
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
#[update]
async fn pay(token: Principal, icp_ledger: Principal, to: Account, amount: Nat, fee: Nat) -> bool {
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount: amount.clone(),
        fee: Some(Nat::from(500_000_000u64)),
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    if Call::unbounded_wait(token, "icrc1_transfer").with_arg(&transfer).await.is_err() { return false; }
    let transfer = TransferArg { from_subaccount: None, to, amount, fee: Some(fee), memo: None, created_at_time: None };
    Call::unbounded_wait(icp_ledger, "icrc1_transfer").with_arg(&transfer).await.is_ok()
}

//- the id in a variable (ic-cdk 0.17)
use icrc_ledger_types::icrc1::{account::Account, transfer::TransferArg};
#[update]
async fn pay(to: Account, amount: Nat) -> bool {
    let ledger = Principal::from_text("ryjl3-tyaaa-aaaaa-aaaba-cai").unwrap();
    let transfer = TransferArg {
        from_subaccount: None,
        to,
        amount,
        fee: Some(Nat::from(100_000_000u64)),
           //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The fee of ICP is 10000 e8s, and this is 1 of the token
        memo: None,
        created_at_time: Some(ic_cdk::api::time()),
    };
    let sent: Result<(Result<Nat, String>,), _> = ic_cdk::call(ledger, "icrc1_transfer", (transfer,)).await;
    sent.is_ok()
}

//- the library's type by its short name, whoever the ledger is called
use ic_ledger_types::{AccountIdentifier, Memo, Tokens, TransferArgs};
#[update]
async fn pay(ledger: Principal, to: AccountIdentifier) -> bool {
    let transfer = TransferArgs {
        memo: Memo(1),
        amount: Tokens::from_e8s(5),
        fee: Tokens::from_e8s(10_000_000_000_000),
           //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: The fee of ICP is 10000 e8s
        from_subaccount: None,
        to,
        created_at_time: None,
    };
    ic_ledger_types::transfer(ledger, &transfer).await.is_ok()
}
