import type { FunctionCall, Step } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import type { TextRange } from "../base/textRange.ts";
import { findReached } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** No message of a user is let in. */
export const inspectMessageNoAccept: Rule = {
  id: "inspect-message-no-accept",
  severity: "warning",
  docs: {
    what: "`#[inspect_message]` never calls `accept_message`.",
    why: "A message that the hook does not accept is refused. Without `accept_message` on any way, no user can call any update of the canister.",
    instead: "Call `ic_cdk::api::accept_message()` for the messages that may pass.",
  },

  check(canister, report) {
    if (canister.hasError) return;
    for (const inspect of canister.entryPoints.filter((it) => it.kind === "inspectMessage")) {
      const { function: hook, path } = inspect;
      // Attributes of their own and macros may accept what the text does not show.
      if (findReached(hook, mayAccept, () => true) !== undefined || hook.names.has("accept_message")) continue;
      const { bodyRange } = hook;
      if (isMeant(canister.textOf(path), inspect.range.start, bodyRange)) continue;
      report({
        confidence: "high",
        path,
        range: inspect.nameRange,
        message:
          "No way through this hook calls `accept_message`, so every update call of a user is refused. " +
          "Call `ic_cdk::api::accept_message()` for the messages that may pass.",
        fixes: bodyRange === undefined ? [] : [accept(canister.textOf(path), path, bodyRange)],
      });
    }
  },
};

/** A hook that does nothing and whose comment says so keeps users out on purpose. */
function isMeant(text: string, start: number, body: TextRange | undefined): boolean {
  const isEmpty = body !== undefined && text.slice(body.start + 1, body.end - 1).trim() === "";
  return isEmpty && /\/\/[^\n]*\n\s*$/.test(text.slice(0, start));
}

/** The call itself, or a function of another crate, which may do it. */
function mayAccept(step: Step): true | undefined {
  if (step.kind !== "functionCall") return undefined;
  return step.cdk === "acceptMessage" || isUnknown(step) || undefined;
}

/** Neither declared in the crate nor part of what every canister uses; types and their methods are not meant. */
function isUnknown({ targets, isMethod, resolved, path, cdk }: FunctionCall): boolean {
  if (targets.length > 0) return false;
  if (/accept/i.test(path)) return true;
  if (isMethod || cdk !== undefined || !/^[a-z_]/.test(lastName(path))) return false;
  const [root = "", ...rest] = resolved.split("::");
  return (
    rest.length > 0 &&
    /^[a-z_]/.test(root) &&
    !/^(std|core|alloc|candid|serde\w*|ic_cdk\w*|hex|drop|matches)$/.test(root)
  );
}

function accept(text: string, path: string, body: TextRange): QuickFix {
  const inside = text.slice(body.start + 1, body.end - 1);
  const indentation = /\n([ \t]*)\S/.exec(inside)?.[1];
  const end = body.start + 1 + inside.trimEnd().length;
  const isOpen = inside.trim() !== "" && !/[;}]\s*$/.test(inside);
  const call = "ic_cdk::api::accept_message();";
  const newText = `${isOpen ? ";" : ""}${indentation === undefined ? ` ${call} ` : `\n${indentation}${call}`}`;
  return {
    title: "Accept the message at the end of the hook",
    kind: "review",
    edits: [{ path, range: { start: end, end }, newText }],
  };
}
