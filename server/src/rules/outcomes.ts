import type { CanisterCall, CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { canFollow } from "../analysis/steps.ts";
import { withoutTexts } from "../analysis/textParts.ts";
import { asking, calledName } from "./callNames.ts";
import { bodyText } from "./sourceText.ts";

/** It gives a `Result` because others do: it ends with `Ok(…)`, and no way leads out with an error. */
export function alwaysSucceeds(canister: CanisterModel, called: ModelFunction): boolean {
  const text = withoutTexts(bodyText(canister, called));
  return /\bOk\s*\([^;]*\)\s*\}$/.test(text) && !/\bErr\b|\?|\breturn\b(?!\s*Ok\b)|bail!|ensure!/.test(text);
}

/**
 * What becomes of it is written to the state where it fails, before the error is returned, or whether it fails or not; or everything is handed
 * on to a function that does so.
 */
export function keepsOutcome(canister: CanisterModel, called: ModelFunction, depth: number): boolean {
  const { steps } = called;
  const awaited = steps.filter(
    (it): it is CanisterCall | FunctionCall =>
      (it.kind === "canisterCall" || it.kind === "functionCall") && it.awaited && it.at.task === 0,
  );
  const noted = (call: CanisterCall | FunctionCall) => {
    if (call.uses.some((use) => use.kind === "propagated" || use.kind === "unwrapped")) return false;
    const later = steps.filter((it) => it.kind === "stateWrite" && canFollow(call.at, it.at));
    // One that is always reached, or several ways that all write.
    return later.some((it) => it.at.arms.every((arm) => call.at.arms.includes(arm))) || later.length >= 3;
  };
  const failing = awaited.flatMap((it) => it.errorArms);
  if (steps.some((it) => it.kind === "stateWrite" && it.at.arms.some((arm) => failing.includes(arm)))) return true;
  const acts = awaited.filter((it) => !asking.test(calledName(it)));
  if (depth < 2 && acts.length === 1 && /^\{[^;{}]*\.\s*await\s*\}$/.test(bodyText(canister, called).trim())) {
    const [only] = acts;
    if (only?.kind === "functionCall" && only.targets.length > 0)
      return only.targets.every((it) => keepsOutcome(canister, it, depth + 1));
  }
  return acts.length > 0 && acts.every(noted);
}
