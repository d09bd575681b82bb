import type { CanisterModel, EntryPoint, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import { type CallReached, callsReached } from "./callsReached.ts";
import { atStartOf } from "./insertStatement.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName, wayPlaces } from "./reach.ts";
import { repeats, timerCalls } from "./repeatedTimers.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** A timer that runs until the next upgrade, and never again. */
export const timerNotRestartedOnUpgrade: Rule = {
  id: "timer-not-restarted-on-upgrade",
  severity: "warning",
  docs: {
    what: "`#[init]` or an update sets a timer that has to go on, and `#[post_upgrade]` sets none.",
    why: "An upgrade discards all timers, and does not run `init`. What the timer did stops with the first upgrade, silently.",
    instead: "Set the timers in a function that both `init` and `post_upgrade` call.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister) || timerCalls.of(canister).size === 0) return;
    const hooks = canister.entryPoints.filter((it) => it.kind === "postUpgrade");
    if (hooks.some((it) => setsTimers(it))) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "init" && entry.kind !== "update") continue;
      const calls = callsReached(entry.function);
      const repeated = calls.find((it) => repeats(it));
      const reached =
        repeated ?? (entry.kind === "update" ? calls.find((it) => waitsForDeadline(canister, it)) : undefined);
      if (reached === undefined) continue;
      const { call, inFunction, way } = reached;
      const hook = hooks[0];
      if (hook !== undefined && isLeftOut(canister, hook, [call.path, ...way.map((it) => it.call.path)])) return;
      // Without the hook, `missing-post-upgrade` tells of all that `init` sets up.
      const isToldTwice = entry.kind === "init" && hook === undefined;
      // Controllers start it by hand.
      const isByHand = entry.kind === "update" && isForControllers(entry);
      report({
        ...((isToldTwice || isByHand) && { severity: "information" }),
        confidence: repeated === undefined ? "medium" : "high",
        path: inFunction.path,
        range: call.pathRange,
        message:
          `No upgrade keeps this timer: ${entryName(entry)} sets it, and ${hook === undefined ? "there is no `post_upgrade` that does" : "`post_upgrade` sets none"}. ` +
          "Set it from both, by one function that they call.",
        related: [
          ...wayPlaces({ found: call, inFunction, way }),
          ...(hook === undefined
            ? []
            : [{ path: hook.path, range: hook.nameRange, message: "runs after each upgrade, and sets no timer" }]),
        ],
        fixes: hook === undefined ? [] : setInHook(canister, entry, reached, hook),
      });
      return;
    }
  },
};

/**
 * A single timer for a time that the message or the state tells, `set_timer(Duration::from_nanos(period), …)`: what is due
 * then never happens.
 */
function waitsForDeadline(canister: CanisterModel, { call, inFunction }: CallReached): boolean {
  if (!/(^|::)set_timer$/.test(call.path) || call.targets.length > 0 || call.starts.length === 0) return false;
  const given = call.arguments[0]?.text ?? "";
  let delay = given;
  const body = bodyText(canister, inFunction);
  if (/^[a-z_]\w*$/.test(delay)) {
    const made = new RegExp(`\\blet\\s+(?:mut\\s+)?${delay}\\b[^=;]*=\\s*([^;]+);`).exec(body)?.[1];
    delay = made ?? delay;
  }
  const told = delay.replace(/\b(?:\w+::)+|\b\w+\s*\(|\b\w*[A-Z]\w*\b|\b\d\w*|\bas\s+\w+/g, " ");
  return (
    /\b[a-z_]\w{2,}\b/.test(told) &&
    !/retry|backoff|delay|interval|jitter|poll/i.test(`${given} ${delay}`) &&
    keepsSomething(inFunction, call)
  );
}

/** The message also stores something: the timer is for what is stored. */
function keepsSomething(inFunction: ModelFunction, { at }: FunctionCall): boolean {
  return inFunction.steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it.at.task === at.task &&
      (it.effect === "insert" || it.effect === "push" || it.effect === "assign"),
  );
}

function isForControllers({ guards, function: { names } }: EntryPoint): boolean {
  return (
    guards.some((it) => /controller/i.test(it)) ||
    names.has("is_controller") ||
    [...names].some((it) => /^(?:caller_is|only|ensure|assert|require)_controller/.test(it))
  );
}

/** Whether a hook sets any timer, for all that can be told: by itself, by what it calls, or by names that say so. */
function setsTimers({ function: hook }: EntryPoint): boolean {
  if (
    hook.summary.setsTimer ||
    callsReached(hook).some((it) => /timer|interval|schedule|job|cron|global_timer_set/i.test(it.call.path))
  )
    return true;
  // Closures and functions that are handed on may do it as well.
  return callsReached(hook).some(
    (it) => it.inFunction.names.has("set_timer_interval") || it.inFunction.names.has("set_timer"),
  );
}

/** The hook's call is commented out, `// start_timers();`, or a comment there says that timers are started by hand. */
function isLeftOut(
  canister: CanisterModel,
  { path, function: { bodyRange } }: EntryPoint,
  setters: readonly string[],
): boolean {
  const text = canister.textIn(path, bodyRange?.start ?? 0, bodyRange?.end ?? 0);
  const comments = (text.match(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g) ?? []).join("\n");
  return (
    setters.some((it) => new RegExp(`\\b${lastName(it)}\\s*\\(`).test(comments)) ||
    /"[^"]*\bstart\b[^"]*\btimers?\b[^"]*"/i.test(text)
  );
}

/** What the entry point does to set the timer is done by the hook as well, where it needs nothing of the entry point's own. */
function setInHook(canister: CanisterModel, entry: EntryPoint, reached: CallReached, hook: EntryPoint): QuickFix[] {
  const call = reached.way[0]?.call ?? reached.call;
  const { path, function: from } = entry;
  if (hook.path !== path || call.isMethod || call.awaited || call.at.task !== 0) return [];
  const text = canister.textIn(path, call.range.start, call.range.end);
  if (ownNames(canister, from).some((it) => new RegExp(`\\b${it}\\b`).test(text))) return [];
  const edit = atStartOf(canister, hook.function, [`${text};`]);
  return edit === undefined ? [] : [{ title: "Set the timer in `post_upgrade`, too", kind: "review", edits: [edit] }];
}

/** Parameters and variables of a function. */
function ownNames(canister: CanisterModel, from: ModelFunction): string[] {
  const variables = bodyText(canister, from).matchAll(/\blet\s+([^=;]+?)\s*[=;]/g);
  const names = [...from.parameters.map((it) => it.name), ...[...variables].map((match) => match[1] ?? "")];
  return ["self", ...names.flatMap((it) => it.replace(/:(?!:)[\s\S]*/, "").match(/\b[a-z_]\w*/g) ?? [])];
}
