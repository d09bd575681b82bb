import { assertNever } from "../base/assert.ts";
import type { Principal } from "../base/principal.ts";
import { cutText } from "./cutText.ts";
import { cyclesText } from "./cycles/cyclesText.ts";
import type { Advice, Trap } from "./embedder/contract.ts";
import { moduleAdvice } from "./embedder/moduleAdvice.ts";
import { engineErrorStart } from "./embedder/moduleValidation.ts";
import { limits } from "./limits.ts";

/** Classes of rejects. https://internetcomputer.org/docs/references/ic-interface-spec#reject-codes */
export const rejectCodes = {
  sysFatal: 1,
  sysTransient: 2,
  destinationInvalid: 3,
  canisterReject: 4,
  canisterError: 5,
  sysUnknown: 6,
} as const;

/** 1 SYS_FATAL, 2 SYS_TRANSIENT, 3 DESTINATION_INVALID, 4 CANISTER_REJECT, 5 CANISTER_ERROR, 6 SYS_UNKNOWN. */
export type RejectCode = (typeof rejectCodes)[keyof typeof rejectCodes];

/** The network's error codes; the first digit is the reject code. Source: dfinity/ic packages/ic-error-types, 2026-11-21. */
export const errorCodes = {
  SubnetOversubscribed: 101,
  MaxNumberOfCanistersReached: 102,
  CanisterQueueFull: 201,
  IngressMessageTimeout: 202,
  CanisterQueueNotEmpty: 203,
  IngressHistoryFull: 204,
  CanisterIdAlreadyExists: 205,
  StopCanisterRequestTimeout: 206,
  CanisterOutOfCycles: 207,
  CertifiedStateUnavailable: 208,
  CanisterInstallCodeRateLimited: 209,
  CanisterHeapDeltaRateLimited: 210,
  CanisterNotFound: 301,
  CanisterSnapshotNotFound: 305,
  InsufficientCyclesForCreateCanister: 403,
  SubnetNotFound: 404,
  CanisterNotHostedBySubnet: 405,
  CanisterRejectedMessage: 406,
  UnknownManagementMessage: 407,
  InvalidManagementPayload: 408,
  CanisterSnapshotImmutable: 409,
  InvalidSubnetAdmin: 410,
  CanisterTrapped: 502,
  CanisterCalledTrap: 503,
  CanisterContractViolation: 504,
  CanisterInvalidWasm: 505,
  CanisterDidNotReply: 506,
  CanisterOutOfMemory: 507,
  CanisterStopped: 508,
  CanisterStopping: 509,
  CanisterNotStopped: 510,
  CanisterStoppingCancelled: 511,
  CanisterInvalidController: 512,
  CanisterFunctionNotFound: 513,
  CanisterNonEmpty: 514,
  QueryCallGraphLoopDetected: 517,
  InsufficientCyclesInCall: 520,
  CanisterWasmEngineError: 521,
  CanisterInstructionLimitExceeded: 522,
  CanisterMemoryAccessLimitExceeded: 524,
  QueryCallGraphTooDeep: 525,
  QueryCallGraphTotalInstructionLimitExceeded: 526,
  CompositeQueryCalledInReplicatedMode: 527,
  InsufficientCyclesInComputeAllocation: 530,
  InsufficientCyclesInMemoryAllocation: 531,
  InsufficientCyclesInMemoryGrow: 532,
  ReservedCyclesLimitExceededInMemoryAllocation: 533,
  ReservedCyclesLimitExceededInMemoryGrow: 534,
  InsufficientCyclesInMessageMemoryGrow: 535,
  CanisterMethodNotFound: 536,
  CanisterWasmModuleNotFound: 537,
  CanisterAlreadyInstalled: 538,
  CanisterWasmMemoryLimitExceeded: 539,
  ReservedCyclesLimitIsTooLow: 540,
  CanisterInvalidControllerOrSubnetAdmin: 541,
  CanisterStatusAccessDenied: 542,
  DeadlineExpired: 601,
  ResponseDropped: 602,
} as const;

/** Number of an error code; `IC0503` as text. */
export type ErrorCode = (typeof errorCodes)[keyof typeof errorCodes];

/** Why a call got no reply. */
export interface Reject {
  readonly rejectCode: RejectCode;
  /** Absent where a canister rejected by its own will, or left its caller without a response. */
  readonly errorCode?: ErrorCode;
  /** As a user sees it. A canister sees it after its error code, see `messageForCanister`. */
  readonly message: string;
}

