import type { EntryPoint, StateWrite } from "../analysis/canisterModel.ts";
import { isOpen, isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { stateName } from "./stateNames.ts";

/** Whoever calls says who they are. */
export const identityFromArgument: Rule = {
  id: "identity-from-argument",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "An update takes the owner or sender as an argument, and never compares it with the caller.",
    why: "Anybody can give any principal: they act in the name of whomever they name.",
    instead: "Take the caller, `msg_caller()`, or compare the argument with it.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (!isOpen(canister, entry)) continue;
      const named = entry.function.parameters.find((it) => isIdentity(it));
      const write = named === undefined ? undefined : writeFor(entry, named.name);
      if (named === undefined || write === undefined) continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          `Whoever calls ${entryName(entry)} says in \`${named.name}\` who they are, and \`${stateName(write.state)}\` is changed in ` +
          "that name. Take the caller instead, or compare with it.",
        related: [{ path: write.through?.path ?? entry.path, range: write.range, message: "written here" }],
      });
    }
  },
};

function isIdentity({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return (
    /^(owner|user|caller|from|sender|me|account|buyer|seller|payer|investor|voter|author|creator|member)(_(principal|id|principal_id|pid|account))?$/.test(
      name,
    ) && /\b(Principal|Account|UserId)\b/.test(type)
  );
}

/** State that is changed with the argument as key or value. */
function writeFor({ function: { steps, summary } }: EntryPoint, name: string): StateWrite | undefined {
  const mentions = new RegExp(`\\b${name}\\b`);
  const direct = steps.find((it): it is StateWrite => it.kind === "stateWrite" && mentions.test(it.value));
  if (direct !== undefined) return direct;
  const isHandedOn = steps.some(
    (it) =>
      it.kind === "functionCall" &&
      it.targets.some((target) => target.summary.writes.length > 0) &&
      it.arguments.some((arg) => mentions.test(arg.text)),
  );
  return isHandedOn ? summary.writes[0] : undefined;
}
