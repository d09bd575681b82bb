/**
 * What a running execution asks the subnet: whether a call can be sent, whether memory can be had, and what must stay
 * in the balance then.
 * https://internetcomputer.org/docs/references/resource-limits
 */
import type { Canister } from "./canister.ts";
import type {
  Allocation,
  CallsSoFar,
  ExecutionMode,
  OutgoingCalls,
  ResourceQuestions,
  Taken,
} from "./embedder/contract.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { limits } from "./limits.ts";

/** Contexts in which growing must not freeze the canister. */
const thresholdModes: ReadonlySet<ExecutionMode> = new Set(["update", "heartbeat", "globalTimer", "onLowWasmMemory"]);

/** Contexts whose memory is taken from the subnet at once; installations settle at their end, queries give it back. */
const takingModes: ReadonlySet<ExecutionMode> = new Set([
  ...thresholdModes,
  "replyCallback",
  "rejectCallback",
  "cleanup",
]);

/** Bytes that all canisters of the subnet use or have allocated. */
export function subnetMemoryBytes(env: ExecutionEnvironment): number {
  let sum = 0;
  for (const canister of env.canisters.values()) sum += canister.allocatedBytes;
  return sum;
}

/** Whether a canister may have one more callback. Above the subnet's limit each still has a few of its own. */
export function mayHaveCallback(ofCanister: number, ofSubnet: number): boolean {
  return ofSubnet < limits.callbacksSubnet || ofCanister < limits.callbacksGuaranteed;
}

/** The questions of one canister's executions. */
export class CanisterQuestions implements OutgoingCalls, ResourceQuestions {
  readonly #env: ExecutionEnvironment;
  readonly #canister: Canister;
  /** Bytes that the subnet used before the running execution took any. */
  #usedBefore = 0;

  constructor(env: ExecutionEnvironment, canister: Canister) {
    this.#env = env;
    this.#canister = canister;
  }

  canEnqueue(callee: Uint8Array, performed: number, { requests, reservations }: CallsSoFar): boolean {
    const { outstandingCalls, callbacks } = this.#canister;
    const waiting = outstandingCalls.get(String.fromCharCode(...callee)) ?? 0;
    if (waiting + performed >= limits.queueCapacity) return false;
    const reserved = (this.#env.responseReservations + reservations) * limits.responseReservationBytes;
    if (reservations > 0 && reserved > limits.guaranteedMessageBytes) return false;
    return mayHaveCallback(callbacks.size + requests, this.#env.callbacks + requests);
  }

  costOfCall(payloadBytes: number): bigint {
    const { fees } = this.#env;
    const memory64 = this.#canister.code?.prepared.facts.memory64 === true;
    return fees.transmission(payloadBytes) + fees.responsePrepayment + fees.messagePrepayment(memory64);
  }

  freezingThreshold(taken: Taken): bigint {
    const { memoryBytes, messageBytes, settings, account } = this.#canister;
    const { fees } = this.#env;
    const holdings = this.#canister.holdings(memoryBytes + taken.memoryBytes, messageBytes + taken.messageBytes);
    const reserved = account.reserved + taken.cyclesReserved;
    return fees.freezingThreshold(fees.idlePerDay(holdings), settings.freezingThresholdSeconds, reserved);
  }

  allocate(bytes: number, mode: ExecutionMode, taken: Taken, balance: bigint): Allocation {
    const canister = this.#canister;
    const used = canister.memoryBytes + taken.memoryBytes;
    const allocation = Number(canister.settings.memoryAllocationBytes);
    const more = Math.max(used + bytes, allocation) - Math.max(used, allocation);
    if (thresholdModes.has(mode) && more > 0) {
      const threshold = this.freezingThreshold({ ...takenOf(taken), memoryBytes: taken.memoryBytes + bytes });
      if (balance < threshold) return insufficientCycles(more, threshold - balance);
    }
    if (!takingModes.has(mode)) return { kind: "granted", cyclesReserved: 0n };
    if (taken.memoryBytes === 0) this.#usedBefore = subnetMemoryBytes(this.#env);
    const before = this.#usedBefore + Math.max(used, allocation) - canister.allocatedBytes;
    if (before + more > Number(limits.subnetMemoryBytes)) return { kind: "refused", trap: { kind: "outOfMemory" } };
    return this.#reserve(more, before, taken, balance);
  }

  #reserve(bytes: number, before: number, taken: Taken, balance: bigint): Allocation {
    const { account, settings } = this.#canister;
    const cycles = this.#env.fees.storageReservation(BigInt(bytes), BigInt(before));
    const reserved = account.reserved + taken.cyclesReserved + cycles;
    const limit = settings.reservedCyclesLimit;
    if (reserved > limit) {
      const excess = reserved - limit;
      return { kind: "refused", trap: { kind: "reservedCyclesLimitExceeded", bytes, limit, excess } };
    }
    if (balance < cycles) return insufficientCycles(bytes, cycles - balance);
    return { kind: "granted", cyclesReserved: cycles };
  }
}

function insufficientCycles(bytes: number, missing: bigint): Allocation {
  return { kind: "refused", trap: { kind: "insufficientCyclesInMemoryGrow", bytes, missing } };
}

function takenOf({ memoryBytes, messageBytes, cyclesReserved }: Taken): Taken {
  return { memoryBytes, messageBytes, cyclesReserved };
}

/** The questions of a canister's executions. */
export function questionsOf(env: ExecutionEnvironment, canister: Canister): CanisterQuestions {
  canister.questions ??= new CanisterQuestions(env, canister);
  return canister.questions;
}
