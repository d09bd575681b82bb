import type {
  CanisterCall,
  CanisterModel,
  EntryPoint,
  EntryPointKind,
  FunctionCall,
  ModelFunction,
  Step,
} from "../analysis/canisterModel.ts";
import { callName, findReached, isDeferred, isSent, runsItsCallee, wayPlaces } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** Hooks whose executions may not send calls, as they are written in attributes. */
const hooks: ReadonlyMap<EntryPointKind, string> = new Map<EntryPointKind, string>([
  ["init", "init"],
  ["postUpgrade", "post_upgrade"],
  ["preUpgrade", "pre_upgrade"],
  ["inspectMessage", "inspect_message"],
]);

/** A lifecycle hook calls another canister. */
export const awaitInLifecycle: Rule = {
  id: "await-in-lifecycle",
  severity: "error",
  docs: {
    what: "`#[init]`, `#[post_upgrade]`, `#[pre_upgrade]` or `#[inspect_message]` calls another canister.",
    why: "The system functions that send calls trap in these hooks: the installation or the upgrade fails, or every message is refused.",
    instead: "Set a timer of length zero, `set_timer(Duration::ZERO, …)`, and make the call in there.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      const hook = hooks.get(entry.kind);
      if (hook === undefined) continue;
      const reached = findReached(
        entry.function,
        (step, inFunction) =>
          step.kind === "canisterCall" && step.api !== "wrapper" && isSent(step) && runsHere(step, inFunction, entry)
            ? step
            : undefined,
        (call, inFunction) => runsItsCallee(call) && runsHere(call, inFunction, entry),
      );
      if (reached === undefined) continue;
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          `\`#[${hook}]\` reaches ${callName(reached.found)}, and sending a call traps in this hook: ` +
          `${consequence(entry.kind)}${remedy(entry)}`,
        related: [
          ...wayPlaces(reached),
          { path: reached.inFunction.path, range: reached.found.range, message: "the call is sent here" },
        ],
        fixes: spawnInTimer(canister, entry, [...reached.way.map((it) => it.call), reached.found][0]),
      });
    }
  },
};

/** Not later, and not only where the arguments that a function was given say so. */
function runsHere(step: Step, inFunction: ModelFunction, entry: EntryPoint): boolean {
  if (isDeferred(step, inFunction)) return false;
  if (inFunction === entry.function || inFunction.parameters.length === 0) return true;
  const starter = inFunction.steps.find((it) => it.kind === "functionCall" && it.starts.includes(step.at.task));
  const arms = [...step.at.arms, ...(starter?.at.arms ?? [])];
  return !inFunction.steps.some(
    (it) =>
      it.kind === "check" && it.reads.length === 0 && !it.readsCaller && it.decides.some((arm) => arms.includes(arm)),
  );
}

function consequence(kind: EntryPointKind): string {
  switch (kind) {
    case "init":
      return "the canister cannot be installed.";
    case "inspectMessage":
      return "every message of a user is refused.";
    default:
      return "the upgrade fails.";
  }
}

function remedy({ kind }: EntryPoint): string {
  return kind === "init" || kind === "postUpgrade"
    ? " Make the call in a timer, `set_timer(Duration::ZERO, …)`."
    : " Make the call in an update.";
}

/** A task that the hook itself starts is started by a timer of length zero instead. */
function spawnInTimer(
  canister: CanisterModel,
  { kind, path, function: hook }: EntryPoint,
  first: CanisterCall | FunctionCall | undefined,
): QuickFix[] {
  const version = canister.versions.get("ic-cdk-timers");
  if (version === undefined || first === undefined || (kind !== "init" && kind !== "postUpgrade")) return [];
  const spawn = hook.steps.find((it) => it.kind === "functionCall" && it.starts.includes(first.at.task));
  if (spawn?.kind !== "functionCall") return [];
  const text = canister.textOf(path);
  const timer = "ic_cdk_timers::set_timer(std::time::Duration::ZERO, ";
  const edits =
    Number.parseInt(version, 10) >= 1
      ? [{ path, range: { start: spawn.pathRange.start, end: spawn.pathRange.end + 1 }, newText: timer }]
      : [
          { path, range: { start: spawn.range.start, end: spawn.range.start }, newText: `${timer}|| ` },
          { path, range: { start: spawn.range.end, end: spawn.range.end }, newText: ")" },
        ];
  if (text[spawn.pathRange.end] !== "(") return [];
  return [{ title: "Start the task in a timer", kind: "review", edits }];
}
