import { type PlatformCall, platformCalls, reachedFrom } from "./platformCalls.ts";
import type { Rule } from "./rule.ts";

const threads = /^(?:std::)?thread::(?:spawn|sleep|sleep_ms|sleep_until|scope|park|park_timeout|Builder::new)$/;

/** Parts of rayon that need threads of their own; its parallel iterators run on the one thread since 1.7. */
const rayonThreads = /^rayon::(?:spawn|spawn_fifo|spawn_broadcast|ThreadPoolBuilder::new)$/;

/** A thread is started, or put to sleep. */
export const stdThread: Rule = {
  id: "std-thread",
  severity: "error",
  docs: {
    what: "A thread is started or put to sleep with `std::thread`, or work is given to threads of `rayon`.",
    why: "A canister executes one message at a time on one thread. `thread::spawn` and `thread::sleep` compile for `wasm32-unknown-unknown` and panic there, so the message traps. `rayon::spawn` queues work that nobody ever does, and a `rayon::ThreadPoolBuilder` builds nothing.",
    instead:
      "For work beside the reply, `ic_cdk::futures::spawn` a future; for work later, set a timer with `ic_cdk_timers::set_timer`.",
  },

  check(canister, report) {
    for (const it of platformCalls(canister, threads)) {
      const isSleep = /sleep|park/.test(it.name);
      const fate = `\`${it.call.path}\` panics in a canister, which has one thread only: the message traps.`;
      tell(it, `${fate} ${isSleep ? "To go on later, set a timer with `ic_cdk_timers::set_timer`." : startFuture}`);
    }
    for (const it of platformCalls(canister, rayonThreads)) {
      if (it.call.chain.some(({ name }) => name === "use_current_thread")) continue;
      const fate = it.name.includes("ThreadPoolBuilder")
        ? "A canister has one thread only, and building a pool of others fails. Use the parallel iterators without a pool: they run on the one thread."
        : `A canister has one thread only: what \`${it.call.path}\` queues is never done. ${startFuture}`;
      tell(it, fate);
    }

    function tell(it: PlatformCall, message: string): void {
      const { path, call } = it;
      report({ confidence: "high", path, range: call.pathRange, message, related: reachedFrom(it) });
    }
  },
};

const startFuture = "Start a future with `ic_cdk::futures::spawn` instead.";
