/**
 * Memory that messages take, and that is kept for responses. A call that waits without bound reserves room for the
 * longest response with the caller and with the callee, so that the response can always be delivered.
 */
import { limits } from "./limits.ts";
import { type CanisterMessage, responseBytes } from "./messages.ts";

/** Bytes of a request beside method name and argument. */
const requestOverheadBytes = 176;

/** Bytes of a response beside its payload. */
const responseOverheadBytes = 144;

/** Bytes that a call takes when it is sent: for the request, or for its response where that is longer. */
export function messageBytesOfCall(payloadBytes: number, isBounded: boolean): number {
  const request = requestOverheadBytes + payloadBytes;
  return isBounded ? request : Math.max(request, limits.responseReservationBytes);
}

/** Bytes of a message that are counted for bounded waits. */
export function bestEffortBytesOf(message: CanisterMessage): number {
  if (message.kind === "ingress" || message.deadlineNanos === 0n) return 0;
  return message.kind === "response" && message.isNotice === true ? 0 : messageBytesOf(message);
}

/** Bytes that a message in a queue takes, beside what is reserved for responses. */
export function messageBytesOf(message: CanisterMessage): number {
  switch (message.kind) {
    case "ingress":
      return 0;
    case "request": {
      const bytes = requestOverheadBytes + message.method.length + message.argument.length;
      return message.deadlineNanos === 0n ? Math.max(0, bytes - limits.responseReservationBytes) : bytes;
    }
    case "response":
      return responseOverheadBytes + responseBytes(message.response);
  }
}
