/**
 * Arguments and results of the management canister in Candid, apart from those of threshold keys and HTTPS outcalls
 * (thresholdShapes.ts, httpShapes.ts). Only these files know the Candid library; others see records with our principals.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-candid
 */
import { IDL } from "@dfinity/candid";
import { Principal as WirePrincipal } from "@dfinity/principal";
import { Principal } from "../../base/principal.ts";
import type { CanisterChange, CanisterSettings, Visibility } from "../canister.ts";
import type { SnapshotSource } from "../canisterSnapshot.ts";

/** An optional value as the Candid library has it. */
export type Opt<T> = readonly [] | readonly [T];

const visibility = IDL.Variant({
  controllers: IDL.Null,
  public: IDL.Null,
  allowed_viewers: IDL.Vec(IDL.Principal),
});

const environmentVariable = IDL.Record({ name: IDL.Text, value: IDL.Text });

const settings = IDL.Record({
  controllers: IDL.Opt(IDL.Vec(IDL.Principal)),
  compute_allocation: IDL.Opt(IDL.Nat),
  memory_allocation: IDL.Opt(IDL.Nat),
  freezing_threshold: IDL.Opt(IDL.Nat),
  reserved_cycles_limit: IDL.Opt(IDL.Nat),
  minimum_incoming_canister_call_cycles: IDL.Opt(IDL.Nat),
  log_visibility: IDL.Opt(visibility),
  snapshot_visibility: IDL.Opt(visibility),
  status_visibility: IDL.Opt(visibility),
  wasm_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_threshold: IDL.Opt(IDL.Nat),
  environment_variables: IDL.Opt(IDL.Vec(environmentVariable)),
  log_memory_limit: IDL.Opt(IDL.Nat),
});

const definiteSettings = IDL.Record({
  controllers: IDL.Vec(IDL.Principal),
  compute_allocation: IDL.Nat,
  memory_allocation: IDL.Nat,
  freezing_threshold: IDL.Nat,
  reserved_cycles_limit: IDL.Nat,
  minimum_incoming_canister_call_cycles: IDL.Nat,
  log_visibility: visibility,
  snapshot_visibility: visibility,
  status_visibility: visibility,
  wasm_memory_limit: IDL.Nat,
  wasm_memory_threshold: IDL.Nat,
  environment_variables: IDL.Vec(environmentVariable),
  log_memory_limit: IDL.Nat,
});

const installMode = IDL.Variant({
  install: IDL.Null,
  reinstall: IDL.Null,
  upgrade: IDL.Opt(
    IDL.Record({
      skip_pre_upgrade: IDL.Opt(IDL.Bool),
      wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null })),
    }),
  ),
});

/** Bytes. */
export const blob = IDL.Vec(IDL.Nat8);

/** Where a snapshot came from. */
export const snapshotSource = IDL.Variant({ taken_from_canister: IDL.Reserved, metadata_upload: IDL.Reserved });

const change = IDL.Record({
  timestamp_nanos: IDL.Nat64,
  canister_version: IDL.Nat64,
  origin: IDL.Variant({
    from_user: IDL.Record({ user_id: IDL.Principal }),
    from_canister: IDL.Record({ canister_id: IDL.Principal, canister_version: IDL.Opt(IDL.Nat64) }),
  }),
  details: IDL.Variant({
    creation: IDL.Record({ controllers: IDL.Vec(IDL.Principal), environment_variables_hash: IDL.Opt(blob) }),
    code_uninstall: IDL.Null,
    code_deployment: IDL.Record({
      mode: IDL.Variant({ install: IDL.Null, reinstall: IDL.Null, upgrade: IDL.Null }),
      module_hash: blob,
    }),
    load_snapshot: IDL.Record({
      from_canister_id: IDL.Opt(IDL.Principal),
      snapshot_id: blob,
      canister_version: IDL.Nat64,
      taken_at_timestamp: IDL.Nat64,
      source: snapshotSource,
    }),
    controllers_change: IDL.Record({ controllers: IDL.Vec(IDL.Principal) }),
  }),
});

