/** The methods of token ledgers. https://github.com/dfinity/ICRC-1: ICRC-1 and ICRC-2. */
export const icrcLedgerText = `
type Account = record { owner : principal; subaccount : opt blob };
type TransferArg = record {
  from_subaccount : opt blob; to : Account; fee : opt nat; created_at_time : opt nat64; memo : opt blob; amount : nat;
};
type TransferError = variant {
  BadFee : record { expected_fee : nat }; BadBurn : record { min_burn_amount : nat };
  InsufficientFunds : record { balance : nat }; TooOld; CreatedInFuture : record { ledger_time : nat64 };
  TemporarilyUnavailable; Duplicate : record { duplicate_of : nat };
  GenericError : record { error_code : nat; message : text };
};
type ApproveArgs = record {
  from_subaccount : opt blob; spender : Account; amount : nat; expected_allowance : opt nat; expires_at : opt nat64;
  fee : opt nat; memo : opt blob; created_at_time : opt nat64;
};
type ApproveError = variant {
  BadFee : record { expected_fee : nat }; InsufficientFunds : record { balance : nat };
  AllowanceChanged : record { current_allowance : nat }; Expired : record { ledger_time : nat64 }; TooOld;
  CreatedInFuture : record { ledger_time : nat64 }; Duplicate : record { duplicate_of : nat }; TemporarilyUnavailable;
  GenericError : record { error_code : nat; message : text };
};
type TransferFromArgs = record {
  spender_subaccount : opt blob; from : Account; to : Account; amount : nat; fee : opt nat; memo : opt blob;
  created_at_time : opt nat64;
};
type TransferFromError = variant {
  BadFee : record { expected_fee : nat }; BadBurn : record { min_burn_amount : nat };
  InsufficientFunds : record { balance : nat }; InsufficientAllowance : record { allowance : nat }; TooOld;
  CreatedInFuture : record { ledger_time : nat64 }; Duplicate : record { duplicate_of : nat }; TemporarilyUnavailable;
  GenericError : record { error_code : nat; message : text };
};
type Value = variant { Nat : nat; Int : int; Text : text; Blob : blob };
service : {
  icrc1_name : () -> (text) query;
  icrc1_symbol : () -> (text) query;
  icrc1_decimals : () -> (nat8) query;
  icrc1_fee : () -> (nat) query;
  icrc1_metadata : () -> (vec record { text; Value }) query;
  icrc1_total_supply : () -> (nat) query;
  icrc1_minting_account : () -> (opt Account) query;
  icrc1_balance_of : (Account) -> (nat) query;
  icrc1_transfer : (TransferArg) -> (variant { Ok : nat; Err : TransferError });
  icrc1_supported_standards : () -> (vec record { name : text; url : text }) query;
  icrc2_approve : (ApproveArgs) -> (variant { Ok : nat; Err : ApproveError });
  icrc2_transfer_from : (TransferFromArgs) -> (variant { Ok : nat; Err : TransferFromError });
  icrc2_allowance : (record { account : Account; spender : Account }) -> (record { allowance : nat; expires_at : opt nat64 }) query;
}
`;
