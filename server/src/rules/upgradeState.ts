import type {
  CanisterModel,
  EntryPointKind,
  ModelFunction,
  StateVariable,
  StateWrite,
} from "../analysis/canisterModel.ts";
import { Derived, isSameList } from "../analysis/derived.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { callersOf } from "./callers.ts";
import { isDeferred } from "./reach.ts";
import { reachedFrom, startedTasks, startedTimers } from "./reachedFunctions.ts";
import { bodyText } from "./sourceText.ts";
import { firstField, hasWord } from "./stateNames.ts";
import { definitionOf } from "./storedTypes.ts";

/** Who saves, restores and writes the heap of a canister. */
export interface UpgradeFlows {
  /** Functions that `#[pre_upgrade]` runs. */
  readonly savers: readonly ModelFunction[];
  /** Functions that `#[post_upgrade]` runs before it returns. */
  readonly restorers: readonly ModelFunction[];
  /** Functions that updates run, tasks included, but for what they leave to timers. */
  readonly called: readonly ModelFunction[];
  /** Functions that heartbeats and timers run, again and again. */
  readonly periodic: readonly ModelFunction[];
}

/** The functions of a canister by what they do for an upgrade. */
export function upgradeFlows(canister: CanisterModel): UpgradeFlows {
  return flows.of(canister, "");
}

const flows = new Derived(findFlows, {
  isSame: (one, other) =>
    isSameList(one.savers, other.savers) &&
    isSameList(one.restorers, other.restorers) &&
    isSameList(one.called, other.called) &&
    isSameList(one.periodic, other.periodic),
});

function findFlows(canister: CanisterModel): UpgradeFlows {
  const hooks = (...kinds: EntryPointKind[]) =>
    canister.entryPoints.filter((it) => kinds.includes(it.kind)).map((it) => it.function);
  const restorers = reachedFrom(canister, hooks("postUpgrade"), "now");
  const starters = [...reachedFrom(canister, hooks("init"), "now"), ...restorers];
  const called = reachedFrom(canister, hooks("update"), "message");
  const periodic = [
    ...reachedFrom(canister, hooks("heartbeat", "globalTimer"), "everything"),
    ...reachedFrom(canister, [...startedTasks(canister, starters), ...startedTimers(canister, called)], "everything"),
  ];
  return { savers: reachedFrom(canister, hooks("preUpgrade"), "now"), restorers, called, periodic };
}

/** A static of the heap that an upgrade empties for good. */
export interface LostVariable {
  readonly variable: StateVariable;
  readonly lost: LostWrite;
  /** `#[pre_upgrade]` looks at it, and nothing restores it. */
  readonly isSaved: boolean;
}

/** Whether a hook does nothing but trap: upgrades are forbidden, so that none loses anything. */
export function forbidsUpgrades(canister: CanisterModel): boolean {
  return canister.entryPoints.some(
    ({ kind, function: hook }) =>
      (kind === "preUpgrade" || kind === "postUpgrade") &&
      /^\{\s*(?:[\w:]*\btrap\s*\((?:[^;{}]|\{[^{}]*\})*\)|(?:panic|unreachable|unimplemented)!\s*\([^;]*\))\s*;?\s*\}$/.test(
        bodyText(canister, hook),
      ),
  );
}

