/** From the engine's values to those of `protocol/network.ts`. */
import { assertNever } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import type { CanisterView } from "../engine/canisterView.ts";
import type { ExecutionMode } from "../engine/embedder/contract.ts";
import { errorCodeText, type Reject } from "../engine/errors.ts";
import type { SubnetTraceEvent } from "../engine/subnetNetwork.ts";
import type { CallResponse, TraceEvent } from "../engine/trace.ts";
import type { CallCost, CallOutcome, CanisterSummary, TraceLine } from "../protocol/network.ts";

/** What makes a trace readable: names of canisters and identities, arguments and replies as text. */
export interface TraceWords {
  /** Display name of a principal's text. */
  name(principal: string): string;
  /** Empty where it is of no use to a person. */
  argument(canisterId: string, method: string, bytes: Uint8Array): string;
  reply(canisterId: string, method: string, bytes: Uint8Array): string;
  /** Name of the subnet of an id; undefined where there is only one. */
  subnet(subnetId: string): string | undefined;
}

/** A canister as the explorer shows it. */
export function canisterSummary(
  canister: CanisterView,
  name: string | undefined,
  subnet: string | undefined,
): CanisterSummary {
  return {
    canisterId: canister.canisterId.text,
    ...(name !== undefined && { name }),
    status: canister.status,
    cycles: canister.cycles.toString(),
    ...(canister.moduleHash !== undefined && { moduleHash: toHex(canister.moduleHash) }),
    controllers: canister.controllers.map((it) => it.text),
    heapMemoryBytes: canister.heapBytes,
    stableMemoryBytes: canister.stableBytes,
    canisterVersion: canister.canisterVersion.toString(),
    ...(subnet !== undefined && { subnet }),
  };
}

/** How a call ended, with what it used up. `replyText` gives the reply as Candid text. */
export function callOutcome(
  response: CallResponse,
  replyText: (bytes: Uint8Array) => string,
  used: { readonly cost: CallCost; readonly trace: readonly TraceLine[] },
): CallOutcome {
  if (response.kind === "reply") {
    return { kind: "replied", reply: replyText(response.data), replyHex: toHex(response.data), ...used };
  }
  const { rejectCode, errorCode, message } = response.reject;
  return {
    kind: "rejected",
    rejectCode,
    ...(errorCode !== undefined && { errorCode: errorCodeText(errorCode) }),
    message,
    ...used,
  };
}

/** A reject as one line: `IC0503: Error from Canister …`. */
export function rejectText({ errorCode, message }: Reject): string {
  return errorCode === undefined ? message : `${errorCodeText(errorCode)}: ${message}`;
}

/** The longest argument or reply in a line of the trace, in UTF-16 units. */
const detailUnitsMax = 240;

/**
 * The events as lines, in the order in which they happened. Each call from a canister lies deeper than the message
 * execution that made it; what an execution caused lies below its line.
 */
export function traceLines(events: readonly SubnetTraceEvent[], words: TraceWords): TraceLine[] {
  return events.map((event) => {
    const line = traceLine(event, words);
    const subnet = words.subnet(event.subnetId);
    return subnet === undefined ? line : { ...line, subnet };
  });
}

function traceLine(event: TraceEvent, words: TraceWords): TraceLine {
  // Only what a user sent has a line of its own above its execution.
  const top = event.root.kind === "ingress" ? 1 : 0;
  const depth = Math.max(0, event.depth * 2 + top + level(event));
  switch (event.kind) {
    case "ingressReceived":
      return {
        kind: "ingress",
        depth,
        canister: words.name(event.canisterId),
        label: `${event.method} from ${words.name(event.caller)}`,
        ...detailOf(words.argument(event.canisterId, event.method, event.argument)),
        cycles: event.fee.toString(),
      };
    case "ingressRefused":
      return {
        kind: "reject",
        depth,
        canister: words.name(event.canisterId),
        label: `${event.method} was not accepted`,
        detail: rejectText(event.reject),
      };
    case "executed":
      return executionLine(event, depth, words);
    case "requestSent":
      return {
        kind: "request",
        depth,
        canister: words.name(event.canisterId),
        label: `calls ${event.method} of ${words.name(event.callee)}${event.deadlineNanos === 0n ? "" : ", bounded wait"}`,
        ...detailOf(words.argument(event.callee, event.method, event.argument)),
        ...(event.cycles !== 0n && { cycles: event.cycles.toString() }),
      };
    case "responded":
      return responseLine(event, depth, words);
    case "responseDropped":
      return {
        kind: "reject",
        depth,
        canister: words.name(event.canisterId),
        label: event.isShed ? `a response was dropped: ${noRoom}` : "a response came too late and was dropped",
        ...(event.cyclesLost !== 0n && { cycles: event.cyclesLost.toString() }),
      };
    case "expired":
      return expiredLine(event, depth, words);
    case "requestDropped":
      return droppedLine(event, depth, words);
    case "log":
      return { kind: "log", depth, canister: words.name(event.canisterId), label: event.content };
    case "compiled":
      return {
        kind: "management",
        depth,
        canister: words.name(event.canisterId),
        label: "compilation of the module",
        instructions: event.instructions.toString(),
      };
    case "management":
      return {
        kind: "management",
        depth,
        canister: words.name(event.canisterId),
        label: `${event.method} by ${words.name(event.caller)}`,
        ...(event.reject !== undefined && { detail: rejectText(event.reject) }),
      };
    case "stopped":
      return { kind: "management", depth, canister: words.name(event.canisterId), label: "has stopped" };
    case "ranOutOfCycles":
      return {
        kind: "management",
        depth,
        canister: words.name(event.canisterId),
        label: "ran out of cycles",
        detail: "Its code and its state are gone.",
      };
    default:
      return assertNever(event);
  }
}

