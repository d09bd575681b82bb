import { type Canister, InstalledCode, type LowMemoryHook, type ValidModule } from "../canister.ts";
import { type CanisterSnapshot, isSnapshotId } from "../canisterSnapshot.ts";
import { invalidWasm, type Reject, rejectOfTrap } from "../errors.ts";
import { compilationCost } from "../execution/install.ts";
import { isLowOnMemory, noticeLowMemory } from "../execution/messageExecution.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { principalOf, resultShapes } from "./idl.ts";
import {
  changeOrigin,
  invalidPayload,
  type ManagementMethod,
  type ManagementOutcome,
  refuse,
  reply,
  targetIn,
  withControlled,
} from "./managementMethod.ts";
import { payForSnapshot, snapshotAnywhere, writingObstacle } from "./snapshotAccess.ts";
import { snapshotInconsistent, snapshotNotControlled, snapshotNotFound } from "./snapshotRefusals.ts";
import { snapshotArguments } from "./snapshotShapes.ts";

/**
 * Gives a canister the code and the state of a snapshot, which may be one of another canister with the same controller.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-load_canister_snapshot
 */
export const loadCanisterSnapshot: ManagementMethod = {
  callers: "everyone",
  target: targetIn(snapshotArguments.load, (it) => principalOf(it.canister_id)),
  execute(env, call) {
    const argument = snapshotArguments.load.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const id = new Uint8Array(argument.snapshot_id);
    if (!isSnapshotId(id)) return invalidPayload(call.method);
    return withControlled(env, call, principalOf(argument.canister_id), (canister) => {
      const limited = writingObstacle(env, canister);
      if (limited !== undefined) return refuse(limited);
      const found = snapshotAnywhere(env, id);
      if (found === undefined) return refuse(snapshotNotFound(canister.id, id));
      const { owner, snapshot } = found;
      if (!owner.isController(call.caller)) return refuse(snapshotNotControlled(canister.id, id, call.caller));
      return load(env, call, { canister, owner, snapshot, senderVersion: argument.sender_canister_version });
    });
  },
};

interface Loading {
  readonly canister: Canister;
  readonly owner: Canister;
  readonly snapshot: CanisterSnapshot;
  readonly senderVersion: readonly [] | readonly [bigint];
}

function load(env: ExecutionEnvironment, call: ManagementCall, it: Loading): ManagementOutcome {
  const { canister, owner, snapshot } = it;
  const { facts } = snapshot;
  const prepared = env.embedder.prepare(snapshot.module, env.meteringProfile);
  if (prepared.kind === "invalid") return refuse(invalidWasm(canister.id, prepared.message));
  const instructions = compilationCost(env, prepared) + BigInt(snapshot.sizeBytes);
  const code = codeOf(env, canister, snapshot, prepared);
  if (code.kind === "failed") return refuse(code.reject);
  const obstacle = payForSnapshot(env, canister, call.caller, {
    instructions: limits.instructionsPerSnapshot + instructions,
    moreBytes:
      canister.memoryBytesWith(code.code) -
      canister.memoryBytes +
      (snapshot.chunks.size - canister.chunks.size) * limits.chunkBytes,
  });
  if (obstacle !== undefined) return refuse(obstacle);
  env.compiledModules.add(code.code.hashHex);
  canister.code = code.code;
  canister.certifiedData = facts.certifiedData;
  canister.chunks.clear();
  for (const [hash, chunk] of snapshot.chunks) canister.chunks.set(hash, chunk);
  env.noteHeartbeat(canister);
  if (facts.source === "metadataUpload") {
    if (facts.globalTimerNanos !== undefined) env.setGlobalTimer(canister, facts.globalTimerNanos);
    if (facts.lowMemoryHook !== undefined) canister.lowMemoryHook = facts.lowMemoryHook;
  }
  noticeLowMemory(env, canister);
  canister.version++;
  canister.recordChange(env.timeNanos, changeOrigin(call, it.senderVersion), {
    kind: "loadSnapshot",
    fromCanister: owner === canister ? undefined : owner.id,
    snapshotId: snapshot.id,
    canisterVersion: facts.canisterVersion,
    takenAtNanos: facts.takenAtNanos,
    source: facts.source,
  });
  return reply(resultShapes.none.encode());
}

type LoadedCode =
  | { readonly kind: "loaded"; readonly code: InstalledCode }
  | { readonly kind: "failed"; readonly reject: Reject };

/** The code with its memories; nothing of the canister is changed. */
function codeOf(
  env: ExecutionEnvironment,
  canister: Canister,
  snapshot: CanisterSnapshot,
  prepared: ValidModule,
): LoadedCode {
  const image = snapshot.imageFor(prepared.facts.globals);
  if (image === undefined) {
    return inconsistent("Wasm exported globals of canister module and snapshot metadata do not match.");
  }
  let instance: ReturnType<typeof env.embedder.restore>;
  try {
    instance = env.embedder.restore(prepared, image);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: "failed", reject: rejectOfTrap(canister.id, { kind: "outOfMemory" }, [], 0n) };
  }
  if (instance.heapBytes() !== image.heapBytes) {
    return inconsistent(
      `The Wasm memory of the snapshot has ${image.heapBytes} bytes, which the memory of its module cannot have.`,
    );
  }
  const hook = snapshot.facts.source === "metadataUpload" ? snapshot.facts.lowMemoryHook : undefined;
  const isLow = isLowOnMemory(canister.settings, image.heapBytes);
  if (hook !== undefined && (hook !== "notSatisfied") !== isLow) {
    return inconsistent(
      `Hook status (Some(${hookNames[hook]})) of uploaded snapshot is inconsistent with the canister's state (hook condition satisfied: ${isLow}).`,
    );
  }
  return { kind: "loaded", code: new InstalledCode(prepared, snapshot.module, instance) };
}

const hookNames: Readonly<Record<LowMemoryHook, string>> = {
  notSatisfied: "ConditionNotSatisfied",
  ready: "Ready",
  executed: "Executed",
};

function inconsistent(message: string): LoadedCode {
  return { kind: "failed", reject: snapshotInconsistent(message) };
}
