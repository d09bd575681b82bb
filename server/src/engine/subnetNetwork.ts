import { sha256 } from "@noble/hashes/sha2.js";
import { assert } from "../base/assert.ts";
import { Principal } from "../base/principal.ts";
import { allocationRange, type CanisterIdRange, canisterIdOf } from "./canisterIdRanges.ts";
import type { CanisterView, SnapshotView } from "./canisterView.ts";
import { type CertifyingSubnet, DataCertificates } from "./certification/dataCertificates.ts";
import { SubnetKey } from "./certification/subnetKey.ts";
import type { CostSchedule } from "./cycles/fees.ts";
import type { LogRecord } from "./embedder/contract.ts";
import { reject, rejectCodes } from "./errors.ts";
import type { Dispatch, SubnetConnections } from "./executionEnvironment.ts";
import type { HttpOutcall, HttpOutcallAnswer } from "./httpOutcalls.ts";
import type { IngressStatus } from "./ingressHistory.ts";
import type { RequestMessage, ResponseMessage } from "./messages.ts";
import { foreignObstacle, keyHolder, routeOf, subnetOf, subnetOfManagementCall } from "./routing.ts";
import { mainnetPace, Stream, type StreamPace } from "./streams.ts";
import {
  type IngressCall,
  type IngressSubmission,
  type QueryCall,
  type QueryOutcome,
  type RoundSummary,
  Subnet,
  type SubnetOptions,
} from "./subnet.ts";
import { type InstructionConfig, type SubnetKind, type SubnetSpec, subnetProfiles } from "./subnetKinds.ts";
import { joinState, type NetworkFactsOnDisk, splitState } from "./subnetNetworkState.ts";
import type { SubnetState } from "./subnetState.ts";
import type { TraceEvent } from "./trace.ts";
import { awaitIngress, executeUntilIdle } from "./waiting.ts";

/** What a network of subnets is made from. The same options and inputs give the same trace, byte for byte. */
export interface SubnetNetworkOptions
  extends Pick<
    SubnetOptions,
    "embedder" | "seed" | "timeNanos" | "watch" | "tracing" | "scheduler" | "meteringProfile" | "rateLimits"
  > {
  /** One application subnet when absent. */
  readonly subnets?: readonly (SubnetKind | SubnetSpec)[];
  /** How fast messages cross from one subnet to another; as on the mainnet when absent. */
  readonly pace?: StreamPace;
}

/** An event with the subnet on which it happened, textual. */
export type SubnetTraceEvent = TraceEvent & { readonly subnetId: string };

/** What is seen of a subnet from outside. */
export interface SubnetView {
  readonly subnetId: Principal;
  readonly kind: SubnetKind;
  /** Nodes. */
  readonly subnetSize: number;
  /** Ids that its canisters can have, those for new canisters last; empty where all can be. */
  readonly canisterRanges: readonly CanisterIdRange[];
  readonly costSchedule: CostSchedule;
  readonly instructions: InstructionConfig;
  /** Of canisters on it. */
  readonly canisters: number;
}

/**
 * The subnets of one network and the streams between them. All subnets execute their rounds in lockstep and have the same
 * time. Pure and synchronous, as `Subnet` is, and with its operations: each goes to the subnet that it is for.
 */
export class SubnetNetwork {
  readonly #subnets: Subnet[] = [];
  readonly #pace: StreamPace;
  /** By the place of the sender and of the receiver among the subnets. */
  readonly #streams = new Map<string, Stream>();
  /** As many as subnets. */
  readonly #certifying: CertifyingSubnet[] = [];
  #dataCertificates: DataCertificates | undefined;
  #ingressCounter = 0;
  #tracing: boolean;
  #trace: SubnetTraceEvent[] = [];

  private constructor(options: SubnetNetworkOptions, pace: StreamPace) {
    this.#pace = pace;
    this.#tracing = options.tracing ?? false;
    assert(pace.latencyRounds >= 1, "a message needs at least one round to another subnet");
  }

