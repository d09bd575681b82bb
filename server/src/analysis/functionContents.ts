import type { FunctionSummary, ModelFunction, StateWrite } from "./canisterModel.ts";
import { type Draft, type DraftWrite, draftFlags, type Linking } from "./drafts.ts";
import { type ItemPlace, PlacedRange, writer } from "./lastingPlace.ts";
import { cutIntoExecutions, type LinkedParts, StepLinker } from "./modelSteps.ts";
import { lastName } from "./textParts.ts";

/** What a model said of a function, and the functions of which it tells something else now: all that changed since. */
export interface FormerContents {
  readonly contents: ModelFunction;
  readonly told: ReadonlySet<Draft>;
}

/** What a model says of one function: everything of its own, and what the functions do that it calls. */
export function functionContents(
  linking: Linking,
  draft: Draft,
  parts: LinkedParts,
  former?: FormerContents,
): ModelFunction {
  const linker = new StepLinker(linking, draft, parts);
  const steps = former === undefined ? linker.link() : linker.linkAgain(former.contents.steps, former.told);
  const bare = former?.contents ?? bareContents(draft, parts.item);
  const callees = former?.contents.summary.callees ?? parts.callees.flatMap((it) => parts.models.get(it) ?? []);
  const summary = summaryOf(linking, draft, parts.models, callees);
  const linkedCalls = steps.filter((it) => it.kind === "functionCall" || it.kind === "canisterCall");
  return { ...bare, steps, calls: linkedCalls, executions: cutIntoExecutions(steps), summary };
}

/** The summary of a function as the model shows it; `callees` are those that it calls. */
export function summaryOf(
  linking: Linking,
  draft: Draft,
  models: ReadonlyMap<Draft, ModelFunction>,
  callees: FunctionSummary["callees"],
): FunctionSummary {
  const { writes, laterWrites, reads, suspends, flags } = draft;
  const placed = (it: DraftWrite) => {
    const by = linking.drafts.get(it.by);
    const known = summaryWrites.get(it) ?? summaryWrite(it, by && models.get(by));
    summaryWrites.set(it, known);
    return known;
  };
  return {
    suspends,
    ...flagsByName(flags),
    writes: writes.size === 0 ? noWrites : [...writes.values()].map(placed),
    laterWrites: laterWrites.size === 0 ? noWrites : [...laterWrites.values()].map(placed),
    reads: reads.size === 0 ? noReads : [...reads.values()],
    callees,
  };
}

/** What a summary says by yes and no. */
export function flagsByName(flags: number): Pick<FunctionSummary, keyof typeof draftFlags> {
  return {
    readsCaller: (flags & draftFlags.readsCaller) !== 0,
    callsCanister: (flags & draftFlags.callsCanister) !== 0,
    asksForCaller: (flags & draftFlags.asksForCaller) !== 0,
    mayTrap: (flags & draftFlags.mayTrap) !== 0,
    setsTimer: (flags & draftFlags.setsTimer) !== 0,
    setsCertifiedData: (flags & draftFlags.setsCertifiedData) !== 0,
  };
}

/** Functions that call each other summarize the same writes. */
const summaryWrites = new WeakMap<DraftWrite, StateWrite>();

const noWrites: readonly StateWrite[] = [];
const noReads: FunctionSummary["reads"] = [];

/** The same without its steps, for a function whose callees are not known yet. */
export function bareContents(draft: Draft, item: ItemPlace): ModelFunction {
  const { facts, path, implOf } = draft.function;
  const placed = (within: ModelFunction["range"]) => new PlacedRange(item, within);
  return {
    name: facts.name,
    displayName: implOf === undefined ? facts.name : `${lastName(implOf.type)}::${facts.name}`,
    path,
    range: placed(facts.range),
    nameRange: placed(facts.nameRange),
    bodyRange: facts.bodyRange === undefined ? undefined : placed(facts.bodyRange),
    isAsync: facts.isAsync,
    attributes: facts.attributes,
    implOf,
    returnType: facts.returnType,
    parameters: facts.parameters,
    names: facts.names,
    texts: facts.texts.map((it) => ({ ...it, range: placed(it.range) })),
    hasError: facts.hasError,
    steps: [],
    calls: [],
    executions: [],
    summary: noSummary,
  };
}

const noSummary: FunctionSummary = {
  suspends: "no",
  ...flagsByName(0),
  writes: noWrites,
  laterWrites: noWrites,
  reads: noReads,
  callees: [],
};

function summaryWrite(write: DraftWrite, model: ModelFunction | undefined): StateWrite {
  const { state, effect, operation, by, value, isFetched } = write;
  const through = writer(by.facts.name, by, write, model);
  const at: StateWrite["at"] = {
    order: 0,
    get range() {
      return write.range;
    },
    arms: [],
    task: 0,
  };
  return {
    kind: "stateWrite",
    get range() {
      return through.range;
    },
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
