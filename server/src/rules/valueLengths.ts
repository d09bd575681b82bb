import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { splitAtCommas } from "../analysis/textParts.ts";
import { bodyText, closingOf } from "./sourceText.ts";

/** An expression where it stands. */
export interface MadeValue {
  readonly text: string;
  readonly inFunction: ModelFunction;
  /** Names that are being followed, which mean parameters from here on. */
  readonly followed: readonly string[];
  /** Functions that were followed on the way. */
  readonly depth?: number;
}

/** Methods that keep all bytes of what they are called on. */
const keeping =
  /\s*\.\s*(?:clone|cloned|copied|iter|into_iter|to_owned|into|as_ref|as_slice|to_vec|into_vec|to_bytes|into_bytes|as_bytes|collect|to_vec_u8|unwrap|into_boxed_slice)(?:::<[^()]*>)?\(\)$|\.\s*await$|\?$/;

/** How many bytes an expression gives at most; undefined where nothing limits it. */
export function lengthOf(canister: CanisterModel, value: MadeValue): number | undefined {
  let text = value.text.trim().replace(/^[&*]\s*(?:mut\s+)?/, "");
  for (let shorter = text.replace(keeping, ""); shorter !== text; shorter = text.replace(keeping, ""))
    text = shorter.trim();
  const of = (part: string) => lengthOf(canister, { ...value, text: part });
  // Dates and times are written by a pattern.
  const date = /\.\s*format\(\s*("[^"]*")\s*\)\s*\.\s*to_string\(\)$/.exec(text)?.[1];
  if (date !== undefined) return writtenLength(date) + 12 * date.split("%").length;
  const shown = /^([\s\S]+?)\.\s*(?:to_text|to_string)\(\)$/.exec(text)?.[1];
  if (shown !== undefined) return shownLength(canister, { ...value, text: shown });
  const held = /^Some\(([\s\S]*)\)$/.exec(text)?.[1];
  if (held !== undefined) return of(held);
  if (text === "None") return 0;
  const wrapped = /^String::from\(([\s\S]*)\)$/.exec(text)?.[1];
  if (wrapped !== undefined) return of(wrapped);
  const hex = /^(?:hex::)?encode\(([\s\S]*)\)$/.exec(text)?.[1];
  if (hex !== undefined) return sum([of(hex), of(hex)]);
  const formatted = /^format!\(([\s\S]*)\)$/.exec(text)?.[1];
  if (formatted !== undefined) return formattedLength(canister, { ...value, text: formatted });
  if (text === "String::new()" || text === "Vec::new()") return 0;
  const list = /^(?:vec!\s*)?\[([\s\S]*)\]\s*\.\s*concat\(\)$/.exec(text)?.[1];
  if (list !== undefined) return sum(list.split(",").flatMap((it) => (it.trim() === "" ? [] : [of(it)])));
  if (isWritten(text)) return writtenLength(text);
  if (/^(?:\w+::)*(?:msg_)?caller\(\)$/.test(text)) return principalLength;
  if (/\bscript_(?:buf|pubkey)(?:\(\))?$/.test(text)) return scriptLength;
  const called = /^(?:\w+::)*([a-z_]\w*)\([\s\S]*\)$/.exec(text)?.[1];
  if (called !== undefined) return returnedLength(canister, called, value.depth ?? 0);
  if (!/^[a-z_]\w*$/.test(text)) return undefined;
  return variableLength(canister, { ...value, text });
}

/** A principal has at most 29 bytes, and at most 63 characters as a text. */
const principalLength = 29;
const textLengthMax = 63;
/** The script of a Bitcoin address. */
const scriptLength = 42;
/** A UUID. */
const identifierLength = 36;
/** Digits of the largest integer, and a sign. */
const digitsMax = 40;

function isWritten(text: string): boolean {
  return /^"(?:[^"\\]|\\.)*"$/.test(text);
}

