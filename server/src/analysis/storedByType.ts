import type { StaticFacts } from "./itemFacts.ts";
import type { PlaceFacts } from "./steps.ts";

/**
 * State that ic-cdk before 0.6 and ic-kit keep by its type, without a static: `storage::get_mut::<Users>()`. Each such type
 * stands in the index as a static of a name that nobody types.
 */
const prefix = "state_kept_by_type__";

/** The state of a type, as a place of a function. */
export function placeOfType(type: string): PlaceFacts {
  return { root: { kind: "static", path: storedName(type) }, fields: [] };
}

/** The name of the static that stands for the state of a type. */
function storedName(type: string): string {
  return prefix + type.replace(/\s/g, "").replaceAll("::", "__");
}

/** Whether a static stands for the state of a type. */
export function isStoredByType({ name }: StaticFacts): boolean {
  return name.startsWith(prefix);
}

const asked = /\b(?:storage|ic)\s*::\s*(?:get|get_mut|get_maybe|delete)\s*::\s*<\s*([A-Za-z_][\w:]*)\s*>\s*\(\s*\)/g;
const given = /\bic\s*::\s*(?:store|swap)\s*(?:::\s*<\s*([A-Za-z_][\w:]*)\s*>\s*\(|\(\s*([A-Z]\w*)\s*[({:])/g;

/** The types whose state a file asks for, once each, by name. */
function typesAskedFor(text: string): string[] {
  if (!/\b(storage::(get|delete)|ic::(get|store|delete))/.test(text)) return [];
  return [...new Set([...text.matchAll(asked), ...text.matchAll(given)].map((it) => it[1] ?? it[2] ?? ""))].sort();
}

/** Statics that stand for the state that a file asks for by type. */
export function storedStatics(text: string): readonly StaticFacts[] {
  return typesAskedFor(text).map((type) => {
    const known = statics.get(type);
    if (known !== undefined) return known;
    const nowhere = { start: 0, end: 0 };
    const ranges = { range: nowhere, nameRange: nowhere };
    const facts = {
      kind: "static" as const,
      name: storedName(type),
      ...ranges,
      type,
      init: "",
      isMutable: true,
      isConst: false,
    };
    statics.set(type, facts);
    return facts;
  });
}

/** The same facts for the same type, so that nothing seems to have changed when a file is read again. */
const statics = new Map<string, StaticFacts>();

/** The type whose state a call gives, `storage::get_mut::<Users>()`; undefined for other calls. */
export function typeAskedFor(path: string, typeArguments: string, argumentCount: number): string | undefined {
  if (argumentCount > 0 || !/(^|::)(storage|ic)::(get|get_mut|get_maybe)$/.test(path)) return undefined;
  return typeNamed(typeArguments);
}

/** The type whose state a call removes, `storage::delete::<Users>()`; undefined for other calls. */
export function typeRemoved(path: string, typeArguments: string, argumentCount: number): string | undefined {
  return argumentCount === 0 && /(^|::)(storage|ic)::delete$/.test(path) ? typeNamed(typeArguments) : undefined;
}

/** The type whose state a call sets: `ic::store(Users(…))`, `ic::store::<Users>(users)`. */
export function typeGiven(path: string, typeArguments: string, argument: string): string | undefined {
  if (!/(^|::)ic::(store|swap)$/.test(path)) return undefined;
  return typeNamed(typeArguments) ?? /^([A-Z]\w*)\s*[({:]/.exec(argument)?.[1];
}

function typeNamed(typeArguments: string): string | undefined {
  return /^(?:::)?<\s*([A-Za-z_][\w:]*)\s*>$/.exec(typeArguments)?.[1];
}
