/** Literals of Candid: what their characters stand for. */
import type { Problem } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";

/** What a text literal stands for, as bytes; a blob need not be UTF-8. */
export interface LiteralReading {
  readonly bytes: Uint8Array;
  readonly problems: readonly Problem[];
}

/** What a text literal stands for, as text. */
export interface TextReading {
  readonly text: string;
  readonly problems: readonly Problem[];
}

const encoder = new TextEncoder();
const simpleEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, "\\": 92, '"': 34, "'": 39 };

/** Reads a literal with its quotes, which stands at `start` of a text. */
export function readLiteralBytes(literal: string, start: number): LiteralReading {
  const problems: Problem[] = [];
  const report = (from: number, to: number, message: string) =>
    problems.push(literalProblem({ start: start + from, end: start + to }, message));
  const closed = literal.length >= 2 && endsUnescaped(literal);
  if (!closed) report(0, literal.length, 'A text literal ends with `"`.');
  const end = closed ? literal.length - 1 : literal.length;
  const bytes: number[] = [];
  let plainStart = 1;
  const flush = (to: number) => {
    if (to > plainStart) for (const byte of encoder.encode(literal.slice(plainStart, to))) bytes.push(byte);
  };
  for (let at = 1; at < end; at++) {
    if (literal.charCodeAt(at) !== 0x5c) continue;
    flush(at);
    const sequence = readEscape(literal, at, end);
    if (typeof sequence.value === "string") report(at, sequence.end, sequence.value);
    else for (const byte of sequence.value) bytes.push(byte);
    at = sequence.end - 1;
    plainStart = sequence.end;
  }
  flush(end);
  return { bytes: Uint8Array.from(bytes), problems };
}

/** Reads a literal with its quotes, which has to be UTF-8. */
export function readLiteralText(literal: string, start: number): TextReading {
  const { bytes, problems } = readLiteralBytes(literal, start);
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), problems };
  } catch {
    const range = { start, end: start + literal.length };
    const problem = literalProblem(
      range,
      "The bytes of this text are not UTF-8. Write a blob, or escape characters as `\\u{…}`.",
    );
    return { text: new TextDecoder().decode(bytes), problems: [...problems, problem] };
  }
}

/** A text literal, with quotes; what is not printable is escaped. */
export function writeText(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}\p{Cs}\p{Co}\u2028\u2029]/gu, (character) => {
    switch (character) {
      case "\n":
        return "\\n";
      case "\r":
        return "\\r";
      case "\t":
        return "\\t";
      case '"':
      case "\\":
        return `\\${character}`;
      default:
        return `\\u{${character.codePointAt(0)?.toString(16)}}`;
    }
  });
  return `"${escaped}"`;
}

/** The literal of a blob without the keyword: printable ASCII as it is, other bytes as `\hh`. */
export function writeBytes(bytes: Uint8Array): string {
  let literal = '"';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x27 && byte !== 0x5c;
    literal += plain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, "0")}`;
  }
  return `${literal}"`;
}

/** The value of a whole number as written: decimal or hexadecimal, with underscores. */
export function readNat(literal: string): bigint {
  return BigInt(literal.replaceAll("_", ""));
}

function literalProblem(range: TextRange, message: string): Problem {
  return { code: "did-syntax", message, range, severity: "error" };
}

function endsUnescaped(literal: string): boolean {
  if (!literal.endsWith('"')) return false;
  let backslashes = 0;
  while (literal.charCodeAt(literal.length - 2 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 0;
}

/** The bytes of an escape that begins at `at`, or what is wrong with it. */
function readEscape(
  literal: string,
  at: number,
  end: number,
): { readonly value: Uint8Array | string; readonly end: number } {
  const rest = literal.slice(at + 1, Math.min(end, at + 16));
  const unicode = /^u\{([0-9a-fA-F][0-9a-fA-F_]*)\}/.exec(rest);
  if (unicode !== null) {
    const codePoint = Number.parseInt((unicode[1] ?? "").replaceAll("_", ""), 16);
    const next = at + 1 + unicode[0].length;
    if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint < 0xe000)) {
      return { value: `U+${codePoint.toString(16).toUpperCase()} is no Unicode character.`, end: next };
    }
    return { value: encoder.encode(String.fromCodePoint(codePoint)), end: next };
  }
  const byte = /^[0-9a-fA-F]{2}/.exec(rest)?.[0];
  if (byte !== undefined) return { value: Uint8Array.of(Number.parseInt(byte, 16)), end: at + 3 };
  const simple = simpleEscapes[rest.charAt(0)];
  if (simple !== undefined) return { value: Uint8Array.of(simple), end: at + 2 };
  const message = "Candid knows the escapes `\\n`, `\\r`, `\\t`, `\\\\`, `\\\"`, `\\'`, `\\hh` (a byte) and `\\u{…}`.";
  return { value: message, end: Math.min(end, at + 2) };
}
