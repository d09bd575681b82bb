import type { FunctionSummary, ModelFunction, StateWrite } from "./canisterModel.ts";
import type { Draft, DraftWrite, Linking } from "./drafts.ts";
import { cutIntoExecutions, type LinkedCalls, StepLinker } from "./modelSteps.ts";
import { calleesOf } from "./summaries.ts";
import { lastName } from "./textParts.ts";

/** What a model says of one function: everything of its own, and what the functions do that it calls. */
export function functionContents(
  linking: Linking,
  draft: Draft,
  models: ReadonlyMap<Draft, ModelFunction>,
  calls: LinkedCalls,
): ModelFunction {
  const steps = new StepLinker(linking, draft, models, calls).link();
  const summary = summaryOf(linking, draft, models);
  return { ...bareContents(draft), steps, executions: cutIntoExecutions(steps), summary };
}

/** The summary of a function as the model shows it. */
export function summaryOf(linking: Linking, draft: Draft, models: ReadonlyMap<Draft, ModelFunction>): FunctionSummary {
  const callees = calleesOf(linking, draft).flatMap((it) => models.get(it) ?? []);
  return { ...bareSummary(draft), callees };
}

/** The same without its steps, for a function whose callees are not known yet. */
export function bareContents(draft: Draft): ModelFunction {
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
    summary: bareSummary(draft),
  };
}

function bareSummary(draft: Draft): FunctionSummary {
  return {
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
  };
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
