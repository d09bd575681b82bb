import { icrcTypesText } from "../analysis/icrcTypes.ts";

/** The methods of ICRC-1 and ICRC-2, which their types are declared for elsewhere. https://github.com/dfinity/ICRC-1 */
export const icrcLedgerMethods = `  icrc1_name : () -> (text) query;
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
`;

/** The interface of token ledgers. */
export const icrcLedgerText = `
${icrcTypesText}
type Value = variant { Nat : nat; Int : int; Text : text; Blob : blob };
service : {
${icrcLedgerMethods}
}`;
