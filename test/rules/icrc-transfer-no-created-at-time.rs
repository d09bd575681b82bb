//- ICRC-1, ICRC-2 and the ICP ledger
use icrc_ledger_types::icrc1::transfer::TransferArg;
fn pay(to: Account, amount: Nat) {
    send(TransferArg { from_subaccount: None, to, amount, fee: None, memo: None, created_at_time: None });
                                                                               //^^^^^^^^^^^^^^^^^^^^^ information: This `TransferArg` has no `created_at_time`
    approve(&ApproveArgs { spender: to, amount, created_at_time: None, ..rest() });
                                              //^^^^^^^^^^^^^^^^^^^^^ information: it may be executed twice
    ic_ledger_types::transfer(ledger(), &ic_ledger_types::TransferArgs { to, created_at_time: None });
                                                                           //^^^^^^^^^^^^^^^^^^^^^ information: This `TransferArgs`
}

//- defaults
fn pay(to: Account, amount: Nat) {
    send(TransferFromArgs { to, amount, ..Default::default() });
       //^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: With a time the ledger recognises the repetition
}

//- good
fn pay(to: Account, amount: Nat, created_at_time: Option<u64>) {
    send(TransferArg { to, amount, created_at_time: Some(ic_cdk::api::time()) });
    send(TransferArg { to, amount, created_at_time });
}

//- trap: a type of the crate's own that is not sent
struct TransferArg { amount: u64, created_at_time: Option<u64> }
fn remember(amount: u64) { keep(TransferArg { amount, created_at_time: None }) }

//- trap: another struct
fn remember(amount: u64) { keep(Order { amount, created_at_time: None }) }

//- names of client libraries, and a client that is made of an id
use ic_icrcx::{ICRC1, ICRC1TransferArgs, ICRC2TransferFromArgs};
async fn pay(ledger: Principal, to: Account, amount: Nat) {
    let args = ICRC1TransferArgs { to, amount, fee: None, created_at_time: None };
                                                        //^^^^^^^^^^^^^^^^^^^^^ information: This `ICRC1TransferArgs` has no `created_at_time`
    ICRC1::from(ledger).transfer(args).await;
    ICRC1::from(ledger).transfer_from(ICRC2TransferFromArgs { amount, created_at_time: None }).await;
                                                                    //^^^^^^^^^^^^^^^^^^^^^ information: This `ICRC2TransferFromArgs`
}
