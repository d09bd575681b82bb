import type { Rule } from "./rule.ts";

/** A key that is not one of its own. */
export const timeAsUniqueKey: Rule = {
  id: "time-as-unique-key",
  severity: "warning",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "Something is stored under the current time as its key.",
    why: "The time is the same for all that one message does, and may be the same for several messages of a round: the second entry replaces the first.",
    instead: "Count: keep the next id in a `Cell` or a `StableCell`, and store the time in the value.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const text = canister.textOf(inFunction.path);
      for (const step of inFunction.steps) {
        if (
          step.kind !== "stateWrite" ||
          step.through !== undefined ||
          step.effect !== "insert" ||
          step.operation !== "insert"
        )
          continue;
        const written = text.slice(step.range.start, step.range.end);
        if (!/\binsert\s*\(\s*(?:ic_cdk::(?:api::)?|api::)?time\(\)\s*,/.test(written)) continue;
        report({
          confidence: "medium",
          path: inFunction.path,
          range: step.range,
          message:
            "Two entries of one message, or of one round, have the same time: the second replaces the first. Use a counter as the key.",
        });
      }
    }
  },
};