const memoryMetrics = IDL.Record({
  wasm_memory_size: IDL.Nat,
  stable_memory_size: IDL.Nat,
  global_memory_size: IDL.Nat,
  wasm_binary_size: IDL.Nat,
  custom_sections_size: IDL.Nat,
  canister_history_size: IDL.Nat,
  wasm_chunk_store_size: IDL.Nat,
  snapshots_size: IDL.Nat,
  // Not in the published interface, but development kits cannot read an answer without it.
  log_memory_store_size: IDL.Nat,
});

const queryStats = IDL.Record({
  num_calls_total: IDL.Nat,
  num_instructions_total: IDL.Nat,
  request_payload_bytes_total: IDL.Nat,
  response_payload_bytes_total: IDL.Nat,
});

/** Settings as they come in an argument: what is absent stays as it is. */
export interface SettingsArgument {
  readonly controllers: Opt<readonly WirePrincipal[]>;
  readonly compute_allocation: Opt<bigint>;
  readonly memory_allocation: Opt<bigint>;
  readonly freezing_threshold: Opt<bigint>;
  readonly reserved_cycles_limit: Opt<bigint>;
  readonly minimum_incoming_canister_call_cycles: Opt<bigint>;
  readonly log_visibility: Opt<VisibilityArgument>;
  readonly snapshot_visibility: Opt<VisibilityArgument>;
  readonly status_visibility: Opt<VisibilityArgument>;
  readonly wasm_memory_limit: Opt<bigint>;
  readonly wasm_memory_threshold: Opt<bigint>;
  readonly environment_variables: Opt<readonly { readonly name: string; readonly value: string }[]>;
  readonly log_memory_limit: Opt<bigint>;
}

/** Who may see something, as it comes in an argument. */
export interface VisibilityArgument {
  readonly controllers?: null;
  readonly public?: null;
  readonly allowed_viewers?: readonly WirePrincipal[];
}

/** How to install, as it comes in an argument. */
export interface InstallModeArgument {
  readonly install?: null;
  readonly reinstall?: null;
  readonly upgrade?: Opt<{
    readonly skip_pre_upgrade: Opt<boolean>;
    readonly wasm_memory_persistence: Opt<{ readonly keep?: null; readonly replace?: null }>;
  }>;
}

/** A canister id in an argument. */
export interface CanisterIdArgument {
  readonly canister_id: WirePrincipal;
}

/** The version of the calling canister, for the history. */
export interface SenderVersionArgument {
  readonly sender_canister_version: Opt<bigint>;
}

/** Decodes the arguments of one method; undefined when the bytes do not fit. */
export interface ArgumentShape<T> {
  decode(bytes: Uint8Array): T | undefined;
  /** For tests and for those who call the management canister. */
  encode(value: T): Uint8Array;
  /** The type in textual Candid. */
  readonly candid: string;
}

/** Encodes the result of one method. */
export interface ResultShape<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T | undefined;
}

const senderVersion = { sender_canister_version: IDL.Opt(IDL.Nat64) };
const canisterId = { canister_id: IDL.Principal };

