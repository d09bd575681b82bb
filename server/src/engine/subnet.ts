import { Principal } from "../base/principal.ts";
import { allocationRange, type CanisterIdRange, canisterIdOf } from "./canisterIdRanges.ts";
import { type CanisterView, canisterView, certifiedDataSeen, type SnapshotView, snapshotView } from "./canisterView.ts";
import { assertConservation } from "./cycles/conservation.ts";
import type { CostSchedule } from "./cycles/fees.ts";
import {
  currentMeteringProfile,
  type Embedder,
  type ExecutionWatch,
  type LogRecord,
  type MeteringProfile,
} from "./embedder/contract.ts";
import type { Reject } from "./errors.ts";
import { executeQuery } from "./execution/query.ts";
import { QueryGraph } from "./execution/queryGraph.ts";
import { ExecutionEnvironment, type SubnetConnections } from "./executionEnvironment.ts";
import type { HttpOutcall, HttpOutcallAnswer } from "./httpOutcalls.ts";
import { envelopeBytesOf, induct } from "./ingress.ts";
import type { IngressStatus } from "./ingressHistory.ts";
import { limits } from "./limits.ts";
import type { RequestMessage } from "./messages.ts";
import { Randomness } from "./randomness.ts";
import { executeRound, isTimerDue } from "./rounds.ts";
import { replicaScheduler, type Scheduler } from "./scheduler.ts";
import type { StreamMessage } from "./streams.ts";
import { type InstructionConfig, type SubnetKind, subnetProfiles } from "./subnetKinds.ts";
import { imageIds, readFacts, restoreState, type SubnetState, stateOf } from "./subnetState.ts";
import type { CallResponse, TraceEvent } from "./trace.ts";
import { awaitIngress, executeUntilIdle } from "./waiting.ts";

/** What a subnet is made from. The same options and inputs give the same trace, byte for byte. */
export interface SubnetOptions {
  readonly embedder: Embedder;
  /** Where all randomness comes from. */
  readonly seed: Uint8Array;
  /** Nanoseconds since 1970-01-01 at which the subnet begins. */
  readonly timeNanos: bigint;
  /** Decides limits and fees; `application` when absent. */
  readonly kind?: SubnetKind;
  /** Nodes; decides the fees. As many as the kind has on the mainnet when absent. */
  readonly subnetSize?: number;
  /** Id of the first canister; `lxzze-o7777-77777-aaaaa-cai` when absent. */
  readonly firstCanisterId?: Principal;
  readonly subnetId?: Principal;
  /** As its kind has when absent. */
  readonly costSchedule?: CostSchedule;
  /** Production when absent. */
  readonly instructions?: InstructionConfig;
  /** Ids that canisters of this subnet can have; all when absent. */
  readonly canisterRanges?: readonly CanisterIdRange[];
  /** Who may list, watch, start, stop and delete all canisters; absent where a subnet has no such people. */
  readonly subnetAdmins?: readonly Principal[];
  /** To the other subnets of the network; absent where there are none. */
  readonly connections?: SubnetConnections;
  /** DER of the root key, for ic0.root_key_copy. */
  readonly rootKey?: Uint8Array;
  /** Asked every 2 billion instructions whether the running message execution may go on. */
  readonly watch?: ExecutionWatch;
  /** Whether events are collected for `takeTrace`. False when absent. */
  readonly tracing?: boolean;
  /**
   * Whether installations and writes are limited by round, as on the mainnet. False when absent, as in the network's own
   * test environments.
   */
  readonly rateLimits?: boolean;
  /** Bytes of messages of bounded waits above which the largest are dropped; as on the network when absent. */
  readonly bestEffortMessageBytes?: number;
  /** Ingress messages that an application subnet knows of at a time; as on the network when absent. */
  readonly ingressHistoryMessages?: number;
  /** As the replica does when absent. */
  readonly scheduler?: Scheduler;
  /** How memory is charged; as on the network today when absent. */
  readonly meteringProfile?: MeteringProfile;
}

/** A call from a user that changes state. For methods of the management canister, `canisterId` is `aaaaa-aa`. */
export interface IngressCall {
  readonly caller: Principal;
  readonly canisterId: Principal;
  readonly method: string;
  /** Candid, at most 2 MiB (more only for the management canister, so that modules need no chunks). */
  readonly argument: Uint8Array;
  /** Text that identifies the message; made from a counter when absent. A second message of the same id is not executed. */
  readonly ingressId?: string;
  /** Bytes of the signed envelope, for the induction fee; computed as for an Ed25519 identity when absent. */
  readonly envelopeBytes?: number;
  /** The canister or subnet whose subnet takes a call of the management canister that is about no canister. */
  readonly effectiveId?: Principal;
}

