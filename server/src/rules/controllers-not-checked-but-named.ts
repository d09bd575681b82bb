import type { CanisterModel, EntryPoint } from "../analysis/canisterModel.ts";
import { isOpen, isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** The name promises a check that is not there. */
export const controllersNotCheckedButNamed: Rule = {
  id: "controllers-not-checked-but-named",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "An update is named or documented as one for admins, owners or controllers, and never asks who calls.",
    why: "Names and comments protect nothing: everybody may call it.",
    instead: "Check the caller, for example with a guard.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      const says = isOpen(canister, entry) ? promise(canister, entry) : undefined;
      if (says === undefined) continue;
      report({
        confidence: "low",
        path: entry.path,
        range: entry.nameRange,
        message: `${entryName(entry)} ${says}, and nothing on the way asks who calls. Check the caller, for example with a guard.`,
      });
    }
  },
};

function promise(
  canister: CanisterModel,
  { method = "", range, path, function: { summary } }: EntryPoint,
): string | undefined {
  if (summary.writes.length + summary.laterWrites.length === 0 && !summary.callsCanister) return undefined;
  const isChange = /^(set|add|remove|update|delete|change|transfer|replace|grant|revoke|appoint|admin)(_|$)/.test(
    method,
  );
  if (isChange && /(^|_)(admin|owner|controller)s?(_|$)/.test(method)) {
    return "is named as one for admins, owners or controllers";
  }
  const documented = docComment(canister.textOf(path), range.start);
  return /\b(only (the )?(admin|owner|controller|governance)s?|(admin|owner|controller|governance)s? only|for (admin|controller)s)\b/i.test(
    documented,
  )
    ? "is documented as one for admins, owners or controllers"
    : undefined;
}

/** The comment lines directly above an item. */
function docComment(text: string, start: number): string {
  const lines = text.slice(0, start).split("\n");
  lines.pop();
  const comment: string[] = [];
  while (/^\s*\/\//.test(lines.at(-1) ?? "")) comment.unshift(lines.pop() ?? "");
  return comment.join("\n");
}
