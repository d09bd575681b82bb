import type { CanisterModel, ModelFunction } from "./canisterModel.ts";
import { constantSeen } from "./constantSeen.ts";
import { Derived } from "./derived.ts";

/** Names are followed to what they stand for so many times. */
const depthMax = 3;

/** Longer definitions do more than name a canister. */
const definitionMax = 4000;

/** The expression that tells a callee, with the definitions of the constants, functions and variables that it names. */
export function calleeText(canister: CanisterModel, from: ModelFunction, expression: string): string {
  const parts = [expression];
  const seen = new Set<string>();
  let open = names(expression);
  for (let depth = 0; depth < depthMax && open.length > 0; depth++) {
    const found = open.flatMap((name) => (seen.has(name) ? [] : (definition(canister, from, name) ?? [])));
    for (const name of open) seen.add(name);
    parts.push(...found);
    open = found.flatMap(names);
  }
  return parts.join("\n");
}

function names(text: string): string[] {
  return text.match(/[A-Za-z_]\w*/g) ?? [];
}

function definition(canister: CanisterModel, from: ModelFunction, name: string): string | undefined {
  if (/^[A-Z][A-Z0-9_]*$/.test(name))
    return constantSeen(canister, name, { path: from.path, range: from.range })?.init.slice(0, definitionMax);
  const called = functionsNamed(canister, name).filter(
    (it) => it.bodyRange !== undefined && it.parameters.length === 0,
  );
  const [only] = called;
  if (called.length === 1 && only?.bodyRange !== undefined) {
    const body = canister.textIn(only.path, only.bodyRange.start, only.bodyRange.end);
    return body.length <= definitionMax ? body : undefined;
  }
  const { bodyRange } = from;
  if (bodyRange === undefined || !from.names.has(name)) return undefined;
  const text = canister.textIn(from.path, bodyRange.start, bodyRange.end);
  return new RegExp(`\\blet\\s+(?:mut\\s+)?${name}(?:\\s*:[^=;]+)?\\s*=\\s*([^;]{0,200});`).exec(text)?.[1];
}

const byName = new Derived((canister) => Map.groupBy(canister.functions, (it) => it.name));

function functionsNamed(canister: CanisterModel, name: string): readonly ModelFunction[] {
  return byName.of(canister, "").get(name) ?? [];
}
