/**
 * Arguments and results of the methods about snapshots.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-candid
 */
import { IDL } from "@dfinity/candid";
import { blob, type CanisterIdArgument, type Opt, type SenderVersionArgument, shape, snapshotSource } from "./idl.ts";

const canisterId = { canister_id: IDL.Principal };
const snapshotId = { snapshot_id: blob };
const senderVersion = { sender_canister_version: IDL.Opt(IDL.Nat64) };

const snapshot = IDL.Record({ id: blob, taken_at_timestamp: IDL.Nat64, total_size: IDL.Nat64 });

const global = IDL.Variant({
  i32: IDL.Int32,
  i64: IDL.Int64,
  f32: IDL.Float32,
  f64: IDL.Float64,
  v128: IDL.Nat,
});

const timer = IDL.Variant({ inactive: IDL.Null, active: IDL.Nat64 });

const hookStatus = IDL.Variant({ condition_not_satisfied: IDL.Null, ready: IDL.Null, executed: IDL.Null });

const sizes = {
  wasm_module_size: IDL.Nat64,
  globals: IDL.Vec(global),
  wasm_memory_size: IDL.Nat64,
  stable_memory_size: IDL.Nat64,
  certified_data: blob,
  global_timer: IDL.Opt(timer),
  on_low_wasm_memory_hook_status: IDL.Opt(hookStatus),
};

const slice = IDL.Record({ offset: IDL.Nat64, size: IDL.Nat64 });
const place = IDL.Record({ offset: IDL.Nat64 });

/** A snapshot as it is listed. */
export interface SnapshotOnWire {
  readonly id: Uint8Array;
  readonly taken_at_timestamp: bigint;
  /** Bytes. */
  readonly total_size: bigint;
}

/** A global with its value; floats as the numbers they are. */
export interface GlobalOnWire {
  readonly i32?: number;
  readonly i64?: bigint;
  readonly f32?: number;
  readonly f64?: number;
  readonly v128?: bigint;
}

/** What an upload and the metadata of a snapshot have in common. Sizes in bytes. */
export interface SnapshotSizes {
  readonly wasm_module_size: bigint;
  readonly globals: readonly GlobalOnWire[];
  readonly wasm_memory_size: bigint;
  readonly stable_memory_size: bigint;
  readonly certified_data: Uint8Array;
  readonly global_timer: Opt<{ readonly inactive?: null; readonly active?: bigint }>;
  readonly on_low_wasm_memory_hook_status: Opt<{
    readonly condition_not_satisfied?: null;
    readonly ready?: null;
    readonly executed?: null;
  }>;
}

/** A slice that is to be read. Bytes. */
export interface SliceArgument {
  readonly offset: bigint;
  readonly size: bigint;
}

/** What of a snapshot is to be read. */
export interface SnapshotDataKind {
  readonly wasm_module?: SliceArgument;
  readonly wasm_memory?: SliceArgument;
  readonly stable_memory?: SliceArgument;
  readonly wasm_chunk?: { readonly hash: Uint8Array };
}

/** Where in a snapshot is to be written. */
export interface SnapshotDataOffset {
  readonly wasm_module?: { readonly offset: bigint };
  readonly wasm_memory?: { readonly offset: bigint };
  readonly stable_memory?: { readonly offset: bigint };
  readonly wasm_chunk?: null;
}

/** A snapshot in an argument. */
export interface SnapshotIdArgument extends CanisterIdArgument {
  readonly snapshot_id: Uint8Array;
}

/** Arguments by method. */
export const snapshotArguments = {
  take: shape<
    CanisterIdArgument &
      SenderVersionArgument & { readonly replace_snapshot: Opt<Uint8Array>; readonly uninstall_code: Opt<boolean> }
  >(
    IDL.Record({
      ...canisterId,
      replace_snapshot: IDL.Opt(blob),
      uninstall_code: IDL.Opt(IDL.Bool),
      ...senderVersion,
    }),
  ),
  load: shape<SnapshotIdArgument & SenderVersionArgument>(
    IDL.Record({ ...canisterId, ...snapshotId, ...senderVersion }),
  ),
  snapshot: shape<SnapshotIdArgument>(IDL.Record({ ...canisterId, ...snapshotId })),
  readData: shape<SnapshotIdArgument & { readonly kind: SnapshotDataKind }>(
    IDL.Record({
      ...canisterId,
      ...snapshotId,
      kind: IDL.Variant({
        wasm_module: slice,
        wasm_memory: slice,
        stable_memory: slice,
        wasm_chunk: IDL.Record({ hash: blob }),
      }),
    }),
  ),
  uploadMetadata: shape<CanisterIdArgument & SnapshotSizes & { readonly replace_snapshot: Opt<Uint8Array> }>(
    IDL.Record({ ...canisterId, replace_snapshot: IDL.Opt(blob), ...sizes }),
  ),
  uploadData: shape<SnapshotIdArgument & { readonly kind: SnapshotDataOffset; readonly chunk: Uint8Array }>(
    IDL.Record({
      ...canisterId,
      ...snapshotId,
      kind: IDL.Variant({ wasm_module: place, wasm_memory: place, stable_memory: place, wasm_chunk: IDL.Null }),
      chunk: blob,
    }),
  ),
} as const;

/** Results by method. */
export const snapshotResults = {
  snapshot: shape<SnapshotOnWire>(snapshot),
  list: shape<readonly SnapshotOnWire[]>(IDL.Vec(snapshot)),
  metadata: shape<
    SnapshotSizes & {
      readonly source: { readonly taken_from_canister?: null; readonly metadata_upload?: null };
      readonly taken_at_timestamp: bigint;
      readonly wasm_chunk_store: readonly { readonly hash: Uint8Array }[];
      readonly canister_version: bigint;
    }
  >(
    IDL.Record({
      source: snapshotSource,
      taken_at_timestamp: IDL.Nat64,
      ...sizes,
      wasm_chunk_store: IDL.Vec(IDL.Record({ hash: blob })),
      canister_version: IDL.Nat64,
    }),
  ),
  data: shape<{ readonly chunk: Uint8Array }>(IDL.Record({ chunk: blob })),
  snapshotId: shape<{ readonly snapshot_id: Uint8Array }>(IDL.Record(snapshotId)),
} as const;
