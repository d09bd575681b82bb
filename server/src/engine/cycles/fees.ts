import { limits } from "../limits.ts";
import type { OutcallCostArgument } from "../management/httpShapes.ts";
import { type OutcallReplication, outcallPayment } from "./outcallFees.ts";

/**
 * What things cost in cycles on an application subnet of 13 nodes; other sizes pay `fee · nodes / 13`.
 * Source: dfinity/ic rs/config/src/subnet_config.rs, developer-docs docs/references/cycle-costs.md, as of 2026-11-21.
 */
export const feeTable = {
  referenceSubnetSize: 13n,
  canisterCreation: 500_000_000_000n,
  messageExecution: 5_000_000n,
  /** Per ten instructions of a 32-bit module. */
  tenInstructions: 10n,
  /** Per ten instructions of a 64-bit module. */
  tenInstructionsMemory64: 20n,
  canisterCall: 260_000n,
  canisterCallByte: 1_000n,
  ingressMessage: 1_200_000n,
  ingressByte: 2_000n,
  /** Per GiB and second (127 000 before 2026). */
  storageGibibyteSecond: 317_500n,
  /** Per second for each canister that uses memory (since 2026). */
  canisterSecond: 10_000n,
  /** Per percent and second. */
  computePercentSecond: 10_000_000n,
  signature: 10_000_000_000n,
  httpRequestBase: 3_000_000n,
  httpRequestNode: 60_000n,
  httpRequestByte: 400n,
  httpResponseByte: 800n,
  /** Seconds that the reserve for storage pays for when the subnet is full. */
  storageReservationSeconds: 300_000_000n,
} as const;

/** Whether the canisters of a subnet pay. On a `free` one every fee is 0, on one of the `system` all but those of signatures. */
export type CostSchedule = "normal" | "system" | "free";

/** Bytes of the longest response, which a call pays in advance. */
const responseBytesMax = 2_097_152n;

const gibibyte = 1_073_741_824n;

const secondsPerDay = 86_400n;

/** What a canister holds of the subnet, for the charge by time. */
export interface Holdings {
  /** Bytes: heap, stable memory, module and the rest. */
  readonly memoryBytes: bigint;
  /** Bytes of messages, and reserved for responses. */
  readonly messageBytes: bigint;
  /** Bytes; 0 for best effort. */
  readonly memoryAllocationBytes: bigint;
  /** Percent. */
  readonly computeAllocation: bigint;
}

/** What holding things costs in a day, in cycles, by what is charged apart. */
export interface IdleRates {
  readonly memory: bigint;
  readonly messages: bigint;
  readonly compute: bigint;
}

/** The fees of a subnet of one size, with the formulas that use them. All results are cycles. */
export class Fees {
  readonly subnetSize: bigint;
  /** Sent with each call and never refunded, beside `callByte` for each byte of name and argument. */
  readonly call: bigint;
  readonly callByte: bigint;
  /** Paid in advance by a call for the bytes of its response. */
  readonly responsePrepayment: bigint;
  readonly canisterCreation: bigint;
  readonly schedule: CostSchedule;
  readonly #messagePrepayment: bigint;
  readonly #messagePrepayment64: bigint;

  constructor(
    subnetSize: number,
    schedule: CostSchedule = "normal",
    instructionsPerMessage: bigint = limits.instructionsPerMessage,
  ) {
    this.schedule = schedule;
    this.subnetSize = BigInt(subnetSize);
    this.call = this.scale(feeTable.canisterCall);
    this.callByte = feeTable.canisterCallByte;
    this.responsePrepayment = this.scale(feeTable.canisterCallByte * responseBytesMax);
    this.canisterCreation = this.scale(feeTable.canisterCreation);
    this.#messagePrepayment = this.execution(instructionsPerMessage, false);
    this.#messagePrepayment64 = this.execution(instructionsPerMessage, true);
  }

  /** A fee of the reference subnet on this one. */
  scale(fee: bigint): bigint {
    if (this.schedule !== "normal") return 0n;
    return (fee * this.subnetSize) / feeTable.referenceSubnetSize;
  }

  /** Of executing a message with so many instructions. */
  execution(instructions: bigint, memory64: boolean): bigint {
    return this.scale(feeTable.messageExecution + (tenInstructions(memory64) * instructions) / 10n);
  }

  /** Of the longest message execution, which is paid in advance. */
  messagePrepayment(memory64: boolean): bigint {
    return memory64 ? this.#messagePrepayment64 : this.#messagePrepayment;
  }

  /** What comes back of `execution` when so many instructions were not used. */
  unusedInstructions(instructions: bigint, memory64: boolean): bigint {
    return this.scale((tenInstructions(memory64) * instructions) / 10n);
  }

  /** Of sending a request with so many bytes of method name and argument, without what is paid in advance. */
  transmission(payloadBytes: number): bigint {
    return this.call + this.scale(this.callByte * BigInt(payloadBytes));
  }

  /** What comes back of `responsePrepayment` for a response of so many bytes. */
  unusedResponse(responseBytes: number): bigint {
    const refund = this.responsePrepayment - this.scale(this.callByte * BigInt(responseBytes));
    return refund > 0n ? refund : 0n;
  }

