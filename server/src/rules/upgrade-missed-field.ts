import type { CanisterModel, EntryPoint, StateVariable, StateWrite } from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import type { Rule } from "./rule.ts";
import { firstField } from "./stateNames.ts";
import {
  isKept,
  isOnlyMeasured,
  type LostWrite,
  lostVariables,
  type UpgradeFlows,
  upgradeFlows,
} from "./upgradeState.ts";

/** The hook saves its neighbours. */
export const upgradeMissedField: Rule = {
  id: "upgrade-missed-field",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "`#[pre_upgrade]` saves some of the heap, and leaves out a static or a field of the same kind that updates write.",
    why: "What the hook does not save is gone after the upgrade, while everything around it is still there: balances without the approvals, orders without their owners.",
    instead: "Save and restore it with the others, or keep it in a stable structure.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister)) return;
    const hook = canister.entryPoints.find((it) => it.kind === "preUpgrade");
    if (hook === undefined) return;
    const flows = upgradeFlows(canister);
    const saved = canister.state.filter((it) => isCarriedOver(it, flows));
    for (const { name, place, lost, neighbours } of [
      ...missedStatics(canister, saved),
      ...saved.flatMap((it) => missedFields(it, flows)),
    ]) {
      report({
        confidence: "medium",
        path: hook.path,
        range: hook.nameRange,
        message:
          `${hookName(hook)} saves ${neighbours}, but not \`${name}\`, which \`${lost.inFunction.name}\` writes: the next upgrade ` +
          "loses it. Save and restore it with the others, or keep it in a stable structure.",
        related: [
          { path: place.path, range: place.nameRange, message: "empty after each upgrade" },
          { path: lost.inFunction.path, range: lost.write.range, message: "written here" },
        ],
      });
    }
  },
};

interface Missed {
  readonly name: string;
  readonly place: StateVariable;
  readonly lost: LostWrite;
  /** What is saved, as a message lists it. */
  readonly neighbours: string;
}

function hookName({ function: { name } }: EntryPoint): string {
  return `\`${name}\``;
}

/** Read by the hook before, and written by the hook after the upgrade. */
function isCarriedOver(variable: StateVariable, { savers, restorers }: UpgradeFlows): boolean {
  if (variable.isStable || !variable.isMutable || variable.origin === "assumed") return false;
  const isSaved = savers.some(({ steps }) =>
    steps.some((it) => (it.kind === "stateRead" || it.kind === "stateWrite") && it.state.variable === variable),
  );
  return (
    isSaved &&
    restorers.some(({ steps }) => steps.some((it) => it.kind === "stateWrite" && it.state.variable === variable))
  );
}

/** Statics that hold what a saved one holds, too: a collection, or a value of a struct of the crate. */
function missedStatics(canister: CanisterModel, saved: readonly StateVariable[]): Missed[] {
  return lostVariables(canister).flatMap(({ variable, lost, isSaved }) => {
    const alike = saved.filter((it) => it.path === variable.path && kindOf(it) === kindOf(variable));
    if (isSaved || alike.length === 0 || isOnlyMeasured(variable)) return [];
    return [{ name: variable.name, place: variable, lost, neighbours: listed(alike.map((it) => it.name)) }];
  });
}

function kindOf({ type, fields }: StateVariable): string {
  if (fields.length > 0) return "struct";
  return isCollection(type) ? "collection" : type.replace(/\s/g, "");
}

function isCollection(type: string): boolean {
  return /\b(HashMap|BTreeMap|HashSet|BTreeSet|VecDeque|Vec|IndexMap)\s*</.test(type);
}

/** Collections of a struct that is saved field by field. */
function missedFields(variable: StateVariable, { savers, restorers, called, periodic }: UpgradeFlows): Missed[] {
  const named = (steps: UpgradeFlows["savers"]) =>
    steps.flatMap((it) =>
      it.steps.flatMap((step) =>
        (step.kind === "stateRead" || step.kind === "stateWrite") && step.state.variable === variable
          ? [firstField(step.state)]
          : [],
      ),
    );
  const saved = new Set(named(savers));
  const restored = new Set(named(restorers));
  // Once all of it is handed on, nobody knows what becomes of a field.
  if (saved.has("") || saved.size < 2) return [];
  return variable.fields.flatMap(({ name, type, isStable }): Missed[] => {
    if (isStable || saved.has(name) || restored.has(name) || !isCollection(type)) return [];
    for (const inFunction of [...called, ...periodic]) {
      const write = inFunction.steps.find(
        (it): it is StateWrite =>
          it.kind === "stateWrite" && it.state.variable === variable && firstField(it.state) === name && isKept(it),
      );
      if (write === undefined) continue;
      const neighbours = listed([...saved].map((it) => `${variable.name}.${it}`));
      return [{ name: `${variable.name}.${name}`, place: variable, lost: { inFunction, write }, neighbours }];
    }
    return [];
  });
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 2).map((it) => `\`${it}\``);
  if (names.length > 2) return `${shown.join(", ")} and ${names.length - 2} more`;
  return shown.join(" and ");
}
