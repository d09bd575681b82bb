import type {
  CanisterCall,
  CanisterModel,
  FunctionCall,
  ModelFunction,
  PlacedUse,
  StateWrite,
} from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { lastName } from "../analysis/textParts.ts";
import { calledName } from "./callNames.ts";
import type { QuickFix, RelatedRange, Rule } from "./rule.ts";
import { isToldOf } from "./state-mutated-before-await.ts";
import { mayStay, stateName } from "./stateNames.ts";
import { keepsWhatWasDone } from "./stateWrites.ts";

/** A call that fails traps. */
export const callResultUnwrapped: Rule = {
  id: "call-result-unwrapped",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "The result of a call to another canister is unwrapped.",
    why: "Calls fail in normal operation: the callee stops, traps or is overloaded. The trap rolls back only what was done since the last `await`; what was committed before stays, and the caller sees a trap instead of a reason.",
    instead: "Return the error (`.map_err(|e| e.to_string())?`), or handle it.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      // What a function does once it does each time: the first one says it.
      let isTold = false;
      for (const call of inFunction.steps) {
        if ((call.kind !== "canisterCall" && call.kind !== "functionCall") || !call.awaited) continue;
        if (call.kind === "functionCall" && !passesFailuresOn(call)) continue;
        for (const use of call.uses.filter((it) => it.kind === "unwrapped" && !isAskedBefore(call, it))) {
          const write = writeBefore(inFunction, call);
          const isTaste = givesReason(canister, inFunction, use) || /(^|_)raw_rand$/.test(calledName(call));
          // What stays changed is told where it is changed.
          const isGrave = write !== undefined && !isToldOf(canister, inFunction, call);
          const isMinor: boolean = (isTaste && write === undefined) || isTold;
          isTold ||= !isMinor;
          report({
            severity: isGrave ? "warning" : isMinor ? "hint" : "information",
            confidence: call.kind === "functionCall" || call.api === "wrapper" ? "medium" : "high",
            path: inFunction.path,
            range: use.range,
            message: messageOf(call, use, write),
            related: write === undefined ? [] : [writePlace(inFunction, write)],
            fixes: propagate(canister, inFunction, call, use),
          });
        }
      }
    }
  },
};

/** `if r.is_err() { return … }` stands above. */
function isAskedBefore(
  { errorArms, uses }: CanisterCall | FunctionCall,
  { stage, arms, how, range }: PlacedUse,
): boolean {
  if (stage !== "result" || errorArms.length === 0 || !/^(unwrap|expect)$/.test(how)) return false;
  if (!uses.some((it) => it.kind === "inspected" && it.range.start < range.start)) return false;
  return errorArms.every((it) => it.leaves === "function" && it.kind === "case" && !arms.includes(it));
}

/** `unwrap_or_else(|e| trap(&format!("…: {e}")))` tells whoever called. */
function givesReason(canister: CanisterModel, { path }: ModelFunction, { range, how }: PlacedUse): boolean {
  return (
    how.startsWith("unwrap_or_else") && /\|\s*\w*[a-z]\w*\s*\|/.test(canister.textIn(path, range.start, range.end))
  );
}

/** A function of the crate that calls another canister and returns its failure. */
function passesFailuresOn({ targets }: FunctionCall): boolean {
  return (
    targets.length > 0 &&
    targets.every(
      ({ summary, returnType }) =>
        summary.callsCanister && summary.suspends === "yes" && /\b(Call)?Result\b/.test(returnType),
    )
  );
}

function messageOf(call: CanisterCall | FunctionCall, use: PlacedUse, write: StateWrite | undefined): string {
  const what = use.stage === "decoded" ? "a reply that cannot be decoded" : "a failed call";
  const named = calledName(call);
  const isLocal = call.kind === "functionCall" && named === lastName(call.path);
  const name = isLocal ? call.path : call.kind === "canisterCall" ? call.method : named;
  const method = name === undefined ? "" : ` of \`${name}\``;
  const consequence =
    write === undefined
      ? call.at.task === 0
        ? "the caller sees a trap instead of a reason."
        : "the task ends there, and nothing handles the error."
      : `\`${stateName(write.state)}\` keeps what was written before the \`await\`, and the rest is rolled back.`;
  return `\`${use.how}\` turns ${what}${method} into a trap: ${consequence} Return or handle the error.`;
}

function writeBefore(inFunction: ModelFunction, call: CanisterCall | FunctionCall): StateWrite | undefined {
  return inFunction.steps.find(
    (it): it is StateWrite =>
      it.kind === "stateWrite" && canFollow(it.at, call.at) && !mayStay(it) && !keepsWhatWasDone(inFunction, it),
  );
}

function writePlace(inFunction: ModelFunction, write: StateWrite): RelatedRange {
  const message = `\`${stateName(write.state)}\` is written here, and committed by the \`await\``;
  return { path: inFunction.path, range: write.range, message };
}

/** `?` where the function returns `Result<_, String>`. */
function propagate(
  canister: CanisterModel,
  inFunction: ModelFunction,
  call: CanisterCall | FunctionCall,
  use: PlacedUse,
): QuickFix[] {
  const isFlat = use.arms.every((it) => it.kind !== "closure") && call.at.task === 0;
  if (!isFlat || !/^Result\s*<[\s\S]*,\s*String\s*>$/.test(inFunction.returnType.trim())) return [];
  const text = canister.textIn(inFunction.path, use.range.start, use.range.end);
  const unwrap = /(unwrap\(\)|expect\(\s*"[^"]*"\s*,?\s*\))$/.exec(text);
  if (unwrap === null) return [];
  const range = { start: use.range.start + unwrap.index, end: use.range.end };
  const [called] = call.kind === "functionCall" ? call.targets : [];
  const isPair =
    use.stage === "result" &&
    (call.kind === "canisterCall" ? call.isOldApi : /\bCallResult\b|\bRejectionCode\b/.test(called?.returnType ?? ""));
  // Of what a function of one's own may give, only this much is sure.
  const isOther = called !== undefined && !/,\s*String\s*>$/.test(called.returnType.trim());
  const otherwise = isOther ? 'map_err(|e| format!("{e:?}"))?' : "map_err(|e| e.to_string())?";
  const newText = isPair ? "map_err(|(_, message)| message)?" : otherwise;
  return [{ title: "Return the error", kind: "review", edits: [{ path: inFunction.path, range, newText }] }];
}
