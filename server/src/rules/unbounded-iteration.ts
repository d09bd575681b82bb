import type { CanisterModel, EntryPoint, ModelFunction, StateRef, Step } from "../analysis/canisterModel.ts";
import { elementField } from "../analysis/steps.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName, isDeferred } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { slicesOf, type TextSlices, withoutComments } from "./sourceText.ts";
import { stateName } from "./stateNames.ts";

/** A loop that takes longer with each user. */
export const unboundedIteration: Rule = {
  id: "unbounded-iteration",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "An update, a heartbeat or a timer goes through all of a collection that users let grow.",
    why: "A message has 40 billion instructions. Once the collection has grown too large the loop runs out of them and traps, each time, and what it was to do is never done again.",
    instead:
      "Take a number of elements from where the last run ended, and let a timer go on: `.range(cursor..).take(500)`.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    const grown = statesThatUsersGrow(canister);
    if (grown.length === 0) return;
    const reported = new Set<string>();
    for (const [inFunction, entry] of runByMessages(canister)) {
      for (const step of inFunction.steps) {
        const loop = loopOver(canister, step, inFunction);
        const growth = loop && grown.find((it) => isSameCollection(it.state, loop));
        if (loop === undefined || growth === undefined) continue;
        const key = `${inFunction.path}:${inFunction.range.start}:${stateName(growth.state)}`;
        if (reported.has(key)) continue;
        reported.add(key);
        const name = stateName(growth.state);
        report({
          confidence: "medium",
          path: inFunction.path,
          range: step.range,
          message:
            `${entryName(entry)} goes through all of \`${name}\`, which ${entryName(growth.entry)} lets grow: once there is too much, the message runs ` +
            "out of instructions and traps, each time. Take a part of it, and let a timer go on.",
          related: [{ path: growth.entry.path, range: growth.entry.nameRange, message: `\`${name}\` grows here` }],
        });
      }
    }
  },
};

interface Growth {
  readonly state: StateRef;
  readonly entry: EntryPoint;
}

/** Collections that an update without a guard adds to, if nothing there asks for their size. */
function statesThatUsersGrow(canister: CanisterModel): Growth[] {
  const growths = canister.entryPoints.flatMap((entry) => {
    if (entry.kind !== "update" || entry.guards.length > 0) return [];
    const { names, summary } = entry.function;
    if (
      [...names].some((it) => /controller|admin|owner|authori[sz]|permission|govern|max_|limit|capacity|cap$/i.test(it))
    )
      return [];
    return summary.writes.flatMap(({ state, effect, value }) => {
      const isGrowing = (effect === "insert" || effect === "push") && !state.field.includes(elementField);
      return isGrowing && !isConstantKey(value) && collection.test(typeOf(state)) ? [{ state, entry }] : [];
    });
  });
  return growths.sort((a, b) => Number(creates(b.entry)) - Number(creates(a.entry)));
}

/** The method is named for what it adds: the best one to be shown. */
function creates({ function: { name } }: EntryPoint): boolean {
  return /create|add|register|submit|join|propose|post|new|upload|request|transfer|put|push|send/i.test(name);
}

const collection = /\b(HashMap|BTreeMap|StableBTreeMap|StableVec|StableBTreeSet|HashSet|BTreeSet|Vec|VecDeque)\s*</;

/** The type of the static or of its field, as far as it is known. */
function typeOf({ variable, field }: StateRef): string {
  if (field === "") return variable.type;
  return variable.fields.find((it) => it.name === field)?.type ?? "";
}

function isConstantKey(value: string): boolean {
  return /^(?:"|\d|[A-Z_]+\s*,|\(\)\s*,)/.test(value.trim());
}

function isSameCollection(grown: StateRef, { variable, field }: StateRef): boolean {
  return grown.variable === variable && grown.field === field;
}

/** Functions that updates, heartbeats and timers run, each with an entry point that leads to it. */
function runByMessages(canister: CanisterModel): ReadonlyMap<ModelFunction, EntryPoint> {
  const found = new Map<ModelFunction, EntryPoint>();
  for (const entry of canister.entryPoints) {
    const isMessage = entry.kind === "update" || entry.kind === "heartbeat" || entry.kind === "globalTimer";
    const open = isMessage ? [entry.function] : deferredCallees(entry);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.set(next, entry);
      open.push(...next.summary.callees);
    }
  }
  return found;
}

