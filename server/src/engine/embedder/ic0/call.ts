import { toHex } from "../../../base/bytes.ts";
import { Principal } from "../../../base/principal.ts";
import { limits } from "../../limits.ts";
import { messageBytesOfCall } from "../../messageMemory.ts";
import { refuseArgument, refusePrincipal, violateContract, violateContractByUser } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { joinBytes, type OutgoingCall } from "../outgoingCall.ts";
import { on, only32, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

const text = new TextDecoder();

const contexts = "U CQ Ry Rt CRy CRt T";

/** Bytes of the longest method name: no canister may export more. */
const methodNameBytesMax = 20_000;

/** Bytes of the longest principal. */
const principalBytesMax = 29;

/** What `call_perform` returns when the call cannot be sent. */
const systemTransient = 2;

/** Calls to other canisters, from `call_new` to `call_perform`. */
export const callFunctions: readonly SystemApiFunction[] = [
  on(
    contexts,
    "call_new",
    "IIIIIIII",
    "",
    { fixed: 1_500 },
    (
      it,
      calleeSource,
      calleeSize,
      nameSource,
      nameSize,
      replyFunction,
      replyEnvironment,
      rejectFunction,
      rejectEnvironment,
    ) => {
      it.giveCyclesBack();
      const { callee, method } = readTarget(it, { calleeSource, calleeSize, nameSource, nameSize });
      it.outgoing = {
        callee,
        method,
        methodBytes: nameSize,
        onReply: { functionIndex: BigInt(replyFunction), environment: BigInt(replyEnvironment) },
        onReject: { functionIndex: BigInt(rejectFunction), environment: BigInt(rejectEnvironment) },
        onCleanup: undefined,
        argument: [],
        argumentBytes: 0,
        cycles: 0n,
        timeoutSeconds: undefined,
      };
    },
  ),
  on(contexts, "call_on_cleanup", "II", "", usual, (it, functionIndex, environment) => {
    const call = underConstruction(it, "ic0.call_on_cleanup");
    if (call.onCleanup !== undefined) {
      violateContract("ic0.call_on_cleanup can be called at most once between `ic0.call_new` and `ic0.call_perform`");
    }
    call.onCleanup = { functionIndex: BigInt(functionIndex), environment: BigInt(environment) };
  }),
  on(contexts, "call_data_append", "II", "", perByte(1, 50), (it, source, size) => {
    const call = underConstruction(it, "ic0.call_data_append");
    const total = call.methodBytes + call.argumentBytes + size;
    if (total > limits.requestBytesWithinSubnet) {
      violateContractByUser(
        `Request to ${Principal.ofBytes(call.callee).text}:${call.method} has a payload size of ${total}, which exceeds the allowed limit of ${limits.requestBytesWithinSubnet}.`,
      );
    }
    call.argument.push(new Uint8Array(it.readHeap("ic0.call_data_append", source, size)));
    call.argumentBytes += size;
  }),
  on(contexts, "call_with_best_effort_response", "i", "", usual, (it, timeoutSeconds) => {
    const call = underConstruction(it, "ic0.call_with_best_effort_response");
    if (call.timeoutSeconds !== undefined) {
      violateContract("ic0_call_with_best_effort_response failed because a timeout is already set.");
    }
    call.timeoutSeconds = timeoutSeconds;
  }),
  only32(
    on("U Ry Rt T", "call_cycles_add", "l", "", usual, (it, amount) => addCycles(it, "ic0_call_cycles_add", amount)),
  ),
  on("U Ry Rt T", "call_cycles_add128", "ll", "", usual, (it, high, low) =>
    addCycles(it, "ic0_call_cycles_add128", (high << 64n) | low),
  ),
  on(contexts, "call_perform", "", "i", { fixed: 5_000 }, perform),
];

interface TargetBytes {
  readonly calleeSource: number;
  readonly calleeSize: number;
  readonly nameSource: number;
  readonly nameSize: number;
}

function readTarget(it: MessageExecution, { calleeSource, calleeSize, nameSource, nameSize }: TargetBytes) {
  it.charge(BigInt(calleeSize + nameSize));
  if (nameSize > methodNameBytesMax) {
    violateContractByUser(`Size of method_name ${nameSize} exceeds the allowed limit of ${methodNameBytesMax}.`);
  }
  const method = text.decode(it.readHeap("ic0.call_new method_name", nameSource, nameSize));
  const callee = new Uint8Array(it.readHeap("ic0.call_new callee_src", calleeSource, calleeSize));
  if (callee.length > principalBytesMax) refusePrincipal();
  return { callee, method };
}

function underConstruction(it: MessageExecution, name: string): OutgoingCall {
  return it.outgoing ?? violateContract(`${name} called when no call is under construction.`);
}

function addCycles(it: MessageExecution, name: string, amount: bigint): void {
  const call = underConstruction(it, name);
  if (amount > it.liquidBalance) {
    refuseArgument(`Canister ${Principal.ofBytes(it.input.canisterId).text} is out of cycles`);
  }
  it.balance -= amount;
  it.cyclesSpentOnRequests += amount;
  call.cycles += amount;
}

function perform(it: MessageExecution): number {
  const call = underConstruction(it, "ic0.call_perform");
  const payloadBytes = call.methodBytes + call.argumentBytes;
  const prepaid = it.input.outgoingCalls.costOfCall(payloadBytes);
  const messageBytes = messageBytesOfCall(payloadBytes, call.timeoutSeconds !== undefined);
  it.messageBytes += messageBytes;
  if (prepaid > it.liquidBalance || !canEnqueue(it, call)) {
    it.messageBytes -= messageBytes;
    it.giveCyclesBack();
    return systemTransient;
  }
  it.outgoing = undefined;
  it.balance -= prepaid;
  it.cyclesSpentOnRequests += prepaid;
  const { callee, method, cycles, onReply, onReject, onCleanup, timeoutSeconds } = call;
  it.requests.push({
    callee,
    method,
    argument: joinBytes(call.argument, call.argumentBytes),
    cycles,
    prepaid,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    onReply,
    onReject,
    ...(onCleanup === undefined ? {} : { onCleanup }),
  });
  return 0;
}

function canEnqueue(it: MessageExecution, { callee, timeoutSeconds }: OutgoingCall): boolean {
  const key = toHex(callee);
  const performed = it.performedCalls.get(key) ?? 0;
  const reservations = timeoutSeconds === undefined ? it.unboundedCalls + 1 : 0;
  const soFar = { requests: it.requests.length, reservations };
  if (!it.input.outgoingCalls.canEnqueue(callee, performed, soFar)) return false;
  it.performedCalls.set(key, performed + 1);
  if (timeoutSeconds === undefined) it.unboundedCalls++;
  return true;
}