/** Statics of the heap that updates or timers fill and no `#[post_upgrade]` writes; not what is meant to be lost. */
export function lostVariables(canister: CanisterModel): LostVariable[] {
  if (forbidsUpgrades(canister)) return [];
  const { savers, restorers, called, periodic } = upgradeFlows(canister);
  const { ofUpdates, ofTimers, keptByUpdates, collectedByTimers, releasing, offered } = writers.of(canister, "");
  const released = releasing.flatMap(({ steps }) => steps.filter((it) => it.kind === "stateWrite"));
  // What is taken out when a value is dropped are locks.
  const isReleased = ({ state }: StateWrite) =>
    released.some(
      (it) =>
        it.state.variable === state.variable &&
        (it.state.variable.fields.length === 0 || firstField(it.state) === firstField(state)),
    );
  return canister.state.flatMap((variable) => {
    if (variable.isStable || !variable.isMutable || isRebuiltOnDemand(canister, variable)) return [];
    const lost =
      firstWrite(keptByUpdates.get(variable), variable, (write, by) => isKeptBy(write, by) && !isReleased(write)) ??
      firstWrite(collectedByTimers.get(variable), variable, isCollected) ??
      (ofUpdates.has(variable) && !released.some((it) => it.state.variable === variable)
        ? writtenByName(canister, variable, { called, periodic })
        : undefined) ??
      (ofUpdates.has(variable) || ofTimers.has(variable) ? undefined : setUpByInit(canister, variable));
    if (
      lost === undefined ||
      (writes(restorers, variable) && !isEmptied(canister, { savers, restorers }, variable)) ||
      isHandedOn(restorers, variable) ||
      offered.some((it) => touches(it, variable)) ||
      (canister.isLibrary && isPublic(canister, variable)) ||
      isMeantToBeLost(canister, variable) ||
      isMemo.of(canister, variable) ||
      isOfWindow.of(canister, variable)
    )
      return [];
    return [{ variable, lost, isSaved: savers.some((it) => touches(it, variable)) }];
  });
}

/** Who writes which static, and who may keep what is written. */
const writers = new Derived((canister) => {
  const { called, periodic } = upgradeFlows(canister);
  const collecting = periodic.filter((it) => !fetches(canister, it));
  const releasers = canister.functions.filter((it) => it.name === "drop" && it.implOf?.trait === "Drop");
  return {
    ofUpdates: byStatic(canister, called, "any"),
    ofTimers: byStatic(canister, collecting, "any"),
    keptByUpdates: byStatic(canister, called, "kept"),
    collectedByTimers: byStatic(canister, collecting, "collected"),
    /** What runs when a value is dropped. */
    releasing: reachedFrom(canister, releasers, "now"),
    offered: offeredToUpgrades(canister),
  };
});

/** Saved before the upgrade, and only set to what is empty behind it: no function there reads anything back. */
function isEmptied(
  canister: CanisterModel,
  { savers, restorers }: Pick<UpgradeFlows, "savers" | "restorers">,
  variable: StateVariable,
): boolean {
  const saves = savers.some((it) => it.calls.some((call) => call.kind === "functionCall" && call.cdk === "stableSave"));
  if (!saves || !savers.some((it) => touches(it, variable))) return false;
  const isReading = /stable|restore|load|read|decode|deserial|migrat|from_slice|init/i;
  if (restorers.some((it) => it.calls.some((call) => isReading.test(call.path)))) return false;
  return restorers.every(
    (it) => !touches(it, variable) || /(?:::new\(\)|vec!\[\]|::default\(\))/.test(bodyText(canister, it)),
  );
}

/**
 * What only `init` sets, to what it is given, where there is a `post_upgrade` that forgets it: an owner that no caller is
 * any more.
 */
function setUpByInit(canister: CanisterModel, variable: StateVariable): LostWrite | undefined {
  const hooks = (kind: EntryPointKind) =>
    canister.entryPoints.filter((it) => it.kind === kind).map((it) => it.function);
  if (hooks("postUpgrade").length === 0 || variable.fields.length > 0) return undefined;
  const type = writtenOut(canister, variable.type);
  const isList = /\b(?:Vec|BTreeSet|HashSet)\s*<\s*(?:\w+::)*Principal\s*>/.test(type);
  if (!/\b(?:Principal|String|Nat|u64|u128)\b/.test(type) || (!isList && /Map|Vec|Set|Lru|Fn\b/.test(type)))
    return undefined;
  const asked = reachedFrom(canister, [...hooks("update"), ...hooks("query")], "message");
  if (!asked.some((it) => touches(it, variable))) return undefined;
  for (const inFunction of hooks("init")) {
    for (const write of inFunction.steps) {
      if (write.kind !== "stateWrite" || write.state.variable !== variable || write.at.task > 0) continue;
      const isSet = isList
        ? (write.effect === "push" || write.effect === "insert") && /caller|^[a-z_]\w*(?:\.\w+\(\))*$/.test(write.value)
        : write.effect === "assign";
      if (!isSet || !isKept(write) || isLiteral.test(write.value)) continue;
      return { inFunction, write };
    }
  }
  return undefined;
}

