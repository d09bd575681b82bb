import type { CanisterModel, EntryPoint, StateVariable } from "../analysis/canisterModel.ts";
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

/** The static that a method returns all of, where its body does nothing else. */
function wholeCollection(canister: CanisterModel, { function: method }: EntryPoint): string | undefined {
  if (!/(^|[^\w])(Vec|BTreeMap|HashMap)\s*</.test(method.returnType)) return undefined;
  // Tens of thousands of ids or numbers fit.
  if (/^Vec\s*<\s*([\w:]*\bPrincipal|[\w:]*CanisterId|[ui](8|16|32|64|128)|bool)\s*>$/.test(method.returnType.trim()))
    return undefined;
  if (method.parameters.some((it) => it.name !== "self")) return undefined;
  const text = bodyText(canister, method);
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
  const state = canister.state.find(
    (it) => it.isMutable && new RegExp(`\\b${it.name}\\b`).test(text) && isCollection(it.type),
  );
  return state !== undefined && growsInUse(canister, state) ? state.name : undefined;
}

/** Some message writes it: what is only set up at the start does not grow. */
function growsInUse({ entryPoints }: CanisterModel, state: StateVariable): boolean {
  return entryPoints.some(({ kind, function: { summary } }) => {
    if (kind === "init" || kind === "postUpgrade") return false;
    return [...summary.writes, ...summary.laterWrites].some((it) => it.state.variable === state);
  });
}

function isCollection(type: string): boolean {
  return (
    /\b(HashMap|BTreeMap|StableBTreeMap|StableVec|StableLog|StableBTreeSet|HashSet|BTreeSet|Vec|VecDeque)\s*</.test(
      type,
    ) && !/Vec\s*<\s*u8\s*>/.test(type)
  );
}
