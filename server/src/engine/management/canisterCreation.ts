import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex } from "../../base/bytes.ts";
import { Principal } from "../../base/principal.ts";
import {
  Canister,
  type CanisterSettings,
  type ChangeOrigin,
  defaultSettings,
  type EnvironmentVariable,
} from "../canister.ts";
import { CanisterLog } from "../canisterLog.ts";
import { CyclesAccount } from "../cycles/cyclesAccount.ts";
import type { Reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import type { SettingsArgument } from "./idl.ts";
import { mergeSettings } from "./settings.ts";
import { capacityFor } from "./settingsCapacity.ts";

/** Settings of a new canister, and the cycles that they set aside; or why it cannot be created. */
export type InitialSettings =
  | {
      readonly kind: "valid";
      readonly settings: CanisterSettings;
      readonly cyclesReserved: bigint;
      /** Absent where the creator said nothing of environment variables. */
      readonly environmentVariablesHash?: Uint8Array;
    }
  | { readonly kind: "invalid"; readonly reject: Reject };

/** Settings of a new canister with those cycles, whose creator says only some of them. */
export function initialSettings(
  env: ExecutionEnvironment,
  creator: Principal,
  given: SettingsArgument | undefined,
  cycles: bigint,
): InitialSettings {
  const present = defaultSettings([creator]);
  const merged = given === undefined ? ({ kind: "valid", settings: present } as const) : mergeSettings(present, given);
  if (merged.kind === "invalid") return merged;
  const { settings } = merged;
  const capacity = capacityFor(env, { canister: undefined, present, next: settings, balance: cycles });
  if (capacity.kind === "refused") return { kind: "invalid", reject: capacity.reject };
  const [variables] = given?.environment_variables ?? [];
  const hash = variables === undefined ? undefined : hashOfVariables(variables);
  return {
    kind: "valid",
    settings,
    cyclesReserved: capacity.cyclesReserved,
    ...(hash === undefined ? {} : { environmentVariablesHash: hash }),
  };
}

/** Adds an empty canister with those cycles; its id is the next one unless one is given. */
export function addCanister(
  env: ExecutionEnvironment,
  it: {
    readonly settings: CanisterSettings;
    readonly cycles: bigint;
    /** Cycles among them that are set aside for storage. */
    readonly cyclesReserved: bigint;
    readonly origin: ChangeOrigin;
    readonly environmentVariablesHash?: Uint8Array;
    readonly id?: Principal;
  },
): Canister {
  const id = it.id ?? nextCanisterId(env);
  const canister = new Canister({
    id,
    settings: it.settings,
    account: new CyclesAccount(it.cycles - it.cyclesReserved, it.cyclesReserved),
    log: new CanisterLog(),
    timeNanos: env.timeNanos,
  });
  canister.recordChange(env.timeNanos, it.origin, {
    kind: "creation",
    controllers: it.settings.controllers,
    ...(it.environmentVariablesHash === undefined ? {} : { environmentVariablesHash: it.environmentVariablesHash }),
  });
  env.canisters.set(id.key, canister);
  return canister;
}

/** The hash of a map as the interface specification defines it. */
function hashOfVariables(variables: readonly EnvironmentVariable[]): Uint8Array {
  const text = new TextEncoder();
  const pairs = variables.map(
    ({ name, value }) => toHex(sha256(text.encode(name))) + toHex(sha256(text.encode(value))),
  );
  return sha256(fromHex(pairs.sort().join("")) ?? new Uint8Array(0));
}

/** Ids count upwards from the first; ids that were asked for by name are left out. */
function nextCanisterId(env: ExecutionEnvironment): Principal {
  for (;;) {
    const bytes = env.firstCanisterId.bytes.slice();
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, view.getBigUint64(0) + BigInt(env.canistersCreated));
    env.canistersCreated++;
    const id = Principal.ofBytes(bytes);
    if (!env.canisters.has(id.key)) return id;
  }
}
