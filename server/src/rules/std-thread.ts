import { platformCalls, reachedFrom } from "./platformCalls.ts";
import type { Rule } from "./rule.ts";

const threads = /^(?:std::)?thread::(?:spawn|sleep|sleep_ms|sleep_until|scope|park|park_timeout|Builder::new)$/;

/** A thread is started, or put to sleep. */
export const stdThread: Rule = {
  id: "std-thread",
  severity: "error",
  docs: {
    what: "A thread is started or put to sleep with `std::thread`.",
    why: "A canister executes one message at a time on one thread. `thread::spawn` and `thread::sleep` compile for `wasm32-unknown-unknown` and panic there, so the message traps.",
    instead:
      "For work beside the reply, `ic_cdk::futures::spawn` a future; for work later, set a timer with `ic_cdk_timers::set_timer`.",
  },

  check(canister, report) {
    for (const it of platformCalls(canister, threads)) {
      const isSleep = /sleep|park/.test(it.name);
      const advice = isSleep
        ? "To go on later, set a timer with `ic_cdk_timers::set_timer`."
        : "Start a future with `ic_cdk::futures::spawn` instead.";
      report({
        confidence: "high",
        path: it.path,
        range: it.call.pathRange,
        message: `\`${it.call.path}\` panics in a canister, which has one thread only: the message traps. ${advice}`,
        related: reachedFrom(it),
      });
    }
  },
};
