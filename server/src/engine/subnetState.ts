/** The state of a subnet for the disk: facts as bytes of a versioned format, memories and modules beside them. */
import { toHex } from "../base/bytes.ts";
import type { Principal } from "../base/principal.ts";
import type { Callback, CallContext } from "./callContexts.ts";
import {
  Canister,
  type CanisterChange,
  type CanisterSettings,
  defaultSettings,
  InstalledCode,
  type QueryStats,
  type RunningState,
  type ValidModule,
} from "./canister.ts";
import type { CanisterIdRange } from "./canisterIdRanges.ts";
import { CanisterLog } from "./canisterLog.ts";
import type { ConsumedCycles } from "./cycles/consumedCycles.ts";
import { CyclesAccount, type CyclesLedger } from "./cycles/cyclesAccount.ts";
import type { CostSchedule } from "./cycles/fees.ts";
import type { LogRecord, MemoryImage } from "./embedder/contract.ts";
import type { ExecutionEnvironment, ManagementCall, RandomnessRequest } from "./executionEnvironment.ts";
import { HttpOutcalls, type PendingHttpOutcall } from "./httpOutcalls.ts";
import type { IngressStatus } from "./ingressHistory.ts";
import type { HeldEffect } from "./longExecutions.ts";
import type { ThresholdRequest } from "./management/thresholdRequests.ts";
import type { CanisterMessage } from "./messages.ts";
import type { InputKind } from "./queues.ts";
import {
  restoreSnapshots,
  type SnapshotOnDisk,
  snapshotBlobs,
  snapshotImageId,
  snapshotImages,
  snapshotsOnDisk,
} from "./snapshotState.ts";
import { decodeState, encodeState } from "./stateCodec.ts";
import type { InstructionConfig, SubnetKind } from "./subnetKinds.ts";

/** State for the disk: facts as opaque bytes of a versioned format, memories apart so that only changes need writing. */
export interface SubnetState {
  /** Everything but modules and memories: canisters, queues, call contexts, callbacks, ingress history, time, seed. */
  readonly facts: Uint8Array;
  readonly images: readonly CanisterImage[];
  /** Modules of canisters and snapshots and chunks of snapshots, by the hex of their SHA-256, as uploaded. */
  readonly modules: ReadonlyMap<string, Uint8Array>;
}

/** The memories of one canister or snapshot. */
export interface CanisterImage {
  /** Textual id of the canister, or the name of a snapshot. */
  readonly canisterId: string;
  /** `full` replaces what was kept of the canister; `changed` is to be put over it (sizes and globals are complete). */
  readonly kind: "full" | "changed";
  readonly image: MemoryImage;
}

/** Version of the format of `facts`; raised when a field changes its meaning. */
const formatVersion = 1;

/** The facts that make a subnet. */
export interface SubnetFactsOnDisk {
  readonly format: "canister-workbench subnet";
  readonly version: number;
  readonly timeNanos: bigint;
  readonly round: number;
  readonly subnetSize: number;
  /** Absent in states of versions that knew application subnets only. */
  readonly kind?: SubnetKind;
  readonly canisterRanges?: readonly CanisterIdRange[];
  /** Absent where there are none. */
  readonly subnetAdmins?: readonly Principal[];
  readonly costSchedule?: CostSchedule;
  readonly instructions?: InstructionConfig;
  readonly subnetId: Principal;
  readonly rootKey: Uint8Array;
  readonly firstCanisterId: Principal;
  readonly canistersCreated: number;
  readonly ingressCounter: number;
  readonly seed: Uint8Array;
  readonly randomBlocks: number;
  readonly nextChargeNanos: bigint;
  readonly ledger: CyclesLedger;
  readonly ingressHistory: readonly (readonly [string, IngressStatus])[];
  readonly managementCalls: readonly ManagementCall[];
  readonly randomnessRequests: readonly RandomnessRequest[];
  /** Absent in states from before there were threshold keys. */
  readonly thresholdRequests?: readonly ThresholdRequest[];
  /** Absent in states from before there were HTTPS outcalls. */
  readonly httpOutcalls?: { readonly pending: readonly PendingHttpOutcall[]; readonly nextId: number };
  /** Absent in states from before executions went on over several rounds; so are the fields of canisters below. */
  readonly held?: readonly HeldEffect[];
  readonly installingUntilRound?: number;
  readonly compiledModules: readonly string[];
  readonly canisters: readonly CanisterFacts[];
}

