import { toHex } from "../../base/bytes.ts";
import type { Canister } from "../canister.ts";
import { type CanisterSnapshot, snapshotBytes, snapshotOf } from "../canisterSnapshot.ts";
import { uninstallCode } from "../execution/uninstall.ts";
import { limits } from "../limits.ts";
import { principalOf } from "./idl.ts";
import {
  changeOrigin,
  invalidPayload,
  type ManagementMethod,
  refuse,
  reply,
  targetIn,
  withControlled,
} from "./managementMethod.ts";
import { payForSnapshot, replacedSnapshot, writingObstacle } from "./snapshotAccess.ts";
import { snapshotOfNothing } from "./snapshotRefusals.ts";
import { type SnapshotOnWire, snapshotArguments, snapshotResults } from "./snapshotShapes.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-take_canister_snapshot */
export const takeCanisterSnapshot: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.take, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.take.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const replaced = replacedSnapshot(env, canister, argument.replace_snapshot[0], call.method);
      if (replaced.kind === "missing") return replaced.outcome;
      const limited = writingObstacle(env, canister);
      if (limited !== undefined) return refuse(limited);
      const uninstalls = argument.uninstall_code[0] ?? false;
      const bytes = snapshotBytes(canister);
      const goneBytes = replaced.kind === "found" ? replaced.snapshot.sizeBytes : 0;
      const moreBytes = bytes - goneBytes - (uninstalls ? codeBytes(canister) : 0);
      if (canister.code === undefined) return refuse(snapshotOfNothing(canister.id));
      const failure = payForSnapshot(env, canister, call.caller, {
        instructions: limits.instructionsPerSnapshot + BigInt(bytes),
        moreBytes,
      });
      if (failure !== undefined) return refuse(failure);
      const snapshot = snapshotOf(canister, env.timeNanos);
      if (snapshot === undefined) return refuse(snapshotOfNothing(canister.id));
      if (replaced.kind === "found") canister.snapshots.delete(toHex(replaced.snapshot.id));
      canister.snapshots.set(toHex(snapshot.id), snapshot);
      if (uninstalls) uninstallCode(env, canister, changeOrigin(call, argument.sender_canister_version));
      return reply(snapshotResults.snapshot.encode(snapshotOnWire(snapshot)));
    });
  },
};

/** A snapshot as it is listed. */
export function snapshotOnWire({ id, facts, sizeBytes }: CanisterSnapshot): SnapshotOnWire {
  return { id, taken_at_timestamp: facts.takenAtNanos, total_size: BigInt(sizeBytes) };
}

/** Bytes that go with the code. */
function codeBytes(canister: Canister): number {
  const { heap, stable, globals, module, customSections, chunkStore } = canister.memoryMetrics();
  return heap + stable + globals + module + customSections + chunkStore;
}