/** Arguments by method. */
export const argumentShapes = {
  create_canister: shape<SenderVersionArgument & { readonly settings: Opt<SettingsArgument> }>(
    IDL.Record({ settings: IDL.Opt(settings), ...senderVersion }),
  ),
  update_settings: shape<CanisterIdArgument & SenderVersionArgument & { readonly settings: SettingsArgument }>(
    IDL.Record({ ...canisterId, settings, ...senderVersion }),
  ),
  install_code: shape<
    CanisterIdArgument &
      SenderVersionArgument & {
        readonly mode: InstallModeArgument;
        readonly wasm_module: Uint8Array;
        readonly arg: Uint8Array;
      }
  >(IDL.Record({ mode: installMode, ...canisterId, wasm_module: blob, arg: blob, ...senderVersion })),
  install_chunked_code: shape<
    SenderVersionArgument & {
      readonly mode: InstallModeArgument;
      readonly target_canister: WirePrincipal;
      readonly store_canister: Opt<WirePrincipal>;
      readonly chunk_hashes_list: readonly { readonly hash: Uint8Array }[];
      readonly wasm_module_hash: Uint8Array;
      readonly arg: Uint8Array;
    }
  >(
    IDL.Record({
      mode: installMode,
      target_canister: IDL.Principal,
      store_canister: IDL.Opt(IDL.Principal),
      chunk_hashes_list: IDL.Vec(IDL.Record({ hash: blob })),
      wasm_module_hash: blob,
      arg: blob,
      ...senderVersion,
    }),
  ),
  upload_chunk: shape<CanisterIdArgument & { readonly chunk: Uint8Array }>(IDL.Record({ ...canisterId, chunk: blob })),
  uninstall_code: shape<CanisterIdArgument & SenderVersionArgument>(IDL.Record({ ...canisterId, ...senderVersion })),
  canister_info: shape<CanisterIdArgument & { readonly num_requested_changes: Opt<bigint> }>(
    IDL.Record({ ...canisterId, num_requested_changes: IDL.Opt(IDL.Nat64) }),
  ),
  canister_metadata: shape<CanisterIdArgument & { readonly name: string }>(
    IDL.Record({ ...canisterId, name: IDL.Text }),
  ),
  canister: shape<CanisterIdArgument>(IDL.Record(canisterId)),
  provisional_create_canister_with_cycles: shape<
    SenderVersionArgument & {
      readonly amount: Opt<bigint>;
      readonly settings: Opt<SettingsArgument>;
      readonly specified_id: Opt<WirePrincipal>;
    }
  >(
    IDL.Record({
      amount: IDL.Opt(IDL.Nat),
      settings: IDL.Opt(settings),
      specified_id: IDL.Opt(IDL.Principal),
      ...senderVersion,
    }),
  ),
  provisional_top_up_canister: shape<CanisterIdArgument & { readonly amount: bigint }>(
    IDL.Record({ ...canisterId, amount: IDL.Nat }),
  ),
} as const;

/** Results by method. */
export const resultShapes = {
  none: {
    encode: () => IDL.encode([], []),
    decode: (_bytes: Uint8Array): undefined => undefined,
  },
  canister: shape<CanisterIdArgument>(IDL.Record(canisterId)),
  chunk: shape<{ readonly hash: Uint8Array }>(IDL.Record({ hash: blob })),
  chunks: shape<readonly { readonly hash: Uint8Array }[]>(IDL.Vec(IDL.Record({ hash: blob }))),
  blob: shape<Uint8Array>(blob),
  metadata: shape<{ readonly value: Uint8Array }>(IDL.Record({ value: blob })),
  canister_status: shape<CanisterStatusResult>(
    IDL.Record({
      status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
      ready_for_migration: IDL.Bool,
      version: IDL.Nat64,
      settings: definiteSettings,
      module_hash: IDL.Opt(blob),
      memory_size: IDL.Nat,
      memory_metrics: memoryMetrics,
      cycles: IDL.Nat,
      reserved_cycles: IDL.Nat,
      idle_cycles_burned_per_day: IDL.Nat,
      query_stats: queryStats,
    }),
  ),
  canister_info: shape<CanisterInfoResult>(
    IDL.Record({
      total_num_changes: IDL.Nat64,
      recent_changes: IDL.Vec(change),
      module_hash: IDL.Opt(blob),
      controllers: IDL.Vec(IDL.Principal),
    }),
  ),
} as const;

/** What canister_status answers. Amounts in cycles, sizes in bytes. */
export interface CanisterStatusResult {
  readonly status: { readonly running: null } | { readonly stopping: null } | { readonly stopped: null };
  readonly ready_for_migration: boolean;
  readonly version: bigint;
  readonly settings: DefiniteSettings;
  readonly module_hash: Opt<Uint8Array>;
  readonly memory_size: bigint;
  readonly memory_metrics: Readonly<Record<string, bigint>>;
  readonly cycles: bigint;
  readonly reserved_cycles: bigint;
  readonly idle_cycles_burned_per_day: bigint;
  readonly query_stats: Readonly<Record<string, bigint>>;
}

/** What canister_info answers. */
export interface CanisterInfoResult {
  readonly total_num_changes: bigint;
  readonly recent_changes: readonly object[];
  readonly module_hash: Opt<Uint8Array>;
  readonly controllers: readonly WirePrincipal[];
}