function writtenLength(text: string): number {
  return new TextEncoder().encode(text).length - 2;
}

/** What is shown as a text: a principal, a number, or a text itself. */
function shownLength(canister: CanisterModel, value: MadeValue): number | undefined {
  const text = value.text.trim();
  if (isWritten(text)) return writtenLength(text);
  if (isNumber(value)) return digitsMax;
  const length = lengthOf(canister, value);
  return length === principalLength ? textLengthMax : isText(canister, value) ? length : undefined;
}

/** A number by its own text, or a parameter of a number's type. */
function isNumber({ text, inFunction }: MadeValue): boolean {
  const plain = text.trim();
  if (/^\d|\bas\s+[ui](?:8|16|32|64|128|size)\)?$|(?:\btime|\.\s*len|_nanos|_secs|_millis)\(\)$/.test(plain))
    return true;
  const parameter = inFunction.parameters.find((it) => it.name === plain);
  return parameter !== undefined && /^[ui](?:8|16|32|64|128|size)$/.test(parameter.type.trim());
}

/** A variable that holds a text, which is shown as it is. */
function isText(canister: CanisterModel, { text, inFunction }: MadeValue): boolean {
  const name = /^[a-z_]\w*$/.exec(text.trim())?.[0];
  if (name === undefined) return false;
  const declared = new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\s*(?::[^=;]*)?=\\s*([^;]+);`);
  const made = declared.exec(bodyText(canister, inFunction))?.[1]?.trim() ?? "";
  return /^(?:String::|format!|"|hex::encode)|\.\s*to_(?:string|text|owned)\(\)$/.test(made);
}

/** `format!("{}-{n}", id)`: the pattern and what is put into it. */
function formattedLength(canister: CanisterModel, value: MadeValue): number | undefined {
  const [pattern = "", ...values] = splitAtCommas(value.text);
  if (!isWritten(pattern)) return undefined;
  const places = [...pattern.matchAll(/\{(\w*)(?::([^{}]*))?\}/g)];
  let next = 0;
  return sum([
    writtenLength(pattern),
    ...places.map(([, name = "", form = ""]) => {
      if (/\?|\$/.test(form)) return undefined;
      const text = name === "" ? (values[next++] ?? "") : (namedValue(values, name) ?? name);
      const length = shownLength(canister, { ...value, text });
      return length === undefined ? undefined : Math.max(length, Number(/(\d+)[xXob]?$/.exec(form)?.[1] ?? 0));
    }),
  ]);
}

function namedValue(values: readonly string[], name: string): string | undefined {
  return values.flatMap((it) => new RegExp(`^${name}\\s*=(?!=)\\s*([\\s\\S]*)$`).exec(it)?.[1] ?? [])[0];
}

/** What the only function of a name returns, where that shows at its end and at each `return`. */
function returnedLength(canister: CanisterModel, name: string, depth: number): number | undefined {
  const [only, ...others] = canister.functions.filter((it) => it.name === name);
  const type = only?.returnType.trim() ?? "";
  if (
    only === undefined ||
    others.length > 0 ||
    depth > 3 ||
    !/^(?:&.*|(?:\w+::)*Result\s*<\s*)?(?:String|str)\b/.test(type)
  )
    return undefined;
  const body = bodyText(canister, only);
  // Whoever cuts a text, or makes one of nothing that is longer, has thought of its length.
  if (/\.\s*truncate\(|\.\s*chars\(\)\s*\.\s*take\(/.test(body)) return 0;
  if (makesOfBytes(only, body)) return identifierLength;
  const last = body.slice(Math.max(body.lastIndexOf(";"), 0) + 1, -1).trim();
  const returned = [...body.matchAll(/\breturn\s+([^;]+);/g)].map((it) => it[1] ?? "");
  if (last === "" && returned.length === 0) return undefined;
  const values = [last, ...returned].filter((it) => it !== "");
  const lengths = values.map((text) =>
    lengthOf(canister, { text: text.replace(/^\{/, ""), inFunction: only, followed: [], depth: depth + 1 }),
  );
  return lengths.every((it) => it !== undefined) ? Math.max(...lengths) : undefined;
}

/** An identifier that is put together of random bytes, the time or numbers: nothing that the function is given is a text. */
function makesOfBytes({ parameters, summary }: ModelFunction, body: string): boolean {
  return (
    summary.reads.length === 0 &&
    parameters.every((it) =>
      /^&?\s*(?:mut\s+)?(?:[ui](?:8|16|32|64|128|size)|\[\s*u8\s*;[^\]]*\]|(?:\w+::)*Principal)$/.test(it.type.trim()),
    ) &&
    /\braw_rand\b|\btime\(\)|hex::encode|Uuid|\{:0\d+x\}/i.test(body)
  );
}

function sum(lengths: readonly (number | undefined)[]): number | undefined {
  return lengths.every((it) => it !== undefined) ? lengths.reduce((all, it) => all + it, 0) : undefined;
}

/** What a name holds: a parameter of known length, or a variable that is set once and filled with so much. */
function variableLength(canister: CanisterModel, value: MadeValue): number | undefined {
  const { text: name, inFunction, followed } = value;
  const body = bodyText(canister, inFunction);
  const declarations = [
    ...body.matchAll(new RegExp(`\\blet\\s+(mut\\s+)?${name}\\s*(?::\\s*([^=;]+))?=\\s*([^;]+);`, "g")),
  ];
  const [only, ...others] = declarations;
  if (only === undefined || followed.includes(name)) {
    const type = inFunction.parameters.find((it) => it.name.replace(/^mut\s+/, "") === name)?.type;
    return type === undefined ? undefined : typeLength(canister, type);
  }
  // Who cuts it has thought of its length.
  if (new RegExp(`\\b${name}\\s*\\.\\s*truncate\\(`).test(body)) return 0;
  if (others.length > 0) return undefined;
  const at = { ...value, followed: [...followed, name] };
  const [, isMutable, , made = ""] = only;
  const isEmpty = /^(?:Vec|String)::(?:new|with_capacity)\(|^vec!\[\]$/.test(made);
  const first = isEmpty ? 0 : lengthOf(canister, { ...at, text: made });
  if (isMutable === undefined || first === undefined) return first;
  const additions = [
    ...body.matchAll(
      new RegExp(`\\b${name}\\.(push|extend|extend_from_slice|append|push_str|insert|insert_str)\\(`, "g"),
    ),
  ];
  return sum([
    first,
    ...additions.map((it) => {
      const times = turnsAround(body, only.index, it.index);
      if (it[1]?.startsWith("insert") || times === undefined) return undefined;
      if (it[1] === "push") return (first > 0 || made.startsWith("String") ? 4 : 1) * times;
      const open = it.index + it[0].length - 1;
      const added = lengthOf(canister, { ...at, text: body.slice(open + 1, closingOf(body, open)) });
      return added === undefined ? undefined : added * times;
    }),
  ]);
}

/** How often the loops that begin behind an offset do what stands at another one; undefined where nobody knows. */
function turnsAround(body: string, from: number, at: number): number | undefined {
  let times: number | undefined = 1;
  for (const loop of body
    .slice(from, at)
    .matchAll(/\b(?:for\s+\w+\s+in\s+([^{;]*?)|(?:while|loop)\b[^{;]*)\{|\.for_each\(/g)) {
    const open = from + loop.index + loop[0].length - 1;
    if (closingOf(body, open) < at) continue;
    const range = /^(\d+)\s*\.\.(=?)\s*(\d+)$/.exec(loop[1]?.trim() ?? "");
    if (range === null) return undefined;
    times *= Math.max(0, Number(range[3]) - Number(range[1]) + (range[2] === "=" ? 1 : 0));
  }
  return times;
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
