/**
 * An upgrade: pre_upgrade of the old code, `(start)` and post_upgrade of the new, one atomic unit. Stable memory stays,
 * the heap is replaced. A failure anywhere leaves the old code with the old state.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_code
 */
import { type Canister, InstalledCode } from "../canister.ts";
import type { MemoryImage } from "../embedder/contract.ts";
import { type Reject, reject, rejectOfTrap, wasmModuleNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { type InstallExecution, type InstallMode, instantiate } from "./install.ts";

type UpgradeMode = InstallMode & { readonly kind: "upgrade" };

/** Runs the executions of an upgrade; on failure the old code is as it was before. */
export function upgradeCode(
  env: ExecutionEnvironment,
  canister: Canister,
  mode: UpgradeMode,
  execution: InstallExecution,
): Reject | undefined {
  const old = canister.code;
  if (old === undefined) return wasmModuleNotFound(canister.id);
  const obstacle = execution.compilationFailure() ?? persistenceObstacle(canister, old, mode, execution);
  if (obstacle !== undefined) return obstacle;
  let before: MemoryImage | undefined;
  if (old.prepared.facts.hasPreUpgrade && !mode.skipPreUpgrade) {
    before = old.instance.takeImage("full");
    old.imageTaken = false;
    const failure = execution.run(old, "preUpgrade", "canister_pre_upgrade");
    if (failure !== undefined) return failure;
  }
  const { prepared, wasm } = execution.installation;
  // What pre_upgrade wrote is undone from the image; without one, the old code keeps its stable memory until the end.
  const stable = before === undefined ? old.instance.stableMemory.fork() : old.instance.stableMemory;
  const instance = instantiate(env, prepared, stable);
  const failure =
    instance.kind === "failed"
      ? rejectOfTrap(canister.id, instance.trap, [], limits.instructionsPerInstall)
      : execution.initialise(new InstalledCode(prepared, wasm, instance.instance), "postUpgrade");
  if (failure !== undefined && before !== undefined) {
    canister.code = new InstalledCode(old.prepared, old.wasm, env.embedder.restore(old.prepared, before));
  }
  return failure;
}

function persistenceObstacle(
  canister: Canister,
  old: InstalledCode,
  mode: UpgradeMode,
  execution: InstallExecution,
): Reject | undefined {
  const persistence = mode.wasmMemoryPersistence;
  if (persistence === undefined && old.prepared.facts.enhancedOrthogonalPersistence) {
    return reject(
      "CanisterContractViolation",
      `Error from Canister ${canister.id.text}: Missing upgrade option: Enhanced orthogonal persistence requires the \`wasm_memory_persistence\` upgrade option.`,
    );
  }
  if (persistence !== "keep") return undefined;
  if (!execution.installation.prepared.facts.enhancedOrthogonalPersistence) {
    return reject(
      "CanisterContractViolation",
      `Error from Canister ${canister.id.text}: Invalid upgrade option: The \`wasm_memory_persistence: opt Keep\` upgrade option requires that the new canister module supports enhanced orthogonal persistence.`,
    );
  }
  return reject(
    "CanisterContractViolation",
    `Canister ${canister.id.text} asks to keep its heap over the upgrade. This engine cannot do that yet: upgrade with stable memory.`,
  );
}
