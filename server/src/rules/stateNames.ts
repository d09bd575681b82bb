import type { ModelFunction, StateRef, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import type { RelatedRange } from "./rule.ts";

/** State as a message names it: `STATE.balances`. */
export function stateName({ variable, field }: StateRef): string {
  return field === "" ? variable.name : `${variable.name}.${field}`.replaceAll(".[]", "[]");
}

/** The very same static and field. */
export function isSameState(a: StateRef, b: StateRef): boolean {
  return a.variable === b.variable && a.field === b.field;
}

/** One may be part of the other: a write of the whole static touches every field. */
export function mayBeSameState(a: StateRef, b: StateRef): boolean {
  return a.variable === b.variable && (isWithin(a.field, b.field) || isWithin(b.field, a.field));
}

function isWithin(inner: string, outer: string): boolean {
  return outer === "" || inner === outer || inner.startsWith(`${outer}.`);
}

/** The first field below the static. */
export function firstField({ field }: StateRef): string {
  return field.split(".", 1)[0] ?? "";
}

/** Names of state that may stay changed without harm: counters, logs, caches, markers, limits. */
const harmless =
  /count|next|nonce|seq|index|(^|[_.])ids?($|_)|_id\b|log|event|histor|metric|stat(s|istics|us)\b|cache|last|time|date|lock|guard|busy|progress|pending|flight|process|active|queue|running|rate|limit|attempt|retr(y|ies)|init|seed|rng|ongoing|request|available_tokens|quota|bucket|slots?\b|permit|semaphore|session|notif|started|block|cursor|memo|refresh|config|setting|version|registry|_reqs?\b|return|refund|rollback|revert|restore|undo/i;

/** Whether a write may stay when what follows it fails: what a call told, counters, caches, markers. */
export function mayStay({ state, operation, through, isFetched, effect }: StateWrite): boolean {
  if (isFetched && (effect === "assign" || effect === "insert")) return true;
  // Whoever is seen for the first time is registered.
  if (effect === "insert" && /user|member|profile|principal/i.test(stateName(state))) return true;
  if (effect === "insert" && /(^|[_.])records?($|[_.[])/i.test(stateName(state))) return true;
  return harmless.test(`${stateName(state)} ${operation}`) || harmlessFunctions.test(through?.name ?? "");
}

/** Functions that keep account of what happens, by their names. */
const harmlessFunctions =
  /log|event|histor|metric|stat(s|istics|us)\b|cache|memo|count|nonce|lock|guard|progress|pending|process|queue|limit|attempt|retr(y|ies)|init|notif|request|session|refresh|config|setting|version|return|refund|rollback|revert|restore|undo|(^|_)(start|touch|mark|record|next|last|time)(_|$)/i;

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
