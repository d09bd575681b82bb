import type { Rule } from "./rule.ts";

/** Work is done in every round, needed or not. */
export const heartbeatUsed: Rule = {
  id: "heartbeat-used",
  severity: "hint",
  docs: {
    what: "The canister exports a heartbeat.",
    why: "It runs in every round, about once a second, and each run is paid for even where there is nothing to do. Runs overlap once one of them awaits.",
    instead:
      "Set a timer for when there is something to do: `set_timer` or `set_timer_interval` of ic-cdk-timers, from `init` and from `post_upgrade`.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints.filter((it) => it.kind === "heartbeat")) {
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          "A heartbeat runs, and is paid for, in every round. A timer runs only when there is something to do: `set_timer_interval` " +
          "of ic-cdk-timers, set in `init` and in `post_upgrade`.",
      });
    }
  },
};
