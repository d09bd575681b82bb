import type { CanisterModel, ModelFunction, StateWrite } from "../analysis/canisterModel.ts";
import { atStartOf } from "./insertStatement.ts";
import { entryName } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { stateName } from "./stateNames.ts";
import { isCdkAtLeast } from "./tasks.ts";

/** Everybody who has no identity shares one account. */
export const anonymousCallerNotRejected: Rule = {
  id: "anonymous-caller-not-rejected",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "State is kept by caller, and the anonymous caller is not refused.",
    why: "Everybody can call without an identity, and is then the same principal, `2vxsx-fae`. What one of them stores, every other one can read, change and spend.",
    instead: "Refuse `Principal::anonymous()` first, best in a guard.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "update" || entry.guards.length > 0 || asksForAnonymous(entry.function, new Set())) continue;
      const text = canister.textOf(entry.path);
      const write = entry.function.steps.find(
        (it): it is StateWrite =>
          it.kind === "stateWrite" && it.through === undefined && isKeyedByCaller(it, entry.function, text),
      );
      if (write === undefined) continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: write.range,
        message:
          `${entryName(entry)} keeps \`${stateName(write.state)}\` by caller, and everybody without an identity is the same ` +
          "caller. Refuse `Principal::anonymous()` first.",
        fixes: refuse(canister, entry.function),
      });
    }
  },
};

/** The function or one that it calls compares with the anonymous principal. */
function asksForAnonymous(asked: ModelFunction, seen: Set<ModelFunction>): boolean {
  if (seen.has(asked)) return false;
  seen.add(asked);
  if ([...asked.names].some((it) => /anonymous|authenticat/i.test(it))) return true;
  return asked.summary.callees.some((it) => asksForAnonymous(it, seen));
}

function isKeyedByCaller(write: StateWrite, { bodyRange }: ModelFunction, text: string): boolean {
  if (write.effect !== "insert" && write.effect !== "add") return false;
  const key = write.value.split(",")[0] ?? "";
  if (/(^|::)(msg_)?caller\(\)/.test(key)) return true;
  const body = bodyRange === undefined ? "" : text.slice(bodyRange.start, bodyRange.end);
  const variables = body.matchAll(/\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=\s*(?:\w+::)*(?:msg_)?caller\(\)\s*;/g);
  return [...variables].some((match) => new RegExp(`^[&*]?${match[1]}\\b`).test(key.trim()));
}

function refuse(canister: CanisterModel, refused: ModelFunction): QuickFix[] {
  const caller = isCdkAtLeast(canister, 18) ? "ic_cdk::api::msg_caller()" : "ic_cdk::caller()";
  const leave = /^Result\s*<[\s\S]*,\s*String\s*>$/.test(refused.returnType.trim())
    ? 'return Err("Sign in first.".to_string());'
    : 'ic_cdk::trap("Sign in first.");';
  const edit = atStartOf(canister, refused, [`if ${caller} == candid::Principal::anonymous() {`, `    ${leave}`, "}"]);
  return edit === undefined ? [] : [{ title: "Refuse the anonymous caller", kind: "review", edits: [edit] }];
}