  /** New, empty subnets. Throws where there is none. */
  static create(options: SubnetNetworkOptions): SubnetNetwork {
    const network = new SubnetNetwork(options, options.pace ?? mainnetPace);
    const specs = (options.subnets ?? ["application"]).map((it) => (typeof it === "string" ? { kind: it } : it));
    assert(specs.length > 0, "a network has at least one subnet");
    const kinds = specs.map((it) => it.kind);
    const keys = specs.map((_, index) => new SubnetKey(seedOf(options.seed, index)));
    const rootKey = keys[rootOf(kinds)]?.publicKeyDer;
    for (const [index, spec] of specs.entries()) {
      const key = keys[index] ?? new SubnetKey(seedOf(options.seed, index));
      const subnet = Subnet.create({
        ...options,
        ...spec,
        connections: network.#connections(index),
        firstCanisterId: canisterIdOf(allocationRange(index).start),
        seed: seedOf(options.seed, index),
        subnetId: key.subnetId,
        ...(rootKey === undefined ? {} : { rootKey }),
        ...(kinds.length === 1 ? {} : { canisterRanges: rangesOf(kinds, index) }),
      });
      network.#add(subnet, key);
    }
    return network;
  }

  /**
   * The network that `state` describes, also where it is the state of a single subnet; every image must be full. Throws
   * with a message for users when the state cannot be read.
   */
  static restore(options: SubnetNetworkOptions, state: SubnetState): SubnetNetwork {
    const { facts, subnets } = splitState(state);
    const network = new SubnetNetwork(options, facts?.pace ?? mainnetPace);
    for (const [index, it] of subnets.entries()) {
      const subnet = Subnet.restore({ ...options, connections: network.#connections(index) }, it);
      network.#add(subnet, new SubnetKey(subnet.seed));
    }
    network.#ingressCounter = facts?.ingressCounter ?? 0;
    for (const [key, stream] of facts?.streams ?? []) network.#streamAt(key).restore(stream);
    network.#assertConservation();
    return network;
  }

  /** State for the disk; call it between rounds. `changed` gives only memories written since the last call, `full` all. */
  state(images: "changed" | "full"): SubnetState {
    const facts: NetworkFactsOnDisk = {
      format: "canister-workbench network",
      version: 1,
      pace: this.#pace,
      ingressCounter: this.#ingressCounter,
      streams: [...this.#streams].map(([key, stream]) => [key, stream.facts()] as const),
    };
    return joinState(
      facts,
      this.#subnets.map((it) => it.state(images)),
    );
  }

  /** Names of the images that make the whole state; all others are to be forgotten. */
  imageIds(): readonly string[] {
    return this.#subnets.flatMap((it) => it.imageIds());
  }

  /** The subnets in the order in which they were asked for. */
  subnets(): readonly SubnetView[] {
    return this.#subnets.map((it) => ({
      subnetId: it.subnetId,
      kind: it.kind,
      subnetSize: it.subnetSize,
      canisterRanges: it.canisterRanges ?? [],
      costSchedule: it.costSchedule,
      instructions: it.instructions,
      canisters: it.canisters().length,
    }));
  }

