import type { CanisterModel, Check, ModelFunction, StateWrite } from "../analysis/canisterModel.ts";
import { atStartOf } from "./insertStatement.ts";
import { entryName } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, slicesOf } from "./sourceText.ts";
import { hasWord, stateName } from "./stateNames.ts";
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
      if (
        entry.kind !== "update" ||
        entry.method === "wallet_receive" ||
        entry.guards.length > 0 ||
        asksForAnonymous(entry.function, new Set())
      )
        continue;
      const write = storesCaller(canister, entry.function);
      if (write === undefined || refusesOthers(canister, entry.function)) continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          `${entryName(entry)} keeps \`${stateName(write.state)}\` by caller, and everybody without an identity is the same ` +
          "caller. Refuse `Principal::anonymous()` first.",
        related: [{ path: entry.path, range: write.range, message: "kept here" }],
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

/** State that is kept under the caller, or with the caller as a part of it: also by a function that is given the caller. */
function storesCaller(canister: CanisterModel, inFunction: ModelFunction): StateWrite | undefined {
  const names = callerNames(bodyText(canister, inFunction));
  const text = slicesOf(canister, inFunction.path);
  const mentions = new RegExp(
    `(^|::|\\W)(msg_)?caller\\(\\)${names.map((it) => `|(?<![\\w.])${it}\\b(?!\\s*[:(])`).join("")}`,
  );
  return inFunction.steps.find((it): it is StateWrite => {
    if (it.kind !== "stateWrite" || !/^(insert|add|push|assign)$/.test(it.effect) || logging.test(stateName(it.state)))
      return false;
    if (it.through === undefined) {
      return it.effect === "assign"
        ? /\[\]/.test(it.state.field) && mentions.test(text.slice(it.range.start, it.range.end))
        : mentions.test(text.slice(it.range.start, it.range.end)) || mentions.test(it.value);
    }
    return it.effect !== "assign" && mentions.test(text.slice(it.range.start, it.range.end));
  });
}

/** Variables that hold the caller, or what is made with the caller. */
function callerNames(body: string): readonly string[] {
  const names = new Set<string>();
  for (const [, name = "", value = ""] of body.matchAll(
    /\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=(?!=)\s*([^;]*);/g,
  )) {
    const isCaller =
      /^(?:[\w:]+::)?(?:msg_|get_)?caller(?:_principal|_id)?\(\)(?:\.(?:to_text|to_string|clone)\(\))?$/.test(
        value.trim(),
      );
    const isRecord =
      /^&?[A-Z][\w:]*\s*\{/.test(value.trim()) && [...names].some((it) => new RegExp(`\\b${it}\\b`).test(value));
    const isOwned = /^[A-Z][\w:]*\s*\{[\s\S]*\b(?:msg_)?caller\(\)/.test(value.trim());
    if (isCaller || isRecord || isOwned) names.add(name);
  }
  // `item.bidder = Some(caller);` makes a record of the caller's.
  for (const [, name = "", value = ""] of body.matchAll(/(?<![\w.*])(\w+)\.\w+\s*=(?!=)\s*([^;{}]*);/g)) {
    const isOwned = [...names].some((it) => new RegExp(`^(Some\\()?${it}(\\.clone\\(\\))?\\)?$`).test(value.trim()));
    if (isOwned || /^(Some\()?(?:[\w:]+::)?(msg_)?caller\(\)\)?$/.test(value.trim())) names.add(name);
  }
  return [...names];
}

/** Only somebody who is known comes so far. */
function refusesOthers(canister: CanisterModel, inFunction: ModelFunction): boolean {
  const names = callerNames(bodyText(canister, inFunction));
  return inFunction.steps.some(
    (it) =>
      it.kind === "check" &&
      it.leaves &&
      !refusesOne(it) &&
      (it.readsCaller || names.some((name) => new RegExp(`\\b${name}\\b`).test(it.text))) &&
      /[!=]=|is_none\(\)|!\s*[\w.:]*(?:with_borrow|with|contains)|\bis_\w+\(|ok_or/.test(it.text),
  );
}

/** `if caller == params.partner { return Err(…) }` refuses nobody but one. */
function refusesOne({ text, decides: [whenEqual] }: Check): boolean {
  return /^[^=!<>&|]*==[^=!<>&|]*$/.test(text) && whenEqual?.leaves === "function";
}

const logging = hasWord("(tx)?logs? ie_records? histor(y|ies) metrics? stats? events? last");

function refuse(canister: CanisterModel, refused: ModelFunction): QuickFix[] {
  const caller = isCdkAtLeast(canister, 18) ? "ic_cdk::api::msg_caller()" : "ic_cdk::caller()";
  const leave = /^Result\s*<[\s\S]*,\s*String\s*>$/.test(refused.returnType.trim())
    ? 'return Err("Sign in first.".to_string());'
    : 'ic_cdk::trap("Sign in first.");';
  const edit = atStartOf(canister, refused, [`if ${caller} == candid::Principal::anonymous() {`, `    ${leave}`, "}"]);
  return edit === undefined ? [] : [{ title: "Refuse the anonymous caller", kind: "review", edits: [edit] }];
}
