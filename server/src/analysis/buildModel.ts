import type { TextRange } from "../base/textRange.ts";
import { CandidTypes, type TypeCrate } from "./candidTypes.ts";
import type {
  CanisterModel,
  Constant,
  FunctionSummary,
  MessageExecution,
  ModelFunction,
  StateWrite,
  Step,
} from "./canisterModel.ts";
import { readCdkNames } from "./cdkNames.ts";
import { type CrateIndex, type IndexedFunction, type IndexedStatic, indexCrate, lastName } from "./crateIndex.ts";
import type { CrateSources } from "./crateSources.ts";
import { type Draft, type DraftWrite, Linking } from "./drafts.ts";
import { readEntryPoint } from "./entryPoints.ts";
import { cutIntoExecutions, StepLinker } from "./modelSteps.ts";
import { Resolver } from "./resolver.ts";
import type { RustFacts } from "./rustFacts.ts";
import { readStateTable } from "./stateTable.ts";
import { calleesOf, summarize } from "./summaries.ts";

/** Reads a crate and tells what it is to the Internet Computer. Never fails: what cannot be read is left out. */
export function buildModel(sources: CrateSources, facts: RustFacts): CanisterModel {
  const index = indexCrate(sources, facts);
  const resolver = new Resolver(index);
  const variables = readStateTable(index, resolver);
  const linking = new Linking(index, resolver, variables);
  summarize(linking);
  const models = new Map([...linking.drafts.values()].map((it) => [it, emptyModel(it)]));
  for (const [draft, model] of models) {
    const steps = new StepLinker(linking, draft, models).link();
    model.steps.push(...steps);
    model.executions.push(...cutIntoExecutions(steps));
    model.summary.callees.push(...calleesOf(linking, draft).flatMap((it) => models.get(it) ?? []));
  }
  const byItem = new Map(
    [...models].map(([draft, model]): [IndexedFunction, ModelFunction] => [draft.function, model]),
  );
  return {
    packageName: sources.packageName,
    files: [...index.files.keys()],
    entryPoints: [...byItem].flatMap(([item]) => readEntryPoint(item, resolver, byItem) ?? []),
    functions: [...byItem.values()],
    state: [...variables.values()],
    constants: index.constants.map(constant),
    cdkNames: readCdkNames(linking, byItem),
    cdkVersion: readVersion(sources, index),
    versions: sources.versions,
    itemMacros: index.itemMacros,
    placedMacros: index.placedMacros,
    hasError: [...index.files.values()].some((it) => it.hasError),
    unreadable: [...index.files].flatMap(([path, it]) =>
      it.errorStart === undefined ? [] : [{ path, offset: it.errorStart }],
    ),
    textOf: (path) => index.files.get(path)?.text ?? "",
    candidType: typeReader({ index, resolver, sibling: sources.siblings ?? (() => undefined) }, byItem),
  };
}

/** Reads types where a function stands. */
function typeReader(
  crate: TypeCrate,
  byItem: ReadonlyMap<IndexedFunction, ModelFunction>,
): CanisterModel["candidType"] {
  const types = new CandidTypes();
  const items = new Map([...byItem].map(([item, model]) => [model, item]));
  return (type, at) => {
    const item = items.get(at);
    return item && types.read(type, { crate, module: item.module, implType: item.implOf?.type });
  };
}

/** A model function while its steps are being linked. */
interface GrowingFunction extends ModelFunction {
  readonly steps: Step[];
  readonly executions: MessageExecution[];
  readonly summary: FunctionSummary & { readonly callees: ModelFunction[] };
}

function emptyModel(draft: Draft): GrowingFunction {
  const { facts, start, path, implOf } = draft.function;
  const moved = (range: { start: number; end: number }) => ({ start: range.start + start, end: range.end + start });
  return {
    name: facts.name,
    displayName: implOf === undefined ? facts.name : `${lastName(implOf.type)}::${facts.name}`,
    path,
    range: moved(facts.range),
    nameRange: moved(facts.nameRange),
    bodyRange: facts.bodyRange === undefined ? undefined : moved(facts.bodyRange),
    isAsync: facts.isAsync,
    attributes: facts.attributes,
    implOf,
    returnType: facts.returnType,
    parameters: facts.parameters,
    names: facts.names,
    texts: facts.texts.map((it) => ({ ...it, range: moved(it.range) })),
    hasError: facts.hasError,
    steps: [],
    executions: [],
    summary: {
      suspends: draft.suspends,
      readsCaller: draft.readsCaller,
      asksForCaller: draft.asksForCaller,
      mayTrap: draft.mayTrap,
      writes: [...draft.writes.values()].map(summaryWrite),
      laterWrites: [...draft.laterWrites.values()].map(summaryWrite),
      reads: [...draft.reads.values()],
      callsCanister: draft.callsCanister,
      setsTimer: draft.setsTimer,
      setsCertifiedData: draft.setsCertifiedData,
      callees: [],
    },
  };
}

function constant({ facts, path, start, implOf }: IndexedStatic): Constant {
  const moved = (range: TextRange) => ({ start: range.start + start, end: range.end + start });
  const { name, type, init } = facts;
  return { name, path, type, init, implOf, range: moved(facts.range), nameRange: moved(facts.nameRange) };
}

function summaryWrite({ state, effect, operation, by, range, value, isFetched }: DraftWrite): StateWrite {
  const at = { order: 0, range, arms: [], task: 0 };
  const placed = { start: range.start + by.start, end: range.end + by.start };
  const through = { name: by.facts.name, path: by.path, range: placed };
  return {
    kind: "stateWrite",
    range: placed,
    at,
    state,
    effect,
    operation,
    value,
    resultUsed: true,
    isFetched,
    heldSince: undefined,
    through,
  };
}

/** The manifests' version; where they are silent, a name that only one side of 0.18 has. */
function readVersion(sources: CrateSources, index: CrateIndex): readonly number[] | undefined {
  const locked = sources.versions.get("ic-cdk");
  if (locked !== undefined) return locked.split(".").map((it) => Number.parseInt(it, 10) || 0);
  const usesBuilder = index.uses.some(({ facts }) =>
    facts.names.some((it) => it.path.join("::") === "ic_cdk::call::Call"),
  );
  return usesBuilder ? [0, 18] : undefined;
}