interface CanisterFacts {
  readonly id: Principal;
  readonly settings: CanisterSettings;
  readonly balance: bigint;
  readonly reserved: bigint;
  readonly state: RunningState;
  readonly version: bigint;
  readonly moduleHash: string | undefined;
  readonly globalTimerNanos: bigint;
  readonly certifiedData: Uint8Array;
  readonly history: readonly CanisterChange[];
  readonly historyTotal: bigint;
  readonly lowMemoryHook: Canister["lowMemoryHook"];
  readonly nextCallContextId: number;
  readonly nextCallbackId: number;
  readonly chargedUntilNanos: bigint;
  readonly lastRound: number;
  readonly nextTask: Canister["nextTask"];
  readonly priority?: number;
  readonly busyUntilRound?: number;
  readonly heapDeltaDebit?: number;
  readonly installDebit?: bigint;
  readonly log: readonly LogRecord[];
  readonly nextLogIndex: bigint;
  readonly callContexts: readonly CallContext[];
  readonly callbacks: readonly Callback[];
  readonly chunks: ReadonlyMap<string, Uint8Array>;
  readonly messages: readonly CanisterMessage[];
  /** Absent in states from before they were counted. */
  readonly consumed?: ConsumedCycles;
  readonly queryStats?: QueryStats;
  /** Absent in states from before there were snapshots. */
  readonly snapshots?: { readonly kept: readonly SnapshotOnDisk[]; readonly nextNumber: number };
  /** Absent in states from before canisters of other subnets had turns of their own; so is the next field. */
  readonly nextInput?: InputKind;
  readonly remoteSenders?: readonly string[];
}

/** Takes the state between two rounds. */
export function stateOf(env: ExecutionEnvironment, ingressCounter: number, images: "changed" | "full"): SubnetState {
  const canisters = [...env.canisters.values()];
  const facts: SubnetFactsOnDisk = {
    format: "canister-workbench subnet",
    version: formatVersion,
    timeNanos: env.timeNanos,
    round: env.round,
    subnetSize: env.subnetSize,
    kind: env.kind,
    costSchedule: env.fees.schedule,
    instructions: env.instructions,
    ...(env.subnetAdmins === undefined ? {} : { subnetAdmins: env.subnetAdmins }),
    ...(env.canisterRanges === undefined ? {} : { canisterRanges: env.canisterRanges }),
    subnetId: env.subnetId,
    rootKey: env.rootKey,
    firstCanisterId: env.firstCanisterId,
    canistersCreated: env.canistersCreated,
    ingressCounter,
    seed: env.randomness.seed,
    randomBlocks: env.randomness.count,
    nextChargeNanos: env.nextChargeNanos,
    ledger: env.ledger,
    ingressHistory: env.ingressHistory.entries(),
    managementCalls: env.managementCalls.items(),
    randomnessRequests: env.randomnessRequests,
    thresholdRequests: env.thresholdRequests,
    httpOutcalls: { pending: env.httpOutcalls.pending, nextId: env.httpOutcalls.nextId },
    held: env.long.held,
    installingUntilRound: env.long.installingUntilRound,
    compiledModules: [...env.compiledModules],
    canisters: canisters.map(factsOf),
  };
  const modules = new Map<string, Uint8Array>();
  for (const canister of canisters) {
    if (canister.code !== undefined) modules.set(canister.code.hashHex, canister.code.wasm);
    for (const [hash, bytes] of snapshotBlobs(canister)) modules.set(hash, bytes);
  }
  const taken = canisters.flatMap((it) => [...imageOf(it, images), ...snapshotImages(it, images)]);
  return { facts: encodeState(facts), images: taken, modules };
}

/** Names of the images that make the whole state: of canisters with code, and of snapshots. */
export function imageIds(env: ExecutionEnvironment): string[] {
  return [...env.canisters.values()].flatMap((it) => [
    ...(it.code === undefined ? [] : [it.id.text]),
    ...[...it.snapshots.values()].map(({ id }) => snapshotImageId(id)),
  ]);
}

