import type {
  CanisterModel,
  EntryPoint,
  FunctionCall,
  ModelFunction,
  StateRef,
  StateWrite,
} from "../analysis/canisterModel.ts";
import { callsReached } from "./callsReached.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { RelatedRange, Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { mayBeSameState, stateName, writePlaces } from "./stateNames.ts";
import { tasksStartedBy } from "./tasks.ts";

/** What was certified is not what is there. */
export const certifiedStateNotUpdated: Rule = {
  id: "certified-state-not-updated",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "An update changes a hash tree, or other state, whose root or hash is certified elsewhere, and does not certify the new one.",
    why: "Queries make their witnesses from the changed tree, while the certificate still holds the old root: clients refuse every answer until something certifies anew.",
    instead: "Call the function that sets the certified data in each update that changes the tree.",
  },

  check(canister, report) {
    if (canister.hasError || isTestCanister(canister)) return;
    const trees = certifiedTrees(canister);
    if (trees.length === 0 || certifiesByItself(canister)) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "update" || certifies(entry)) continue;
      for (const { state, place } of trees) {
        const write = entry.function.steps.find(
          (it): it is StateWrite =>
            it.kind === "stateWrite" && it.at.task === 0 && mayBeSameState(it.state, state) && changes(it),
        );
        if (write === undefined) continue;
        report({
          confidence: "low",
          path: entry.path,
          range: write.range,
          message:
            `${entryName(entry)} changes \`${stateName(state)}\`, and its root is not certified anew: clients refuse what ` +
            "queries then prove with it. Set the certified data to the new root.",
          related: [...writePlaces(write), place],
        });
        break;
      }
    }
  },
};

interface CertifiedTree {
  readonly state: StateRef;
  readonly place: RelatedRange;
}

/** The trees whose root some function of the crate reads and certifies. */
function certifiedTrees(canister: CanisterModel): CertifiedTree[] {
  return canister.functions.flatMap((setter) => {
    const call = setter.steps.find(
      (it): it is FunctionCall => it.kind === "functionCall" && it.cdk === "certifiedData",
    );
    if (call === undefined) return [];
    const place = { path: setter.path, range: call.range, message: "its root is certified here" };
    const trees = setter.steps.flatMap((it) => (it.kind === "stateRead" && isTree(it.state) ? [it.state] : []));
    return [...trees, ...hashed(canister, setter, call)].map((state) => ({ state, place }));
  });
}

/** State whose hash is the certified data: read in the argument, or by a function that makes it. */
function hashed(canister: CanisterModel, setter: ModelFunction, { range }: FunctionCall): readonly StateRef[] {
  const text = canister.textIn(setter.path, range.start, range.end);
  const name = /\(\s*&?(?:mut\s+)?(\w+)(?:\.\w+\(\)|\[\.\.\])?\s*\)$/.exec(text)?.[1];
  const made =
    name === undefined ? undefined : new RegExp(`\\blet\\s+${name}\\b[^;=]*=\\s*`).exec(bodyText(canister, setter));
  const start =
    (setter.bodyRange?.start ?? 0) + (made === null || made === undefined ? 0 : made.index + made[0].length);
  const isWithin = (at: { readonly start: number; readonly end: number }) =>
    (range.start <= at.start && at.end <= range.end) || (made !== null && made !== undefined && at.start === start);
  return setter.steps.flatMap((it) => {
    if (!isWithin(it.range)) return [];
    if (it.kind === "stateRead") return isMutableContent(it.state) ? [it.state] : [];
    if (it.kind !== "functionCall" || !it.targets.some((target) => /hash|root|digest/i.test(target.name))) return [];
    return it.targets.flatMap(({ summary }) => summary.reads.filter(isMutableContent));
  });
}

function isMutableContent({ variable }: StateRef): boolean {
  return variable.isMutable && variable.origin !== "assumed";
}

const treeType = /\b(RbTree|HashTree|AssetHashes|HttpCertificationTree|CertificateTree|CertifiedTree)\b/;

function isTree({ variable, field }: StateRef): boolean {
  if (field === "") return treeType.test(variable.type);
  const first = variable.fields.find((it) => it.name === field.split(".", 1)[0]);
  return first !== undefined && treeType.test(first.type);
}

/** Only what changes what is in the tree, or puts another tree in its place. */
function changes({ effect, operation }: StateWrite): boolean {
  return effect === "insert" || effect === "remove" || effect === "assign" || /^(delete|modify|clear)/.test(operation);
}

/** The certified data is set on the entry point's way or in a task that it starts, or something that may set it is called. */
function certifies({ function: entered }: EntryPoint): boolean {
  if (entered.summary.setsCertifiedData || entered.summary.setsTimer) return true;
  return [entered, ...entered.summary.callees].some(speaksOfCertification);
}

function speaksOfCertification(asked: ModelFunction): boolean {
  return (
    [...asked.names].some((it) => /certify|certified|certification|update_root|set_root|refresh_root/i.test(it)) ||
    callsReached(asked).some(({ call }) => /certif|root/i.test(call.path))
  );
}

/** The heartbeat or a repeating timer certifies what updates have changed before. */
function certifiesByItself(canister: CanisterModel): boolean {
  if (canister.entryPoints.some((it) => (it.kind === "heartbeat" || it.kind === "globalTimer") && certifies(it)))
    return true;
  return tasksStartedBy(canister, /(^|::)set_timer_interval\w*$/).some(({ steps }) =>
    steps.some(
      (it) =>
        it.kind === "functionCall" &&
        (it.cdk === "certifiedData" || it.targets.some((target) => target.summary.setsCertifiedData)),
    ),
  );
}
