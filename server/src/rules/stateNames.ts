import type { ModelFunction, StateRef, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import type { RelatedRange } from "./rule.ts";

/** State as a message names it: `STATE.balances`. */
export function stateName({ variable, field }: StateRef): string {
  return field === "" ? variable.name : `${variable.name}.${field}`;
}

/** The very same static and field. */
export function isSameState(a: StateRef, b: StateRef): boolean {
  return a.variable === b.variable && a.field === b.field;
}

/** One may be part of the other: a write of the whole static touches every field. */
export function mayBeSameState(a: StateRef, b: StateRef): boolean {
  return a.variable === b.variable && (a.field === b.field || a.field === "" || b.field === "");
}

/** The `await`, as a place that explains. */
export function awaitPlace(inFunction: ModelFunction, { range }: Suspension, message: string): RelatedRange {
  return { path: inFunction.path, range, message };
}

/** Where a write really happens, if another function does it. */
export function writePlaces({ through, state }: StateWrite): readonly RelatedRange[] {
  if (through === undefined) return [];
  const { path, range, name } = through;
  return [{ path, range, message: `\`${name}\` writes \`${stateName(state)}\` here` }];
}