/** A reject with the network's own words. */
export function reject(code: keyof typeof errorCodes, message: string): Reject {
  const errorCode = errorCodes[code];
  return { rejectCode: rejectCodeOf(errorCode), errorCode, message: cutText(message, limits.rejectMessageBytes) };
}

/** E.g. `IC0503`. */
export function errorCodeText(code: ErrorCode): string {
  return `IC${String(code).padStart(4, "0")}`;
}

/** What a calling canister sees: the error code, then the message; cut to 8 KiB. */
export function messageForCanister(it: Reject): string {
  const text = it.errorCode === undefined ? it.message : `${errorCodeText(it.errorCode)}: ${it.message}`;
  return cutText(text, limits.rejectMessageBytes);
}

/** What the network says where compilers and development kits are the likely cause. */
const toolchainNote =
  "If you are running this canister in a test environment (e.g., dfx), make sure the test environment is up to date. " +
  "Otherwise, this is likely an error with the compiler/CDK toolchain being used to build the canister. " +
  "Please report the error to IC devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create the canister.";

/** Where the errors of executions are explained. */
export const documentation = "https://internetcomputer.org/docs/current/references/execution-errors";

const toolchain: Advice = { kind: "toolchain" };

const gracefully =
  "Consider gracefully handling failures from this canister or altering the canister to handle exceptions.";

const memoryLimitAdvice =
  "If the canister reaches 4GiB, then it may stop functioning and may become unrecoverable. " +
  "Please reach out to the canister owner to investigate the reason for the increased memory usage. " +
  "It might be necessary to move data from the Wasm memory to the stable memory. " +
  "If such high Wasm memory usage is expected and safe, then the developer can increase the Wasm memory limit in the canister settings.";

/** The reject that a trap becomes. Texts: dfinity/ic rs/interfaces/src/execution_environment/errors.rs. */
export function rejectOfTrap(canisterId: Principal, trap: Trap, backtrace: readonly string[], limit: bigint): Reject {
  const lines = backtrace.length === 0 ? "" : `\nCanister Backtrace:\n${backtrace.join("\n")}\n`;
  switch (trap.kind) {
    case "calledTrap":
      return fromCanister(
        "CanisterCalledTrap",
        canisterId,
        `Canister called \`ic0.trap\` with message: '${trap.message}'${lines}`,
        developer(gracefully, "trapped-explicitly"),
      );
    case "trapped":
      return fromCanister(
        "CanisterTrapped",
        canisterId,
        `Canister trapped: ${trap.reason}${lines}`,
        developer(gracefully, "trapped"),
      );
    case "contractViolation":
      return fromCanister(
        "CanisterContractViolation",
        canisterId,
        `Canister violated contract: ${trap.message}`,
        trap.advice ?? toolchain,
      );
    case "invalidArgument":
      return fromCanister("CanisterContractViolation", canisterId, trap.message, trap.advice);
    case "memoryAccessLimitExceeded":
      return fromCanister(
        "CanisterMemoryAccessLimitExceeded",
        canisterId,
        `Canister exceeded memory access limits: ${trap.message}`,
        developer(
          "Try optimizing the use of stable memory so that individual messages don't need to access as much stable memory.",
          "memory-access-limit-exceeded",
        ),
      );
    case "instructionLimitExceeded":
      return fromCanister(
        "CanisterInstructionLimitExceeded",
        canisterId,
        `Canister exceeded the limit of ${limit} instructions for single message execution.`,
        developer(
          "Try optimizing this method to consume fewer instructions or split the work across multiple messages.",
          "instruction-limit-exceeded",
        ),
      );
    case "outOfMemory":
    case "insufficientCyclesInMemoryGrow":
    case "reservedCyclesLimitExceeded":
      return memoryRefused(canisterId, trap);
    case "wasmMemoryLimitExceeded":
      return wasmMemoryLimitExceeded(canisterId, trap.limitBytes, trap.peakBytes);
    case "functionNotFound":
      return fromCanister("CanisterFunctionNotFound", canisterId, trap.message, toolchain);
    case "cancelled":
      return {
        rejectCode: rejectCodes.canisterError,
        message: `The message execution on canister ${canisterId.text} was cancelled by hand. The canister's state is as it was before it.`,
      };
    default:
      return assertNever(trap);
  }
}

