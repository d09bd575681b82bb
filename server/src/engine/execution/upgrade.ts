/**
 * An upgrade: pre_upgrade of the old code, `(start)` and post_upgrade of the new, one atomic unit. Stable memory stays,
 * the heap is replaced unless the option `wasm_memory_persistence` keeps it. A failure anywhere leaves the old code with the old state.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_code
 */
import { type Canister, InstalledCode } from "../canister.ts";
import { type Reject, reject, rejectOfTrap, wasmModuleNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { spansRounds } from "../longExecutions.ts";
import { type InstallExecution, type InstallMode, instantiate } from "./install.ts";

type UpgradeMode = InstallMode & { readonly kind: "upgrade" };

/**
 * Runs the executions of an upgrade; on failure the old code is as it was before. One that takes several rounds leaves the
 * old code's memories held.
 */
export function upgradeCode(
  env: ExecutionEnvironment,
  canister: Canister,
  mode: UpgradeMode,
  execution: InstallExecution,
): Reject | undefined {
  const old = canister.code;
  if (old === undefined) return wasmModuleNotFound(canister.id);
  const instance = old.instance;
  instance.hold();
  const failure = executeUpgrade(env, old, mode, execution);
  if (failure !== undefined) instance.release("undo");
  else if (!spansRounds(execution.instructions)) instance.release("keep");
  return failure;
}

/** The executions of an upgrade; the new code works on the memories of the old one, which holds them. */
function executeUpgrade(
  env: ExecutionEnvironment,
  old: InstalledCode,
  mode: UpgradeMode,
  execution: InstallExecution,
): Reject | undefined {
  if (old.prepared.facts.hasPreUpgrade && !mode.skipPreUpgrade) {
    const failure = execution.run(old, "preUpgrade", "canister_pre_upgrade");
    if (failure !== undefined) return failure;
  }
  execution.assemble();
  const obstacle = persistenceObstacle(old, mode, execution);
  if (obstacle !== undefined) return obstacle;
  const compilation = execution.compile();
  if (compilation.kind === "failed") return compilation.reject;
  const { prepared } = compilation;
  const { wasm } = execution.installation;
  const { stableMemory, mainMemory } = old.instance;
  const keepsHeap = mode.wasmMemoryPersistence === "keep";
  const made = instantiate(env, prepared, stableMemory, keepsHeap ? mainMemory : undefined);
  return made.kind === "failed"
    ? rejectOfTrap(execution.canisterId, made.trap, [], env.limits.instructionsPerInstall)
    : execution.initialise(new InstalledCode(prepared, wasm, made.instance), "postUpgrade");
}

function persistenceObstacle(old: InstalledCode, mode: UpgradeMode, execution: InstallExecution): Reject | undefined {
  const persistence = mode.wasmMemoryPersistence;
  if (persistence === undefined && old.prepared.facts.enhancedOrthogonalPersistence) {
    return reject(
      "CanisterContractViolation",
      "Missing upgrade option: Enhanced orthogonal persistence requires the `wasm_memory_persistence` upgrade option.",
    );
  }
  const { prepared } = execution.installation;
  const isClassical = prepared.kind === "valid" && !prepared.facts.enhancedOrthogonalPersistence;
  if (persistence !== "keep" || !isClassical) return undefined;
  return reject(
    "CanisterContractViolation",
    "Invalid upgrade option: The `wasm_memory_persistence: opt Keep` upgrade option requires that the new canister module supports enhanced orthogonal persistence.",
  );
}
