import type {
  CanisterModel,
  EntryPoint,
  FunctionCall,
  ModelFunction,
  StateRef,
  StateVariable,
} from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { bodyText, closingOf } from "./sourceText.ts";
import { definitionOf } from "./storedTypes.ts";
import { aliasedType } from "./typeAliases.ts";

/** An answer that grows with the state until it is too large. */
export const responseOver2mb: Rule = {
  id: "response-over-2mb",
  severity: "information",
  docs: {
    what: "A method returns all of a collection that grows, with no limit.",
    why: "A response may have 2 MiB: the method works until there is enough data, and traps from then on.",
    instead: "Return a page: take a start and a length, and `.skip(start).take(length.min(1_000))`.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "query" && entry.kind !== "update") continue;
      const found = wholeCollection(canister, entry);
      if (found === undefined) continue;
      report({
        ...(found.filledBy === "few" && { severity: "hint" }),
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message: `${entryName(entry)} returns all of \`${found.name}\`: once that is more than 2 MiB, the method traps. Return a page of it, with a start and a limit.`,
      });
    }
  },
};

interface Collection {
  /** Of the static, or of its field. */
  readonly name: string;
  readonly filledBy: "users" | "few";
}

/** The collection that a method returns all of, where its body does nothing else, or hands on to what does nothing else. */
function wholeCollection(canister: CanisterModel, { function: method }: EntryPoint): Collection | undefined {
  if (!returnsMany(canister, method.returnType)) return undefined;
  // Tens of thousands of ids or numbers fit.
  if (small.test(method.returnType.trim())) return undefined;
  if (method.parameters.some((it) => /\bPag\w*|Limit|Cursor|Range\b/.test(it.type))) return undefined;
  const asked = method.parameters.filter((it) => paging.test(it.name)).map((it) => it.name);
  // What each element is only compared with bounds nothing: `.filter(|it| it.score >= min)`.
  const own = withoutElementClosures(withoutMacros(bodyText(canister, method)));
  if (asked.some((it) => !/^_?(min|max)(_|$)/.test(it) || new RegExp(`\\b${it}\\b`).test(own))) return undefined;
  const giving = givingAll(canister, method);
  if (giving === undefined) return undefined;
  const { collecting, text, way } = giving;
  // Those of one user are not all.
  if (way.some((it) => selecting.test(bodyText(canister, it))) && way.some(looksAtCaller)) return undefined;
  const named = stateNamedIn(canister, text);
  if (!isCollected(text) && !isPushed(text) && !(named !== undefined && isCopied(text, named, collecting.returnType)))
    return undefined;
  if (named === undefined) return stateReadBy(canister, method, text);
  if (/cache/i.test(named.name)) return undefined;
  const filledBy = way.length === 1 ? growthOf(canister, named, "") : usersFill(canister, named, "");
  return filledBy === undefined ? undefined : { name: named.name, filledBy };
}

/** Parameters that ask for a part. */
const paging =
  /(^|_)(limit|page|offset|start|end|cursor|len|length|count|from|to|max|min|n|take|skip|size|amount|num|number|after|before|since|until|range|chunk|batch|ids|keys|index|filter|query|search|args?|request|req|params)(_|$)/;

/** A list or map, also within an enum of the crate or a struct with little else. */
function returnsMany(canister: CanisterModel, type: string): boolean {
  if (many.test(type) || many.test(aliasOf(canister, type))) return true;
  const names = type.match(/\b[A-Z]\w*/g) ?? [];
  return names.some((it) => {
    const definition = /^(?:Result|Option|String)$/.test(it) ? "" : definitionOf(canister, it);
    // A type of another crate says it by its name.
    if (definition === undefined) return /[a-z]List(?:Response|Result|Reply)?$/.test(it);
    return many.test(definition) && (definition.match(/\b[a-z_]\w*\s*:(?!:)/g) ?? []).length <= 2;
  });
}

/** What the crate's short name for a type stands for. */
function aliasOf(canister: CanisterModel, type: string): string {
  const name = /^(?:\w+::)*([A-Z]\w*)$/.exec(type.trim())?.[1];
  return name === undefined ? "" : (aliasedType(canister, name) ?? "");
}

const many = /(^|[^\w])(Vec|BTreeMap|HashMap|VecDeque|BTreeSet|HashSet)\s*<(?!\s*u8\s*>)/;

