import { assertNever } from "../base/assert.ts";
import { Principal } from "../base/principal.ts";
import type { Callback } from "./callContexts.ts";
import type { Canister } from "./canister.ts";
import { type CanisterIdRange, canisterIdNumber, isWithin } from "./canisterIdRanges.ts";
import type { CyclesUse } from "./cycles/consumedCycles.ts";
import { type CyclesLedger, emptyLedger } from "./cycles/cyclesAccount.ts";
import { type CostSchedule, Fees } from "./cycles/fees.ts";
import type { Embedder, ExecutionWatch, MeteringProfile } from "./embedder/contract.ts";
import { type Reject, receiverNotFound, receiverNotRunning, withoutErrorCode } from "./errors.ts";
import { HttpOutcalls } from "./httpOutcalls.ts";
import { IngressHistory } from "./ingressHistory.ts";
import { limits } from "./limits.ts";
import { LongExecutions } from "./longExecutions.ts";
import type { ThresholdRequest } from "./management/thresholdRequests.ts";
import type { CallOrigin, CanisterMessage, IngressMessage, RequestMessage, ResponseMessage } from "./messages.ts";
import { endOfWait } from "./messages.ts";
import { Fifo } from "./queues.ts";
import type { Randomness } from "./randomness.ts";
import { cyclesIn, type StreamMessage } from "./streams.ts";
import {
  type InstructionConfig,
  type SubnetKind,
  type SubnetLimits,
  subnetLimits,
  subnetProfiles,
} from "./subnetKinds.ts";
import type { CallResponse, TraceEvent, TracePlace } from "./trace.ts";

/** A call of a method of the management canister that waits to be executed. */
export interface ManagementCall {
  readonly origin: CallOrigin;
  readonly caller: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  /** Cycles attached. */
  readonly cycles: bigint;
  /** Nanoseconds; 0 for none. */
  readonly deadlineNanos: bigint;
  /** The version of the canister that called, when it did. */
  readonly senderVersion?: bigint;
  readonly place: TracePlace;
  /** Cycles that the canister it is about pays when it has been executed (small update_settings of users). */
  readonly feeAfterwards?: bigint;
}

/** A raw_rand call, answered in the round after the one that executed it. */
export interface RandomnessRequest {
  readonly call: ManagementCall;
  /** The round in which it was executed. */
  readonly round: number;
}

/** What a response is for. */
export interface Answered {
  readonly origin: CallOrigin;
  readonly method: string;
  readonly place: TracePlace;
}

/** What became of a message that a canister sent. */
export type Dispatch =
  /** It is for a canister of this subnet, or for nobody. */
  | { readonly kind: "here" }
  /** Another subnet has it now. */
  | { readonly kind: "sent" }
  /** It cannot be delivered anywhere. */
  | { readonly kind: "refused"; readonly reject: Reject };

/** How a subnet reaches the others of its network. */
export interface SubnetConnections {
  /** Takes a message that was sent by a canister of this subnet, if it is for another one. */
  dispatch(message: RequestMessage | ResponseMessage): Dispatch;
  /** Why a request from another subnet is not even looked at. */
  obstacle(request: RequestMessage): Reject | undefined;
  /** What a threshold signature costs on the subnet that holds the keys; undefined where each subnet has its own. */
  signatureFee(): bigint | undefined;
  /** Whether a canister lives on the NNS. */
  isOnNns(canisterId: Principal): boolean;
}

/** Facts that never change in the life of a subnet. */
export interface SubnetFacts {
  readonly embedder: Embedder;
  /** How memory is charged. */
  readonly meteringProfile: MeteringProfile;
  readonly subnetSize: number;
  /** As its kind has when absent. */
  readonly costSchedule: CostSchedule | undefined;
  /** Production when absent. */
  readonly instructions: InstructionConfig | undefined;
  readonly subnetId: Principal;
  readonly rootKey: Uint8Array;
  readonly firstCanisterId: Principal;
  readonly randomness: Randomness;
  readonly timeNanos: bigint;
  readonly watch: ExecutionWatch | undefined;
  /** Whether installations and writes are limited by round; false when absent. */
  readonly rateLimits?: boolean | undefined;
  /** Bytes of messages of bounded waits; as on the network when absent. */
  readonly bestEffortMessageBytes?: number | undefined;
  /** Ingress messages known at a time; as on the network when absent. */
  readonly ingressHistoryMessages?: number | undefined;
  readonly kind: SubnetKind;
  /** Ids that canisters of this subnet can have; all where it is the only one. */
  readonly canisterRanges: readonly CanisterIdRange[] | undefined;
  readonly connections: SubnetConnections | undefined;
  readonly subnetAdmins: readonly Principal[] | undefined;
}

/**
 * All that message executions share and change: canisters, queues between them, time, the ledger of cycles. One per
 * subnet; the functions of `execution/` and `management/` work on it.
 */