/** Whether an ingress message will be executed. */
export type IngressSubmission =
  | { readonly kind: "accepted"; readonly ingressId: string }
  /** inspect_message refused it, the canister cannot pay or does not exist: nothing was changed. */
  | { readonly kind: "refused"; readonly reject: Reject };

/** A call from a user that changes nothing (query and composite query methods; canister_status and fetch_canister_logs of `aaaaa-aa`). */
export interface QueryCall {
  readonly caller: Principal;
  readonly canisterId: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  /** For ic0.data_certificate; asked only when the canister reads it. */
  readonly dataCertificate?: () => Uint8Array;
}

/** What came of a query. */
export interface QueryOutcome {
  readonly response: CallResponse;
  /** Of the whole query graph. */
  readonly instructions: bigint;
}

/** What one round did. */
export interface RoundSummary {
  /** Message executions, tasks and management methods. */
  readonly executions: number;
  readonly instructions: bigint;
}

/** `lxzze-o7777-77777-aaaaa-cai` */
const firstApplicationCanister = canisterIdOf(allocationRange(0).start);

/** Of the shape that subnets have; the shell gives one that fits its key. */
const unkeyedSubnet = Principal.ofBytes(Uint8Array.from({ length: 29 }, (_, index) => (index === 28 ? 2 : index + 1)));

const noBytes = new Uint8Array(0);

/** One subnet: canisters, messages between them, rounds. Pure and synchronous; throws only for mistakes of ours. */
export class Subnet {
  readonly #env: ExecutionEnvironment;
  readonly #scheduler: Scheduler;
  #ingressCounter = 0;
  #queryCounter = 0;

  private constructor(env: ExecutionEnvironment, options: SubnetOptions) {
    this.#env = env;
    this.#scheduler = options.scheduler ?? replicaScheduler;
    this.setTracing(options.tracing ?? false);
  }

  /** A new, empty subnet. */
  static create(options: SubnetOptions): Subnet {
    const kind = options.kind ?? "application";
    const env = new ExecutionEnvironment({
      embedder: options.embedder,
      kind,
      canisterRanges: options.canisterRanges,
      costSchedule: options.costSchedule,
      instructions: options.instructions,
      connections: options.connections,
      subnetAdmins: options.subnetAdmins,
      subnetSize: options.subnetSize ?? subnetProfiles[kind].nodes,
      subnetId: options.subnetId ?? unkeyedSubnet,
      rootKey: options.rootKey ?? noBytes,
      firstCanisterId: options.firstCanisterId ?? firstApplicationCanister,
      randomness: new Randomness(options.seed, 0),
      timeNanos: options.timeNanos,
      watch: options.watch,
      rateLimits: options.rateLimits,
      bestEffortMessageBytes: options.bestEffortMessageBytes,
      ingressHistoryMessages: options.ingressHistoryMessages,
      meteringProfile: options.meteringProfile ?? currentMeteringProfile,
    });
    return new Subnet(env, options);
  }

  /**
   * The subnet that `state` describes; every image must be full. Of the options only embedder, watch, tracing,
   * scheduler, metering profile and connections count. Throws with a message for users when the state cannot be read.
   */
  static restore(options: SubnetOptions, state: SubnetState): Subnet {
    const facts = readFacts(state.facts);
    const env = new ExecutionEnvironment({
      embedder: options.embedder,
      kind: facts.kind ?? "application",
      canisterRanges: facts.canisterRanges,
      costSchedule: facts.costSchedule,
      instructions: facts.instructions,
      connections: options.connections,
      subnetAdmins: facts.subnetAdmins,
      subnetSize: facts.subnetSize,
      subnetId: facts.subnetId,
      rootKey: facts.rootKey,
      firstCanisterId: facts.firstCanisterId,
      randomness: new Randomness(facts.seed, facts.randomBlocks),
      timeNanos: facts.timeNanos,
      watch: options.watch,
      rateLimits: options.rateLimits,
      bestEffortMessageBytes: options.bestEffortMessageBytes,
      ingressHistoryMessages: options.ingressHistoryMessages,
      meteringProfile: options.meteringProfile ?? currentMeteringProfile,
    });
    restoreState(env, facts, state);
    const subnet = new Subnet(env, options);
    subnet.#ingressCounter = facts.ingressCounter;
    assertConservation(env);
    return subnet;
  }

