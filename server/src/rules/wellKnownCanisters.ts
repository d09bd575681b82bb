import { icrcTypesText } from "../analysis/icrcTypes.ts";
import { memoized } from "../base/memoized.ts";
import { readInterface } from "../candid/serviceInterface.ts";
import type { ServiceType } from "../candid/types.ts";
import { icrcLedgerMethods } from "./icrcLedger.ts";

/** A canister that every project can call, and what is known of its interface. */
export interface WellKnownCanister {
  readonly name: string;
  /** Those of its methods that canisters call. */
  readonly service: ServiceType | undefined;
}

/**
 * The management canister: the methods that projects call without a library. Interface specification, "IC management
 * canister"; to `canister_status` the network adds what former versions of the specification had.
 */
const managementText = `
type visibility = variant { controllers; public; allowed_viewers : vec principal };
type settings = record {
  controllers : opt vec principal; compute_allocation : opt nat; memory_allocation : opt nat; freezing_threshold : opt nat;
  reserved_cycles_limit : opt nat; log_visibility : opt visibility; wasm_memory_limit : opt nat; wasm_memory_threshold : opt nat;
  environment_variables : opt vec record { name : text; value : text };
};
type mode = variant {
  install; reinstall;
  upgrade : opt record { skip_pre_upgrade : opt bool; wasm_memory_persistence : opt variant { keep; replace } };
};
type named = record { canister_id : principal };
type versioned = record { canister_id : principal; sender_canister_version : opt nat64 };
type ecdsa_key = record { curve : variant { secp256k1 }; name : text };
type schnorr_key = record { algorithm : variant { bip340secp256k1; ed25519 }; name : text };
type public_key = record { public_key : blob; chain_code : blob };
service : {
  create_canister : (record { settings : opt settings; sender_canister_version : opt nat64 }) -> (named);
  update_settings : (record { canister_id : principal; settings : settings; sender_canister_version : opt nat64 }) -> ();
  install_code : (
    record { mode : mode; canister_id : principal; wasm_module : blob; arg : blob; sender_canister_version : opt nat64 }
  ) -> ();
  uninstall_code : (versioned) -> ();
  start_canister : (named) -> ();
  stop_canister : (named) -> ();
  delete_canister : (named) -> ();
  deposit_cycles : (named) -> ();
  raw_rand : () -> (blob);
  canister_status : (named) -> (record {
    status : variant { running; stopping; stopped }; version : nat64; ready_for_migration : bool;
    controller : principal; balance : vec record { blob; nat }; freezing_threshold : nat;
    settings : record {
      controller : principal; controllers : vec principal; compute_allocation : nat; memory_allocation : nat; freezing_threshold : nat;
      reserved_cycles_limit : nat; log_visibility : visibility; wasm_memory_limit : nat; wasm_memory_threshold : nat;
      environment_variables : vec record { name : text; value : text };
    };
    module_hash : opt blob; memory_size : nat; cycles : nat; reserved_cycles : nat; idle_cycles_burned_per_day : nat;
    memory_metrics : record {
      wasm_memory_size : nat; stable_memory_size : nat; global_memory_size : nat; wasm_binary_size : nat;
      custom_sections_size : nat; canister_history_size : nat; wasm_chunk_store_size : nat; snapshots_size : nat;
    };
    query_stats : record {
      num_calls_total : nat; num_instructions_total : nat; request_payload_bytes_total : nat; response_payload_bytes_total : nat;
    };
  }) query;
  ecdsa_public_key : (record { canister_id : opt principal; derivation_path : vec blob; key_id : ecdsa_key }) -> (public_key);
  sign_with_ecdsa : (record { message_hash : blob; derivation_path : vec blob; key_id : ecdsa_key }) -> (record { signature : blob });
  schnorr_public_key : (record { canister_id : opt principal; derivation_path : vec blob; key_id : schnorr_key }) -> (public_key);
  sign_with_schnorr : (
    record {
      message : blob; derivation_path : vec blob; key_id : schnorr_key; aux : opt variant { bip341 : record { merkle_root_hash : blob } };
    }
  ) -> (record { signature : blob });
}`;

/** The ledger of ICP: its own methods, and those of the standards. */
const icpLedgerText = `
${icrcTypesText}
type Value = variant { Nat : nat; Int : int; Text : text; Blob : blob };
type Tokens = record { e8s : nat64 };
type TransferArgs = record {
  memo : nat64; amount : Tokens; fee : Tokens; from_subaccount : opt blob; to : blob;
  created_at_time : opt record { timestamp_nanos : nat64 };
};
type IcpTransferError = variant {
  BadFee : record { expected_fee : Tokens }; InsufficientFunds : record { balance : Tokens };
  TxTooOld : record { allowed_window_nanos : nat64 }; TxCreatedInFuture; TxDuplicate : record { duplicate_of : nat64 };
};
service : {
  transfer : (TransferArgs) -> (variant { Ok : nat64; Err : IcpTransferError });
  account_balance : (record { account : blob }) -> (Tokens) query;
  account_balance_dfx : (record { account : text }) -> (Tokens) query;
  account_identifier : (Account) -> (blob) query;
  transfer_fee : (record {}) -> (record { transfer_fee : Tokens }) query;
  symbol : () -> (record { symbol : text }) query;
  name : () -> (record { name : text }) query;
  decimals : () -> (record { decimals : nat32 }) query;
${icrcLedgerMethods}
}`;

/** The canister that turns ICP into cycles. */
const cyclesMintingText = `
type NotifyError = variant {
  Refunded : record { reason : text; block_index : opt nat64 }; Processing; TransactionTooOld : nat64; InvalidTransaction : text;
  Other : record { error_code : nat64; error_message : text };
};
service : {
  notify_top_up : (record { block_index : nat64; canister_id : principal }) -> (variant { Ok : nat; Err : NotifyError });
  get_icp_xdr_conversion_rate : () -> (
    record {
      data : record { xdr_permyriad_per_icp : nat64; timestamp_seconds : nat64 }; hash_tree : blob; certificate : blob;
    }
  ) query;
}`;

/** The canister that every project calls by its name alone. */
export const managementCanister = memoized(() => read("management canister", managementText));

const byNameOrId: readonly { readonly means: RegExp; readonly canister: () => WellKnownCanister }[] = [
  {
    means: /"ryjl3-tyaaa-aaaaa-aaaba-cai"|\bMAINNET_LEDGER_CANISTER_ID\b/,
    canister: memoized(() => read("ICP ledger", icpLedgerText)),
  },
  {
    means: /"rkp4c-7iaaa-aaaaa-aaaca-cai"|\bMAINNET_CYCLES_MINTING_CANISTER_ID\b/,
    canister: memoized(() => read("cycles minting canister", cyclesMintingText)),
  },
];

/** The canister whose id an expression names. */
export function wellKnownCanister(callee: string): WellKnownCanister | undefined {
  const found = byNameOrId.filter((it) => it.means.test(callee));
  return found.length === 1 ? found[0]?.canister() : undefined;
}

function read(name: string, text: string): WellKnownCanister {
  return { name, service: readInterface(text).environment.service?.service };
}