export class ExecutionEnvironment {
  readonly embedder: Embedder;
  readonly meteringProfile: MeteringProfile;
  readonly fees: Fees;
  readonly subnetSize: number;
  readonly subnetId: Principal;
  readonly rootKey: Uint8Array;
  readonly watch: ExecutionWatch | undefined;
  readonly firstCanisterId: Principal;
  readonly kind: SubnetKind;
  readonly instructions: InstructionConfig;
  /** Limits of its kind. */
  readonly limits: SubnetLimits;
  readonly canisterRanges: readonly CanisterIdRange[] | undefined;
  readonly connections: SubnetConnections | undefined;
  readonly subnetAdmins: readonly Principal[] | undefined;
  readonly randomness: Randomness;
  readonly canisters = new Map<string, Canister>();
  readonly ingressHistory = new IngressHistory();
  readonly ledger: CyclesLedger = emptyLedger();
  /** Modules that were installed before, by the hex of their hash: compiling them again costs a hundredth. */
  readonly compiledModules = new Set<string>();
  /** Sent in this pass of the scheduler, not yet in the queue of its receiver. */
  readonly outbox: CanisterMessage[] = [];
  readonly managementCalls = new Fifo<ManagementCall>();
  randomnessRequests: RandomnessRequest[] = [];
  thresholdRequests: ThresholdRequest[] = [];
  httpOutcalls = new HttpOutcalls();
  /** Canisters with messages. */
  readonly ready = new Set<Canister>();
  /** Canisters that wait for their call contexts to end. */
  readonly stopping = new Set<Canister>();
  /** Canisters whose code has a heartbeat. */
  readonly withHeartbeat = new Set<Canister>();
  /** Canisters whose global timer is set. */
  readonly withTimer = new Set<Canister>();
  /** When the next bounded-wait call without a response gives up, nanoseconds. */
  nextDeadlineNanos: bigint | undefined;
  timeNanos: bigint;
  round = 0;
  /** When storage and compute allocation are charged next, nanoseconds. */
  nextChargeNanos: bigint;
  /** Responses that room is kept for, by all canisters. */
  responseReservations = 0;
  /** Callbacks of all canisters. */
  callbacks = 0;
  /** Canisters created so far, which gives the next id. */
  canistersCreated = 0;
  /** Used in the running round. */
  roundInstructions = 0n;
  /** Message executions in the running round. */
  roundExecutions = 0;
  /** Instructions of the running round that its passes so far have used up. */
  roundUsed = 0;
  /** Instructions counted in the running pass, by thread; each execution counts with one slice at most. */
  readonly threadInstructions: number[] = new Array<number>(limits.threads).fill(0);
  /** The thread that runs now. */
  thread = 0;
  /** Executions that go on over several rounds. */
  readonly long = new LongExecutions();
  readonly rateLimits: boolean;
  readonly bestEffortMessageBytes: number;
  readonly ingressHistoryMessages: number;
  /** Canisters with debits, where rates are limited. */
  readonly indebted = new Set<Canister>();
  /** Collected events; absent when nobody wants them. */
  trace: TraceEvent[] | undefined;
  #signatureFee: bigint | undefined;

  constructor(facts: SubnetFacts) {
    this.embedder = facts.embedder;
    this.meteringProfile = facts.meteringProfile;
    this.kind = facts.kind;
    this.instructions = facts.instructions ?? "production";
    this.limits = subnetLimits(facts.kind, this.instructions);
    this.canisterRanges = facts.canisterRanges;
    this.connections = facts.connections;
    this.subnetAdmins = facts.subnetAdmins;
    const costSchedule = facts.costSchedule ?? subnetProfiles[facts.kind].costSchedule;
    this.fees = new Fees(facts.subnetSize, costSchedule, this.limits.instructionsPerMessage);
    this.subnetSize = facts.subnetSize;
    this.subnetId = facts.subnetId;
    this.rootKey = facts.rootKey;
    this.firstCanisterId = facts.firstCanisterId;
    this.randomness = facts.randomness;
    this.timeNanos = facts.timeNanos;
    this.nextChargeNanos = facts.timeNanos + limits.chargeIntervalNanos;
    this.watch = facts.watch;
    this.rateLimits = facts.rateLimits ?? false;
    this.bestEffortMessageBytes = facts.bestEffortMessageBytes ?? limits.bestEffortMessageBytes;
    this.ingressHistoryMessages = facts.ingressHistoryMessages ?? this.limits.ingressHistoryMessages;
  }

  /** Takes note of cycles that are gone; `canister` is whose they were, if anybody's. */
  consume(canister: Canister | undefined, use: CyclesUse, cycles: bigint): void {
    this.ledger[use === "burned_cycles" ? "burned" : "consumed"] += cycles;
    if (canister !== undefined) canister.consumed[use] += cycles;
  }