/** All settings as canister_status tells them. */
export type DefiniteSettings = ReturnType<typeof settingsOnWire>;

/** Our principal of a decoded one. */
export function principalOf(wire: WirePrincipal): Principal {
  return Principal.ofBytes(wire.toUint8Array());
}

/** A principal to encode. */
export function principalOnWire(principal: Principal): WirePrincipal {
  return WirePrincipal.fromUint8Array(principal.bytes);
}

/** Visibility of a decoded one. */
export function visibilityOf(wire: VisibilityArgument): Visibility {
  if (wire.allowed_viewers !== undefined) {
    return { kind: "allowedViewers", viewers: wire.allowed_viewers.map(principalOf) };
  }
  return wire.public === undefined ? { kind: "controllers" } : { kind: "public" };
}

/** Settings to encode. */
export function settingsOnWire(it: CanisterSettings) {
  return {
    controllers: it.controllers.map(principalOnWire),
    compute_allocation: it.computeAllocation,
    memory_allocation: it.memoryAllocationBytes,
    freezing_threshold: it.freezingThresholdSeconds,
    reserved_cycles_limit: it.reservedCyclesLimit,
    minimum_incoming_canister_call_cycles: it.minimumIncomingCallCycles,
    log_visibility: visibilityOnWire(it.logVisibility),
    snapshot_visibility: visibilityOnWire(it.snapshotVisibility),
    status_visibility: visibilityOnWire(it.statusVisibility),
    wasm_memory_limit: it.wasmMemoryLimitBytes,
    wasm_memory_threshold: it.wasmMemoryThresholdBytes,
    environment_variables: it.environmentVariables,
    log_memory_limit: it.logMemoryLimitBytes,
  };
}

/** A change of the history to encode. */
export function changeOnWire(it: CanisterChange): object {
  const { origin, details } = it;
  return {
    timestamp_nanos: it.timestampNanos,
    canister_version: it.canisterVersion,
    origin:
      origin.kind === "user"
        ? { from_user: { user_id: principalOnWire(origin.user) } }
        : {
            from_canister: {
              canister_id: principalOnWire(origin.canister),
              canister_version: origin.version === undefined ? [] : [origin.version],
            },
          },
    details: detailsOnWire(details),
  };
}

function detailsOnWire(details: CanisterChange["details"]): object {
  switch (details.kind) {
    case "creation":
      return {
        creation: {
          controllers: details.controllers.map(principalOnWire),
          environment_variables_hash:
            details.environmentVariablesHash === undefined ? [] : [details.environmentVariablesHash],
        },
      };
    case "codeUninstall":
      return { code_uninstall: null };
    case "codeDeployment":
      return { code_deployment: { mode: { [details.mode]: null }, module_hash: details.moduleHash } };
    case "loadSnapshot":
      return {
        load_snapshot: {
          from_canister_id: details.fromCanister === undefined ? [] : [principalOnWire(details.fromCanister)],
          snapshot_id: details.snapshotId,
          canister_version: details.canisterVersion,
          taken_at_timestamp: details.takenAtNanos,
          source: snapshotSourceOnWire(details.source),
        },
      };
    case "controllersChange":
      return { controllers_change: { controllers: details.controllers.map(principalOnWire) } };
  }
}

/** Where a snapshot came from, to encode. */
export function snapshotSourceOnWire(source: SnapshotSource) {
  return source === "takenFromCanister" ? { taken_from_canister: null } : { metadata_upload: null };
}

function visibilityOnWire(it: Visibility): VisibilityArgument {
  if (it.kind === "allowedViewers") return { allowed_viewers: it.viewers.map(principalOnWire) };
  return it.kind === "public" ? { public: null } : { controllers: null };
}

/** One record (or other type) as the single argument or result. The type and T say the same thing in two languages. */
export function shape<T>(type: IDL.Type): ArgumentShape<T> & ResultShape<T> {
  return {
    decode(bytes) {
      try {
        const values: unknown = IDL.decode([type], new Uint8Array(bytes))[0];
        return values as T;
      } catch {
        return undefined;
      }
    },
    encode: (value) => IDL.encode([type], [value]),
    candid: type.display(),
  };
}
