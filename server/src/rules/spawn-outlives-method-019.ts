import type { QuickFix, Rule } from "./rule.ts";
import { isCdkAtLeast, tasksStartedBy } from "./tasks.ts";

/** A task waits for something that another message brings. */
export const spawnOutlivesMethod019: Rule = {
  id: "spawn-outlives-method-019",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A task of `spawn` waits for a channel or a lock instead of a call.",
    why: "Since ic-cdk 0.19 a task of `spawn` belongs to the method that started it. When the method has ended and nothing of its own can wake the task any more, it panics.",
    instead:
      "Use `spawn_migratory`, which goes on in whatever message wakes it, or `spawn_weak`, which ends with the method.",
  },

  check(canister, report) {
    if (!isCdkAtLeast(canister, 19)) return;
    for (const { starter, inFunction, steps } of tasksStartedBy(canister, /(^|::)spawn$/)) {
      const waiting = steps.find((it) => it.kind === "suspension" && it.suspends !== "no" && waitsForMessage(it.text));
      if (waiting === undefined) continue;
      report({
        confidence: "medium",
        path: inFunction.path,
        range: starter.pathRange,
        message:
          "This task waits for what another message brings, and panics when its own method has ended before. Use " +
          "`spawn_migratory`, or `spawn_weak` where it may end with the method.",
        related: [{ path: inFunction.path, range: waiting.range, message: "it waits here" }],
        fixes: migratory(inFunction.path, starter.pathRange),
      });
    }
  },
};

/** Receivers of channels, locks and signals, by their usual names. */
function waitsForMessage(text: string): boolean {
  return (
    /^&?(mut )?(\w+\.)*(rx|recv|receiver|\w+_rx|\w+_receiver|notified|signal)$/.test(text) ||
    /\.(recv|lock|acquire|notified|wait|changed)\(\)$/.test(text)
  );
}

function migratory(path: string, range: { readonly start: number; readonly end: number }): QuickFix[] {
  return ["spawn_migratory", "spawn_weak"].map((name) => ({
    title: `Use \`${name}\``,
    kind: "review" as const,
    edits: [{ path, range, newText: `ic_cdk::futures::${name}` }],
  }));
}
