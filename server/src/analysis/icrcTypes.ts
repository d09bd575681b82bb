/** Types of token ledgers in Candid, those of the crate icrc-ledger-types. https://github.com/dfinity/ICRC-1 */
export const icrcTypesText = `
type Subaccount = blob;
type Memo = blob;
type NumTokens = nat;
type BlockIndex = nat;
type Account = record { owner : principal; subaccount : opt Subaccount };
type TransferArg = record {
  from_subaccount : opt Subaccount; to : Account; fee : opt nat; created_at_time : opt nat64; memo : opt Memo; amount : nat;
};
type TransferError = variant {
  BadFee : record { expected_fee : nat }; BadBurn : record { min_burn_amount : nat };
  InsufficientFunds : record { balance : nat }; TooOld; CreatedInFuture : record { ledger_time : nat64 };
  TemporarilyUnavailable; Duplicate : record { duplicate_of : nat };
  GenericError : record { error_code : nat; message : text };
};
type ApproveArgs = record {
  from_subaccount : opt Subaccount; spender : Account; amount : nat; expected_allowance : opt nat; expires_at : opt nat64;
  fee : opt nat; memo : opt Memo; created_at_time : opt nat64;
};
type ApproveError = variant {
  BadFee : record { expected_fee : nat }; InsufficientFunds : record { balance : nat };
  AllowanceChanged : record { current_allowance : nat }; Expired : record { ledger_time : nat64 }; TooOld;
  CreatedInFuture : record { ledger_time : nat64 }; Duplicate : record { duplicate_of : nat }; TemporarilyUnavailable;
  GenericError : record { error_code : nat; message : text };
};
type TransferFromArgs = record {
  spender_subaccount : opt Subaccount; from : Account; to : Account; amount : nat; fee : opt nat; memo : opt Memo;
  created_at_time : opt nat64;
};
type TransferFromError = variant {
  BadFee : record { expected_fee : nat }; BadBurn : record { min_burn_amount : nat };
  InsufficientFunds : record { balance : nat }; InsufficientAllowance : record { allowance : nat }; TooOld;
  CreatedInFuture : record { ledger_time : nat64 }; Duplicate : record { duplicate_of : nat }; TemporarilyUnavailable;
  GenericError : record { error_code : nat; message : text };
};
type AllowanceArgs = record { account : Account; spender : Account };
type Allowance = record { allowance : nat; expires_at : opt nat64 };
`;