/** What the timers run that `init` and `post_upgrade` set. */
function deferredCallees({ kind, function: { steps }, function: hook }: EntryPoint): ModelFunction[] {
  if (kind !== "init" && kind !== "postUpgrade") return [];
  return steps.flatMap((it) => (it.kind === "functionCall" && isDeferred(it, hook) ? it.targets : []));
}

/** The collection that a step goes through from one end to the other. */
function loopOver(canister: CanisterModel, step: Step, { path }: ModelFunction): StateRef | undefined {
  if (step.kind !== "stateRead" && step.kind !== "stateWrite") return undefined;
  const { variable, field } = step.state;
  const elements = field.split(".");
  const at = elements.indexOf(elementField);
  if (at >= 0) {
    const loop = step.at.arms.findLast((it) => it.kind === "loop");
    const isWhole = loop?.header !== undefined && isWholeIteration(loop.header);
    const written = canister.textIn(path, step.range.start, step.range.end);
    return isWhole && isOfElement(loop.header, written)
      ? { variable, field: elements.slice(0, at).join(".") }
      : undefined;
  }
  const text = slicesOf(canister, path);
  if (isWholeChain(text, step) || emptiesAll(step)) return step.state;
  const before = text.slice(Math.max(0, step.range.start - 120), step.range.start);
  const head = /\bfor\s+[^;{}]*?\bin\s+[^;{}]*$/.exec(before)?.[0];
  if (head === undefined) return undefined;
  const behind = text.slice(step.range.end, step.range.end + 1500);
  const open = Math.max(0, behind.indexOf("{"));
  const header = head + text.slice(step.range.start, step.range.end) + behind.slice(0, open);
  return isWholeIteration(header) ? step.state : undefined;
}

/** `users.values().filter(..).collect()`, `users.iter().any(..)`, `users.retain(..)`: what comes to every element. */
function isWholeChain(text: TextSlices, { kind, range }: Step): boolean {
  const statement = chainAt(text, range.start);
  if (/\.\s*(?:take|skip|range|range_mut|step_by|take_while|map_while|nth|next|last|chunks)\s*\(/.test(statement))
    return false;
  if (kind === "stateWrite" && /^[^;{}|]*?\.\s*retain(?:_mut)?\s*\(/.test(statement)) return true;
  return /^[\w\s.&*:()|]*?\.\s*(?:iter|iter_mut|values|values_mut|keys|into_iter|into_values|into_keys)\s*\(\)\s*\.\s*(?:filter|filter_map|map|for_each|any|all|find|find_map|position|fold|sum|count|max\w*|min\w*|cloned|copied|collect|enumerate|flat_map|flatten|partition|rev|zip|chain)\b/.test(
    statement,
  );
}

/** The expression that begins at an offset, up to the end of its statement or of the brackets around it. */
function chainAt(text: TextSlices, start: number): string {
  const chain = text.slice(start, start + 1500);
  let depth = 0;
  let end = 0;
  for (; end < chain.length; end++) {
    const character = chain[end] ?? "";
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && --depth < 0) break;
    if (depth === 0 && (character === ";" || character === ",")) break;
  }
  return withoutComments(chain.slice(0, end));
}

/** `while let Some(job) = jobs.pop()`: goes on until nothing is left. */
function emptiesAll(step: Step): boolean {
  if (step.kind !== "stateWrite" || !/^pop(_\w+)?$/.test(step.operation)) return false;
  const loop = step.at.arms.findLast((it) => it.kind === "loop");
  return loop?.header !== undefined && /^while\s+let\b[^&]*\bpop\w*\s*\(/.test(loop.header);
}

/** What is done begins with a variable that the loop sets: `v.n += 1` in `for (k, v) in users`. */
function isOfElement(header: string, written: string): boolean {
  const pattern = /\bfor\s+([\s\S]*?)\s+in\b/.exec(header)?.[1] ?? "";
  const root = /^[*&(]*(?:mut\s+)?(\w+)/.exec(written)?.[1];
  return root !== undefined && new RegExp(`\\b${root}\\b`).test(pattern);
}

function isWholeIteration(header: string): boolean {
  if (!/^(?:'\w+:\s*)?for\b/.test(header.trim())) return false;
  return !/\b(?:take|skip|range|range_mut|chunks|take_while|first|last|get|get_mut|remove|drain|split_off|filter\w*|min|pop\w*|nth|step_by)\s*\(|\[/.test(
    header,
  );
}