  /** The subnet that hosts a canister or has its id in its ranges, or that has that id itself. */
  subnetOf(principal: Principal): Principal | undefined {
    return subnetOf(this.#subnets, principal)?.subnetId;
  }

  /** An id by which users' calls that are about no canister reach the subnet that takes them: the first application one's. */
  get defaultEffectiveCanisterId(): Principal {
    return this.#default.firstCanisterId;
  }

  /** See `Subnet.submitIngress`. A call that names neither a canister nor an effective id goes to the first application subnet. */
  submitIngress(call: IngressCall): IngressSubmission {
    const ingressId = call.ingressId ?? this.#nextIngressId();
    const subnet = this.#receiverOf(call);
    if (subnet === undefined) {
      const text = `Could not find subnetId given principalId ${call.effectiveId?.text}`;
      return { kind: "refused", reject: reject("SubnetNotFound", text) };
    }
    const submission = subnet.submitIngress({ ...call, ingressId });
    this.#collect(subnet);
    return submission;
  }

  /** What is known of an ingress message. */
  ingressStatus(ingressId: string): IngressStatus {
    for (const subnet of this.#subnets) {
      const status = subnet.ingressStatus(ingressId);
      if (status.kind !== "unknown") return status;
    }
    return { kind: "unknown" };
  }

  /** Runs a query on the canister's subnet and discards all changes. Queries of other subnets cannot be called by it. */
  query(call: QueryCall): QueryOutcome {
    const subnet =
      call.canisterId.key === Principal.management.key
        ? subnetOfManagementCall(this.#subnets, call.method, call.argument)
        : subnetOf(this.#subnets, call.canisterId);
    const asked = subnet ?? this.#default;
    const outcome = asked.query({ ...call, ...this.#dataCertificate(asked, call) });
    this.#collect(asked);
    return outcome;
  }

  /** The certificate for a query, made when the canister reads it; nothing where the caller brings its own. */
  #dataCertificate(subnet: Subnet, { canisterId, dataCertificate }: QueryCall): Pick<QueryCall, "dataCertificate"> {
    const certifiedData = subnet.certifiedData(canisterId);
    const certifying = this.#certifying[this.#subnets.indexOf(subnet)];
    if (dataCertificate !== undefined || certifiedData === undefined || certifying === undefined) return {};
    this.#dataCertificates ??= new DataCertificates(this.#root);
    const certificates = this.#dataCertificates;
    return {
      dataCertificate: () => certificates.certificateOf(certifying, canisterId, certifiedData, this.timeNanos),
    };
  }

  /** The public key of the root subnet in DER, which agents verify certificates with. */
  get rootKey(): Uint8Array {
    return this.#root.key.publicKeyDer;
  }

  get #root(): CertifyingSubnet {
    const root = this.#certifying[rootOf(this.#subnets.map((it) => it.kind))];
    assert(root !== undefined, "a network has at least one subnet");
    return root;
  }

  /** One round of all subnets. Messages that have come through the streams are executed in it. */
  executeRound(): RoundSummary {
    const round = this.round + 1;
    for (let index = 0; index < this.#subnets.length; index++) this.#receive(index, round);
    let executions = 0;
    let instructions = 0n;
    for (const subnet of this.#subnets) {
      const summary = subnet.executeRound();
      executions += summary.executions;
      instructions += summary.instructions;
      this.#collect(subnet);
    }
    this.#keepInStep();
    this.#fillStreams();
    this.#assertConservation();
    return { executions, instructions };
  }

  /** See `Subnet.awaitIngress`. */
  awaitIngress(ingressId: string, roundsMax: number): IngressStatus {
    return awaitIngress(this, ingressId, roundsMax);
  }

  /** Runs rounds until no message waits or is on its way and no timer is due; gives the number of rounds. */
  executeUntilIdle(roundsMax: number): number {
    return executeUntilIdle(this, roundsMax);
  }

  /** Whether no message waits or is on its way, and no timer, deadline or charge is due. */
  isIdle(): boolean {
    for (const stream of this.#streams.values()) if (stream.length > 0) return false;
    return this.#subnets.every((it) => it.isIdle());
  }

  /** Whether any running canister has a heartbeat, which wants rounds as time passes. */
  hasHeartbeats(): boolean {
    return this.#subnets.some((it) => it.hasHeartbeats());
  }

  /** Whether any canister has a rate limit's debit, which rounds pay off as time passes. */
  hasDebits(): boolean {
    return this.#subnets.some((it) => it.hasDebits());
  }

  /** Moves the clock of all subnets; what falls due runs in the next round. Nanoseconds, not negative. */
  advanceTime(nanos: bigint): void {
    for (const subnet of this.#subnets) subnet.advanceTime(nanos);
  }

  /** When the next timer, deadline or time-out falls due, in nanoseconds since 1970-01-01. */
  nextTimer(): bigint | undefined {
    let next: bigint | undefined;
    const times = this.#subnets.map((it) => it.nextTimer());
    for (const stream of this.#streams.values()) times.push(stream.nextExpiry());
    for (const nanos of times) if (nanos !== undefined && (next === undefined || nanos < next)) next = nanos;
    return next;
  }

  /** Nanoseconds since 1970-01-01. */
  get timeNanos(): bigint {
    return this.#default.timeNanos;
  }

  /** Rounds executed so far. */
  get round(): number {
    return this.#default.round;
  }

  /** All canisters, subnet by subnet, in order of their creation. */
  canisters(): readonly CanisterView[] {
    return this.#subnets.flatMap((it) => it.canisters());
  }

  /** One canister as seen from outside. */
  canister(canisterId: Principal): CanisterView | undefined {
    return subnetOf(this.#subnets, canisterId)?.canister(canisterId);
  }

  /** The canister's snapshots, oldest first; empty for an unknown canister. */
  snapshots(canisterId: Principal): readonly SnapshotView[] {
    return subnetOf(this.#subnets, canisterId)?.snapshots(canisterId) ?? [];
  }

  /** The canister's log, oldest record first; empty for an unknown canister. */
  logs(canisterId: Principal): readonly LogRecord[] {
    return subnetOf(this.#subnets, canisterId)?.logs(canisterId) ?? [];
  }

  /** Gives cycles out of nothing; false for an unknown canister. */
  addCycles(canisterId: Principal, amount: bigint): boolean {
    return subnetOf(this.#subnets, canisterId)?.addCycles(canisterId, amount) ?? false;
  }

  /** The installed module as uploaded. */
  module(canisterId: Principal): Uint8Array | undefined {
    return subnetOf(this.#subnets, canisterId)?.module(canisterId);
  }

  /** HTTPS outcalls that wait for their response, subnet by subnet; their ids are unique in the network. */
  httpOutcalls(): readonly HttpOutcall[] {
    const count = this.#subnets.length;
    if (count === 1) return this.#default.httpOutcalls();
    return this.#subnets.flatMap((subnet, index) =>
      subnet.httpOutcalls().map((it) => ({ ...it, id: it.id * count + index })),
    );
  }

  /** Gives an outcall its response, which the next round delivers; false when nobody waits for it. */
  answerHttpOutcall(id: number, answer: HttpOutcallAnswer): boolean {
    const count = this.#subnets.length;
    return this.#subnets[id % count]?.answerHttpOutcall(Math.floor(id / count), answer) ?? false;
  }

  /** Turns the collection of events on or off. */
  setTracing(on: boolean): void {
    this.#tracing = on;
    for (const subnet of this.#subnets) subnet.setTracing(on);
    if (!on) this.#trace = [];
  }

  /** The events since the last call, round by round and in each subnet by subnet. */
  takeTrace(): readonly SubnetTraceEvent[] {
    const events = this.#trace;
    this.#trace = [];
    return events;
  }

  get #default(): Subnet {
    const subnet = this.#subnets.find((it) => it.kind === "application") ?? this.#subnets[0];
    assert(subnet !== undefined, "a network has at least one subnet");
    return subnet;
  }

  #add(subnet: Subnet, key: SubnetKey): void {
    this.#subnets.push(subnet);
    this.#certifying.push({ key, subnetId: subnet.subnetId, canisterRanges: subnet.canisterRanges });
  }

  #nextIngressId(): string {
    for (;;) {
      const id = `ingress-${++this.#ingressCounter}`;
      if (this.ingressStatus(id).kind === "unknown") return id;
    }
  }

  #receiverOf({ canisterId, method, argument, effectiveId }: IngressCall): Subnet | undefined {
    if (canisterId.key !== Principal.management.key) return subnetOf(this.#subnets, canisterId) ?? this.#default;
    const byTarget = subnetOfManagementCall(this.#subnets, method, argument);
    if (byTarget !== undefined) return byTarget;
    return effectiveId === undefined ? this.#default : subnetOf(this.#subnets, effectiveId);
  }

  #connections(index: number): SubnetConnections {
    return {
      dispatch: (message) => this.#dispatch(index, message),
      obstacle: (request) => {
        const home = this.#subnets[index];
        return home === undefined ? undefined : foreignObstacle(subnetOf(this.#subnets, request.sender), home, request);
      },
      signatureFee: () => keyHolder(this.#subnets)?.signatureFee,
      isOnNns: (canisterId) => subnetOf(this.#subnets, canisterId)?.kind === "nns",
    };
  }

  #dispatch(from: number, message: RequestMessage | ResponseMessage): Dispatch {
    const home = this.#subnets[from];
    if (home === undefined) return here;
    if (message.kind === "response") {
      const to = subnetOf(this.#subnets, message.receiver);
      return to === undefined || to === home ? here : this.#send(from, to, message);
    }
    const route = routeOf(this.#subnets, home, message);
    if (route.kind === "none") return { kind: "refused", reject: route.reject };
    return route.subnet === home ? here : this.#send(from, route.subnet, message);
  }

  #send(from: number, to: Subnet, message: RequestMessage | ResponseMessage): Dispatch {
    this.#streamAt(`${from}>${this.#subnets.indexOf(to)}`).push(message, to.timeNanos);
    return { kind: "sent" };
  }

  #streamAt(key: string): Stream {
    const stream = this.#streams.get(key) ?? new Stream();
    this.#streams.set(key, stream);
    return stream;
  }

  /** Gives a subnet what its block of the round has room for; senders take turns in being first. */
  #receive(to: number, round: number): void {
    const count = this.#subnets.length;
    const sentBy = round - this.#pace.latencyRounds;
    let room = this.#pace.bytesPerRound;
    for (let turn = 0; turn < count && room > 0; turn++) {
      const from = (round + turn) % count;
      const stream = this.#streams.get(`${from}>${to}`);
      if (stream === undefined || stream.length === 0) continue;
      const { messages, bytes } = stream.take(sentBy, room);
      room -= bytes;
      for (const message of messages) this.#subnets[to]?.receive(message);
    }
  }

  /** Lets what was sent in the round enter the streams, and gives back what waited too long. */
  #fillStreams(): void {
    for (const [key, stream] of this.#streams) {
      if (stream.length === 0) continue;
      const [from, to] = key.split(">").map((it) => this.#subnets[Number(it)]);
      if (from === undefined || to === undefined) continue;
      for (const request of stream.takeExpired(this.timeNanos)) this.#giveBack(from, request);
      stream.fill(this.round, subnetProfiles[to.kind].limits.streamMessages);
    }
  }

  #giveBack(from: Subnet, request: RequestMessage): void {
    const text = "Request timed out.";
    from.refuse(request, { rejectCode: rejectCodes.sysTransient, message: text });
  }

  /** A long execution takes several rounds of its subnet, which the others spend idle. */
  #keepInStep(): void {
    const round = Math.max(...this.#subnets.map((it) => it.round));
    const { timeNanos } = this;
    for (const subnet of this.#subnets) subnet.keepUp(round, timeNanos);
  }

  #assertConservation(): void {
    let onTheWay = 0n;
    for (const { cyclesCrossed } of this.#subnets) onTheWay += cyclesCrossed.sent - cyclesCrossed.received;
    if (onTheWay === 0n && this.#streams.size === 0) return;
    let inStreams = 0n;
    for (const stream of this.#streams.values()) inStreams += stream.cycles();
    assert(inStreams === onTheWay, `cycles are conserved: ${inStreams} are in streams, ${onTheWay} should be`);
  }

  #collect(subnet: Subnet): void {
    if (!this.#tracing) return;
    const subnetId = subnet.subnetId.text;
    for (const event of subnet.takeTrace()) this.#trace.push({ ...event, subnetId });
  }
}

const here: Dispatch = { kind: "here" };

function rangesOf(kinds: readonly SubnetKind[], index: number): readonly CanisterIdRange[] {
  const kind = kinds[index];
  if (kind === undefined) return [];
  // Of several subnets of a kind that the mainnet has once, the first has the mainnet's ids.
  const mainnet = kinds.indexOf(kind) === index ? subnetProfiles[kind].mainnetRanges : [];
  return [...mainnet, allocationRange(index)];
}

/** Whose key all others are vouched for with: the NNS where there is one. */
function rootOf(kinds: readonly SubnetKind[]): number {
  return Math.max(kinds.indexOf("nns"), 0);
}

function seedOf(seed: Uint8Array, index: number): Uint8Array {
  return index === 0 ? seed : sha256(Uint8Array.of(...seed, index));
}
