import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { bodyText, closingOf } from "./sourceText.ts";
import { definitionOf, type UnboundedPart } from "./storedTypes.ts";

/**
 * How many bytes a part of a type has at most, as the crate's own code makes it: out of principals, arrays and texts that
 * are written down. Undefined where some code makes it of something else, or where callers of the canister send it.
 */
export function longestMade(canister: CanisterModel, part: UnboundedPart): number | undefined {
  // What is copied from another value is as long as that one.
  const copy = new RegExp(`^&?\\w+\\.${part.ownField}(?:\\.(?:clone|to_vec|to_owned)\\(\\))?$`);
  const values = canister.functions
    .flatMap((it) => (isReading(it) ? [] : [...valuesMadeIn(canister, it, part), ...valuesSetIn(canister, it, part)]))
    .filter((it) => part.ownField === "" || !copy.test(it.text));
  if (isSentByCallers(canister, part.owner)) return undefined;
  // A case of an enum that nothing makes holds nothing.
  if (values.length === 0) {
    return part.ownField !== "" && !canister.isLibrary && isEnum(canister, part.owner) ? 0 : undefined;
  }
  const lengths = values.map((it) => lengthOf(canister, it));
  return lengths.every((it) => it !== undefined) ? Math.max(...lengths) : undefined;
}

/** Makes values of stored or sent bytes. */
function isReading({ name, implOf }: ModelFunction): boolean {
  return name === "from_bytes" || name === "deserialize" || /\bDefault$/.test(implOf?.trait ?? "");
}

/** An expression where it stands. */
interface MadeValue {
  readonly text: string;
  readonly inFunction: ModelFunction;
  /** Names that are being followed, which mean parameters from here on. */
  readonly followed: readonly string[];
}

function valuesMadeIn(
  canister: CanisterModel,
  inFunction: ModelFunction,
  { owner, ownField: field }: UnboundedPart,
): MadeValue[] {
  const names = inFunction.implOf?.type.replace(/<.*$/, "") === owner ? `(?:${owner}|Self)` : owner;
  if (field === "") {
    const body = bodyText(canister, inFunction);
    return [...body.matchAll(new RegExp(`(?<!\\w|\\blet |\\bOk\\(|\\bSome\\()${names}(?:::[A-Z]\\w*)?\\(`, "g"))].map(
      (it) => {
        const open = it.index + it[0].length - 1;
        return { text: body.slice(open + 1, closingOf(body, open)), inFunction, followed: [] };
      },
    );
  }
  const made = new RegExp(`(^|::)${names}(::[A-Z]\\w*)?$`);
  return inFunction.steps.flatMap((step): MadeValue[] => {
    if (step.kind !== "structLiteral" || !made.test(step.name)) return [];
    const value = step.fields.find((it) => it.name === field)?.valueRange;
    if (value === undefined) return [];
    return [
      { text: canister.textOf(inFunction.path).slice(value.start, value.end) || field, inFunction, followed: [] },
    ];
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
      [...type.matchAll(/\b[A-Z]\w*/g)].some(([it]) => mentions(definitionOf(canister, it) ?? "", depth - 1)));
  return canister.entryPoints.some((it) => it.function.parameters.some(({ type }) => mentions(type, 2)));
}

function isEnum(canister: CanisterModel, name: string): boolean {
  const declaration = new RegExp(`\\benum\\s+${name}\\b`);
  return canister.files.some((it) => declaration.test(canister.textOf(it)));
}

/** Methods that keep all bytes of what they are called on. */
const keeping =
  /\s*\.\s*(?:clone|cloned|copied|iter|into_iter|to_owned|into|as_ref|as_slice|to_vec|into_vec|to_bytes|into_bytes|as_bytes|collect|to_vec_u8|unwrap|into_boxed_slice)(?:::<[^()]*>)?\(\)$|\?$/;

function lengthOf(canister: CanisterModel, value: MadeValue): number | undefined {
  let text = value.text.trim().replace(/^[&*]\s*(?:mut\s+)?/, "");
  for (let shorter = text.replace(keeping, ""); shorter !== text; shorter = text.replace(keeping, ""))
    text = shorter.trim();
  const of = (part: string) => lengthOf(canister, { ...value, text: part });
  const shown = /^([\s\S]+?)\.\s*(?:to_text|to_string)\(\)$/.exec(text)?.[1];
  if (shown !== undefined) {
    const length = of(shown);
    return length === principalLength && !/^"/.test(shown)
      ? textLengthMax
      : /^"/.test(shown.trim())
        ? length
        : undefined;
  }
  const wrapped = /^String::from\(([\s\S]*)\)$/.exec(text)?.[1];
  if (wrapped !== undefined) return of(wrapped);
  if (text === "String::new()" || text === "Vec::new()") return 0;
  const list = /^(?:vec!\s*)?\[([\s\S]*)\]\s*\.\s*concat\(\)$/.exec(text)?.[1];
  if (list !== undefined) return sum(list.split(",").flatMap((it) => (it.trim() === "" ? [] : [of(it)])));
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) return new TextEncoder().encode(text).length - 2;
  if (/^(?:\w+::)*(?:msg_)?caller\(\)$/.test(text)) return principalLength;
  if (!/^[a-z_]\w*$/.test(text)) return undefined;
  return variableLength(canister, { ...value, text });
}

