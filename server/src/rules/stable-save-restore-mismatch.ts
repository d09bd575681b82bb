import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { Rule } from "./rule.ts";
import { closingOf } from "./sourceText.ts";

/** What is restored is not what was saved. */
export const stableSaveRestoreMismatch: Rule = {
  id: "stable-save-restore-mismatch",
  severity: "error",
  docs: {
    what: "`stable_restore` asks for more values than `stable_save` has saved.",
    why: "What is missing cannot be decoded: `post_upgrade` traps, or takes the state for empty where the error is ignored.",
    instead: "Restore what is saved, in the same order. What a new version adds comes last and is an `Option`.",
  },

  check(canister, report) {
    const saves = stableCalls(canister, "stableSave");
    const [save] = saves;
    if (save === undefined || saves.length > 1) return;
    const argument = save.call.arguments[0];
    if (argument?.isTuple !== true) return;
    const text = canister.textIn(
      save.inFunction.path,
      argument.range.start + save.call.item.start,
      argument.range.end + save.call.item.start,
    );
    const saved = elements(text.slice(1, -1)).length;
    for (const { call, inFunction } of stableCalls(canister, "stableRestore")) {
      const types = restoredTypes(canister, call, inFunction);
      if (types === undefined || types.length <= saved || types.slice(saved).every((it) => /^Option\s*</.test(it)))
        continue;
      report({
        confidence: "high",
        path: inFunction.path,
        range: call.pathRange,
        message: `${types.length} values are restored where ${saved} ${saved === 1 ? "is" : "are"} saved: what is missing cannot be decoded. Restore what is saved; let what is new come last, as an \`Option\`.`,
        related: [{ path: save.inFunction.path, range: save.call.pathRange, message: "saved here" }],
      });
    }
  },
};

function stableCalls(canister: CanisterModel, kind: "stableSave" | "stableRestore") {
  const calls = storingCalls.of(canister);
  if (calls.size === 0) return [];
  return [...reachableFunctions(canister).keys()].flatMap((inFunction) =>
    (calls.get(inFunction) ?? []).flatMap((call) => (call.cdk === kind ? [{ call, inFunction }] : [])),
  );
}

const storingCalls = new FunctionIndex((it) =>
  it.calls.filter(
    (call): call is FunctionCall =>
      call.kind === "functionCall" && (call.cdk === "stableSave" || call.cdk === "stableRestore"),
  ),
);

/** The types of the tuple that is asked for, from the turbofish or from the variable. */
function restoredTypes(canister: CanisterModel, call: FunctionCall, { path }: ModelFunction): string[] | undefined {
  const given =
    /^::<\s*\(([\s\S]*)\)\s*>$/.exec(call.typeArguments)?.[1] ??
    /^<\s*\(([\s\S]*)\)\s*>$/.exec(call.typeArguments)?.[1];
  if (given !== undefined) return elements(given);
  const before = canister.textIn(path, Math.max(0, call.whole.start - 400), call.whole.start);
  const annotated = /\blet\s+[^=;]*?:\s*\(([^=;]*)\)\s*=\s*$/.exec(before)?.[1];
  return annotated === undefined ? undefined : elements(annotated);
}

/** The parts of a list that commas divide. */
function elements(list: string): string[] {
  const found: string[] = [];
  let start = 0;
  let angles = 0;
  for (let at = 0; at < list.length; at++) {
    const character = list[at] ?? "";
    if ("([{".includes(character)) at = closingOf(list, at);
    else if (character === "<") angles++;
    else if (character === ">" && list[at - 1] !== "-") angles--;
    else if (character === "," && angles === 0) {
      found.push(list.slice(start, at));
      start = at + 1;
    }
  }
  found.push(list.slice(start));
  return found.map((it) => it.trim()).filter((it) => it !== "");
}
