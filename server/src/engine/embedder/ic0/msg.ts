import { limits } from "../../limits.ts";
import { violateContract, violateContractByUser } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { joinBytes } from "../outgoingCall.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

const text = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Instructions for each byte that leaves the canister. */
const transmission = 50;

const argumentContexts = "I U RQ NRQ TQ CQ Ry CRy F";
const responseContexts = "U RQ NRQ TQ CQ Ry Rt CRy CRt";
const callerInfoContexts = "U RQ NRQ CQ Ry Rt CRy CRt C CC F";
const noBytes = new Uint8Array(0);

/** The message being executed: argument, caller, reject, deadline, response, inspection. */
export const msgFunctions: readonly SystemApiFunction[] = [
  on(argumentContexts, "msg_arg_data_size", "", "I", usual, (it) => it.input.payload.length),
  on(argumentContexts, "msg_arg_data_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_arg_data_copy", it.input.payload, "payload", target, offset, size),
  ),
  on("*", "msg_caller_size", "", "I", usual, (it) => it.input.caller.length),
  on("*", "msg_caller_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_caller_copy", it.input.caller, "id", target, offset, size),
  ),
  on(callerInfoContexts, "msg_caller_info_data_size", "", "I", usual, (it) => infoOf(it).length),
  on(callerInfoContexts, "msg_caller_info_data_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_caller_info_data_copy", infoOf(it), "info", target, offset, size),
  ),
  on(callerInfoContexts, "msg_caller_info_signer_size", "", "I", usual, (it) => signerOf(it).length),
  on(callerInfoContexts, "msg_caller_info_signer_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_caller_info_signer_copy", signerOf(it), "signer", target, offset, size),
  ),
  on("Ry Rt CRy CRt C", "msg_reject_code", "", "i", usual, (it) => it.input.rejectCode),
  on("Rt CRt", "msg_reject_msg_size", "", "I", usual, (it) => text.encode(it.input.rejectMessage).length),
  on("Rt CRt", "msg_reject_msg_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_reject_msg_copy", text.encode(it.input.rejectMessage), "msg", target, offset, size),
  ),
  on("U Q CQ Ry Rt CRy CRt", "msg_deadline", "", "l", usual, (it) => it.input.deadlineNanos),
  on(responseContexts, "msg_reply_data_append", "II", "", perByte(1, transmission), appendReply),
  on(responseContexts, "msg_reply", "", "", usual, (it) => {
    checkUnanswered(it, "msg_reply");
    it.reply = { kind: "reply", data: joinBytes(it.replyData, it.replyBytes) };
  }),
  on(responseContexts, "msg_reject", "II", "", perByte(1, transmission), reject),
  on("F", "msg_method_name_size", "", "I", usual, (it) => text.encode(it.input.methodName).length),
  on("F", "msg_method_name_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.msg_method_name_copy", text.encode(it.input.methodName), "payload", target, offset, size),
  ),
  on("F", "accept_message", "", "", usual, (it) => {
    if (it.messageAccepted) violateContract("ic0.accept_message: the function was already called.");
    it.messageAccepted = true;
  }),
];

function infoOf(it: MessageExecution): Uint8Array {
  return it.input.senderInfo?.info ?? noBytes;
}

function signerOf(it: MessageExecution): Uint8Array {
  return it.input.senderInfo?.signer ?? noBytes;
}

function checkUnanswered(it: MessageExecution, name: string, end = ""): void {
  if (it.input.responded || it.reply !== undefined) violateContract(`ic0.${name}: the call is already replied${end}`);
}

function appendReply(it: MessageExecution, source: number, size: number): void {
  checkUnanswered(it, "msg_reply_data_append", ".");
  checkSize(
    it,
    "msg_reply_data_append",
    it.replyBytes + size,
    "Consider checking the response size and returning an error if it is too long.",
  );
  it.replyData.push(new Uint8Array(it.readHeap("msg.reply", source, size)));
  it.replyBytes += size;
}

function reject(it: MessageExecution, source: number, size: number): void {
  checkUnanswered(it, "msg_reject");
  checkSize(it, "msg_reject", size, "Try truncating the error messages that are too long.");
  const bytes = it.readHeap("ic0.msg_reject", source, size);
  try {
    it.reply = { kind: "reject", message: utf8.decode(bytes) };
  } catch {
    violateContract("ic0.msg_reject: invalid UTF-8 string provided");
  }
}

function checkSize(it: MessageExecution, name: string, size: number, suggestion: string): void {
  const isQuery = /^(nonReplicatedQuery|composite|transform)/.test(it.input.mode);
  const limit = isQuery ? limits.queryResponseBytes : limits.messageBytes;
  if (size <= limit) return;
  violateContractByUser(
    `ic0.${name}: application payload size (${size}) cannot be larger than ${limit}.`,
    suggestion,
    `${name}-payload-too-large`,
  );
}