  /** What a threshold signature costs that a canister of this subnet asks for. */
  get signatureFee(): bigint {
    this.#signatureFee ??= this.connections?.signatureFee() ?? this.fees.signature();
    return this.#signatureFee;
  }

  canister(id: Principal): Canister | undefined {
    return this.canisters.get(id.key);
  }

  /** Whether a canister of this subnet can have that id. */
  canHost(id: Principal): boolean {
    const number = canisterIdNumber(id);
    return this.canisterRanges === undefined || (number !== undefined && isWithin(this.canisterRanges, number));
  }

  /** Sends the one response of a call to whoever waits for it, with the cycles that were not accepted. */
  respond(respondent: Principal, answered: Answered, response: CallResponse, refund: bigint): void {
    const { origin, method, place } = answered;
    const held = { kind: "response", respondent, answered: { origin, method, place }, response, refund } as const;
    if (this.long.hold(held)) return;
    const responder = isUnbounded(origin) ? this.canisters.get(respondent.key) : undefined;
    if (responder !== undefined) this.releaseResponse(responder);
    if (origin.kind === "ingress") this.ingressHistory.setDone(origin.ingressId, response);
    if (origin.kind === "canister") {
      this.outbox.push({
        kind: "response",
        respondent,
        receiver: origin.caller,
        callbackId: origin.callbackId,
        response,
        refund,
        deadlineNanos: origin.deadlineNanos,
      });
    }
    if (this.trace === undefined || origin.kind === "systemTask") return;
    const to = origin.kind === "ingress" ? "ingress" : origin.caller.text;
    this.trace.push({
      kind: "responded",
      round: this.round,
      ...place,
      from: respondent.text,
      to,
      method,
      response,
      refund,
    });
  }

  /** Puts a request on its way; while an execution of several slices goes on, it waits for the end. */
  send(message: RequestMessage): void {
    if (!this.long.hold({ kind: "request", message })) this.outbox.push(message);
  }

  /** Lets out what executions did whose last slice runs in this round. */
  releaseHeld(): void {
    for (const it of this.long.release(this.round)) {
      if (it.kind === "request") this.outbox.push(it.message);
      else this.respond(it.respondent, it.answered, it.response, it.refund);
    }
  }

  /** Counts instructions into the round, on the thread that runs now. */
  countInstructions(instructions: number): void {
    this.threadInstructions[this.thread] = (this.threadInstructions[this.thread] ?? 0) + instructions;
  }

  /** Delivers everything that was sent: to queues, to the management canister, or back where nobody is there. */
  induct(): void {
    for (let index = 0; index < this.outbox.length; index++) {
      const message = this.outbox[index];
      if (message !== undefined) this.#deliver(message);
    }
    this.outbox.length = 0;
  }

  /** Keeps room for the response to an unbounded wait, for the canister that gets or that gives it. */
  reserveResponse(canister: Canister): void {
    canister.responseReservations++;
    this.responseReservations++;
  }

  /** Gives up the room for a response. */
  releaseResponse(canister: Canister): void {
    canister.responseReservations--;
    this.responseReservations--;
  }

  /** Puts a message into the queue of its receiver, who exists. */
  enqueue(receiver: Canister, message: CanisterMessage): void {
    if (message.kind === "request" && message.deadlineNanos === 0n) this.reserveResponse(receiver);
    receiver.input.push(message, this.#isRemote(message));
    this.ready.add(receiver);
  }

  /** Whether a message comes from a canister of another subnet. */
  #isRemote(message: CanisterMessage): boolean {
    if (message.kind === "ingress" || this.canisterRanges === undefined) return false;
    const sender = message.kind === "request" ? message.sender : message.respondent;
    return !isManagement(sender, this.subnetId) && !this.canisters.has(sender.key);
  }

  /** Whether the timer is set decides whether the canister is looked at when time passes. */
  setGlobalTimer(canister: Canister, nanos: bigint): void {
    canister.globalTimerNanos = nanos;
    if (nanos === 0n) this.withTimer.delete(canister);
    else this.withTimer.add(canister);
  }

  /** Whether the code has a heartbeat decides whether the canister is looked at in each round. */
  noteHeartbeat(canister: Canister): void {
    if (canister.code?.prepared.facts.hasHeartbeat === true) this.withHeartbeat.add(canister);
    else this.withHeartbeat.delete(canister);
  }

  /** Remembers when a bounded-wait call gives up. */
  watchDeadline(callback: Callback): void {
    if (callback.deadlineNanos === 0n) return;
    const end = endOfWait(callback.deadlineNanos);
    if (this.nextDeadlineNanos === undefined || end < this.nextDeadlineNanos) this.nextDeadlineNanos = end;
  }

