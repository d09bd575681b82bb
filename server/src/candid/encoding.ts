/** Values to messages and back. */

import { checkValues } from "./checkMessage.ts";
import { coerceArguments } from "./coerce.ts";
import { decodeWithLibrary, encodeWithLibrary } from "./idl.ts";
import { MalformedMessage, readMessageHead } from "./message.ts";
import type { CandidType } from "./types.ts";
import type { CandidValue } from "./value.ts";

/** A message, or why there is none. */
export type Encoding =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "problem"; readonly message: string };

/** Values, or why there are none. */
export type Decoding =
  | { readonly kind: "values"; readonly values: readonly CandidValue[] }
  | { readonly kind: "problem"; readonly message: string };

/** Encodes values of the given types, as `parseArguments` gives them. */
export function encodeArguments(types: readonly CandidType[], values: readonly CandidValue[]): Encoding {
  try {
    return { kind: "bytes", bytes: encodeWithLibrary(types, values) };
  } catch (error) {
    return { kind: "problem", message: `The values cannot be encoded: ${reasonOf(error)}.` };
  }
}

/** Decodes a message at the types that are expected. Any bytes may come: what is wrong with them is said in the result. */
export function decodeArguments(types: readonly CandidType[], bytes: Uint8Array): Decoding {
  const decoded = decodeMessage(bytes);
  if (decoded.kind === "problem") return decoded;
  const coercion = coerceArguments(decoded.values, decoded.types, types, "argument");
  if (coercion.kind === "values") return coercion;
  const { path, message } = coercion.mismatch;
  return { kind: "problem", message: `The message does not fit the expected types: ${path.join(", ")}: ${message}.` };
}

/** Decodes a message at its own types, where no interface is known: fields have numbers only. */
export function decodeUntyped(bytes: Uint8Array): Decoding {
  const decoded = decodeMessage(bytes);
  return decoded.kind === "problem" ? decoded : { kind: "values", values: decoded.values };
}

function decodeMessage(
  bytes: Uint8Array,
):
  | { readonly kind: "values"; readonly values: readonly CandidValue[]; readonly types: readonly CandidType[] }
  | { readonly kind: "problem"; readonly message: string } {
  try {
    const head = readMessageHead(bytes);
    checkValues(bytes, head);
    return { kind: "values", values: decodeWithLibrary(head.types, bytes), types: head.types };
  } catch (error) {
    const where = error instanceof MalformedMessage ? ` (at byte ${error.offset} of ${bytes.length})` : "";
    return { kind: "problem", message: `These bytes are no Candid message: ${reasonOf(error)}${where}.` };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError && /call stack/i.test(error.message)) return "values are nested too deep";
  return error instanceof Error ? error.message.trim().replace(/\.$/, "") : String(error);
}
