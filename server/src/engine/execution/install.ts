/**
 * Installing code: compilation, `(start)`, then init or, in an upgrade, post_upgrade. One atomic unit with one limit.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_code
 */
import { toHex } from "../../base/bytes.ts";
import type { Principal } from "../../base/principal.ts";
import { type Canister, type ChangeOrigin, InstalledCode, type ValidModule } from "../canister.ts";
import type {
  CanisterInstance,
  EntryPoint,
  ExecutionMode,
  HasMemories,
  MainMemory,
  PreparedModule,
  StableMemory,
  Trap,
} from "../embedder/contract.ts";
import { unpackedBytes } from "../embedder/packedModule.ts";
import { invalidWasm, outOfCyclesText, type Reject, rejectOfTrap, wasmMemoryLimitExceeded } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { spansRounds } from "../longExecutions.ts";
import { canisterNonEmpty, installCodeRateLimited, insufficientInstallCycles } from "../management/refusals.ts";
import { growthOf } from "../memoryGrowth.ts";
import { addInstallDebit, isInstallLimited } from "../rateLimits.ts";
import type { TracePlace } from "../trace.ts";
import {
  chargeExecution,
  emptyPayload,
  noteExecution,
  noticeLowMemory,
  resultOf,
  runMessage,
} from "./messageExecution.ts";
import { openContext } from "./update.ts";
import { upgradeCode } from "./upgrade.ts";

/** What is installed, where and how. */
export interface Installation {
  readonly mode: InstallMode;
  /** It may be found invalid only when other things are done: the canister pays for that, too. */
  readonly prepared: PreparedModule;
  /** As uploaded. */
  readonly wasm: Uint8Array;
  /** Instructions of putting the module together from chunks. */
  readonly assemblyInstructions: bigint;
  readonly argument: Uint8Array;
  readonly sender: Principal;
  readonly change: ChangeOrigin;
  readonly place: TracePlace;
}

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-install_code */
export type InstallMode =
  | { readonly kind: "install" }
  | { readonly kind: "reinstall" }
  | {
      readonly kind: "upgrade";
      readonly skipPreUpgrade: boolean;
      readonly wasmMemoryPersistence: "keep" | "replace" | undefined;
    };

/** Installs code, or leaves everything as it was and tells why. The canister pays for the attempt. */
export function installCode(env: ExecutionEnvironment, canister: Canister, it: Installation): Reject | undefined {
  const memory64 = it.prepared.kind === "valid" && it.prepared.facts.memory64;
  const prepaid = env.fees.execution(env.limits.instructionsPerInstall, memory64);
  const threshold = canister.freezingThreshold(env.fees);
  if (!canister.account.withdraw(prepaid, threshold)) {
    const lack = { available: canister.account.balance, requested: prepaid, threshold, revealTopUp: true };
    return insufficientInstallCycles(outOfCyclesText(canister.id, lack));
  }
  const execution = new InstallExecution(env, canister, it, memory64);
  const failure =
    inputObstacle(env, canister, it.mode) ??
    (it.mode.kind === "upgrade" ? upgradeCode(env, canister, it.mode, execution) : installFresh(env, execution));
  const left = env.limits.instructionsPerInstall - execution.instructions;
  const unusedInstructions = left > 0n ? left : 0n;
  chargeExecution(env, canister, { prepaid, unusedInstructions, memory64 });
  env.long.begin(canister, execution.instructions, env.round);
  env.long.installingUntilRound = Math.max(env.long.installingUntilRound, canister.busyUntilRound);
  addInstallDebit(env, canister, execution.instructions);
  if (failure !== undefined) canister.account.deposit(execution.burned);
  else takeOver(env, canister, it, execution);
  return failure;
}

/** What is found before anything is executed; by then the base fee is due. */
function inputObstacle(env: ExecutionEnvironment, canister: Canister, mode: InstallMode): Reject | undefined {
  if (mode.kind === "install" && canister.code !== undefined) return canisterNonEmpty(canister.id);
  return isInstallLimited(env, canister) ? installCodeRateLimited(canister.id) : undefined;
}

/** The executions of one installation: they share a limit, and nothing of them counts until all have returned. */
export class InstallExecution {
  readonly installation: Installation;
  readonly canisterId: Principal;
  /** Used so far, compilation included. */
  instructions = 0n;
  /** Cycles burned so far, already taken from the balance. */
  burned = 0n;
  certifiedData: Uint8Array | undefined;
  /** Nanoseconds; as the new code set it. */
  globalTimerNanos = 0n;
  /** Index of the first record that the installation writes to the canister log. */
  readonly firstLogIndex: bigint;
  /** Cycles that the new code's memory sets aside. */
  cyclesReserved = 0n;
  /** The code that takes over when all went well. */
  code: InstalledCode | undefined;
  readonly #env: ExecutionEnvironment;
  readonly #canister: Canister;
  /** Whether the new code pays the higher fees of 64-bit memories. */
  readonly #memory64: boolean;

