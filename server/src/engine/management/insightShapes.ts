/**
 * Arguments and results of the methods that show what goes on: logs, metrics, the subnet.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-candid
 */
import { IDL } from "@dfinity/candid";
import type { Principal as WirePrincipal } from "@dfinity/principal";
import { type ConsumedCycles, cyclesUses } from "../cycles/consumedCycles.ts";
import { blob, type CanisterIdArgument, type Opt, shape } from "./idl.ts";

const canisterId = { canister_id: IDL.Principal };

const range = IDL.Record({ start: IDL.Nat64, end: IDL.Nat64 });

/** Which records of a log are wanted: by number or by time, `end` excluded. */
export interface LogFilter {
  readonly by_idx?: { readonly start: bigint; readonly end: bigint };
  readonly by_timestamp_nanos?: { readonly start: bigint; readonly end: bigint };
}

/** A record of the canister log. */
export interface LogRecordOnWire {
  readonly idx: bigint;
  readonly timestamp_nanos: bigint;
  readonly content: Uint8Array;
}

/** Arguments by method. */
export const insightArguments = {
  none: {
    /** Whether the bytes are Candid of no arguments, or of some that nobody asked for. */
    accepts(bytes: Uint8Array): boolean {
      try {
        IDL.decode([], new Uint8Array(bytes));
        return true;
      } catch {
        return false;
      }
    },
  },
  fetch_canister_logs: shape<CanisterIdArgument & { readonly filter: Opt<LogFilter> }>(
    IDL.Record({ ...canisterId, filter: IDL.Opt(IDL.Variant({ by_idx: range, by_timestamp_nanos: range })) }),
  ),
  subnet_info: shape<{ readonly subnet_id: WirePrincipal }>(IDL.Record({ subnet_id: IDL.Principal })),
  node_metrics_history: shape<{ readonly subnet_id: WirePrincipal; readonly start_at_timestamp_nanos: bigint }>(
    IDL.Record({ subnet_id: IDL.Principal, start_at_timestamp_nanos: IDL.Nat64 }),
  ),
} as const;

/** Results by method. */
export const insightResults = {
  fetch_canister_logs: shape<{ readonly canister_log_records: readonly LogRecordOnWire[] }>(
    IDL.Record({
      canister_log_records: IDL.Vec(IDL.Record({ idx: IDL.Nat64, timestamp_nanos: IDL.Nat64, content: blob })),
    }),
  ),
  canister_metrics: shape<{ readonly cycles_consumed: ConsumedCycles }>(
    IDL.Record({ cycles_consumed: IDL.Record(Object.fromEntries(cyclesUses.map((use) => [use, IDL.Nat]))) }),
  ),
  list_canisters: shape<{
    readonly canisters: readonly { readonly start: WirePrincipal; readonly end: WirePrincipal }[];
  }>(IDL.Record({ canisters: IDL.Vec(IDL.Record({ start: IDL.Principal, end: IDL.Principal })) })),
  subnet_info: shape<{ readonly replica_version: string; readonly registry_version: bigint }>(
    IDL.Record({ replica_version: IDL.Text, registry_version: IDL.Nat64 }),
  ),
  node_metrics_history: shape<readonly object[]>(
    IDL.Vec(
      IDL.Record({
        timestamp_nanos: IDL.Nat64,
        node_metrics: IDL.Vec(
          IDL.Record({
            node_id: IDL.Principal,
            num_blocks_proposed_total: IDL.Nat64,
            num_block_failures_total: IDL.Nat64,
          }),
        ),
      }),
    ),
  ),
} as const;