type MemoryTrap = Extract<
  Trap,
  { kind: "outOfMemory" | "insufficientCyclesInMemoryGrow" | "reservedCyclesLimitExceeded" }
>;

/** Memory that the subnet does not have, or that the canister cannot pay for. */
function memoryRefused(canisterId: Principal, trap: MemoryTrap): Reject {
  switch (trap.kind) {
    case "outOfMemory":
      return fromCanister(
        "CanisterOutOfMemory",
        canisterId,
        "Canister cannot grow its memory usage.",
        developer(
          "Check the canister's memory usage against its allocation and the system wide limits to determine why more memory cannot be allocated.",
          "out-of-memory",
        ),
      );
    case "insufficientCyclesInMemoryGrow": {
      const lack =
        trap.missing === undefined ? "" : ` At least ${cyclesText(trap.missing)} additional cycles are required.`;
      return fromCanister(
        "InsufficientCyclesInMemoryGrow",
        canisterId,
        `Canister cannot grow memory by ${trap.bytes} bytes due to insufficient cycles.${lack}`,
        developer("Try topping up the canister.", "insufficient-cycles-in-memory-grow"),
      );
    }
    case "reservedCyclesLimitExceeded":
      return fromCanister(
        "ReservedCyclesLimitExceededInMemoryGrow",
        canisterId,
        `Canister cannot grow memory by ${trap.bytes} bytes due to its reserved cycles limit. The current limit (${cyclesText(trap.limit)}) would be exceeded by ${cyclesText(trap.excess)}.`,
        developer(
          "Try increasing the canister's reserved cycles limit.",
          "reserved-cycles-limit-exceeded-in-memory-grow",
        ),
      );
    default:
      return assertNever(trap);
  }
}

/** The heap is larger than the settings allow. */
export function wasmMemoryLimitExceeded(canisterId: Principal, limitBytes: bigint, peakBytes: bigint): Reject {
  return fromCanister(
    "CanisterWasmMemoryLimitExceeded",
    canisterId,
    `Canister exceeded its current Wasm memory limit of ${limitBytes} bytes. The peak Wasm memory usage was ${peakBytes} bytes. ${memoryLimitAdvice}`,
    developer(
      "Try checking the canister for a possible memory leak or modifying it to use more stable memory instead of Wasm memory.",
      "wasm-memory-limit-exceeded",
    ),
  );
}

/** A failed callback whose cleanup failed too: the callback's code, both descriptions. */
export function withFailedCleanup(canisterId: Principal, callback: Reject, cleanup: Reject): Reject {
  const inner = (it: Reject) => withoutAdvice(it.message.replace(`Error from Canister ${canisterId.text}: `, ""));
  return {
    ...callback,
    message: `Error from Canister ${canisterId.text}: ${inner(callback)}\n\ncall_on_cleanup also failed:\n\n${inner(cleanup)}`,
  };
}

/** There is no canister of that id. */
export function canisterNotFound(canisterId: Principal): Reject {
  return reject("CanisterNotFound", `Canister ${canisterId.text} not found.`);
}

/** The canister is there, but no code is installed. */
export function wasmModuleNotFound(canisterId: Principal): Reject {
  return fromCanister(
    "CanisterWasmModuleNotFound",
    canisterId,
    "Attempted to execute a message, but the canister contains no Wasm module.",
    developer("Please install code to this canister before calling it.", "wasm-module-not-found"),
  );
}

/** A message for a canister that does not exist. */
export function receiverNotFound(canisterId: Principal): Reject {
  return reject("CanisterNotFound", `Canister ${canisterId.text} not found`);
}

/** A message for a canister that takes none any more. */
export function receiverNotRunning(canisterId: Principal, state: "stopping" | "stopped"): Reject {
  const message = `Canister ${canisterId.text} is ${state}`;
  return reject(state === "stopped" ? "CanisterStopped" : "CanisterStopping", message);
}

/** A canister's call of the management canister that nobody is found for; `reason` is the network's own description. */
export function unroutable(method: string, reason: string): Reject {
  return {
    rejectCode: rejectCodes.destinationInvalid,
    message: `Unable to route management canister request ${method}: ${reason}`,
  };
}

/** A reject that reaches the calling canister without an error code, as those of undelivered messages do. */
export function withoutErrorCode({ rejectCode, message }: Reject): Reject {
  return { rejectCode, message };
}

