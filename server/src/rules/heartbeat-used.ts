import type { CanisterModel, EntryPoint, ModelFunction } from "../analysis/canisterModel.ts";
import { atStartOf, indentationAt } from "./insertStatement.ts";
import type { QuickFix, Rule, TextEdit } from "./rule.ts";
import { isCdkAtLeast } from "./tasks.ts";

/** Work is done in every round, needed or not. */
export const heartbeatUsed: Rule = {
  id: "heartbeat-used",
  severity: "hint",
  docs: {
    what: "The canister exports a heartbeat.",
    why: "It runs in every round, about once a second, and each run is paid for even where there is nothing to do. Runs overlap once one of them awaits.",
    instead:
      "Set a timer for when there is something to do: `set_timer` or `set_timer_interval` of ic-cdk-timers, from `init` and from `post_upgrade`.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints.filter((it) => it.kind === "heartbeat")) {
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          "A heartbeat runs, and is paid for, in every round. A timer runs only when there is something to do: `set_timer_interval` " +
          "of ic-cdk-timers, set in `init` and in `post_upgrade`.",
        fixes: useTimer(canister, entry),
      });
    }
  },
};

/** A timer of one second, set by both hooks, which are added where they are missing. */
function useTimer(canister: CanisterModel, { path, range, attribute, function: beat }: EntryPoint): QuickFix[] {
  const version = canister.versions.get("ic-cdk-timers");
  const removed = removeAttribute(canister.textOf(path), range.start, beat.range.start, attribute.path);
  if (version === undefined || removed === undefined || beat.implOf !== undefined) return [];
  const spawn = isCdkAtLeast(canister, 18) ? "ic_cdk::futures::spawn" : "ic_cdk::spawn";
  const set = timerStatement(beat, Number.parseInt(version, 10) >= 1, spawn);
  const hooks = (["init", "postUpgrade"] as const).map((kind) => canister.entryPoints.find((it) => it.kind === kind));
  // Hooks of other files may not see the function by its plain name.
  if (hooks.some((it) => it !== undefined && it.path !== path)) return [];
  const edits: TextEdit[] = [{ path, range: removed, newText: "" }];
  const added: string[] = [];
  for (const [index, hook] of hooks.entries()) {
    const edit = hook && atStartOf(canister, hook.function, [set]);
    if (edit !== undefined) edits.push(edit);
    else if (hook === undefined) {
      const name = index === 0 ? "init" : "post_upgrade";
      added.push("", `#[ic_cdk::${name}]`, `fn ${name}() {`, `    ${set}`, "}");
    }
  }
  if (added.length > 0) {
    const indentation = indentationAt(canister.textOf(path), range.start);
    const newText = added.map((it) => (it === "" ? "\n" : `\n${indentation}${it}`)).join("");
    edits.push({ path, range: { start: range.end, end: range.end }, newText });
  }
  return [{ title: "Use a timer of one second instead", kind: "review", edits }];
}

/** Before 1.0 a timer takes a closure, from then on one that gives a future. */
function timerStatement({ name, isAsync }: ModelFunction, isNew: boolean, spawn: string): string {
  const second = "std::time::Duration::from_secs(1)";
  if (isNew) {
    return `ic_cdk_timers::set_timer_interval_serial(${second}, async || ${name}()${isAsync ? ".await" : ""});`;
  }
  return `ic_cdk_timers::set_timer_interval(${second}, ${isAsync ? `|| ${spawn}(${name}())` : name});`;
}

/** The attribute with the space behind it, among those that stand before a function. */
function removeAttribute(text: string, start: number, end: number, path: string) {
  const match = new RegExp(`#\\[\\s*${path}\\s*(?:\\([^)]*\\))?\\s*\\]\\s*`).exec(text.slice(start, end));
  return match === null ? undefined : { start: start + match.index, end: start + match.index + match[0].length };
}