/** Reads facts; throws with a message for users when their format is not ours. */
export function readFacts(bytes: Uint8Array): SubnetFactsOnDisk {
  const facts = decodeState(bytes);
  if (!isFacts(facts)) {
    throw new Error("The saved state of the network cannot be read: it is not of this format.");
  }
  if (facts.version !== formatVersion) {
    throw new Error(
      `The saved state of the network has format ${facts.version}, this version reads format ${formatVersion}. Use the version that wrote it, or reset the network.`,
    );
  }
  return facts;
}

/** Puts everything that was read into a new environment. */
export function restoreState(env: ExecutionEnvironment, facts: SubnetFactsOnDisk, state: SubnetState): void {
  env.round = facts.round;
  env.canistersCreated = facts.canistersCreated;
  env.nextChargeNanos = facts.nextChargeNanos;
  Object.assign(env.ledger, facts.ledger);
  env.ingressHistory.restore(facts.ingressHistory);
  for (const call of facts.managementCalls) env.managementCalls.push(call);
  env.randomnessRequests = [...facts.randomnessRequests];
  env.thresholdRequests = [...(facts.thresholdRequests ?? [])];
  env.httpOutcalls = new HttpOutcalls(facts.httpOutcalls?.pending, facts.httpOutcalls?.nextId);
  env.long.held = [...(facts.held ?? [])];
  env.long.installingUntilRound = facts.installingUntilRound ?? 0;
  for (const hash of facts.compiledModules) env.compiledModules.add(hash);
  const modules = new Map<string, ValidModule>();
  const images = new Map(state.images.map((it) => [it.canisterId, it]));
  for (const it of facts.canisters) {
    const canister = restoreCanister(env, it);
    restoreSnapshots(canister, it.snapshots?.kept ?? [], state, images);
    if (it.moduleHash === undefined) continue;
    const wasm = state.modules.get(it.moduleHash);
    const image = images.get(it.id.text);
    if (wasm === undefined || image?.kind !== "full") {
      throw new Error(`The saved state of canister ${it.id.text} is incomplete.`);
    }
    const prepared = modules.get(it.moduleHash) ?? prepareAgain(env, it.moduleHash, wasm);
    modules.set(it.moduleHash, prepared);
    canister.code = new InstalledCode(prepared, wasm, env.embedder.restore(prepared, image.image));
    canister.code.imageTaken = true;
    canister.code.changed = false;
    env.noteHeartbeat(canister);
  }
}

function factsOf(it: Canister): CanisterFacts {
  return {
    id: it.id,
    settings: it.settings,
    balance: it.account.balance,
    reserved: it.account.reserved,
    state: it.state,
    version: it.version,
    moduleHash: it.code?.hashHex,
    globalTimerNanos: it.globalTimerNanos,
    certifiedData: it.certifiedData,
    history: it.history,
    historyTotal: it.historyTotal,
    lowMemoryHook: it.lowMemoryHook,
    nextCallContextId: it.nextCallContextId,
    nextCallbackId: it.nextCallbackId,
    chargedUntilNanos: it.chargedUntilNanos,
    lastRound: it.lastRound,
    nextTask: it.nextTask,
    priority: it.priority,
    busyUntilRound: it.busyUntilRound,
    heapDeltaDebit: it.heapDeltaDebit,
    installDebit: it.installDebit,
    log: it.log.records,
    nextLogIndex: it.log.nextIndex,
    callContexts: [...it.callContexts.values()],
    callbacks: [...it.callbacks.values()],
    chunks: it.chunks,
    messages: it.input.messages(),
    consumed: it.consumed,
    queryStats: it.queryStats,
    snapshots: { kept: snapshotsOnDisk(it), nextNumber: it.nextSnapshotNumber },
    nextInput: it.input.next,
    remoteSenders: [...it.input.remoteSenders],
  };
}

