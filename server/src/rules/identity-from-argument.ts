import type { CanisterModel, EntryPoint, StateWrite } from "../analysis/canisterModel.ts";
import { isOpen, isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
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
      if (!isOpen(canister, entry)) {
        const chosen = choosesIdentity(canister, entry);
        if (chosen !== undefined) {
          report({
            confidence: "medium",
            path: entry.path,
            range: entry.nameRange,
            message:
              `Whoever calls ${entryName(entry)} may say in \`${chosen}\` who they are: the caller is asked for only where it says ` +
              "nothing. Take the caller instead, or compare with it.",
          });
        }
        continue;
      }
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

/** An argument that wins over the caller, `sender.unwrap_or(caller)`, where nothing else is asked of who calls. */
function choosesIdentity(canister: CanisterModel, { kind, guards, function: entered }: EntryPoint): string | undefined {
  if (kind !== "update" || guards.length > 0 || entered.summary.writes.length === 0) return undefined;
  const optional = entered.parameters.filter(({ type }) =>
    /^Option\s*<\s*(\w+::)*(Principal|Account)\s*>$/.test(type.trim()),
  );
  if (optional.length === 0) return undefined;
  const body = bodyText(canister, entered);
  const chosen = optional.find(({ name }) =>
    new RegExp(`\\b${name}\\s*\\.\\s*unwrap_or(_else)?\\(\\s*(\\|\\|\\s*)?(\\w+::)*(msg_)?caller(\\(\\))?\\s*\\)`).test(
      body,
    ),
  );
  if (chosen === undefined) return undefined;
  const isAsked = entered.steps.some(
    (it) => it.kind === "check" && (it.readsCaller || /caller|owner|admin|controller/.test(it.text)),
  );
  return isAsked || /is_controller|authori[sz]|require_|only_/.test(body) ? undefined : chosen.name;
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
