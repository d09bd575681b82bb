import type {
  CanisterModel,
  EntryPoint,
  FunctionCall,
  ModelFunction,
  StateVariable,
} from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** An answer that grows with the state until it is too large. */
export const responseOver2mb: Rule = {
  id: "response-over-2mb",
  severity: "hint",
  docs: {
    what: "A method returns all of a collection that grows, with no limit.",
    why: "A response may have 2 MiB: the method works until there is enough data, and traps from then on.",
    instead: "Return a page: take a start and a length, and `.skip(start).take(length.min(1_000))`.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "query" && entry.kind !== "update") continue;
      const state = wholeCollection(canister, entry);
      if (state === undefined) continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message: `${entryName(entry)} returns all of \`${state}\`: once that is more than 2 MiB, the method traps. Return a page of it, with a start and a limit.`,
      });
    }
  },
};

/** The static that a method returns all of, where its body does nothing else, or hands on to what does nothing else. */
function wholeCollection(canister: CanisterModel, { function: method }: EntryPoint): string | undefined {
  if (!/(^|[^\w])(Vec|BTreeMap|HashMap)\s*</.test(method.returnType)) return undefined;
  // Tens of thousands of ids or numbers fit.
  if (small.test(method.returnType.trim())) return undefined;
  if (method.parameters.some((it) => it.name !== "self")) return undefined;
  const collecting = handedOnTo(canister, method);
  const text = bodyText(canister, collecting);
  if (
    text.length > 600 ||
    /\b(take|skip|range|chunks|min|truncate|filter|filter_map|rev|last|get|limit|first)\b\s*\(/.test(text)
  )
    return undefined;
  if (
    !/\.\s*(iter|values|keys|into_iter)\s*\(\)[\s\S]*\.\s*collect\b|\.\s*(to_vec|clone)\s*\(\)\s*\)?\s*\}?\s*$/.test(
      text,
    )
  )
    return undefined;
  const named = stateNamedIn(canister, text);
  if (named === undefined) return stateReadBy(canister, method, text);
  const isLarge = collecting === method ? growsInUse(canister, named) : usersFill(canister, named);
  return isLarge ? named.name : undefined;
}

/** A list of ids or numbers, also where there may be an error instead. */
const small =
  /^((Result|Option)\s*<\s*)?Vec\s*<\s*([\w:]*\bPrincipal|[\w:]*CanisterId|[ui](8|16|32|64|128)|bool)\s*>\s*(>|,[^<>]*>)?$/;

/** `fn all() -> Vec<Item> { all_items() }`, `STATE.with(|s| s.borrow().all_items())`: the function that does the work. */
function handedOnTo(canister: CanisterModel, method: ModelFunction, depth = 0): ModelFunction {
  const text = bodyText(canister, method).replace(/(?<=[{;]\s*)[\w:]+!\([^;]*\);/g, "");
  const isOneCall =
    /^\{\s*(?:return\s+)?(?:\w+::)*\w+\(\)\s*;?\s*\}$/.test(text) ||
    /^\{\s*[\w:.]+\(\s*\|\s*(\w+)\s*\|\s*\1(?:\s*\.\s*\w+(?:\(\))?)*\s*\.\s*\w+\(\)\s*\)\s*\}$/.test(text);
  const calls = method.steps.filter((it): it is FunctionCall => it.kind === "functionCall" && it.targets.length > 0);
  const [target, ...others] = calls.length === 1 && calls[0]?.isCertain === true ? calls[0].targets : [];
  if (!isOneCall || target === undefined || others.length > 0 || depth > 2) return method;
  if (target.parameters.some((it) => it.name !== "self")) return method;
  return handedOnTo(canister, target, depth + 1);
}

function stateNamedIn(canister: CanisterModel, text: string): StateVariable | undefined {
  return canister.state.find(
    (it) => it.isMutable && new RegExp(`\\b${it.name}\\b`).test(text) && isCollection(it.type),
  );
}

/** What a function reads by way of others, `with_items(|items| ..)`, or a field of, `state.borrow().items.values()`. */
function stateReadBy(canister: CanisterModel, { summary }: ModelFunction, text: string): string | undefined {
  const names = summary.reads.flatMap(({ variable }) => {
    if (!variable.isMutable) return [];
    if (isCollection(variable.type)) return usersFill(canister, variable) ? [variable.name] : [];
    const field = variable.fields.find(
      (it) =>
        isCollection(it.type) &&
        new RegExp(
          `\\.\\s*${it.name}\\s*(?:\\.\\s*(?:borrow|read|lock)\\(\\)\\s*)?\\.\\s*(iter|values|keys|into_iter|to_vec|clone)\\s*\\(`,
        ).test(text),
    );
    return field !== undefined && usersFill(canister, variable, field.name) ? [field.name] : [];
  });
  const [name, ...others] = new Set(names);
  return others.length === 0 ? name : undefined;
}

/** Some message writes it: what is only set up at the start does not grow. */
function growsInUse({ entryPoints }: CanisterModel, state: StateVariable): boolean {
  return entryPoints.some(({ kind, function: { summary } }) => {
    if (kind === "init" || kind === "postUpgrade") return false;
    return [...summary.writes, ...summary.laterWrites].some((it) => it.state.variable === state);
  });
}

/** Methods write it that are not for a few callers only, who would keep it small. */
function usersFill({ entryPoints }: CanisterModel, variable: StateVariable, field = ""): boolean {
  return entryPoints.some(({ kind, guards, function: { summary, names } }) => {
    if (kind !== "update" || [...guards, ...names].some((it) => few.test(it))) return false;
    return summary.writes.some(
      ({ state }) => state.variable === variable && (field === "" || state.field.split(".")[0] === field),
    );
  });
}

const few = /controller|admin|governance|operator|deployer|only_|authori[sz]ed/i;

function isCollection(type: string): boolean {
  return /\b\w*(Map|Set|Vec|Log|VecDeque)\s*</.test(type) && !/Vec\s*<\s*u8\s*>/.test(type);
}
