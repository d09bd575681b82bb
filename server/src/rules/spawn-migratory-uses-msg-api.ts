import type { Step } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { tasksStartedBy } from "./tasks.ts";

/** A task asks for the message, and gets somebody else's. */
export const spawnMigratoryUsesMsgApi: Rule = {
  id: "spawn-migratory-uses-msg-api",
  severity: "error",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "A task of `spawn_migratory` asks for its message (`msg_caller()`, `msg_reply` …), or may trap.",
    why: "The task runs in whatever message wakes it: the caller, the cycles and the reply are those of that message. A trap in it makes a message fail that has nothing to do with it.",
    instead: "Read what is needed before, and move it into the task; return errors instead of trapping.",
  },

  check(canister, report) {
    for (const { starter, inFunction, steps } of tasksStartedBy(canister, /(^|::)spawn_migratory$/)) {
      for (const step of steps) {
        const asked = messageFunction(step);
        if (asked === undefined && step.kind !== "trap") continue;
        report({
          ...(asked === undefined && { severity: "warning" as const }),
          confidence: "high",
          path: inFunction.path,
          range: step.range,
          message:
            asked === undefined
              ? "A task of `spawn_migratory` must never trap: it would make the message fail that happens to wake it."
              : `\`${asked}\` is that of whatever message wakes this task. Read it before \`spawn_migratory\`, and move it in.`,
          related: [{ path: inFunction.path, range: starter.pathRange, message: "the task is started here" }],
        });
      }
    }
  },
};

function messageFunction(step: Step): string | undefined {
  if (step.kind === "callerRead") return step.isDirect ? step.text : undefined;
  if (step.kind === "reply") return "The reply";
  if (step.kind !== "functionCall") return undefined;
  return /^ic_cdk::api::(msg_\w+|call::(msg_\w+|arg_data\w*|method_name))$/.test(step.resolved) && step.cdk !== "reply"
    ? `${step.path}()`
    : undefined;
}
