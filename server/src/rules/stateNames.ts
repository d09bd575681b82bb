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

/** A pattern for names that have one of some words, which end where a name's next word begins: `next_id`, not `candidates`. */
export function hasWord(words: string): RegExp {
  return new RegExp(`(?:^|[^a-z])(?:${words.trim().replace(/\s+/g, "|")})(?![a-z])`, "i");
}

/** Names of state that may stay changed without harm: counters, logs, caches, markers, limits. */
const harmless = hasWord(`
  counts? counters? next nonces? seq sequence index(es)? indices ids? logs? logger logging events? histor(y|ies) metrics?
  stats? statistics? status(es)? caches? cached caching last latest time(s|stamps?)? dates? locks? locked guards? busy
  (in_?)?progress (in_?)?flight process(ed|ing)? running rates? limits? limiter attempts? retry retries init(ialized)?
  seed rng ongoing available_tokens quotas? buckets? permits? semaphores? notif\\w* started blocks? cursors? memo
  refresh(ed)? configs? configuration settings? versions? registry returns? returned refund\\w* rollback revert(ed)? restored?
  undo throttle\\w* heartbeat timers? usages?`);

/** The same for what is not taken away: what is taken out of a queue and then fails is lost. */
const harmlessUnlessRemoved = hasWord(
  "pending active queued? queues? requests? requested reqs? slots? sessions? tasks? jobs? messages? conversations? chats? transcripts?",
);

/** Whether a write may stay when what follows it fails: what a call told, counters, caches, markers. */
export function mayStay({ state, operation, through, isFetched, effect, value }: StateWrite): boolean {
  if (isFetched && (effect === "assign" || effect === "insert")) return true;
  // `map.entry(k).or_insert(0)` reads with a default.
  if (/^or_(insert|default)/.test(operation) && isDefault.test(value.trim())) return true;
  // What has been counted or accepted was so, and what has expired stays expired.
  if (operation === "fetch_add" || /\b(msg_)?cycles_accept/.test(value)) return true;
  if (operation === "retain" && /now|time|expir|lifetime|ttl|\bage\b/i.test(value)) return true;
  // Whoever is seen for the first time is registered.
  if (effect === "insert" && /user|member|profile|principal/i.test(stateName(state))) return true;
  if (effect === "insert" && /(^|[_.])records?($|[_.[])/i.test(stateName(state))) return true;
  // What a function that only checks puts back, it has tidied.
  const isTidy = effect === "insert" || (effect === "remove" && /filter|retain|prune|clean|expire/.test(operation));
  if (isTidy && /^(verify|check|validate|ensure)(_|$)/.test(through?.name ?? "")) return true;
  const name = `${stateName(state)} ${operation}`;
  if (harmless.test(name) || (effect !== "remove" && harmlessUnlessRemoved.test(name))) return true;
  return harmlessFunctions.test(through?.name ?? "");
}

const isDefault = /^(\|\|\s*)?(0\w*|[\w:<>]*(::new|::default)(\(\))?|vec!\[\]|\[\]|)$/;

/** Functions that keep account of what happens, by their names. */
const harmlessFunctions =
  /log|event|histor|metric|lease|renew|stat(s|istics|us)\b|cache|memo|count|nonce|lock|guard|progress|pending|process|queue|limit|attempt|retr(y|ies)|init|notif|request|session|refresh|config|setting|version|return|refund|rollback|revert|restore|undo|prune|expire|evict|purge|quota|usage|increment|sequence|bump|(^|_)(start|touch|mark|record|next|last|time)(_|$)/i;

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