  constructor(env: ExecutionEnvironment, canister: Canister, installation: Installation, memory64: boolean) {
    this.#env = env;
    this.#canister = canister;
    this.#memory64 = memory64;
    this.canisterId = canister.id;
    this.installation = installation;
    this.firstLogIndex = canister.log.nextIndex;
  }

  /** Puts the module together from its chunks. */
  assemble(): void {
    this.instructions += this.installation.assemblyInstructions;
  }

  /** Compiles the module, or finds that it cannot be. */
  compile(): Compilation {
    const env = this.#env;
    const { prepared, wasm, place } = this.installation;
    const instructions = prepared.kind === "valid" ? compilationCost(env, prepared) : failedCompilationCost(wasm);
    this.instructions += instructions;
    env.trace?.push({ kind: "compiled", round: env.round, ...place, canisterId: this.canisterId.text, instructions });
    if (prepared.kind === "invalid") return { kind: "failed", reject: invalidWasm(this.canisterId, prepared.message) };
    return this.instructions > env.limits.instructionsPerInstall
      ? { kind: "failed", reject: instructionLimitExceeded(env, this.#canister) }
      : { kind: "compiled", prepared };
  }

  /** Runs one entry point of `code`; gives the reject if it did not return. */
  run(code: InstalledCode, mode: ExecutionMode, exportName: string): Reject | undefined {
    const env = this.#env;
    const canister = this.#canister;
    const { sender, argument, place } = this.installation;
    const entryPoint: EntryPoint = { kind: "export", name: exportName };
    const instructionLimit = env.limits.instructionsPerInstall - this.instructions;
    if (instructionLimit <= 0n) return instructionLimitExceeded(env, canister);
    const origin = { kind: "ingress", ingressId: "", caller: sender } as const;
    const context = openContext(canister, { origin, method: mode, place }, 0n);
    const run = {
      mode,
      entryPoint,
      method: "",
      payload: mode === "init" || mode === "postUpgrade" ? argument : emptyPayload,
      instructionLimit,
      discardChanges: false,
      rejectCode: 0,
      rejectMessage: "",
      cyclesRefunded: 0n,
      deadlineNanos: 0n,
      // New code runs as if it were installed already: one version later, with the timer off.
      ...(mode === "preUpgrade"
        ? {}
        : { canisterVersion: canister.version + 1n, globalTimerNanos: this.globalTimerNanos }),
    };
    const outcome = runMessage(env, canister, code, context, run);
    this.instructions += outcome.instructions;
    noteExecution(
      env,
      canister,
      context,
      run,
      outcome,
      env.fees.unusedInstructions(outcome.instructions, code.prepared.facts.memory64),
    );
    const result = resultOf(canister, outcome, env.limits.instructionsPerInstall);
    if (result.kind === "failed") return result.reject;
    const { cyclesBurned, certifiedData, globalTimerNanos } = outcome.changes;
    this.burned += cyclesBurned;
    canister.account.balance -= cyclesBurned;
    if (certifiedData !== undefined) this.certifiedData = certifiedData;
    if (globalTimerNanos !== undefined && mode !== "preUpgrade") this.globalTimerNanos = globalTimerNanos;
    return undefined;
  }

  /** Runs `(start)` and then the initialisation that the new module exports. */
  initialise(code: InstalledCode, mode: "init" | "postUpgrade"): Reject | undefined {
    const { facts } = code.prepared;
    this.code = code;
    const failure = facts.hasStart ? this.run(code, "start", "(start)") : undefined;
    if (failure !== undefined) return failure;
    const isInstall = mode === "init";
    const exportName = isInstall ? "canister_init" : "canister_post_upgrade";
    const has = isInstall ? facts.hasInit : facts.hasPostUpgrade;
    return (has ? this.run(code, mode, exportName) : undefined) ?? this.#memoryObstacle(code);
  }

  /** All memory is settled at the end, when it is known what the executions left of the cycles. */
  #memoryObstacle(code: InstalledCode): Reject | undefined {
    const env = this.#env;
    const canister = this.#canister;
    const heapBytes = BigInt(code.instance.heapBytes());
    const limit = canister.settings.wasmMemoryLimitBytes;
    if (limit !== 0n && heapBytes > limit) return wasmMemoryLimitExceeded(canister.id, limit, heapBytes);
    const left = env.limits.instructionsPerInstall - this.instructions;
    const unused = env.fees.unusedInstructions(left, this.#memory64);
    const growth = growthOf(env, canister, {
      memoryBytes: canister.memoryBytesWith(code) + limits.historyChangeBytes,
      balance: canister.account.balance + unused,
    });
    if (growth.kind === "refused") return growth.reject;
    this.cyclesReserved = growth.cyclesReserved;
    return undefined;
  }
}

/** What came of compiling a module. */
export type Compilation =
  | { readonly kind: "compiled"; readonly prepared: ValidModule }
  | { readonly kind: "failed"; readonly reject: Reject };

function installFresh(env: ExecutionEnvironment, execution: InstallExecution): Reject | undefined {
  execution.assemble();
  const compilation = execution.compile();
  if (compilation.kind === "failed") return compilation.reject;
  const { prepared } = compilation;
  const { wasm } = execution.installation;
  const instance = instantiate(env, prepared, undefined);
  if (instance.kind === "failed")
    return rejectOfTrap(execution.canisterId, instance.trap, [], env.limits.instructionsPerInstall);
  return execution.initialise(new InstalledCode(prepared, wasm, instance.instance), "init");
}

/** An instance, or why the module cannot have one. */
export type Instantiation =
  | { readonly kind: "instance"; readonly instance: CanisterInstance & HasMemories }
  | { readonly kind: "failed"; readonly trap: Trap };

/** Makes an instance; data and element segments that do not fit, and memories that the host cannot give, are traps. */
export function instantiate(
  env: ExecutionEnvironment,
  prepared: ValidModule,
  stable: StableMemory | undefined,
  main?: MainMemory,
): Instantiation {
  try {
    return { kind: "instance", instance: env.embedder.instantiate(prepared, stable, main) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "failed", trap: { kind: "outOfMemory" } };
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    const reason = error.message.includes("data segment") ? "heap out of bounds" : "table out of bounds";
    return { kind: "failed", trap: { kind: "trapped", reason } };
  }
}

function takeOver(env: ExecutionEnvironment, canister: Canister, it: Installation, execution: InstallExecution): void {
  const { mode, change } = it;
  if (spansRounds(execution.instructions)) {
    const { account, version, certifiedData, code } = canister;
    const replaced = { code, isHeld: mode.kind === "upgrade" };
    canister.stateBefore = { balance: account.balance, version, certifiedData, replaced, isRestored: false };
  }
  env.consume(canister, "burned_cycles", execution.burned);
  canister.account.reserve(execution.cyclesReserved);
  if (execution.code === undefined) return;
  env.compiledModules.add(execution.code.hashHex);
  canister.code = execution.code;
  canister.version++;
  if (mode.kind !== "upgrade") canister.certifiedData = new Uint8Array(0);
  if (mode.kind === "reinstall") canister.log.clearBefore(execution.firstLogIndex);
  if (execution.certifiedData !== undefined) canister.certifiedData = execution.certifiedData;
  env.setGlobalTimer(canister, execution.globalTimerNanos);
  env.noteHeartbeat(canister);
  // Once for each time that memory runs low, whatever the code: an upgrade that keeps the heap is no new time.
  if (mode.kind !== "upgrade") canister.lowMemoryHook = "notSatisfied";
  noticeLowMemory(env, canister);
  canister.recordChange(env.timeNanos, change, {
    kind: "codeDeployment",
    mode: mode.kind,
    moduleHash: canister.code.prepared.hash,
  });
}

/** Instructions that compiling the module costs; a hundredth if it was compiled before. */
export function compilationCost(env: ExecutionEnvironment, prepared: ValidModule): bigint {
  const full = BigInt(prepared.facts.instrumentedOperators) * limits.instructionsPerCompiledOperator;
  const known = env.compiledModules.has(toHex(prepared.hash));
  return limits.instructionsPerInstallBase + (known ? full / limits.compiledBeforeDivisor : full);
}

/** The same for one that turns out to be none: it is taken for a long row of operators of one byte each. */
function failedCompilationCost(wasm: Uint8Array): bigint {
  const operators = Math.max(wasm.length, unpackedBytes(wasm));
  return limits.instructionsPerInstallBase + BigInt(operators) * limits.instructionsPerCompiledOperator;
}

function instructionLimitExceeded(env: ExecutionEnvironment, canister: Canister): Reject {
  return rejectOfTrap(canister.id, { kind: "instructionLimitExceeded" }, [], env.limits.instructionsPerInstall);
}
