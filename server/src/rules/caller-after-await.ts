import type { CallerRead, CanisterModel, ModelFunction, Suspension } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import type { QuickFix, Rule, TextEdit } from "./rule.ts";
import { slicesOf } from "./sourceText.ts";
import { awaitPlace } from "./stateNames.ts";

/** The caller is asked for behind an `await`. */
export const callerAfterAwait: Rule = {
  id: "caller-after-await",
  severity: "hint",
  isPerFunction: true,
  docs: {
    what: "The caller of the message is read after an `await`.",
    why: "Inside one method the IC still tells the right caller then. In a task, however, which another message may wake, it is the caller of that message, and a reader cannot see which of both is meant.",
    instead: "Read the caller once, before the first `await`, into a variable.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const read of inFunction.steps) {
        if (read.kind !== "callerRead" || !read.isDirect) continue;
        const awaits = inFunction.steps.filter(
          (it): it is Suspension => it.kind === "suspension" && it.suspends !== "no" && canFollow(it.at, read.at),
        );
        const suspension = awaits.find((it) => it.suspends === "yes") ?? awaits[0];
        if (suspension === undefined) continue;
        const isTask = read.at.task > 0;
        report({
          ...(isTask && suspension.suspends === "yes" && { severity: "warning" }),
          confidence: suspension.suspends === "yes" ? "high" : "low",
          path: inFunction.path,
          range: read.range,
          message: isTask
            ? "This task may go on in a message of somebody else, and then this is their principal. Read the caller before the task starts, and move it in."
            : "The caller is read after an `await`. It is safer and clearer to read it once, before the first `await`.",
          related: [awaitPlace(inFunction, suspension, "the message execution ends here")],
          fixes: isTask ? [] : hoist(canister, inFunction, read),
        });
      }
    }
  },
};

/** Reads the caller at the beginning of the function, and uses the variable wherever it was read behind an `await`. */
function hoist(canister: CanisterModel, inFunction: ModelFunction, read: CallerRead): QuickFix[] {
  const { bodyRange, path } = inFunction;
  const name = ["caller", "caller_principal", "original_caller"].find((it) => !inFunction.names.has(it));
  if (bodyRange === undefined || name === undefined || inFunction.hasError) return [];
  const text = slicesOf(canister, path);
  const later = text.slice(bodyRange.start + 1, bodyRange.end);
  const indentation = /^\s*\n(\s*)/.exec(later)?.[1] ?? " ";
  const isOneLine = !later.includes("\n");
  const newText = `${isOneLine ? " " : `\n${indentation}`}let ${name} = ${read.text};`;
  const at = { start: bodyRange.start + 1, end: bodyRange.start + 1 };
  const uses = inFunction.steps.flatMap((it): TextEdit[] =>
    it.kind === "callerRead" && it.isDirect && it.at.task === 0 && isBehindAwait(inFunction, it)
      ? [{ path, range: it.range, newText: name }]
      : [],
  );
  return [
    { title: "Read the caller before the first `await`", kind: "safe", edits: [{ path, range: at, newText }, ...uses] },
  ];
}

function isBehindAwait(inFunction: ModelFunction, read: CallerRead): boolean {
  return inFunction.steps.some((it) => it.kind === "suspension" && it.suspends !== "no" && canFollow(it.at, read.at));
}