/** What takes a part or one element, or brings all to one value. */
const choosing =
  /\b(take|skip|range|chunks|min|truncate|last|get|get_mut|get_latest|limit|first|next|find|find_map|position|nth|max|max_by_key|min_by_key|sum|count|fold|any|all(?=\s*\(\s*[^\s)])|page|paginate)\s*\(/;

/** Takes those that something holds for. */
const selecting = /\bfilter\w*\s*\(|\bif\b(?!\s+let\b)[^;]*\{[^{}]*\b(?:push|insert)\s*\(/;

function looksAtCaller({ name, names }: ModelFunction): boolean {
  return /(^|_)(my|mine|own)(_|$)|[a-z](My|Own)[A-Z]/.test(name) || [...names].some((it) => /caller/i.test(it));
}

function isCollected(text: string): boolean {
  return /\.\s*(iter|values|keys|into_iter)\s*\(\)[\s\S]*\.\s*collect\b|\.\s*(to_vec|clone)\s*\(\)\s*\)?\s*\}?\s*$/.test(
    text,
  );
}

/** `for item in items.values() { all.push(item.clone()); } all`. */
function isPushed(text: string): boolean {
  return /\bfor\b[^{;]*(?:\.\s*(?:iter|values|keys)\s*\(\)|\bin\s+&)[^{]*\{[\s\S]*\b(\w+)\s*\.\s*(?:push|insert)\s*\([\s\S]*\b\1\b\s*(?:\)\s*)*\}[\s)}]*$/.test(
    text,
  );
}

/** `Ok(items.clone())`: a copy of what is returned, somewhere in the body. */
function isCopied(text: string, { type }: StateVariable, returnType: string): boolean {
  if (!/\b\w+\s*\.\s*clone\s*\(\)/.test(text)) return false;
  const answer = returnType.replace(/\s/g, "").replace(/^(?:\w+::)*(?:Result|Option)<(.*?)(?:,(?:\w+::)*\w+)?>$/, "$1");
  return many.test(answer) && type.replace(/\s/g, "").includes(answer);
}

/** A list of ids or numbers, also where there may be an error instead. */
const small =
  /^((Result|Option)\s*<\s*)?([\w:]*::)?(Vec|HashSet|BTreeSet)\s*<\s*([\w:]*\bPrincipal|[\w:]*I[dD]|[ui](8|16|32|64|128)|bool)\s*>\s*(>|,[^<>]*>)?$/;

/** A body without the macros that stand alone: `println!("…");`. */
function withoutMacros(text: string): string {
  return text.replace(/(?<=[{};]\s*)[\w:]+!\([^;]*\);/g, "");
}

/** Where all of a collection is brought together. */
interface Giving {
  readonly collecting: ModelFunction;
  /** Its body, without what is done with each element. */
  readonly text: string;
  /** From the method to where it is brought together, both included. */
  readonly way: readonly ModelFunction[];
}

/**
 * The function that does the work, where nothing on the way to it takes a part: `fn all() -> Vec<Item> { all_items() }`,
 * `STATE.with(|s| s.borrow().all_items())`, `let items = all_items(); items.iter().map(short).collect()`.
 */
function givingAll(
  canister: CanisterModel,
  collecting: ModelFunction,
  before: readonly ModelFunction[] = [],
): Giving | undefined {
  const text = withoutElementClosures(withoutMacros(bodyText(canister, collecting)));
  if (text.length > 1_500 || choosing.test(text) || /\+=|\.await\b|\bbreak\b|\.len\(\)\s*[<>]/.test(text))
    return undefined;
  const way = [...before, collecting];
  const calls = collecting.steps.filter((it): it is FunctionCall => it.kind === "functionCall" && it.isCertain);
  const [target, ...others] = new Set(
    calls.flatMap((it) => it.targets.filter((to) => returnsMany(canister, to.returnType))),
  );
  const isHandedOn = target !== undefined && others.length === 0 && !way.includes(target) && way.length < 4;
  if (isHandedOn) return target.parameters.every(isGiven) ? givingAll(canister, target, way) : undefined;
  return { collecting, text, way };
}

/** A body without what closures do with each element: `items.iter().map(…).collect()`; closures that collect are kept. */
function withoutElementClosures(text: string): string {
  let left = text;
  for (const match of [
    ...text.matchAll(/\.\s*(?:map|filter|filter_map|flat_map|for_each|sort_by\w*|sort_unstable_by\w*)\s*\(/g),
  ].reverse()) {
    const open = match.index + match[0].length - 1;
    const close = closingOf(left, open);
    const closure = left.slice(open + 1, close);
    if (/^\s*(?:move\s*)?\|/.test(closure) && !/\bcollect\b|\bto_vec\b/.test(closure))
      left = left.slice(0, open + 1) + left.slice(close);
  }
  return left;
}

/** The state itself, or who asks: nothing that limits what comes back. */
function isGiven({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return (
    name === "self" ||
    /^_?caller$/.test(name) ||
    /^&\s*(?:mut\s+)?(?:\w+::)*\w*(?:State|Data|Store|Storage)\b/.test(type.trim())
  );
}

function stateNamedIn(canister: CanisterModel, text: string): StateVariable | undefined {
  return canister.state.find(
    (it) => it.isMutable && new RegExp(`\\b${it.name}\\b`).test(text) && isCollection(it.type),
  );
}

/** What a function reads by way of others, `with_items(|items| ..)`, or a field of, `state.borrow().items.values()`. */
function stateReadBy(canister: CanisterModel, { summary }: ModelFunction, text: string): Collection | undefined {
  const found = summary.reads.flatMap(({ variable, field }): Collection[] => {
    if (!variable.isMutable) return [];
    if (isCollection(variable.type)) return collectionOf(variable.name, usersFill(canister, variable, ""));
    const fields = field === "" ? variable.fields.map((it) => it.name) : [field.replace(/(?:\.(?:\[\]|0))+$/, "")];
    return fields.flatMap((it) => {
      if (!isCollection(typeOfField(canister, variable, it)) || !goesThrough(text, it)) return [];
      return collectionOf(lastField(it), usersFill(canister, variable, it));
    });
  });
  const [first, ...others] = found;
  return first !== undefined && others.every((it) => it.name === first.name) ? first : undefined;
}

function collectionOf(name: string, filledBy: Collection["filledBy"] | undefined): Collection[] {
  return filledBy === undefined ? [] : [{ name, filledBy }];
}

function lastField(field: string): string {
  return field.slice(field.lastIndexOf(".") + 1);
}

/** The type of a field below a static, through the structs of the crate. */
function typeOfField(canister: CanisterModel, { fields }: StateVariable, field: string): string {
  const [first = "", ...rest] = field.split(".");
  let type = fields.find((it) => it.name === first)?.type ?? "";
  for (const name of rest) {
    const held = lastName(type.replace(/^.*?<\s*([\w:]+)\s*>+$/, "$1").trim());
    type =
      new RegExp(`\\b${name}\\s*:\\s*([^,]*(?:<[^{}]*?>)?)\\s*(?:,|\\})`).exec(
        definitionOf(canister, held) ?? "",
      )?.[1] ?? "";
  }
  // A tuple struct around a collection.
  const inner = /^(?:\w+::)*([A-Z]\w*)$/.exec(type.trim())?.[1];
  return inner === undefined
    ? type
    : `${type} ${definitionOf(canister, inner)?.startsWith("(") ? definitionOf(canister, inner) : ""}`;
}

function goesThrough(text: string, field: string): boolean {
  return new RegExp(
    `\\.\\s*${lastField(field)}\\s*(?:\\.\\s*(?:0\\b|(?:borrow|read|lock|clone)\\(\\))\\s*)*\\.\\s*(iter|values|keys|into_iter|to_vec|clone)\\s*\\(`,
  ).test(text);
}

/** Some message writes it: what is only set up at the start does not grow. */
function growthOf(canister: CanisterModel, state: StateVariable, field: string): Collection["filledBy"] | undefined {
  const byUsers = usersFill(canister, state, field);
  if (byUsers !== undefined) return byUsers;
  const isWritten = canister.entryPoints.some(({ kind, function: { summary } }) => {
    if (kind === "init" || kind === "postUpgrade") return false;
    return [...summary.writes, ...summary.laterWrites].some((it) => it.state.variable === state);
  });
  return isWritten && !isCapped(canister, state, field) ? "users" : undefined;
}

/** Who calls the updates that write it: those for a few callers are asked to keep it small. */
function usersFill(
  canister: CanisterModel,
  variable: StateVariable,
  field: string,
): Collection["filledBy"] | undefined {
  const writers = canister.entryPoints.filter(
    ({ kind, function: { summary } }) =>
      kind === "update" && summary.writes.some(({ state }) => state.variable === variable && isWithin(state, field)),
  );
  if (writers.length === 0 || isCapped(canister, variable, field)) return undefined;
  const isForFew = ({ guards, function: { names } }: EntryPoint) => [...guards, ...names].some((it) => few.test(it));
  return writers.every(isForFew) ? "few" : "users";
}

function isWithin(state: StateRef, field: string): boolean {
  return (
    field === "" || state.field === field || state.field.startsWith(`${field}.`) || field.startsWith(`${state.field}.`)
  );
}

const few = /controller|admin|governance|operator|deployer|only_|authori[sz]ed/i;

/** What adds to it asks first how many there are, or throws the oldest out; or there is one for each case of an enum. */
function isCapped(canister: CanisterModel, variable: StateVariable, field: string): boolean {
  const collection = field === "" ? variable.name : lastField(field);
  if (field === "" && isKeyedByCase(canister, variable.type)) return true;
  return canister.functions.some((it) => {
    const fills = it.steps.some(
      (step) =>
        step.kind === "stateWrite" &&
        step.state.variable === variable &&
        step.through === undefined &&
        (step.effect === "insert" || step.effect === "push"),
    );
    if (!fills && (field === "" || !it.names.has(collection) || !isHanded(it, variable))) return false;
    const body = bodyText(canister, it);
    return (fills || /\.\s*(?:push|push_back|insert)\(/.test(body)) && capsWhatItFills(body, collection);
  });
}

/** A function that a static's content is handed to, `fn note(state: &mut State)`, or a method of it: it writes to that. */
function isHanded({ parameters, implOf }: ModelFunction, { type }: StateVariable): boolean {
  const content = /(\w+)[\s>]*$/.exec(type)?.[1] ?? "";
  const named = new RegExp(`\\b${content}\\b`);
  return parameters.some((it) => named.test(it.name === "self" ? (implOf?.type ?? "") : it.type));
}

/** A map with an enum of cases without content for a key. */
function isKeyedByCase(canister: CanisterModel, type: string): boolean {
  const key = /Map\s*<\s*(?:\w+::)*([A-Z]\w*)\s*,/.exec(type)?.[1];
  return key !== undefined && /^\{\s*[A-Z]\w*\s*(?:,\s*[A-Z]\w*\s*)*,?\s*\}$/.test(definitionOf(canister, key) ?? "");
}

/** `if items.len() >= MAX { items.remove(0); }  items.push(item)`: the collection itself is measured or shortened. */
function capsWhatItFills(body: string, collection: string): boolean {
  return [...body.matchAll(capping)].some(
    ({ 1: name = "", index }) => name === collection || (body[index - 1] !== "." && standsFor(body, name, collection)),
  );
}

/**
 * A variable that stands for the collection: `ITEMS.with_borrow_mut(|items| …)`, `let mut items = ITEMS.lock().unwrap();`,
 * `ITEMS.with(|it| { let mut items = it.borrow_mut(); … })`.
 */
function standsFor(body: string, name: string, collection: string, depth = 0): boolean {
  const stands = new RegExp(
    `\\b${collection}\\b[^;{}]{0,60}\\|\\s*(?:mut\\s+)?${name}\\b|\\blet\\s+(?:mut\\s+)?${name}\\b[^;]*\\b${collection}\\b`,
  );
  if (stands.test(body)) return true;
  const other = new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\s*(?::[^=;]*)?=\\s*&?(?:mut\\s+)?(\\w+)\\b`).exec(body)?.[1];
  return other !== undefined && other !== name && depth < 2 && standsFor(body, other, collection, depth + 1);
}

const capping =
  /\b(\w+)\s*(?:\.\s*borrow(?:_mut)?\(\)\s*)?\.\s*(?:len\(\)(?:\s+as\s+\w+)?\s*>=?\s*(?:[1-9]\d|(?:\w+::)*[A-Z][A-Z_]{2,})|(?:truncate|pop_front|pop_first|drain)\(|remove\(0\))/g;

function isCollection(type: string): boolean {
  return /\b\w*(Map|Set|Vec|Log|VecDeque)\s*<(?!\s*u8\s*>)/.test(type);
}
