import type { EntryPoint, FunctionCall } from "../analysis/canisterModel.ts";
import { callsReached } from "./callsReached.ts";
import type { Rule } from "./rule.ts";

/** Saved and never restored, or restored and never saved. */
export const upgradeHookUnpaired: Rule = {
  id: "upgrade-hook-unpaired",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "`#[pre_upgrade]` saves state that no `#[post_upgrade]` restores, or the other way round.",
    why: "What is saved and not restored is lost with the next upgrade. To restore what was never saved traps, and the upgrade is undone.",
    instead:
      "Write both: `stable_save` before the upgrade, `stable_restore` after it. Better, keep the state in stable structures and need neither.",
  },

  check(canister, report) {
    if (canister.hasError) return;
    const before = canister.entryPoints.filter((it) => it.kind === "preUpgrade");
    const after = canister.entryPoints.filter((it) => it.kind === "postUpgrade");
    const save = before.flatMap((it) => stableCall(it, "stableSave"))[0];
    const restore = after.flatMap((it) => stableCall(it, "stableRestore"))[0];
    const [hook] = save === undefined ? after : before;
    if (hook === undefined || (save === undefined) === (restore === undefined)) return;
    if (save !== undefined && after.some((it) => readsStable(it))) return;
    if (restore !== undefined && before.length > 0) return;
    report({
      confidence: "medium",
      path: hook.path,
      range: hook.nameRange,
      message:
        save === undefined
          ? `\`${hook.function.name}\` restores what no \`pre_upgrade\` has saved: it traps, and the upgrade is undone.`
          : `\`${hook.function.name}\` saves what no \`post_upgrade\` restores: after the upgrade it is lost.`,
    });
  },
};

function stableCall(entry: EntryPoint, kind: "stableSave" | "stableRestore"): FunctionCall[] {
  return callsReached(entry.function).flatMap(({ call }) => (call.cdk === kind ? [call] : []));
}

function readsStable(entry: EntryPoint): boolean {
  return callsReached(entry.function).some(({ call }) => /stable|restore|load|read|migrat/i.test(call.path));
}
