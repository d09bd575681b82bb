import type { CanisterModel, ModelFunction, StateVariable, Step, TrapPoint } from "../analysis/canisterModel.ts";
import { findReached, isDeferred, runsItsCallee, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { touches, upgradeFlows } from "./upgradeState.ts";

/** The canister may never be upgraded again. */
export const preUpgradeTrap: Rule = {
  id: "pre-upgrade-trap",
  severity: "warning",
  docs: {
    what: "`#[pre_upgrade]` may trap: it unwraps a result, panics or asserts.",
    why: "`pre_upgrade` belongs to the old version. Where it traps, the upgrade is undone, and so is every later one, since all of them run it first. Only an upgrade with `skip_pre_upgrade` gets past it, without what the hook would have saved.",
    instead:
      "Keep the state in stable structures and need no `pre_upgrade`. Where there must be one, let it do nothing that can fail; to ignore a failed save would lose the data.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints.filter((it) => it.kind === "preUpgrade")) {
      const reached = findReached(
        entry.function,
        (step, inFunction) => trapOf(canister, step, inFunction),
        (call, inFunction) => runsItsCallee(call) && !isDeferred(call, inFunction),
      );
      if (reached === undefined) continue;
      const { found, inFunction, way } = reached;
      const inHook = way[0]?.call.range ?? found.range;
      report({
        ...(savesFixedSize(canister) &&
          saving.test(textOf(canister, found, inFunction)) && { severity: "information" }),
        confidence: "high",
        path: entry.path,
        range: inHook,
        message:
          `If \`${found.construct}\` traps in \`${entry.function.name}\`, this upgrade and every later one fails, since all of them run ` +
          "it first. Keep the state in stable structures, which need no `pre_upgrade`.",
        related: [
          ...wayPlaces(reached),
          ...(way.length === 0
            ? []
            : [{ path: inFunction.path, range: found.range, message: `\`${found.construct}\` may trap here` }]),
        ],
      });
    }
  },
};

/** What fails because of data or of memory. Divisions, indices and taken borrows are rarely wrong in such a hook. */
function trapOf(canister: CanisterModel, step: Step, inFunction: ModelFunction): TrapPoint | undefined {
  if (step.kind !== "trap" || isDeferred(step, inFunction)) return undefined;
  if (!/^(unwrap|expect|panic!|trap|unreachable!|todo!|unimplemented!|assert(_eq|_ne)?!)$/.test(step.construct)) {
    return undefined;
  }
  const text = textOf(canister, step, inFunction);
  return takesState.test(text) || saysUnset.test(text) ? undefined : step;
}

function textOf(canister: CanisterModel, { range }: TrapPoint, { path }: ModelFunction): string {
  return canister.textOf(path).slice(range.start, range.end);
}

const saving = /\b(stable_save|stable_store|serialize|into_writer|to_writer|encode|encode_one|Encode)\b/;

/** What the hook looks at keeps its size: nothing but an installation sets it, or its type has no other size. */
function savesFixedSize(canister: CanisterModel): boolean {
  const { savers, called, periodic } = upgradeFlows(canister);
  const hooks = canister.entryPoints.filter((it) => it.kind === "init" || it.kind === "postUpgrade");
  const saved = canister.state.filter(
    (it) => !it.isStable && !/\bMemoryManager\b/.test(it.type) && savers.some((saver) => touches(saver, it)),
  );
  const isSet = (by: readonly ModelFunction[], variable: StateVariable) =>
    by.some(({ summary }) => summary.writes.some((it) => it.state.variable === variable));
  return (
    saved.length > 0 &&
    saved.every(
      (it) =>
        fixedSize.test(it.type) ||
        (isSet(
          hooks.map((hook) => hook.function),
          it,
        ) &&
          !isSet([...called, ...periodic], it)),
    )
  );
}

const fixedSize =
  /^(?:[\s<>,()]|::|\b(?:std|core|cell|candid|RefCell|Cell|Option|Principal|bool|[iu](?:8|16|32|64|128|size)|f64)\b)+$/;

/**
 * State that `init` has set is taken out of its `Option`, `OnceCell` or lock: `s.borrow().as_ref().expect("…")`. What has
 * answered messages has it.
 */
const takesState =
  /\.\s*(as_ref|as_mut|as_deref|as_deref_mut|get|get_mut|take|lock|read|write|borrow|borrow_mut)\(\)\s*(\.\s*(clone|cloned|to_owned)\(\)\s*)?\.\s*(unwrap|expect)\([^()]*\)$/;

/** The message of the `expect` or panic says so itself. */
const saysUnset = /"[^"]*\b(not|un|never|n't)\s*(been |yet )*(initiali[sz]ed|set)\b[^"]*"/i;
