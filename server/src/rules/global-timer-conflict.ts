import type { Rule } from "./rule.ts";

/** Two owners of the one timer. */
export const globalTimerConflict: Rule = {
  id: "global-timer-conflict",
  severity: "error",
  isOptIn: true,
  docs: {
    what: "A crate that sets timers with ic-cdk-timers also sets the global timer, or exports `canister_global_timer`.",
    why: "A canister has one global timer, and ic-cdk-timers keeps all of its timers in it. Whoever sets it too makes them late or lost; a second export does not link.",
    instead: "Use one of the two: timers of ic-cdk-timers only, or the global timer only.",
  },

  check(canister, report) {
    if (!canister.functions.some((it) => it.summary.setsTimer)) return;
    const calls = canister.functions.flatMap((it) =>
      it.steps.flatMap((step) => (step.kind === "functionCall" ? [{ step, path: it.path }] : [])),
    );
    const timers = calls.find(({ step }) => /^ic_cdk_timers::set_timer/.test(step.resolved));
    if (timers === undefined) return;
    const related = [
      { path: timers.path, range: timers.step.pathRange, message: "ic-cdk-timers takes the global timer" },
    ];
    const advice = "which keeps the timers of ic-cdk-timers: they come late or never. Use one of the two.";
    for (const { step, path } of calls) {
      if (!/^ic_cdk::api::(set_global_timer|global_timer_set)$/.test(step.resolved)) continue;
      report({
        confidence: "high",
        path,
        range: step.pathRange,
        message: `\`${step.path}\` sets the global timer, ${advice}`,
        related,
      });
    }
    for (const { kind, path, nameRange } of canister.entryPoints) {
      if (kind !== "globalTimer") continue;
      report({
        confidence: "high",
        path,
        range: nameRange,
        message: `This export takes the global timer, ${advice}`,
        related,
      });
    }
  },
};
