import type { CanisterModel, EntryPoint, ModelFunction, Step } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import { callersOf } from "./callers.ts";

/**
 * Who sets a function going, at most: any message, any round and timers that come often; only those whom a guard lets through
 * as administrators; or only timers that seldom meet. `unknown` where nothing of the crate leads to it.
 */
export type Starter = "anybody" | "administrators" | "timers" | "unknown";

/** Tells who sets a function going, through whatever calls it. */
export function startedBy(canister: CanisterModel, started: ModelFunction): Starter {
  const reaching = new Set([started]);
  for (const it of reaching) for (const caller of callersOf(canister, it)) reaching.add(caller);
  const entries = canister.entryPoints.filter((it) => reaching.has(it.function));
  if (entries.length === 0) return [...reaching].some(hasGuardOfOwn) ? "administrators" : "unknown";
  const called = entries.filter((it) => !lifecycle.has(it.kind));
  if (called.length === 0) {
    if (![...reaching].some((it) => callsLater(it, reaching))) return "unknown";
    return [...reaching].some((it) => startsOften(it, reaching)) ? "anybody" : "timers";
  }
  return called.every(isForAdministrators) ? "administrators" : "anybody";
}

const lifecycle: ReadonlySet<EntryPoint["kind"]> = new Set([
  "init",
  "preUpgrade",
  "postUpgrade",
  "inspectMessage",
  "onLowWasmMemory",
]);

/** An attribute of another crate makes an endpoint of it: `#[proposal(guard = "caller_is_governance")]`. */
function hasGuardOfOwn({ attributes }: ModelFunction): boolean {
  return attributes.some((it) => administering.test(/\bguard\s*=\s*"([^"]*)"/.exec(it.arguments)?.[1] ?? ""));
}

/** A task or timer of the function leads on. */
function callsLater({ steps }: ModelFunction, reaching: ReadonlySet<ModelFunction>): boolean {
  return steps.some(
    (it) => it.kind === "functionCall" && it.at.task !== 0 && it.targets.some((to) => reaching.has(to)),
  );
}

/** A timer of the function that comes often leads on. */
function startsOften({ steps }: ModelFunction, reaching: ReadonlySet<ModelFunction>): boolean {
  return steps.some(
    (timer) =>
      timer.kind === "functionCall" &&
      isFrequent(timer) &&
      steps.some(
        (it) =>
          it.kind === "functionCall" &&
          timer.starts.includes(it.at.task) &&
          (it.targets.length === 0 || it.targets.some((to) => reaching.has(to))),
      ),
  );
}

/** A timer that repeats itself, unless its interval is said to be minutes or more. */
function isFrequent(step: Step): boolean {
  if (step.kind !== "functionCall" || !/interval|cron|every|repeat/i.test(step.path) || step.starts.length === 0)
    return false;
  const interval = step.arguments.map((it) => it.text).find((it) => /\d|[A-Z]{3}/.test(it)) ?? "";
  const seconds = Number(/\bfrom_secs\((\d[\d_]*)\)/.exec(interval)?.[1]?.replaceAll("_", "") ?? 0);
  return seconds < 300 && !/HOUR|DAY|WEEK|hour|day|week|from_mins/.test(interval);
}

/** A guard asks for administrators, by its name or by asking for the controllers; or the body begins so. */
function isForAdministrators({ guards, guardFunctions, function: { steps } }: EntryPoint): boolean {
  return (
    guards.some((it) => administering.test(lastName(it))) ||
    guardFunctions.some((it) => it.function?.names.has("is_controller") === true) ||
    steps.some(
      (it) =>
        (it.kind === "check" && it.leaves && /\bis_(\w+_)?(controller|admin|manager)\w*\(/.test(it.text)) ||
        (it.kind === "functionCall" && refusing.test(lastName(it.path))),
    )
  );
}

const administering =
  /(^|_)(admins?|administrators?|controllers?|owners?|governance|operators?|managers?|maintainers?|devops|developers?|monitors?|custodians?|dao)(_|$)/i;

/** The owner may be that of one thing, so only the others count in a body. */
const refusing =
  /^(only|assert|require|check|ensure|must|verify|validate|trap)_(\w+_)?(admins?|administrators?|controllers?|governance|operators?|managers?)(_|$)/i;
