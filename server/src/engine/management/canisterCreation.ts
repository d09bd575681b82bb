import { Principal } from "../../base/principal.ts";
import { Canister, type CanisterSettings, type ChangeOrigin, defaultSettings } from "../canister.ts";
import { CanisterLog } from "../canisterLog.ts";
import { CyclesAccount } from "../cycles/cyclesAccount.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import type { SettingsArgument } from "./idl.ts";
import { mergeSettings, type SettingsResult } from "./settings.ts";

/** Settings of a new canister whose creator says only some of them. */
export function initialSettings(creator: Principal, given: SettingsArgument | undefined): SettingsResult {
  const settings = defaultSettings([creator]);
  return given === undefined ? { kind: "valid", settings } : mergeSettings(settings, given);
}

/** Adds an empty canister with those cycles; its id is the next one unless one is given. */
export function addCanister(
  env: ExecutionEnvironment,
  it: {
    readonly settings: CanisterSettings;
    readonly cycles: bigint;
    readonly origin: ChangeOrigin;
    readonly id?: Principal;
  },
): Canister {
  const id = it.id ?? nextCanisterId(env);
  const canister = new Canister({
    id,
    settings: it.settings,
    account: new CyclesAccount(it.cycles, 0n),
    log: new CanisterLog(),
    timeNanos: env.timeNanos,
  });
  canister.recordChange(env.timeNanos, it.origin, { kind: "creation", controllers: it.settings.controllers });
  env.canisters.set(id.key, canister);
  return canister;
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
