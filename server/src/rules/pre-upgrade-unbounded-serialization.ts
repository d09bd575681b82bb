import type {
  CanisterModel,
  EntryPoint,
  FunctionCall,
  StateVariable,
  StateWrite,
  Step,
} from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import { callsReached } from "./callsReached.ts";
import { findReached, type Reached, wayPlaces } from "./reach.ts";
import { reachedFrom } from "./reachedFunctions.ts";
import type { Rule } from "./rule.ts";
import { definitionOf } from "./storedTypes.ts";

/** An upgrade that takes longer with each user. */
export const preUpgradeUnboundedSerialization: Rule = {
  id: "pre-upgrade-unbounded-serialization",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "`#[pre_upgrade]` writes out collections of the heap as a whole.",
    why: "The hook has 300 billion instructions, and the bytes need as much heap again. Once the state has grown too large the hook traps, and the canister can no longer be upgraded.",
    instead: "Keep what grows in stable structures, which need no hook.",
  },

  check(canister, report) {
    const grows = canister.state.filter(
      (it) =>
        !it.isStable &&
        it.isMutable &&
        (holdsCollection(canister, it.type, 1) ||
          it.fields.some((field) => !field.isStable && holdsCollection(canister, field.type, 2))),
    );
    if (grows.length === 0) return;
    for (const entry of canister.entryPoints.filter((it) => it.kind === "preUpgrade")) {
      const read = entry.function.summary.reads.map((it) => it.variable);
      const written = entry.function.summary.writes.map((it) => it.state.variable);
      const state =
        grows.find((it) => read.includes(it) || written.includes(it)) ??
        grows.find((it) => reachedFrom(canister, [entry.function], "now").some(({ names }) => names.has(it.name)));
      const reached = writesAll(entry);
      if (state === undefined || reached === undefined) continue;
      const { range, inFunction, way } = reached;
      report({
        ...(holdsBlobs(canister, state) && { severity: "warning" }),
        confidence: "medium",
        path: inFunction.path,
        range,
        message: `\`${state.name}\` is written out as a whole before each upgrade: once it is too large, the hook runs out of instructions, and no upgrade is possible. Keep what grows in stable structures.`,
        related: [
          ...wayPlaces({ found: range, inFunction, way }),
          { path: state.path, range: state.nameRange, message: "grows in the heap" },
        ],
      });
    }
  },
};

/** Where the hook writes out what it is given, or moves it one by one. */
function writesAll({ function: hook }: EntryPoint): (Reached<unknown> & { readonly range: TextRange }) | undefined {
  const call = callsReached(hook).find((it) => serializes(it.call));
  if (call !== undefined) return { ...call, found: call.call, range: call.call.pathRange };
  const moved = findReached(hook, movedByLoop);
  return moved === undefined ? undefined : { ...moved, range: moved.found.range };
}

/** A collection, or a struct of the crate with one further down. */
function holdsCollection(canister: CanisterModel, type: string, depth: number): boolean {
  if (collection.test(type)) return true;
  if (depth === 0) return false;
  return (type.match(/\b[A-Z]\w*/g) ?? []).some((it) => {
    const definition = definitionOf(canister, it);
    return (
      definition !== undefined &&
      !/\bStable\w*\s*</.test(definition) &&
      holdsCollection(canister, definition, depth - 1)
    );
  });
}

/** `for (id, user) in &state.users { storage.insert(*id, user.clone()) }`: a stable structure is filled one by one. */
function movedByLoop(step: Step): StateWrite | undefined {
  if (step.kind !== "stateWrite" || !step.state.variable.isStable || step.effect !== "insert") return undefined;
  return step.at.arms.some((it) => it.kind === "loop") ? step : undefined;
}

const collection = /\b(HashMap|BTreeMap|HashSet|BTreeSet|VecDeque|Vec)\s*</;

/** Bytes that users send fill what a hook can write long before ids and numbers do. */
function holdsBlobs(canister: CanisterModel, { type, fields }: StateVariable): boolean {
  const types = [type, ...fields.flatMap((it) => (it.isStable ? [] : [it.type]))];
  return types.some((it) => {
    if (blob.test(it) && collection.test(it.replace(blob, ""))) return true;
    const held = /\b\w*(?:Map|Vec|Deque)\s*<(?:[^<>]*,)?\s*(?:\w+::)*([A-Z]\w*)\s*>/.exec(it)?.[1];
    return held !== undefined && blob.test(definitionOf(canister, held) ?? "");
  });
}

const blob = /\bVec\s*<\s*u8\s*>|\bByteBuf\b|\bBlob\b/;

function serializes({ cdk, path, resolved, targets }: FunctionCall): boolean {
  return (
    cdk === "stableSave" ||
    (targets.length === 0 &&
      (/(^|::)(into_writer|to_writer|encode_one|encode_args|serialize|serialize_into|to_vec_packed)$/.test(path) ||
        /^(serde_cbor|serde_json|rmp_serde|minicbor|minicbor_serde|cbor4ii|borsh|postcard)::(\w+::)*(to_vec|to_vec_named|to_stdvec|to_string)$/.test(
          resolved,
        )))
  );
}