  /** State for the disk; call it between rounds. `changed` gives only memories written since the last call, `full` all. */
  state(images: "changed" | "full"): SubnetState {
    return stateOf(this.#env, this.#ingressCounter, images);
  }

  /** Names of the images that make the whole state; all others are to be forgotten. */
  imageIds(): readonly string[] {
    return imageIds(this.#env);
  }

  /** Asks inspect_message, takes the induction fee, queues the message. */
  submitIngress(call: IngressCall): IngressSubmission {
    const env = this.#env;
    const { ingressId: givenId, caller, canisterId: receiver, method, argument } = call;
    const ingressId = givenId ?? `ingress-${++this.#ingressCounter}`;
    if (givenId !== undefined && env.ingressHistory.has(givenId, env.timeNanos)) return { kind: "accepted", ingressId };
    const expiryNanos = env.timeNanos + limits.ingressLifetimeNanos;
    const place = { root: { kind: "ingress", ingressId }, depth: 0 } as const;
    const message = { kind: "ingress", ingressId, caller, receiver, method, argument, expiryNanos, place } as const;
    const refusal = induct(env, message, call.envelopeBytes ?? envelopeBytesOf(call));
    if (refusal !== undefined) return { kind: "refused", reject: refusal };
    if (givenId !== undefined) env.ingressHistory.remember(givenId, expiryNanos, env.timeNanos);
    return { kind: "accepted", ingressId };
  }

  /** What is known of an ingress message. */
  ingressStatus(ingressId: string): IngressStatus {
    return this.#env.ingressHistory.status(ingressId);
  }

  /** Runs a query on the committed state and discards all changes. */
  query(call: QueryCall): QueryOutcome {
    const env = this.#env;
    const graph = new QueryGraph(env.limits.instructionsPerQuery);
    const place = { root: { kind: "query", queryId: ++this.#queryCounter }, depth: 0 } as const;
    const response = executeQuery(env, graph, { ...call, receiver: call.canisterId, place });
    return { response, instructions: env.limits.instructionsPerQuery - graph.instructionsLeft };
  }

  /** Takes a message of another subnet in; it is executed in the next round. */
  receive(message: StreamMessage): void {
    this.#env.receive(message);
  }

  /** Answers a request that could not leave, as if its callee had. */
  refuse(request: RequestMessage, reject: Reject): void {
    this.#env.takeBack(request, reject);
  }

  /** Lets the other subnets' rounds pass: the next round of all has the same number and time. */
  keepUp(round: number, timeNanos: bigint): void {
    this.#env.round = round;
    this.#env.timeNanos = timeNanos;
  }

  /** Cycles that left with messages to other subnets and that came with those of others. */
  get cyclesCrossed(): { readonly sent: bigint; readonly received: bigint } {
    return this.#env.ledger;
  }

  /** One pass of the scheduler: management calls, timers and heartbeats that are due, messages. Time moves by 1 ns. */
  executeRound(): RoundSummary {
    const env = this.#env;
    executeRound(env, this.#scheduler);
    assertConservation(env);
    return { executions: env.roundExecutions, instructions: env.roundInstructions };
  }

  /**
   * Runs rounds until the message has its response or nothing is left to run (then it waits for something that only
   * time brings: see `nextTimer`). At most `roundsMax` rounds.
   */
  awaitIngress(ingressId: string, roundsMax: number): IngressStatus {
    return awaitIngress(this, ingressId, roundsMax);
  }

  /** Runs rounds until no message waits and no timer is due; gives the number of rounds. Heartbeats alone are idle. */
  executeUntilIdle(roundsMax: number): number {
    return executeUntilIdle(this, roundsMax);
  }

  /** Whether neither a message waits nor a timer, deadline or charge is due. */
  isIdle(): boolean {
    const env = this.#env;
    if (env.long.busy.size > 0 || env.ready.size > 0 || env.managementCalls.length > 0) return false;
    if (env.randomnessRequests.length > 0 || env.thresholdRequests.length > 0) return false;
    if (env.httpOutcalls.hasAnswers) return false;
    for (const canister of env.withTimer) if (isTimerDue(env, canister)) return false;
    if (env.canisters.size > 0 && env.nextChargeNanos <= env.timeNanos) return false;
    const waits = env.stopping.size > 0 || env.nextDeadlineNanos !== undefined || env.httpOutcalls.count > 0;
    const next = waits ? this.nextTimer() : undefined;
    return next === undefined || next > env.timeNanos;
  }

  /** Whether any running canister has a heartbeat, which wants rounds as time passes. */
  hasHeartbeats(): boolean {
    for (const canister of this.#env.withHeartbeat) if (canister.state.kind === "running") return true;
    return false;
  }

  /** Whether any canister has a rate limit's debit, which rounds pay off. */
  hasDebits(): boolean {
    return this.#env.indebted.size > 0;
  }

  /** Moves the clock; what falls due runs in the next round. Nanoseconds, not negative. */
  advanceTime(nanos: bigint): void {
    if (nanos > 0n) this.#env.timeNanos += nanos;
  }

  /** When the next timer, deadline or time-out falls due, in nanoseconds since 1970-01-01. */
  nextTimer(): bigint | undefined {
    const env = this.#env;
    let next = env.nextDeadlineNanos;
    const consider = (nanos: bigint) => {
      if (next === undefined || nanos < next) next = nanos;
    };
    const outcall = env.httpOutcalls.nextDeadlineNanos;
    if (outcall !== undefined) consider(outcall);
    for (const canister of env.withTimer) {
      if (canister.state.kind === "running") consider(canister.globalTimerNanos);
    }
    for (const { state } of env.stopping) {
      if (state.kind === "stopping") for (const request of state.requests) consider(request.deadlineNanos);
    }
    return next;
  }

  get seed(): Uint8Array {
    return this.#env.randomness.seed;
  }

  get subnetId(): Principal {
    return this.#env.subnetId;
  }

  get kind(): SubnetKind {
    return this.#env.kind;
  }

  /** Nodes. */
  get subnetSize(): number {
    return this.#env.subnetSize;
  }

  /** Cycles that a threshold signature made here costs. */
  get signatureFee(): bigint {
    return this.#env.fees.signature();
  }

  get costSchedule(): CostSchedule {
    return this.#env.fees.schedule;
  }

  get instructions(): InstructionConfig {
    return this.#env.instructions;
  }

  /** Ids that its canisters can have; undefined where all can be. */
  get canisterRanges(): readonly CanisterIdRange[] | undefined {
    return this.#env.canisterRanges;
  }

  /** The first id that a canister is given here. */
  get firstCanisterId(): Principal {
    return this.#env.firstCanisterId;
  }

  /** Nanoseconds since 1970-01-01. */
  get timeNanos(): bigint {
    return this.#env.timeNanos;
  }

  /** Rounds executed so far. */
  get round(): number {
    return this.#env.round;
  }

  /** All canisters, in order of their creation. */
  canisters(): readonly CanisterView[] {
    return [...this.#env.canisters.values()].map(canisterView);
  }

  hasCanister(canisterId: Principal): boolean {
    return this.#env.canisters.has(canisterId.key);
  }

  /** One canister as seen from outside. */
  canister(canisterId: Principal): CanisterView | undefined {
    const canister = this.#env.canister(canisterId);
    return canister === undefined ? undefined : canisterView(canister);
  }

  /** What the canister certifies; undefined for an unknown one. */
  certifiedData(canisterId: Principal): Uint8Array | undefined {
    const canister = this.#env.canister(canisterId);
    return canister === undefined ? undefined : certifiedDataSeen(canister);
  }

  /** The canister's log, oldest record first; empty for an unknown canister. */
  logs(canisterId: Principal): readonly LogRecord[] {
    return [...(this.#env.canister(canisterId)?.log.records ?? [])];
  }

  /** The canister's snapshots, oldest first; empty for an unknown canister. */
  snapshots(canisterId: Principal): readonly SnapshotView[] {
    return [...(this.#env.canister(canisterId)?.snapshots.values() ?? [])].map(snapshotView);
  }

  /** HTTPS outcalls that wait for their response, oldest first. */
  httpOutcalls(): readonly HttpOutcall[] {
    return this.#env.httpOutcalls.pending;
  }

  /** Gives an outcall its response, which the next round delivers; false when nobody waits for it. */
  answerHttpOutcall(id: number, answer: HttpOutcallAnswer): boolean {
    return this.#env.httpOutcalls.answer(id, answer);
  }

  /** Gives cycles out of nothing; false for an unknown canister. */
  addCycles(canisterId: Principal, amount: bigint): boolean {
    const canister = this.#env.canister(canisterId);
    if (canister === undefined || amount < 0n) return false;
    canister.account.deposit(amount);
    this.#env.ledger.created += amount;
    return true;
  }

  /** The installed module as uploaded. */
  module(canisterId: Principal): Uint8Array | undefined {
    return this.#env.canister(canisterId)?.code?.wasm;
  }

  /** Turns the collection of events on or off. */
  setTracing(on: boolean): void {
    if (on) this.#env.trace ??= [];
    else this.#env.trace = undefined;
  }

  /** The events since the last call. */
  takeTrace(): readonly TraceEvent[] {
    const events = this.#env.trace ?? [];
    if (this.#env.trace !== undefined) this.#env.trace = [];
    return events;
  }
}