/** The deadline of a bounded-wait call has passed: nobody knows what becomes of it. */
export const deadlineExpired: Reject = withoutErrorCode(reject("DeadlineExpired", "Call deadline has expired."));

/** The response to a bounded-wait call was dropped, because the subnet had no room for it. */
export const responseDropped: Reject = withoutErrorCode(reject("ResponseDropped", "Response was dropped."));

/** A stopped canister answers no queries; in the network's words it lacks what keeps track of calls. */
export function stoppedForQueries(canisterId: Principal): Reject {
  const message = `Canister ${canisterId.text} is stopped and therefore does not have a CallContextManager`;
  return reject("CanisterStopped", message);
}

/** The module exports no such method. */
export function methodNotFound(
  canisterId: Principal,
  kind: "update" | "query" | "composite_query",
  method: string,
): Reject {
  return fromCanister(
    "CanisterMethodNotFound",
    canisterId,
    `Canister has no ${kind} method '${method}'.`,
    developer("Check that the method being called is exported by the target canister.", "method-not-found"),
  );
}

/** Composite queries answer queries only. */
export const compositeInReplicatedMode: Reject = reject(
  "CompositeQueryCalledInReplicatedMode",
  "Composite query cannot be called in replicated mode",
);

/** inspect_message did not accept an ingress message. */
export function messageRejected(canisterId: Principal): Reject {
  return fromCanister("CanisterRejectedMessage", canisterId, "Canister rejected the message");
}

/** The canister neither replied nor has anything left to wait for. */
export function didNotReply(canisterId: Principal): Reject {
  return reject("CanisterDidNotReply", `Canister ${canisterId.text} did not reply to the call`);
}

/** The module cannot be installed; `message` says what the replica's validation says. */
export function invalidWasm(canisterId: Principal, message: string): Reject {
  if (message.startsWith(engineErrorStart)) {
    return fromCanister("CanisterWasmEngineError", canisterId, `Canister encountered a Wasm engine error: ${message}`);
  }
  return fromCanister(
    "CanisterInvalidWasm",
    canisterId,
    `Canister's Wasm module is not valid: ${message}`,
    moduleAdvice(message),
  );
}

/** Balance and need in cycles of a canister that cannot pay. */
export interface CyclesLack {
  readonly available: bigint;
  readonly requested: bigint;
  readonly threshold: bigint;
  /** Controllers learn how many cycles are missing. */
  readonly revealTopUp: boolean;
}

/** The text of a canister that cannot pay. */
export function outOfCyclesText(canisterId: Principal, lack: CyclesLack): string {
  const missing = lack.threshold + lack.requested - lack.available;
  const advice = lack.revealTopUp
    ? `: please top up the canister with at least ${cyclesText(missing)} additional cycles`
    : "";
  return `Canister ${canisterId.text} is out of cycles${advice}`;
}

/** A canister that cannot pay for executing a message. */
export function outOfCycles(canisterId: Principal, lack: CyclesLack): Reject {
  return reject("CanisterOutOfCycles", outOfCyclesText(canisterId, lack));
}

function developer(suggestion: string, section: string): Advice {
  return { kind: "developer", suggestion, section };
}

function fromCanister(
  code: keyof typeof errorCodes,
  canisterId: Principal,
  message: string,
  advice: Advice = { kind: "none" },
): Reject {
  const text = adviceText(advice);
  return reject(code, `Error from Canister ${canisterId.text}: ${message}${text === "" ? "" : `.\n${text}`}`);
}

function adviceText(advice: Advice): string {
  switch (advice.kind) {
    case "none":
      return "";
    case "toolchain":
      return toolchainNote;
    case "developer":
      return `${advice.suggestion} See documentation: ${advice.section === undefined ? "" : `${documentation}#${advice.section}`}`;
    default:
      return assertNever(advice);
  }
}

/** A message without the advice at its end. */
function withoutAdvice(message: string): string {
  return message.replace(`.\n${toolchainNote}`, "").replace(/\.\n[^\n]+ See documentation: \S*$/, "");
}

function rejectCodeOf(code: ErrorCode): RejectCode {
  const digit = Math.floor(code / 100);
  for (const known of Object.values(rejectCodes)) if (known === digit) return known;
  return rejectCodes.sysFatal;
}
