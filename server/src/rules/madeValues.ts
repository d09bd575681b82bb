import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { bodyText, closingOf } from "./sourceText.ts";
import { definitionOf, type UnboundedPart } from "./storedTypes.ts";
import { lengthOf, type MadeValue } from "./valueLengths.ts";

/**
 * How many bytes a part of a type has at most, as the crate's own code makes it: out of principals, arrays and texts that
 * are written down. Undefined where some code makes it of something else, or where callers of the canister send it.
 */
export function longestMade(canister: CanisterModel, part: UnboundedPart): number | undefined {
  // What is copied from another value is as long as that one; callers send what they like.
  const copy = new RegExp(`^&?(\\w+)\\.${part.ownField}(?:\\.(?:clone|to_vec|to_owned)\\(\\))?$`);
  const isCopied = ({ text, inFunction }: MadeValue) => {
    const from = copy.exec(text)?.[1];
    const parameter = inFunction.parameters.find((it) => it.name === from);
    return from !== undefined && (parameter === undefined || !isCalledFromOutside(canister, inFunction));
  };
  const values = canister.functions
    .flatMap((it) => (isReading(it) ? [] : [...valuesMadeIn(canister, it, part), ...valuesSetIn(canister, it, part)]))
    .filter((it) => part.ownField === "" || !isCopied(it));
  if (isSentByCallers(canister, part.owner)) return undefined;
  // A case of an enum that nothing makes holds nothing.
  if (values.length === 0) {
    return part.ownField !== "" && !canister.isLibrary && isEnum(canister, part.owner) ? 0 : undefined;
  }
  const lengths = values.map((it) => lengthOf(canister, it));
  return lengths.every((it) => it !== undefined) ? Math.max(...lengths) : undefined;
}

function isCalledFromOutside(canister: CanisterModel, inFunction: ModelFunction): boolean {
  return canister.entryPoints.some((it) => it.function === inFunction);
}

/** Makes values of stored or sent bytes. */
function isReading({ name, implOf }: ModelFunction): boolean {
  return name === "from_bytes" || name === "deserialize" || /\bDefault$/.test(implOf?.trait ?? "");
}

function valuesMadeIn(
  canister: CanisterModel,
  inFunction: ModelFunction,
  { owner, ownField: field }: UnboundedPart,
): MadeValue[] {
  const names = inFunction.implOf?.type.replace(/<.*$/, "") === owner ? `(?:${owner}|Self)` : owner;
  if (field === "") {
    const body = bodyText(canister, inFunction);
    // What only looks one up stores none.
    const looking = /\b(?:get|get_mut|contains|contains_key|remove|range)\(\s*&\s*$/;
    return [...body.matchAll(new RegExp(`(?<!\\w|\\blet |\\bOk\\(|\\bSome\\()${names}(?:::[A-Z]\\w*)?\\(`, "g"))]
      .filter((it) => !looking.test(body.slice(Math.max(0, it.index - 40), it.index)))
      .map((it) => {
        const open = it.index + it[0].length - 1;
        return { text: body.slice(open + 1, closingOf(body, open)), inFunction, followed: [] };
      });
  }
  const made = new RegExp(`(^|::)${names}(::[A-Z]\\w*)?$`);
  return inFunction.steps.flatMap((step): MadeValue[] => {
    if (step.kind !== "structLiteral" || !made.test(step.name)) return [];
    const value = step.fields.find((it) => it.name === field)?.valueRange;
    if (value === undefined) return [];
    return [{ text: canister.textIn(inFunction.path, value.start, value.end) || field, inFunction, followed: [] }];
  });
}

/** What a field of this name is set to later, whatever the type: `order.status = "paid".to_string();`, `status.push_str(s)`. */
function valuesSetIn(canister: CanisterModel, inFunction: ModelFunction, { ownField }: UnboundedPart): MadeValue[] {
  if (ownField === "" || !inFunction.names.has(ownField)) return [];
  const set = new RegExp(
    `\\.\\s*${ownField}\\s*(?:=(?!=)\\s*([^;]+);|\\.\\s*(?:push|push_str|extend|extend_from_slice|append|insert)\\()`,
    "g",
  );
  return [...bodyText(canister, inFunction).matchAll(set)].map((it) => ({
    text: it[1] ?? "",
    inFunction,
    followed: [],
  }));
}

/** Whether a method of the canister takes values of a type, or of one that has it as a part. */
function isSentByCallers(canister: CanisterModel, name: string): boolean {
  const isNamed = new RegExp(`\\b${name}\\b`);
  const mentions = (type: string, depth: number): boolean =>
    isNamed.test(type) ||
    (depth > 0 &&
      [...type.matchAll(/\b[A-Z]\w*/g)].some(([it]) =>
        mentions(withoutCaseNames(definitionOf(canister, it) ?? ""), depth - 1),
      ));
  return canister.entryPoints.some((it) => it.function.parameters.some(({ type }) => mentions(type, 2)));
}

/** The fields of a type, and what the cases of an enum hold: `{ Admin, Guest(Badge) }` names one type. */
function withoutCaseNames(definition: string): string {
  let depth = 0;
  return definition.replace(/[{(<[\]>)}]|(?<=[{,]\s*)[A-Z]\w*(?=\s*[,({}=])/g, (it) => {
    if ("{(<[".includes(it)) depth++;
    else if ("]>)}".includes(it)) depth--;
    else if (depth === 1 && definition.startsWith("{")) return "";
    return it;
  });
}

function isEnum(canister: CanisterModel, name: string): boolean {
  const declaration = new RegExp(`\\benum\\s+${name}\\b`);
  return canister.files.some((it) => declaration.test(canister.textOf(it)));
}
