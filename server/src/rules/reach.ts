import type {
  CanisterCall,
  CanisterModel,
  EntryPoint,
  FunctionCall,
  ModelFunction,
  Step,
} from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { assert } from "../base/assert.ts";
import { callersOfAll } from "./callers.ts";
import type { RelatedRange } from "./rule.ts";

/** A step that a function reaches, and the calls that lead to it. */
export interface Reached<Found> {
  readonly found: Found;
  /** The function that the step stands in. */
  readonly inFunction: ModelFunction;
  /** From the function that was asked to the one of the step; empty where they are the same. */
  readonly way: readonly { readonly call: FunctionCall; readonly inFunction: ModelFunction }[];
}

/** Whether a call is followed into what it calls. */
export type Follows = (call: FunctionCall, inFunction: ModelFunction) => boolean;

/** The nearest step that `wanted` accepts, in a function or in what it surely calls. */
export function findReached<Found>(
  from: ModelFunction,
  wanted: (step: Step, inFunction: ModelFunction) => Found | undefined,
  follows: Follows = runsItsCallee,
): Reached<Found> | undefined {
  const seen = new Set([from]);
  const open: Omit<Reached<Found>, "found">[] = [{ inFunction: from, way: [] }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { inFunction, way } = next;
    for (const step of inFunction.steps) {
      const found = wanted(step, inFunction);
      if (found !== undefined) return { found, inFunction, way };
    }
    for (const call of inFunction.calls) {
      if (call.kind !== "functionCall" || !isSure(call) || !follows(call, inFunction)) continue;
      for (const target of call.targets) {
        if (seen.has(target)) continue;
        seen.add(target);
        open.push({ inFunction: target, way: [...way, { call, inFunction }] });
      }
    }
  }
  return undefined;
}

/**
 * Whether functions may come to a step of some kind, in themselves or in what they call, tasks included. While texts are
 * edited it is found out again only when other functions hold such a step, or call others; `findReached`, which tells
 * where it is, looks at all steps on the way.
 */
export class StepReach {
  private readonly leading: Derived<string, ReadonlySet<ModelFunction>>;

  /** `wanted` looks at the step alone. */
  constructor(wanted: (step: Step) => boolean) {
    const bit = 1 << (wantedSteps.push(wanted) - 1);
    assert(wantedSteps.length <= 31, "bits of one number tell the searches apart");
    const holders = (canister: CanisterModel) =>
      [...heldSteps.of(canister)].flatMap(([it, [held = 0]]) => ((held & bit) === 0 ? [] : [it]));
    this.leading = new Derived((canister) => leadingTo(canister, holders(canister)), {
      isSame: (before, after) => before.size === after.size && [...before].every((it) => after.has(it)),
    });
  }

  /** Whether a function may. */
  isPossible(canister: CanisterModel, from: ModelFunction): boolean {
    return this.leading.of(canister, "").has(from);
  }
}

/** What steps are looked for, one for each `StepReach`: functions are gone through once for all of them. */
const wantedSteps: ((step: Step) => boolean)[] = [];

/** Which of these steps functions hold, as bits. */
const heldSteps = new FunctionIndex((it) => {
  let held = 0;
  for (const [at, wanted] of wantedSteps.entries()) if (it.steps.some((step) => wanted(step))) held |= 1 << at;
  return held === 0 ? [] : [held];
});

/** Some functions, and all that call them, directly or through others. */
function leadingTo(canister: CanisterModel, functions: readonly ModelFunction[]): ReadonlySet<ModelFunction> {
  const found = new Set(functions);
  if (found.size === 0) return found;
  const callers = callersOfAll.of(canister, "");
  for (const it of found) for (const caller of callers.get(it) ?? []) found.add(caller);
  return found;
}

/** A method that may be one of several is none for certain. */
function isSure(call: FunctionCall): boolean {
  return call.isCertain || call.targets.length === 1;
}

/** What an async function does happens only once it is awaited; what is handed to another function, nobody knows when. */
export function runsItsCallee(call: FunctionCall): boolean {
  if (call.isHandedOn) return false;
  return call.awaited || call.targets.every((it) => !it.isAsync);
}

/** Whether a step runs in a later message: in a timer, or in a closure that is kept. Tasks of `spawn` run in this one. */
export function isDeferred(step: Step, inFunction: ModelFunction): boolean {
  if (step.at.task === 0) return false;
  const starter = inFunction.calls.find((it) => it.kind === "functionCall" && it.starts.includes(step.at.task));
  if (starter?.kind !== "functionCall") return true;
  return !/(^|::)spawn(_\w+)?$/.test(starter.path) || isDeferred(starter, inFunction);
}

/** Whether a call really leaves the canister: a builder does so only once it is awaited or sent one-way. */
export function isSent(call: CanisterCall): boolean {
  if (call.api !== "builder") return call.awaited || call.api === "old";
  return call.awaited || call.chain.some((it) => it.name === "oneway" || it.name === "into_future");
}

/** The calls that lead to a step, as places that explain. */
export function wayPlaces({ way }: Reached<unknown>): readonly RelatedRange[] {
  return way.map(({ call, inFunction }) => ({
    path: inFunction.path,
    range: call.pathRange,
    message: `\`${inFunction.displayName}\` calls \`${call.path}\` here`,
  }));
}

/** What a message calls an entry point. */
export function entryName({ method, function: { name } }: EntryPoint): string {
  return `\`${method ?? name}\``;
}

/** What another canister is called for, as a message names it. */
export function callName({ method }: CanisterCall): string {
  return method === undefined ? "a call of another canister" : `the call of \`${method}\``;
}
