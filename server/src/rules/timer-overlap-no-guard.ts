import type { CanisterModel, FunctionCall, ModelFunction, Step } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { mayStay } from "./stateNames.ts";
import { tasksStartedBy } from "./tasks.ts";

/** The next run begins while the last one still waits. */
export const timerOverlapNoGuard: Rule = {
  id: "timer-overlap-no-guard",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A periodic timer awaits calls and writes state, and nothing keeps two runs apart.",
    why: "The timer fires again although the last run still waits for its call: both read the same state, and both act on it.",
    instead:
      "Use `set_timer_interval_serial` (ic-cdk-timers 1.0), or take a lock at the beginning whose `Drop` releases it.",
  },

  check(canister, report) {
    for (const { starter, inFunction, steps } of tasksStartedBy(canister, /(^|::)set_timer_interval$/)) {
      const all = [...steps, ...stepsOfInnerTasks(inFunction, steps)];
      const called = calledFunctions(all);
      if (!all.some(suspends) && !called.some((it) => it.summary.suspends === "yes")) continue;
      const write = [...all, ...called.flatMap((it) => it.steps)].find(
        (it) => it.kind === "stateWrite" && !mayStay(it),
      );
      if (write === undefined || isKeptApart(all) || called.some((it) => isKeptApart(it.steps))) continue;
      report({
        confidence: "medium",
        path: inFunction.path,
        range: starter.pathRange,
        message:
          "The timer fires again while its last run still waits for a call, and both change the same state. Use " +
          "`set_timer_interval_serial`, or take a lock at the beginning.",
        fixes: serial(canister, inFunction.path, starter),
      });
    }
  },
};

function stepsOfInnerTasks({ steps }: ModelFunction, outer: readonly Step[]): readonly Step[] {
  const inner = new Set(outer.flatMap((it) => (it.kind === "functionCall" ? it.starts : [])));
  return steps.filter((it) => inner.has(it.at.task));
}

function suspends(step: Step): boolean {
  return step.kind === "suspension" && step.suspends === "yes";
}

/** Functions of the crate that the task runs, as far as they are certain. */
function calledFunctions(steps: readonly Step[]): readonly ModelFunction[] {
  const found = new Set<ModelFunction>();
  const add = (it: Step) => {
    if (it.kind !== "functionCall" || !it.isCertain) return;
    for (const target of it.targets) {
      if (found.has(target)) continue;
      found.add(target);
      for (const step of target.steps) add(step);
    }
  };
  for (const step of steps) add(step);
  return [...found];
}

/** A guard is bound, or a mark is asked for and set. */
function isKeptApart(steps: readonly Step[]): boolean {
  return steps.some(
    (it) =>
      (it.kind === "guard" && it.isGuard) ||
      (it.kind === "check" && /(?<![bc])lock|guard|running|busy|progress|processing|active|flight/i.test(it.text)) ||
      (it.kind === "functionCall" && /(?<![bc])lock|guard|acquire/i.test(it.path)),
  );
}

function serial(canister: CanisterModel, path: string, { pathRange, path: written }: FunctionCall): QuickFix[] {
  const version = canister.versions.get("ic-cdk-timers");
  if (version === undefined || Number.parseInt(version, 10) < 1) return [];
  const newText = `${written.slice(0, written.lastIndexOf(":") + 1)}set_timer_interval_serial`;
  return [
    { title: "Start a run only after the last one", kind: "review", edits: [{ path, range: pathRange, newText }] },
  ];
}