  /** Of receiving an ingress message, in bytes of its signed envelope. */
  ingress(envelopeBytes: number): bigint {
    return this.scale(feeTable.ingressMessage) + this.scale(feeTable.ingressByte) * BigInt(envelopeBytes);
  }

  /** Of holding so many bytes for so many seconds. */
  memory(bytes: bigint, seconds: bigint): bigint {
    return this.scale((bytes * feeTable.storageGibibyteSecond * seconds) / gibibyte);
  }

  /** Of everything that is charged by time, for a day, each rounded down on its own. */
  idleRates(holdings: Holdings): IdleRates {
    const { memoryBytes, messageBytes, memoryAllocationBytes, computeAllocation } = holdings;
    const bytes = memoryBytes > memoryAllocationBytes ? memoryBytes : memoryAllocationBytes;
    const base = bytes > 0n ? this.scale(feeTable.canisterSecond * secondsPerDay) : 0n;
    return {
      memory: this.memory(bytes, secondsPerDay) + base,
      messages: this.memory(messageBytes, secondsPerDay),
      compute: this.scale(feeTable.computePercentSecond * computeAllocation * secondsPerDay),
    };
  }

  /** Of everything that is charged by time, for a day. */
  idlePerDay(holdings: Holdings): bigint {
    const { memory, messages, compute } = this.idleRates(holdings);
    return memory + messages + compute;
  }

  /** What must stay in a canister's balance for it to go on executing new messages. */
  freezingThreshold(idlePerDay: bigint, thresholdSeconds: bigint, reserved: bigint): bigint {
    const threshold = (idlePerDay * thresholdSeconds) / secondsPerDay - reserved;
    return threshold > 0n ? threshold : 0n;
  }

  /** Of one of the rates for so many whole seconds. */
  idle(ratePerDay: bigint, seconds: bigint): bigint {
    return (ratePerDay * seconds) / secondsPerDay;
  }

  /**
   * What is set aside when so many more bytes are taken on a subnet that uses `usedBytes`: nothing below the threshold,
   * from there on a share that grows up to the cost of `storageReservationSeconds`.
   */
  storageReservation(bytes: bigint, usedBytes: bigint): bigint {
    return this.#reservedUpTo(usedBytes + bytes) - this.#reservedUpTo(usedBytes);
  }

  /** The area of the triangle between the threshold and what is used. */
  #reservedUpTo(usedBytes: bigint): bigint {
    const capacity = limits.subnetMemoryBytes - limits.reservationThresholdBytes;
    const used =
      (usedBytes < limits.subnetMemoryBytes ? usedBytes : limits.subnetMemoryBytes) - limits.reservationThresholdBytes;
    if (used <= 0n) return 0n;
    const seconds = (feeTable.storageReservationSeconds * used) / capacity;
    return this.memory(used, seconds / 2n);
  }

  /** Of an HTTPS outcall. */
  httpRequest(requestBytes: bigint, responseBytes: bigint): bigint {
    if (this.schedule !== "normal") return 0n;
    const { httpRequestBase, httpRequestNode, httpRequestByte, httpResponseByte } = feeTable;
    const perNode =
      httpRequestBase +
      httpRequestNode * this.subnetSize +
      httpRequestByte * requestBytes +
      httpResponseByte * responseBytes;
    return perNode * this.subnetSize;
  }

  /** Of an HTTPS outcall that takes so much; what `cost_http_request_v2` tells. */
  outcall(it: OutcallCostArgument): bigint {
    if (this.schedule !== "normal") return 0n;
    const use = {
      requestBytes: it.request_bytes,
      roundtripMillis: it.http_roundtrip_time_ms,
      rawResponseBytes: it.raw_response_bytes,
      transformedResponseBytes: it.transformed_response_bytes,
      transformInstructions: it.transform_instructions,
    };
    return outcallPayment(this.subnetSize, use, replicationOf(it, this.subnetSize));
  }

  /** Of work that the management canister does, which has no base fee. */
  managementInstructions(instructions: bigint): bigint {
    return this.unusedInstructions(instructions, false);
  }

  /** Of a threshold signature or a VetKD key. */
  signature(): bigint {
    if (this.schedule === "free") return 0n;
    return (feeTable.signature * this.subnetSize) / feeTable.referenceSubnetSize;
  }
}

function tenInstructions(memory64: boolean): bigint {
  return memory64 ? feeTable.tenInstructionsMemory64 : feeTable.tenInstructions;
}

function replicationOf({ outcall_type: [type] }: OutcallCostArgument, nodes: bigint): OutcallReplication {
  if (type === undefined || "fully_replicated" in type) return { kind: "full" };
  if ("non_replicated" in type) return { kind: "single" };
  const [counts] = type.flexible;
  return counts === undefined
    ? { kind: "flexible", requests: nodes, minResponses: (2n * nodes) / 3n + 1n, maxResponses: nodes }
    : {
        kind: "flexible",
        requests: BigInt(counts.total_requests),
        minResponses: BigInt(counts.min_responses),
        maxResponses: BigInt(counts.max_responses),
      };
}
