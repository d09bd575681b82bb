import type { StateRef } from "./canisterModel.ts";
import { clearHanded, type Draft, type Linking, stateKey, withEntry } from "./drafts.ts";
import type { FunctionFacts } from "./functionFacts.ts";
import { elementField, type PlaceFacts } from "./steps.ts";

/** Places that functions hand to closures are followed through so many helpers. */
const helperDepthMax = 4;

const handing = new WeakMap<FunctionFacts, boolean>();

/** Whether a function may hand state on: by a reference that it returns, or to a function that it was given. */
function handsStateOn(facts: FunctionFacts): boolean {
  const known = handing.get(facts) ?? (facts.returnsPlace !== undefined || handsOn(facts));
  handing.set(facts, known);
  return known;
}

/** Finds anew which state the functions of a crate hand to closures or return; tells for which of them it changed. */
export function linkHandedPlaces(linking: Linking, drafts: readonly Draft[]): readonly Draft[] {
  const before = drafts.map(handedState);
  for (const draft of drafts) clearHanded(draft);
  const open = drafts.filter((it) => handsStateOn(it.function.facts));
  for (let depth = 0; depth < helperDepthMax; depth++) for (const draft of open) linkPlaces(linking, draft);
  return drafts.filter((it, index) => handedState(it) !== before[index]);
}

/** Whether some functions of which the text changed hand no state on, neither before nor now: nobody's places change. */
export function handNothingOn(linking: Linking, edited: readonly Draft[]): boolean {
  return edited.every((draft) => {
    if (draft.closureStates.size > 0 || draft.returnsState !== undefined) return false;
    if (handsStateOn(draft.function.facts)) linkPlaces(linking, draft);
    const handsNone = draft.closureStates.size === 0 && draft.returnsState === undefined;
    clearHanded(draft);
    return handsNone;
  });
}

/** What a function hands on, as text. */
function handedState({ closureStates, returnsState }: Draft): string {
  if (closureStates.size === 0 && returnsState === undefined) return "";
  const name = (state: StateRef | undefined) => (state === undefined ? "" : stateKey(state));
  return [name(returnsState), ...[...closureStates].map(([index, state]) => `${index} ${name(state)}`)].join();
}

/** Whether a function calls or passes on a function that it was given. */
function handsOn({ parameters, steps }: FunctionFacts): boolean {
  if (parameters.length === 0) return false;
  const names = new Set(parameters.map((it) => it.name));
  return steps.some(
    (it) =>
      it.kind === "call" && !it.isMethod && (names.has(it.path) || it.arguments.some(({ text }) => names.has(text))),
  );
}

/** Finds the state that a function hands to closures or returns. */
function linkPlaces(linking: Linking, draft: Draft): void {
  const { facts } = draft.function;
  const names = facts.parameters.map((it) => it.name);
  if (facts.returnsPlace !== undefined) {
    const place = linking.place(draft.function, facts.returnsPlace);
    if (place?.kind === "state") draft.returnsState = place.state;
  }
  for (const step of facts.steps) {
    if (step.kind !== "call" || step.isMethod) continue;
    if (names.includes(step.path)) {
      for (const [index, argument] of step.arguments.entries()) {
        const place = argument.place === undefined ? undefined : linking.place(draft.function, argument.place);
        if (place?.kind !== "state") continue;
        draft.closureStates = withEntry(draft.closureStates, index, elementOf(place.state, argument.place));
      }
    } else if (step.arguments.some((it) => names.includes(it.text))) {
      for (const called of linking.calledDrafts(draft.function, step)) {
        for (const [index, state] of called.closureStates) {
          draft.closureStates = withEntry(draft.closureStates, index, state);
        }
      }
    }
  }
}

/** What is handed on of a collection may be one of its elements, and is not the collection then. */
function elementOf(state: StateRef, place: PlaceFacts | undefined): StateRef {
  if (place?.fields.at(-1) !== elementField || state.field.endsWith(elementField)) return state;
  return { variable: state.variable, field: state.field === "" ? elementField : `${state.field}.${elementField}` };
}
