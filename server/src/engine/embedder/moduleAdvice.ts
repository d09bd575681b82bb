import type { Advice } from "./contract.ts";

/**
 * What the network advises behind each reason why a module is not valid; everything else is laid to the toolchain.
 * Source: dfinity/ic rs/types/wasm_types/src/errors.rs, as of 2026-11-21, its slips of the pen included.
 */
const rows: readonly (readonly [reason: RegExp, suggestion: string, section: string])[] = [
  [
    /^Duplicate function '(.*)' exported/s,
    "Try defining different versions of the function for each call type, e.g. `$1_update`, `$1_query`, etc.",
    "duplicate-exports",
  ],
  [
    /^The number of exported functions/,
    "Try combining multiple endpoints into a single endpoint.",
    "exports-too-many-methods",
  ],
  [/^The sum of `<name>` lengths/, "Try using shorter method names.", "sum-of-exported-name-lengths-too-large"],
  [/defined \d+ functions which exceeds/, "Try spliting this canister into multiple canisters.", "too-many-functions"],
  [
    /defined \d+ globals which exceeds/,
    "Try collecting multiple globals into a single structured which can be stored on the heap.",
    "too-many-globals",
  ],
  [
    /with complexity \d+ which exceeds/,
    "Try breaking large functions up into multiple smaller functions.",
    "function-complexity-too-high",
  ],
  [
    /of size \d+ that exceeds the maximum/,
    "Try breaking large functions up into multiple smaller functions.",
    "function-too-large",
  ],
  [
    /^Wasm module code section size of/,
    "Try shrinking the module code section using tools like `ic-wasm` or splitting the logic across multiple canisters.",
    "code-section-too-large",
  ],
  [
    /^Wasm module size of/,
    "Try shrinking the module using tools like `ic-wasm` or splitting the logic across multiple canisters.",
    "too-large",
  ],
];

/** Reasons that are ours: what this host cannot run is no mistake of the module. */
const ours = /this engine cannot run|cannot be executed here/;

/** The advice for a module that is not valid, by the reason. */
export function moduleAdvice(reason: string): Advice {
  if (ours.test(reason)) return { kind: "none" };
  for (const [pattern, suggestion, section] of rows) {
    const match = pattern.exec(reason);
    if (match === null) continue;
    const text = suggestion.replaceAll("$1", () => match[1] ?? "");
    return { kind: "developer", suggestion: text, section: `wasm-module-${section}` };
  }
  return { kind: "toolchain" };
}
