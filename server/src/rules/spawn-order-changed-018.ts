import type { StateRead } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { mayBeSameState, stateName } from "./stateNames.ts";
import { isCdkAtLeast, tasksStartedBy } from "./tasks.ts";

/** The task has not begun yet when its effects are read. */
export const spawnOrderChanged018: Rule = {
  id: "spawn-order-changed-018",
  severity: "information",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "Code behind `spawn` reads state that the task writes.",
    why: "Up to ic-cdk 0.17 a task ran to its first `await` at once. Since 0.18 it begins when the function that started it waits or ends: what is read here is still the old value.",
    instead: "Write before `spawn` what is read behind it, or use `spawn_017_compat`.",
  },

  check(canister, report) {
    if (!isCdkAtLeast(canister, 18)) return;
    for (const { starter, inFunction, steps } of tasksStartedBy(canister, /(^|::)spawn$/)) {
      for (const write of steps) {
        if (write.kind !== "stateWrite" || isBehindAwait(steps, write.at.order)) continue;
        const read = inFunction.steps.find(
          (it): it is StateRead =>
            it.kind === "stateRead" && canFollow(starter.at, it.at) && mayBeSameState(it.state, write.state),
        );
        if (read === undefined || isAwaitedBetween(inFunction.steps, starter.at.order, read.at.order)) continue;
        const name = stateName(write.state);
        report({
          confidence: "medium",
          path: inFunction.path,
          range: read.range,
          message: `\`${name}\` is read before the task writes it: since ic-cdk 0.18 a task begins only when this function waits or ends.`,
          related: [
            { path: inFunction.path, range: starter.pathRange, message: "the task is started here" },
            { path: inFunction.path, range: write.range, message: `and writes \`${name}\` here` },
          ],
          fixes: compat(inFunction.path, starter.pathRange),
        });
        break;
      }
    }
  },
};

function isBehindAwait(
  steps: readonly { readonly kind: string; readonly at: { readonly order: number } }[],
  order: number,
) {
  return steps.some((it) => it.kind === "suspension" && it.at.order < order);
}

function isAwaitedBetween(
  steps: readonly { readonly kind: string; readonly at: { readonly order: number; readonly task: number } }[],
  from: number,
  to: number,
): boolean {
  return steps.some((it) => it.kind === "suspension" && it.at.task === 0 && it.at.order > from && it.at.order < to);
}

function compat(path: string, range: StateRead["range"]): QuickFix[] {
  const edits = [{ path, range, newText: "ic_cdk::futures::spawn_017_compat" }];
  return [{ title: "Run the task at once, as 0.17 did", kind: "review", edits }];
}
