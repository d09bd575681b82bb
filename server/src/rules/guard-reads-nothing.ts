import type { ModelFunction } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";

/** A guard lets everybody in. */
export const guardReadsNothing: Rule = {
  id: "guard-reads-nothing",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "A guard cannot fail, or decides without looking at the caller or at state.",
    why: "An endpoint with a guard looks protected. This guard gives the same answer to everybody.",
    instead: "Look at the caller in the guard, or remove it.",
  },

  check(canister, report) {
    const guards = new Set(
      canister.entryPoints.flatMap((it) => it.guardFunctions.flatMap((guard) => guard.function ?? [])),
    );
    for (const guard of guards) {
      const says = weakness(guard);
      if (says === undefined) continue;
      const users = canister.entryPoints.filter((it) => it.guardFunctions.some((used) => used.function === guard));
      report({
        confidence: "medium",
        path: guard.path,
        range: guard.nameRange,
        message: `The guard \`${guard.name}\` ${says}, so it decides the same for everybody. Look at the caller, or remove it.`,
        related: users.slice(0, 5).map((it) => ({ path: it.path, range: it.nameRange, message: "uses this guard" })),
      });
    }
  },
};

function weakness({ names, steps, summary, attributes }: ModelFunction): string | undefined {
  // Another variant of it may look at more.
  if (attributes.some((it) => it.path === "cfg" || it.path === "cfg_attr")) return undefined;
  if (summary.asksForCaller || summary.reads.length > 0) return undefined;
  const asks = steps.some((it) => it.kind === "functionCall" || it.kind === "canisterCall");
  if (asks) return undefined;
  const canFail = names.has("Err") || steps.some((it) => it.kind === "trap" || it.kind === "check");
  return canFail ? "looks at neither the caller nor state" : "cannot fail";
}