/** -1 for what arrives, 0 for what runs and answers, 1 for what an execution caused. */
function level(event: TraceEvent): number {
  switch (event.kind) {
    case "ingressReceived":
    case "ingressRefused":
    case "stopped":
    case "ranOutOfCycles":
    case "responseDropped":
    case "expired":
    case "requestDropped":
      return -1;
    case "executed":
    case "compiled":
    case "responded":
    case "management":
      return 0;
    case "requestSent":
    case "log":
      return 1;
    default:
      return assertNever(event);
  }
}

const noRoom = "its subnet had no room for so many messages of bounded waits";

function droppedLine(event: TraceEvent & { kind: "requestDropped" }, depth: number, words: TraceWords): TraceLine {
  return {
    kind: "reject",
    depth,
    canister: words.name(event.canisterId),
    label: `${event.method} by ${words.name(event.caller)} was dropped: ${event.isShed ? noRoom : "its deadline had passed"}`,
    ...(event.cyclesLost !== 0n && { cycles: event.cyclesLost.toString() }),
  };
}

function expiredLine(event: TraceEvent & { kind: "expired" }, depth: number, words: TraceWords): TraceLine {
  return {
    kind: "reject",
    depth,
    canister: words.name(event.canisterId),
    label: `the deadline of ${event.method} passed`,
    detail: event.requestDropped
      ? `the request never reached ${words.name(event.callee)}`
      : `nobody knows what ${words.name(event.callee)} did`,
    ...(event.cyclesLost !== 0n && { cycles: event.cyclesLost.toString() }),
  };
}

function executionLine(event: TraceEvent & { kind: "executed" }, depth: number, words: TraceWords): TraceLine {
  const pages = event.dirtyHeapPages + event.dirtyStablePages;
  const common = {
    depth,
    canister: words.name(event.canisterId),
    label: executionLabel(event.mode, event.method),
    instructions: event.instructions.toString(),
    ...(event.cyclesAccepted !== 0n && { cycles: event.cyclesAccepted.toString() }),
  };
  const pagesText = `${pages} ${pages === 1 ? "page" : "pages"}`;
  if (event.outcome === "trapped") {
    const reason = event.reject === undefined ? "trapped" : rejectText(event.reject);
    return { kind: "trap", ...common, detail: `${reason} (${pagesText} rolled back)`, pages };
  }
  const detail = event.committed ? `${pagesText} committed` : pages === 0 ? undefined : `${pagesText} discarded`;
  return { kind: executionKind(event.mode), ...common, ...(detail !== undefined && { detail }), pages };
}

function executionKind(mode: ExecutionMode): "execute" | "cleanup" | "timer" {
  switch (mode) {
    case "cleanup":
    case "compositeCleanup":
      return "cleanup";
    case "globalTimer":
    case "heartbeat":
      return "timer";
    default:
      return "execute";
  }
}

/** E.g. `update withdraw`, `reply callback of transfer`. */
function executionLabel(mode: ExecutionMode, method: string): string {
  switch (mode) {
    case "start":
      return "(start)";
    case "init":
      return "init";
    case "preUpgrade":
      return "pre_upgrade";
    case "postUpgrade":
      return "post_upgrade";
    case "update":
      return `update ${method}`;
    case "replicatedQuery":
    case "nonReplicatedQuery":
      return `query ${method}`;
    case "compositeQuery":
      return `composite query ${method}`;
    case "transform":
      return `transform ${method}`;
    case "replyCallback":
    case "compositeReplyCallback":
      return `reply callback of ${method}`;
    case "rejectCallback":
    case "compositeRejectCallback":
      return `reject callback of ${method}`;
    case "cleanup":
    case "compositeCleanup":
      return `cleanup of ${method}`;
    case "inspectMessage":
      return `inspect_message for ${method}`;
    case "heartbeat":
      return "heartbeat";
    case "globalTimer":
      return "global timer";
    case "onLowWasmMemory":
      return "on_low_wasm_memory";
    default:
      return assertNever(mode);
  }
}

function responseLine(event: TraceEvent & { kind: "responded" }, depth: number, words: TraceWords): TraceLine {
  const to = event.to === "ingress" ? "the sender" : words.name(event.to);
  const common = {
    depth,
    canister: words.name(event.from),
    ...(event.refund !== 0n && { cycles: event.refund.toString() }),
  };
  const refund = event.refund === 0n ? "" : ", with a refund";
  if (event.response.kind === "reject") {
    const detail = rejectText(event.response.reject);
    return { kind: "reject", ...common, label: `rejects ${event.method} of ${to}${refund}`, detail };
  }
  const detail = detailOf(words.reply(event.from, event.method, event.response.data));
  return { kind: "reply", ...common, label: `replies to ${to}${refund}`, ...detail };
}

function detailOf(text: string): { readonly detail?: string } {
  if (text === "") return {};
  return { detail: text.length <= detailUnitsMax ? text : `${text.slice(0, detailUnitsMax)}…` };
}