/** A principal has at most 29 bytes, and at most 63 characters as a text. */
const principalLength = 29;
const textLengthMax = 63;

function sum(lengths: readonly (number | undefined)[]): number | undefined {
  return lengths.every((it) => it !== undefined) ? lengths.reduce((all, it) => all + it, 0) : undefined;
}

/** What a name holds: a parameter of known length, or a variable that is set once or filled without a loop. */
function variableLength(canister: CanisterModel, { text: name, inFunction, followed }: MadeValue): number | undefined {
  const body = bodyText(canister, inFunction);
  const declarations = [
    ...body.matchAll(new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\s*(?::\\s*([^=;]+))?=\\s*([^;]+);`, "g")),
  ];
  const [only, ...others] = declarations;
  if (only === undefined || followed.includes(name)) {
    const type = inFunction.parameters.find((it) => it.name.replace(/^mut\s+/, "") === name)?.type;
    return type === undefined ? undefined : typeLength(canister, type);
  }
  if (others.length > 0) return undefined;
  const at = { inFunction, followed: [...followed, name] };
  if (!/^(?:Vec|String)::(?:new|with_capacity)\(|^vec!\[\]$/.test(only[2] ?? ""))
    return lengthOf(canister, { ...at, text: only[2] ?? "" });
  const additions = [
    ...body.matchAll(new RegExp(`\\b${name}\\.(push|extend|extend_from_slice|append|push_str)\\(`, "g")),
  ];
  // What is added in a loop is added as often as the loop likes.
  const filling = body.slice(only.index, (additions.at(-1)?.index ?? only.index) + 1);
  if (/\b(?:for|while|loop)\b|\.for_each\(/.test(filling)) return undefined;
  return sum(
    additions.map((it) => {
      if (it[1] === "push") return 1;
      const open = it.index + it[0].length - 1;
      return lengthOf(canister, { ...at, text: body.slice(open + 1, closingOf(body, open)) });
    }),
  );
}

function typeLength(canister: CanisterModel, type: string): number | undefined {
  const plain = type.replace(/^&\s*(?:'\w+\s+)?(?:mut\s+)?/, "").trim();
  if (/^(?:\w+::)*Principal$/.test(plain)) return principalLength;
  const array = /^\[\s*u8\s*;\s*(\d+)\s*\]$/.exec(plain)?.[1];
  if (array !== undefined) return Number(array);
  if (!/^[A-Z]\w*$/.test(plain)) return undefined;
  const alias = new RegExp(`\\btype\\s+${plain}\\s*=\\s*(\\[[^\\]]*\\]|[^;]+);`);
  const meaning = canister.files.flatMap((it) => alias.exec(canister.textOf(it))?.[1] ?? [])[0];
  return meaning === undefined ? undefined : typeLength(canister, meaning.trim());
}