  /** Takes a message of another subnet in. */
  receive(message: StreamMessage): void {
    this.ledger.received += cyclesIn(message);
    const obstacle = message.kind === "request" ? this.connections?.obstacle(message) : undefined;
    if (obstacle === undefined || message.kind === "response") this.#deliverHere(message);
    else this.#refuse(message, obstacle);
  }

  /** Answers a request that was sent, and could not reach its receiver. */
  takeBack(request: RequestMessage, reject: Reject): void {
    this.ledger.received += request.cycles;
    this.#refuse(request, reject);
    this.induct();
  }

  /** A request of another subnet whose deadline passed is never executed: its cycles are lost. Tells whether it is one. */
  dropExpired(request: RequestMessage | ManagementCall, callee: Principal, caller: Principal): boolean {
    if (request.deadlineNanos === 0n || endOfWait(request.deadlineNanos) > this.timeNanos) return false;
    // The calls of this subnet's own canisters expire with their callbacks.
    if (this.canisters.has(caller.key)) return false;
    this.ledger.lost += request.cycles;
    const { method, cycles, place } = request;
    this.trace?.push({
      kind: "requestDropped",
      round: this.round,
      ...place,
      canisterId: callee.text,
      caller: caller.text,
      method,
      cyclesLost: cycles,
    });
    return true;
  }

  #deliver(message: CanisterMessage): void {
    if (message.kind === "ingress" || this.connections === undefined) {
      this.#deliverHere(message);
      return;
    }
    const dispatch = this.connections.dispatch(message);
    switch (dispatch.kind) {
      case "here":
        this.#deliverHere(message);
        return;
      case "sent":
        this.ledger.sent += cyclesIn(message);
        return;
      case "refused":
        if (message.kind === "request") this.#refuse(message, dispatch.reject);
        else this.#deliverHere(message);
        return;
      default:
        assertNever(dispatch);
    }
  }

  #deliverHere(message: CanisterMessage): void {
    const receiver = this.canisters.get(message.receiver.key);
    if (message.kind === "response") {
      this.#deliverResponse(message, receiver);
    } else if (receiver !== undefined) {
      if (receiver.state.kind === "running") this.enqueue(receiver, message);
      else this.#refuse(message, receiverNotRunning(receiver.id, receiver.state.kind));
    } else if (message.kind === "request" && isManagement(message.receiver, this.subnetId)) {
      this.managementCalls.push(managementCall(message));
    } else {
      this.#refuse(message, receiverNotFound(message.receiver));
    }
  }

  #deliverResponse(message: CanisterMessage & { kind: "response" }, receiver: Canister | undefined): void {
    const callback = receiver?.callbacks.get(message.callbackId);
    if (receiver !== undefined && callback !== undefined && !callback.answered) {
      callback.answered = true;
      if (callback.deadlineNanos === 0n) this.releaseResponse(receiver);
      this.enqueue(receiver, message);
      return;
    }
    // It came after the deadline, or its caller is deleted: the cycles of a late response are lost.
    this.ledger.lost += message.refund;
    this.trace?.push({
      kind: "responseDropped",
      round: this.round,
      root: { kind: "systemTask", canisterId: message.receiver.text, round: this.round },
      depth: 0,
      canisterId: message.receiver.text,
      callbackId: message.callbackId,
      cyclesLost: message.refund,
    });
  }

  #refuse(message: IngressMessage | RequestMessage, reason: Reject): void {
    if (message.kind === "ingress") {
      this.ingressHistory.setDone(message.ingressId, { kind: "reject", reject: reason });
      return;
    }
    const response: CallResponse = { kind: "reject", reject: withoutErrorCode(reason) };
    const origin: CallOrigin = {
      kind: "canister",
      caller: message.sender,
      callbackId: message.callbackId,
      deadlineNanos: message.deadlineNanos,
    };
    this.respond(message.receiver, { origin, method: message.method, place: message.place }, response, message.cycles);
  }
}

/** Whether a canister waits for the response however long it takes. */
function isUnbounded(origin: CallOrigin): boolean {
  return origin.kind === "canister" && origin.deadlineNanos === 0n;
}

/** Whether a call to that principal is one of the management canister. */
export function isManagement(receiver: Principal, subnetId: Principal): boolean {
  return receiver.key === Principal.management.key || receiver.key === subnetId.key;
}

function managementCall(request: RequestMessage): ManagementCall {
  return {
    origin: {
      kind: "canister",
      caller: request.sender,
      callbackId: request.callbackId,
      deadlineNanos: request.deadlineNanos,
    },
    caller: request.sender,
    method: request.method,
    argument: request.argument,
    cycles: request.cycles,
    deadlineNanos: request.deadlineNanos,
    place: request.place,
    ...(request.senderVersion === undefined ? {} : { senderVersion: request.senderVersion }),
  };
}
