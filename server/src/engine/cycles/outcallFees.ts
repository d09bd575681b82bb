/**
 * What an HTTPS outcall costs where it is priced by what it takes (`cost_http_request_v2`): an amount to attach, which
 * suffices whatever the nodes answer. Source: dfinity/ic rs/https_outcalls/pricing/src/fees.rs, as of 2026-11-21.
 */

/** Bytes, milliseconds and instructions that an outcall will take. */
export interface OutcallUse {
  readonly requestBytes: bigint;
  readonly roundtripMillis: bigint;
  readonly rawResponseBytes: bigint;
  readonly transformedResponseBytes: bigint;
  readonly transformInstructions: bigint;
}

/** Who makes an outcall: all nodes, which must agree, one of them, or some, of whose answers some are delivered. */
export type OutcallReplication =
  | { readonly kind: "full" }
  | { readonly kind: "single" }
  | {
      readonly kind: "flexible";
      /** Nodes that make it. */
      readonly requests: bigint;
      readonly minResponses: bigint;
      readonly maxResponses: bigint;
    };

const outcallFees = {
  base: 1_000_000n,
  requestByte: 50n,
  /** Per node of the subnet, where all must agree. */
  fullNode: 140_000n,
  fullNodeSquared: 800n,
  /** The same, where they need not. */
  gossipNode: 90_000n,
  /** Per response that is needed, and per such response and node. */
  response: 100_000n,
  responseNode: 2_000n,
  rawResponseByte: 50n,
  millisecond: 300n,
  /** Instructions of the transformation for one cycle. */
  instructionsPerCycle: 13n,
  /** Per node of the subnet, for a response that is passed on. */
  gossipByteNode: 50n,
  /** Per byte of a block, and per byte and node. */
  blockByte: 600n,
  blockByteNode: 10n,
  /** Bytes around each of several responses. */
  responseOverheadBytes: 181n,
  /** Bytes of the longest reject, which may come instead of any response. */
  rejectBytes: 1_025n,
} as const;

/** The amount to attach on a subnet of so many nodes. Nothing is checked: an impossible outcall has a price, too. */
export function outcallPayment(nodes: bigint, use: OutcallUse, replication: OutcallReplication): bigint {
  const fees = outcallFees;
  const requests = replication.kind === "full" ? nodes : replication.kind === "single" ? 1n : replication.requests;
  const base = baseFee(nodes, use.requestBytes, replication);
  if (requests === 0n) return base;
  const delivered = use.transformedResponseBytes > fees.rejectBytes ? use.transformedResponseBytes : fees.rejectBytes;
  const perNode =
    fees.rawResponseByte * use.rawResponseBytes +
    fees.millisecond * use.roundtripMillis +
    use.transformInstructions / fees.instructionsPerCycle +
    (replication.kind === "full" ? 0n : fees.gossipByteNode * delivered * nodes);
  // Each node holds its share of what delivering costs.
  return base + (perNode + ceilDivide(deliveryFee(nodes, delivered, replication), requests)) * requests;
}

/** Without what the response takes. */
function baseFee(nodes: bigint, requestBytes: bigint, replication: OutcallReplication): bigint {
  const fees = outcallFees;
  const request = fees.base + fees.requestByte * requestBytes;
  if (replication.kind === "full") {
    return (request + fees.fullNode * nodes + fees.fullNodeSquared * nodes * nodes) * nodes;
  }
  const responses = replication.kind === "single" ? 1n : replication.minResponses;
  return (request + fees.gossipNode * nodes) * nodes + responsesFee(nodes, responses);
}

/** Of putting the responses into a block. */
function deliveryFee(nodes: bigint, bytes: bigint, replication: OutcallReplication): bigint {
  const { responseOverheadBytes } = outcallFees;
  switch (replication.kind) {
    case "full": {
      // Those who must agree on it pay for all.
      const agreeing = nodes - (nodes - 1n) / 3n;
      return ceilDivide(blockFee(nodes, bytes), agreeing) * nodes;
    }
    case "single":
      return blockFee(nodes, bytes);
    case "flexible": {
      const { requests, minResponses, maxResponses } = replication;
      if (maxResponses === 0n) return 0n;
      const more = requests > minResponses ? requests - minResponses : 0n;
      return blockFee(nodes, requests * (responseOverheadBytes + bytes)) + responsesFee(nodes, more);
    }
  }
}

function blockFee(nodes: bigint, bytes: bigint): bigint {
  return (outcallFees.blockByteNode * nodes + outcallFees.blockByte) * nodes * bytes;
}

function responsesFee(nodes: bigint, responses: bigint): bigint {
  return (outcallFees.responseNode * nodes + outcallFees.response) * nodes * responses;
}

function ceilDivide(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
