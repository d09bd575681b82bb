import type { CallbackFunction } from "./contract.ts";

/** A call between `call_new` and `call_perform`. */
export interface OutgoingCall {
  readonly callee: Uint8Array;
  readonly method: string;
  /** Bytes of the method's name as the canister gave it. */
  readonly methodBytes: number;
  readonly onReply: CallbackFunction;
  readonly onReject: CallbackFunction;
  onCleanup: CallbackFunction | undefined;
  readonly argument: Uint8Array[];
  argumentBytes: number;
  /** Already taken from the balance. */
  cycles: bigint;
  timeoutSeconds: number | undefined;
}

const noBytes = new Uint8Array(0);

/** One piece of memory from many. */
export function joinBytes(parts: readonly Uint8Array[], size: number): Uint8Array {
  // Making an empty array takes as long as much of a small message.
  if (size === 0) return noBytes;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
