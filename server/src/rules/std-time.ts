import { platformCalls, reachedFrom } from "./platformCalls.ts";
import type { QuickFix, Rule } from "./rule.ts";

const clocks =
  /^(?:(?:std::time::)?(?:SystemTime|Instant)::now|(?:chrono::(?:\w+::)*)?(?:Utc|Local)::now|(?:time::)?OffsetDateTime::now_(?:utc|local))$/;

/** The clock of the operating system is asked for the time. */
export const stdTime: Rule = {
  id: "std-time",
  severity: "error",
  docs: {
    what: "The time is asked of the operating system: `SystemTime::now()`, `Instant::now()`, `Utc::now()` and the like.",
    why: "A canister has no operating system. The crate compiles for `wasm32-unknown-unknown`, but the call panics, and the message traps.",
    instead: "Use `ic_cdk::api::time()`: nanoseconds since 1970, the same on all nodes, and constant within a message.",
  },

  check(canister, report) {
    for (const it of platformCalls(canister, clocks)) {
      report({
        ...(it.isFallback && { severity: "information" }),
        confidence: it.isFallback ? "medium" : "high",
        path: it.path,
        range: it.call.pathRange,
        message: `\`${it.call.path}()\` panics in a canister, which has no clock of its own: the message traps. Use \`ic_cdk::api::time()\`, in nanoseconds since 1970.`,
        related: reachedFrom(it),
        fixes: [useTime(it.path, it.call.range)],
      });
    }
  },
};

function useTime(path: string, range: { readonly start: number; readonly end: number }): QuickFix {
  const edits = [{ path, range, newText: "ic_cdk::api::time()" }];
  return { title: "Ask the Internet Computer: `ic_cdk::api::time()`", kind: "review", edits };
}
