import type { Rule } from "./rule.ts";
import { slicesOf } from "./sourceText.ts";

/** Cycles counted in 64 bits. */
export const cyclesU64Truncation: Rule = {
  id: "cycles-u64-truncation",
  severity: "information",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "Cycles are asked for or sent by the functions of 64 bits, or cut with `as u64`.",
    why: "A canister may hold more than 2^64 cycles, some eighteen million trillion: the functions of 64 bits trap from there on, and a cast drops the upper half.",
    instead:
      "Use the functions of 128 bits: `canister_cycle_balance`, `call_with_payment128`, `msg_cycles_available128`.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const text = slicesOf(canister, inFunction.path);
      for (const call of inFunction.steps) {
        if (call.kind !== "functionCall" && call.kind !== "canisterCall") continue;
        const name = call.kind === "functionCall" ? call.resolved : call.path;
        const wide = /(^|::)(canister_balance128|canister_cycle_balance)$/.test(name);
        const isCut = wide && /^\s*as\s+(u64|usize|u32)\b/.test(text.slice(call.whole.end, call.whole.end + 16));
        const isNarrow =
          /^ic_cdk::api::(canister_balance|call::(call_with_payment|msg_cycles_available|msg_cycles_refunded|msg_cycles_accept))$/.test(
            name,
          );
        if (!isCut && !isNarrow) continue;
        const range = isCut ? call.whole : call.pathRange;
        const newName = `${name}128`;
        report({
          confidence: "high",
          path: inFunction.path,
          range,
          message: isCut
            ? "A balance of more than 2^64 cycles is cut off here. Keep it in a `u128`."
            : `\`${call.path}\` traps at more than 2^64 cycles. Use \`${newName.slice(newName.lastIndexOf(":") + 1)}\`.`,
        });
      }
    }
  },
};