/** A static's type with the crate's short name for its content written out: `RefCell<Controllers>`. */
function writtenOut(canister: CanisterModel, type: string): string {
  const name = /([A-Z]\w*)[\s>]*$/.exec(type)?.[1] ?? "";
  if (/^(?:Principal|String|Nat)$/.test(name) || name === "") return type;
  const alias = new RegExp(`\\btype\\s+${name}\\s*=\\s*([^;]+);`);
  return type.replace(
    name,
    canister.files.map((it) => alias.exec(canister.textOf(it))?.[1]).find((it) => it !== undefined) ?? name,
  );
}

const isLiteral = /::default\(\)|::new\(\)|^\(?(?:true|false|\d|None|"|vec!)/;

/** A write whose effect the next upgrade discards. */
export interface LostWrite {
  readonly inFunction: ModelFunction;
  readonly write: StateWrite;
}

/**
 * A write of a method that updates call by a name which several types have, `post.save()`: what updates otherwise only
 * remove from is filled there.
 */
function writtenByName(
  canister: CanisterModel,
  variable: StateVariable,
  { called, periodic }: Pick<UpgradeFlows, "called" | "periodic">,
): LostWrite | undefined {
  const reached = new Set([...called, ...periodic]);
  const writers = canister.functions.filter(
    (it) => it.implOf !== undefined && !reached.has(it) && touches(it, variable),
  );
  return writers.flatMap((inFunction): LostWrite[] => {
    if (!called.some(({ names }) => names.has(inFunction.name))) return [];
    return inFunction.steps.flatMap((write) =>
      write.kind === "stateWrite" && write.state.variable === variable && isKept(write) ? [{ inFunction, write }] : [],
    );
  })[0];
}

/** Whether a write is meant to outlive upgrades, and no timer does it again. */
function isKeptBy(write: StateWrite, inFunction: ModelFunction): boolean {
  return isDeferred(write, inFunction) ? isCollected(write) : isKept(write);
}

/**
 * Functions that a crate has for the upgrade hooks of those who use it: nothing in the crate calls them, and their
 * names say so.
 */
function offeredToUpgrades(canister: CanisterModel): readonly ModelFunction[] {
  const entries = new Set(canister.entryPoints.map((it) => it.function));
  const offers = canister.functions.filter(
    (it) =>
      (offeredName.test(it.name) || (canister.isLibrary && isSaving(it))) &&
      !entries.has(it) &&
      callersOf(canister, it).length === 0,
  );
  return reachedFrom(canister, offers, "now");
}

const offeredName = /^_*(pre|post)_?upgrade(_\w+)?$/i;
function isSaving({ name, parameters }: ModelFunction): boolean {
  return savingName.test(name) && !parameters.some((it) => it.name === "self");
}

const savingName =
  /^(save|restore|backup|recover)$|(^|_)(save|restore|backup|recover|serialize|deserialize)_(\w+_)?state$|stable_state/i;

/** Whether other crates can reach a static, and so save and restore it. */
function isPublic(canister: CanisterModel, { path, nameRange: { start } }: StateVariable): boolean {
  return /\bpub\s+static\s+(mut\s+|ref\s+)?$/.test(canister.textIn(path, Math.max(0, start - 40), start));
}

/** How a static is written, as bits. */
const writings = { kept: 1, collected: 2, filled: 4, any: 8 } as const;

/**
 * The statics that functions write, each followed by how: that changes less often than the writes do. `kept` and
 * `collected` are meant to outlive upgrades, as `isKeptBy` and `isCollected` tell; `filled` is what a function fills itself.
 */
const writtenStatics = new FunctionIndex((it): readonly (StateVariable | number)[] => {
  const found = new Map<StateVariable, number>();
  for (const step of it.steps) {
    if (step.kind !== "stateWrite") continue;
    const { through, effect, state } = step;
    let how: number = found.get(state.variable) ?? writings.any;
    if (isKeptBy(step, it)) how |= writings.kept;
    if (isCollected(step)) how |= writings.collected;
    if (through === undefined && effect !== "remove") how |= writings.filled;
    found.set(state.variable, how);
  }
  return [...found].flat();
});

/** Those of some functions that write a static in some way, in their order. */
function byStatic(
  canister: CanisterModel,
  functions: readonly ModelFunction[],
  writing: keyof typeof writings,
): ReadonlyMap<StateVariable, readonly ModelFunction[]> {
  const found = new Map<StateVariable, ModelFunction[]>();
  const written = writtenStatics.of(canister);
  for (const it of functions) {
    let variable: StateVariable | undefined;
    for (const part of written.get(it) ?? []) {
      if (typeof part !== "number") variable = part;
      else if (variable !== undefined && part & writings[writing]) {
        const others = found.get(variable);
        if (others === undefined) found.set(variable, [it]);
        else others.push(it);
      }
    }
  }
  return found;
}

/** A write through a helper is shown where the helper is called. */
function firstWrite(
  functions: readonly ModelFunction[] | undefined,
  variable: StateVariable,
  isMeant: (write: StateWrite, by: ModelFunction) => boolean,
): LostWrite | undefined {
  for (const inFunction of functions ?? []) {
    for (const write of inFunction.steps) {
      if (write.kind !== "stateWrite" || write.state.variable !== variable) continue;
      if (isMeant(write, inFunction)) return { inFunction, write };
    }
  }
  return undefined;
}

/** Whether a write is meant to outlive upgrades: no field of a stable structure, and none that may be lost. */
export function isKept({ state, through, operation, isFetched, effect }: StateWrite): boolean {
  if (effect === "remove" && removing.test(operation)) return false;
  if (operation.startsWith("get_or_insert") || (isFetched && effect === "assign")) return false;
  const { variable } = state;
  const field = firstField(state);
  const known = variable.fields.find((it) => it.name === field);
  if (variable.fields.length > 0 && field !== "" && known !== undefined) {
    return !known.isStable && !mayBeLost.test(field) && !mayBeMeant.test(field) && !isRebuiltType(known.type);
  }
  if (variable.fields.length > 0 && variable.fields.some((it) => it.isStable)) return false;
  const names = `${field} ${through?.name ?? ""}`;
  return !mayBeLost.test(names) && (field === "" || !mayBeMeant.test(names));
}

const removing = /^(remove(_entry)?|pop(_\w+)?|retain|clear(_new)?|drain|truncate|swap_remove|split_off)$/;

/** Named as what fetches from elsewhere, or called by such functions only. */
function fetches(canister: CanisterModel, called: ModelFunction): boolean {
  const isFetching = ({ name }: ModelFunction) => /^(re)?(fetch|poll|pull)(_|$)/.test(name);
  const callers = callersOf(canister, called);
  return isFetching(called) || (callers.length > 0 && callers.every(isFetching));
}

/** What timers set anew, fetch again or count each time comes back by itself; what they add to a collection does not. */
function isCollected(write: StateWrite): boolean {
  // What was fetched is fetched again, but for a history of it.
  const isFetchedAgain = write.isFetched && !/\b(now|time|timestamp)/i.test(write.value);
  return isKept(write) && write.effect !== "assign" && write.effect !== "add" && !isFetchedAgain;
}

/** The functions that fill or change each static themselves, in the order of the crate. */
const fillers = new Derived((canister) => byStatic(canister, canister.functions, "filled"));

/** `if let Some(key) = KEYS.with(…get…) { return key }`, else it is fetched and kept: what is lost is fetched again. */
const isMemo = new Derived((canister, variable: StateVariable): boolean => {
  const filling = fillers.of(canister, "").get(variable) ?? [];
  return filling.length > 0 && filling.every((it) => isFilledOnDemand(canister, it, variable.name));
});

/** Counts within a window of time, which every function that writes it begins anew: `if now - start > WINDOW { … }`. */
const isOfWindow = new Derived((canister, variable: StateVariable): boolean => {
  const { name, type } = variable;
  if (!/^(?:(?:\w+::)*(?:RefCell|Cell)\s*<\s*)?[iu](?:8|16|32|64|128|size)\s*>?$/.test(type.trim())) return false;
  const writers = fillers.of(canister, "").get(variable) ?? [];
  const begins = /\b(?:now|time\w*|current\w*)\b(?:\(\))?\s*-\s*\*?\w*(?:window|start|reset|last)\w*[^;{}]*[<>]/i;
  const isSetAnew = new RegExp(
    `\\b${name}\\b[^;]*(?:\\bset\\(\\s*(?:[01]|now\\w*|time\\w*(?:\\(\\))?)\\s*\\)|=\\s*(?:[01]|now)\\s*[;)}])`,
  );
  return (
    writers.length > 0 &&
    writers.every((it) => {
      const body = bodyText(canister, it);
      return begins.test(body) && isSetAnew.test(body);
    })
  );
});

function isFilledOnDemand(canister: CanisterModel, writer: ModelFunction, name: string): boolean {
  const found = new RegExp(
    `\\bif\\s+let\\s+Some\\(\\s*(\\w+)\\s*\\)\\s*=\\s*${name}\\b[\\s\\S]{0,200}?\\breturn\\s+(?:Ok\\(|Some\\()?\\s*\\1\\b`,
  );
  const body = bodyText(canister, writer);
  return /\.await\b/.test(body) && found.test(body);
}

/** The comment above the static says so. */
function isMeantToBeLost(canister: CanisterModel, { path, range }: StateVariable): boolean {
  const before = canister.textIn(path, Math.max(0, range.start - 600), range.start);
  const comment = /((?:[ \t]*\/\/[^\n]*\n)+)[ \t]*(?:pub(?:\([^)]*\))?[ \t]*)?$/.exec(before)?.[1] ?? "";
  return /\b(wiped|lost|discarded|cleared|reset|dropped)\b[^.]*\bupgrad|\bupgrad\w*\b[^.]*\b(wipe|lose|loses|lost|discard|clear|reset|drop|forg[eo]t)|\bnot\s+(be\s+)?(kept|preserved|persisted|saved|stable)\b|\b(temporar(y|ily)|ephemeral|transient|volatile|short-lived|heap[- ]only|in[- ]memory only)\b/i.test(
    comment,
  );
}

/** Whether some of the functions write a static before they return. */
export function writes(functions: readonly ModelFunction[], variable: StateVariable): boolean {
  return functions.some(({ steps }) =>
    steps.some((it) => it.kind === "stateWrite" && it.at.task === 0 && it.state.variable === variable),
  );
}

/** Whether some of the functions hand a static to a function of another crate, which may restore it. */
function isHandedOn(functions: readonly ModelFunction[], { name }: StateVariable): boolean {
  const handed = new RegExp(`^&?(\\w+::)*${name}$`);
  return functions.some(({ steps }) =>
    steps.some(
      (it) =>
        it.kind === "functionCall" && it.targets.length === 0 && it.arguments.some(({ text }) => handed.test(text)),
    ),
  );
}

/** Whether a function reads or writes a static. */
export function touches({ steps }: ModelFunction, variable: StateVariable): boolean {
  return steps.some((it) => (it.kind === "stateRead" || it.kind === "stateWrite") && it.state.variable === variable);
}

/** Names of what is meant to be lost: caches, locks, what is under way, random numbers, timers. */
const mayBeLost = hasWord(`
  caches? cached caching rng seed random\\w* timers? locks? locked lock guards? mutex (in_?)?flight pending ongoing
  (in_?)?progress processing busy running memo te?mp temporary buffers? last latest rates? throttl\\w* limits? limiter
  nonces? wakers? executor senders? receivers? queues? semaphores? tasks? active environment env runtime
  fetch\\w* heartbeat hash(es)? logs? loggers? signatures? delegations? challenges? attempts?
  retry retries snapshots? uploads? chunks? bench\\w* reload\\w* mgmt_canister failures? errors? delays? available_tokens heights?
  circuits? breakers? health current_\\w*operation cooldowns? backoffs?
  intervals? schedul\\w* next_\\w*run timestamps? unstable volatile transient ephemeral labeled is in`);

/** The same, unless what they hold are things of users: certificates of a shop are no certified data. */
const mayBeMeant = hasWord("sessions? mock subscri\\w* certif\\w* assets?");

/** Who is signed in: to lose it signs everybody out. */
export function isOfSessions({ name, type }: Pick<StateVariable, "name" | "type">): boolean {
  return /(^|_)SESSIONS?$/i.test(name) && /Map\s*</.test(type);
}

const numbering = /^(?:NEXT|LAST|CURRENT)_(?:\w+_)?(?:ID|KEY|INDEX|NUMBER)$|_ID_(?:COUNTER|GENERATOR|SEQ\w*)$/i;

const counting = /_(?:COUNTER|COUNT|SEQ|SEQUENCE)$/i;

/** Whether a function that counts also stores something in stable memory, under the number. */
function countsStored({ functions }: CanisterModel, variable: StateVariable): boolean {
  return functions.some(({ steps }) => {
    const counted = steps.some(
      (it) => it.kind === "stateWrite" && it.state.variable === variable && it.through === undefined,
    );
    return (
      counted && steps.some((it) => it.kind === "stateWrite" && it.effect === "insert" && it.state.variable.isStable)
    );
  });
}

/** A map or list of a struct with something that users give or own. */
function holdsThingsOfUsers(canister: CanisterModel, type: string): boolean {
  const value = /\b(?:\w*Map|Vec|VecDeque)\s*<(?:[^<>]*,)?\s*(?:\w+::)*([A-Z]\w*)\s*>/.exec(type)?.[1];
  const definition = value === undefined ? undefined : definitionOf(canister, value);
  return /\b(?:titles?|description|owner|artist|author|price|amount|email|tier)\s*:(?!:)/.test(definition ?? "");
}

function isRebuiltOnDemand(canister: CanisterModel, variable: StateVariable): boolean {
  const { name, type, origin, fields } = variable;
  if (origin === "assumed" || isRebuiltType(type)) return true;
  // What gives numbers to records gives them again after an upgrade, whatever the records are.
  const isNumber = /^[^,]*\b(?:[ui](?:8|16|32|64|128|size)|AtomicU\w+)\W*$/.test(type) && !/Vec|Map|Set/.test(type);
  if (isNumber && (numbering.test(name) || (counting.test(name) && countsStored(canister, variable)))) return false;
  if (mayBeLost.test(name)) return true;
  if (mayBeMeant.test(name) && !isOfSessions({ name, type }) && !holdsThingsOfUsers(canister, type)) return true;
  return fields.length === 0 && !isKnownContent(type);
}

function isRebuiltType(type: string): boolean {
  return /\bLru\w*|\w*Bucket\b|RateLimit\w*|Throttle\w*|Rng\b|ChaCha|TimerId|Instant|HashTree|RbTree|Router|Waker|Sender<|Receiver<|SignatureMap|CertifiedResponses|Weak<|\bdyn\b|fn\s*\(|PhantomData|Cell<bool>|AtomicBool/.test(
    type,
  );
}

/** Types of other crates may well lie in stable memory, whatever they are made of. */
function isKnownContent(type: string): boolean {
  const [, name = "", generic] =
    /^(?:(?:\w+::)*(?:RefCell|Cell|Mutex|RwLock|Option|OnceCell|OnceLock|LazyLock|Lazy|Rc|Arc|Box)\s*<\s*)*(?:\w+::)*(\w+)\s*(<?)/.exec(
      type,
    ) ?? [];
  if (generic === "<" && !known.test(name)) return false;
  return known.test(type) || /^(\w+::)*(RefCell|Cell|Mutex|RwLock)<\w+>$/.test(type.replace(/\s/g, ""));
}

const known =
  /\b(HashMap|BTreeMap|HashSet|BTreeSet|Vec|VecDeque|String|Option|Principal|Nat|[iu](8|16|32|64|128|size)|f64|Atomic[UI]\w+|BinaryHeap|IndexMap)\b/;

/** Whether what is lost is a metric, whose loss is a gap in a diagram. */
export function isOnlyMeasured({ name, path, type }: StateVariable): boolean {
  // Numbers of a module for metrics.
  if (/[\\/](metrics|telemetry|stats|statistics)(\.rs|[\\/]mod\.rs)$/.test(path) && !/Map|Vec|Set/.test(type))
    return true;
  return /metric|statistic|_stats|_total|telemetry|gauge|profiler|profiling|trace|(^|_)peak_/i.test(name);
}
