import type { CanisterModel, EntryPoint, ModelFunction, StateRef, StateWrite } from "../analysis/canisterModel.ts";
import { callersOf } from "./callers.ts";
import { callsReached } from "./callsReached.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { repeats } from "./repeatedTimers.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { firstField, stateName } from "./stateNames.ts";

/** What `init` sets up is gone after an upgrade. */
export const missingPostUpgrade: Rule = {
  id: "missing-post-upgrade",
  severity: "warning",
  docs: {
    what: "`#[init]` sets up heap state, timers or certified data, and the crate has no `#[post_upgrade]`.",
    why: "An upgrade discards the heap and all timers and does not run `#[init]`: the new version starts without what `init` has set up.",
    instead:
      "Add a `#[post_upgrade]` that sets up the same, or keep the state in stable structures, which `init` opens anew by itself.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister) || canister.itemMacros.some((it) => /post_upgrade/.test(it)))
      return;
    const restorers = canister.entryPoints.filter((it) => it.kind === "postUpgrade");
    for (const init of canister.entryPoints.filter((it) => it.kind === "init")) {
      if (restorers.some((it) => it.binary === init.binary || it.binary === "" || init.binary === "")) continue;
      const lost = lostEffects(canister, init);
      if (lost.length === 0) continue;
      report({
        ...(isOneShot(init, lost) && { severity: "information" }),
        confidence: "high",
        path: init.path,
        range: init.nameRange,
        message:
          `An upgrade does not run \`init\` and discards ${lost.map((it) => it.what).join(", ")}. ` +
          "Add a `#[post_upgrade]` that sets it up again, or keep it in a stable structure.",
        related: lost.flatMap((it) => it.place ?? []),
        fixes: [stub(canister, init)],
      });
    }
  },
};

interface LostEffect {
  readonly what: string;
  readonly place?: { readonly path: string; readonly range: { start: number; end: number }; readonly message: string };
}

function lostEffects(canister: CanisterModel, { function: init }: EntryPoint): LostEffect[] {
  const { summary } = init;
  const writes = [...summary.writes, ...summary.laterWrites].filter(
    (it) => isHeap(it.state) && !setsWhatIsThere(canister, init, it) && !isMadeOnDemand(canister, it),
  );
  const names = [...new Set(writes.map((it) => stateName(it.state)))].slice(0, 3);
  const effects: LostEffect[] = writes.slice(0, 3).flatMap((write) => {
    const what = names.shift();
    if (what === undefined) return [];
    const { through } = write;
    if (through === undefined) return [{ what: `\`${what}\`` }];
    const place = { path: through.path, range: through.range, message: `set up here` };
    return [{ what: `\`${what}\``, place }];
  });
  if (summary.setsTimer) effects.push({ what: "the timers" });
  return effects;
}

/** `STATS = Stats::default()` where the static begins as `RefCell::new(Stats::default())`, field by field as well. */
function setsWhatIsThere(
  canister: CanisterModel,
  init: ModelFunction,
  { state, value, effect, operation }: StateWrite,
): boolean {
  // What is empty is emptied.
  if (effect === "remove" && /^clear(_new)?$/.test(operation)) return true;
  if (effect !== "assign") return false;
  const { name, path } = state.variable;
  const declared = canister.constants.find((it) => it.name === name && it.path === path)?.init ?? "";
  const initial = withoutSpaces(declared).replace(/^(?:\w+::)*(?:Ref)?Cell::new\((.*)\)$/, "$1");
  if (initial === "") return false;
  const written = withoutSpaces(value).replace(/^\((.*)\)$/, "$1");
  if (written === initial) return true;
  const from = /^([a-z_]\w*)\b[\w.()]*$/.exec(written)?.[1];
  if (from === undefined || !/::default\(\)$/.test(initial)) return false;
  return withoutSpaces(bodyText(canister, init)).includes(`let${from}=${initial};`);
}

/** A function that others call, too, and that makes it where it is missing: `if STORE.is_none() { STORE = Some(…) }`. */
function isMadeOnDemand(canister: CanisterModel, { state, through, operation }: StateWrite): boolean {
  if (operation.startsWith("get_or_insert")) return true;
  if (through === undefined) return false;
  const maker = canister.functions.find((it) => it.name === through.name && it.path === through.path);
  if (maker === undefined) return false;
  return (
    new RegExp(`\\b${state.variable.name}\\b[^;{}]*\\.is_none\\(\\)`).test(bodyText(canister, maker)) &&
    callersOf(canister, maker).length > 1
  );
}

function withoutSpaces(text: string): string {
  return text.replace(/\s/g, "");
}

/** Nothing but timers that run once is lost, which may have done their work. */
function isOneShot({ function: init }: EntryPoint, lost: readonly LostEffect[]): boolean {
  if (!lost.every((it) => it.what === "the timers")) return false;
  const timers = callsReached(init).filter((it) => it.call.targets.length === 0 && timerCall.test(it.call.path));
  return timers.length > 0 && !timers.some(repeats);
}

const timerCall = /(^|::)(set_timer\w*|global_timer_set|set_global_timer)$/;

function isHeap(state: StateRef): boolean {
  if (state.variable.isStable) return false;
  return state.variable.fields.find((it) => it.name === firstField(state))?.isStable !== true;
}

/** A hook that does the same as `init` with the same argument. */
function stub(canister: CanisterModel, init: EntryPoint): QuickFix {
  const { parameters, name, isAsync } = init.function;
  const text = canister.textOf(init.path);
  const lineStart = text.lastIndexOf("\n", init.range.start - 1) + 1;
  const indentation = /^\s*/.exec(text.slice(lineStart, init.range.start))?.[0] ?? "";
  const list = parameters.map((it) => `${it.name}: ${it.type}`).join(", ");
  const call = `${name}(${parameters.map((it) => it.name).join(", ")})${isAsync ? ".await" : ""};`;
  const lines = [
    "",
    "",
    "#[ic_cdk::post_upgrade]",
    `${isAsync ? "async " : ""}fn post_upgrade(${list}) {`,
    "    // Runs after each upgrade, when the heap is empty: set up here what is not in stable memory.",
    `    ${call}`,
    "}",
  ];
  const newText = lines.map((it) => (it === "" ? "" : indentation + it)).join("\n");
  const at = { start: init.range.end, end: init.range.end };
  return {
    title: "Add a `#[post_upgrade]` that does the same",
    kind: "review",
    edits: [{ path: init.path, range: at, newText }],
  };
}