function restoreCanister(env: ExecutionEnvironment, it: CanisterFacts): Canister {
  const account = new CyclesAccount(it.balance, it.reserved);
  const log = new CanisterLog();
  log.restore(it.log, it.nextLogIndex);
  const canister = new Canister({
    id: it.id,
    settings: withDefaults(it.settings),
    account,
    log,
    timeNanos: it.chargedUntilNanos,
  });
  canister.state = it.state;
  canister.version = it.version;
  canister.certifiedData = it.certifiedData;
  canister.history = it.history;
  canister.historyTotal = it.historyTotal;
  canister.lowMemoryHook = it.lowMemoryHook;
  canister.nextCallContextId = it.nextCallContextId;
  canister.nextCallbackId = it.nextCallbackId;
  canister.lastRound = it.lastRound;
  canister.nextTask = it.nextTask;
  Object.assign(canister.consumed, it.consumed);
  canister.queryStats = it.queryStats ?? canister.queryStats;
  canister.nextSnapshotNumber = it.snapshots?.nextNumber ?? 0;
  canister.priority = it.priority ?? 0;
  canister.busyUntilRound = it.busyUntilRound ?? 0;
  canister.heapDeltaDebit = it.heapDeltaDebit ?? 0;
  canister.installDebit = it.installDebit ?? 0n;
  if (canister.busyUntilRound > env.round) env.long.busy.add(canister);
  if (canister.heapDeltaDebit > 0 || canister.installDebit > 0n) env.indebted.add(canister);
  for (const context of it.callContexts) canister.callContexts.set(context.id, context);
  for (const callback of it.callbacks) {
    canister.callbacks.set(callback.id, callback);
    const key = callback.callee.key;
    canister.outstandingCalls.set(key, (canister.outstandingCalls.get(key) ?? 0) + 1);
    if (!callback.answered) env.watchDeadline(callback);
    if (!callback.answered && callback.deadlineNanos === 0n) env.reserveResponse(canister);
  }
  env.callbacks += canister.callbacks.size;
  restoreReservations(env, canister, it);
  for (const [hash, chunk] of it.chunks) canister.chunks.set(hash, chunk);
  canister.input.restore(it.messages, it.nextInput ?? "local", new Set(it.remoteSenders ?? []));
  env.canisters.set(it.id.key, canister);
  env.setGlobalTimer(canister, it.globalTimerNanos);
  if (it.messages.length > 0 || it.lowMemoryHook === "ready") env.ready.add(canister);
  if (it.state.kind === "stopping") env.stopping.add(canister);
  return canister;
}

/** Room for the responses that the canister owes: to requests in its queue, and of its open call contexts. */
function restoreReservations(env: ExecutionEnvironment, canister: Canister, it: CanisterFacts): void {
  for (const { origin, responded } of it.callContexts) {
    if (origin.kind === "canister" && origin.deadlineNanos === 0n && !responded) env.reserveResponse(canister);
  }
  for (const message of it.messages) {
    if (message.kind === "request" && message.deadlineNanos === 0n) env.reserveResponse(canister);
  }
}

/** Settings of states from before there was one of them. */
function withDefaults(settings: CanisterSettings): CanisterSettings {
  return { ...defaultSettings(settings.controllers), ...settings };
}

function imageOf(canister: Canister, images: "changed" | "full"): CanisterImage[] {
  const { code } = canister;
  if (code === undefined) return [];
  const kind = images === "full" || !code.imageTaken ? "full" : "changed";
  if (kind === "changed" && !code.changed) return [];
  const image = code.instance.takeImage(kind);
  code.imageTaken = true;
  code.changed = false;
  return [{ canisterId: canister.id.text, kind, image }];
}

function prepareAgain(env: ExecutionEnvironment, hash: string, wasm: Uint8Array): ValidModule {
  const prepared = env.embedder.prepare(wasm, env.meteringProfile);
  if (prepared.kind === "invalid") throw new SavedModuleRefused(hash, prepared.message);
  if (toHex(prepared.hash) !== hash) throw new Error(`The saved module ${hash} has another hash.`);
  return prepared;
}

/** A module that an engine accepted, and this one on this host does not: the state is whole, and not for here. */
export class SavedModuleRefused extends Error {
  constructor(hash: string, reason: string) {
    super(`the saved module ${hash.slice(0, 16)}… cannot be run here. ${reason}`);
    this.name = "SavedModuleRefused";
  }
}

function isFacts(value: unknown): value is SubnetFactsOnDisk {
  return (
    typeof value === "object" && value !== null && "format" in value && value.format === "canister-workbench subnet"
  );
}
