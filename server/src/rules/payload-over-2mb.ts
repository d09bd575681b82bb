import type { CanisterCall, CanisterModel, ModelFunction, StateVariable } from "../analysis/canisterModel.ts";
import { type ConstantUse, constantSeen } from "../analysis/constantSeen.ts";
import type { RelatedRange, Rule } from "./rule.ts";
import { bodyText, withoutComments } from "./sourceText.ts";

/** A call that brings more than a message can carry. */
export const payloadOver2mb: Rule = {
  id: "payload-over-2mb",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "A call sends bytes that do not fit into a message: an included file, a list of fixed length, all of stable memory, or what was uploaded in parts.",
    why: "A request to another subnet has at most 2 MiB, name and arguments together, and one within a subnet 10 MiB. What is larger is rejected before it leaves.",
    instead: "Send parts of at most 1 MiB. For a module, use `upload_chunk` and `install_chunked_code`.",
  },

  check(canister, report) {
    const uploaded = canister.state.filter((it) => isUploadedInParts(canister, it));
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "canisterCall") continue;
        const text = withoutComments(canister.textIn(inFunction.path, call.whole.start, call.whole.end));
        const large = largestIn(canister, { text, inFunction, depth: 0, uploaded });
        if (large === undefined) continue;
        const isWithin = call.calleeIs === "management" && (large.bytes ?? 0) <= sameSubnetMax;
        report({
          // The management canister is on the same subnet; only canisters of other subnets have to be asked for there.
          ...(isWithin && { severity: "information" }),
          confidence: large.bytes === undefined ? "medium" : "high",
          path: inFunction.path,
          range: call.pathRange,
          message: messageOf(call, large, isWithin),
          related: large.place === undefined ? [] : [large.place],
        });
      }
    }
  },
};

/** Bytes of a request, name and arguments, to another subnet and within one: 2 MiB and 10 MiB. */
const otherSubnetMax = 2 * 1024 * 1024;
const sameSubnetMax = 10 * 1024 * 1024;

/** What a call sends that is too large. */
interface LargePart {
  readonly what: string;
  /** Absent where only time tells how many. */
  readonly bytes: number | undefined;
  readonly place?: RelatedRange;
}

function messageOf({ method, path }: CanisterCall, { what, bytes }: LargePart, isWithin: boolean): string {
  const size = bytes === undefined ? "which may be more than a message takes" : `which is ${mebibytes(bytes)} MiB`;
  const limit = isWithin
    ? "a request takes 10 MiB within the subnet, and 2 MiB where the canister is on another one"
    : "a request takes 2 MiB, and 10 MiB where both canisters are on one subnet";
  const advice = /install_code/.test(method ?? path)
    ? "Use `upload_chunk` and `install_chunked_code`."
    : "Send it in parts of at most 1 MiB.";
  return `\`${method ?? path}\` is sent ${what}, ${size}: ${limit}. ${advice}`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

interface Expression {
  readonly text: string;
  readonly inFunction: ModelFunction;
  /** Variables and functions followed so far. */
  readonly depth: number;
  readonly uploaded: readonly StateVariable[];
}

/** The first part of an expression, or of the variables and functions that it names, that no message can carry. */
function largestIn(canister: CanisterModel, at: Expression): LargePart | undefined {
  const { text, inFunction, depth, uploaded } = at;
  // What is cut is as long as the cut says.
  if (/\[[^\]]*\.\.[^\]]*\]|\.\s*(?:chunks|take|get|split_at|drain|first_chunk)\s*\(/.test(text)) return undefined;
  const written =
    includedIn(canister, inFunction.path, text) ??
    listIn(canister, text, { path: inFunction.path, range: inFunction.range }) ??
    stableIn(text);
  if (written !== undefined) return written;
  for (const { name, init, type, path, nameRange } of canister.constants) {
    if (
      !text.includes(name) ||
      !new RegExp(`(?<![.\\w])${name}\\b(?!\\s*(?:[.]\\s*(?:len|is_empty)|::|\\())`).test(text)
    )
      continue;
    const at = { path, range: nameRange };
    const large = includedIn(canister, path, init) ?? listIn(canister, init, at) ?? arrayType(canister, type, at);
    const place = { path, range: nameRange, message: "these bytes" };
    if (large !== undefined) return { ...large, what: `\`${name}\``, place };
  }
  const state = uploaded.find((it) => isCopied(it, text));
  if (state !== undefined) {
    const place = { path: state.path, range: state.nameRange, message: "filled part by part" };
    return { what: `all of \`${state.name}\``, bytes: undefined, place };
  }
  return depth > 2 ? undefined : largestNamed(canister, at);
}

/** What the variables and the functions without arguments hold that an expression names. */
function largestNamed(canister: CanisterModel, at: Expression): LargePart | undefined {
  const body = bodyText(canister, at.inFunction);
  const names = new Set(at.text.match(/(?<![.\w:"])[a-z_]\w*\b(?!\s*[:!]|\s*\.\s*len\b)/g));
  for (const name of names) {
    if (new RegExp(`\\b${name}\\(\\)`).test(at.text)) {
      const called = canister.functions.filter((it) => it.name === name && it.parameters.length === 0);
      const [only, ...others] = called;
      if (only === undefined || others.length > 0) continue;
      const text = bodyText(canister, only);
      const inner =
        text.length > 400 ? undefined : largestIn(canister, { ...at, text, inFunction: only, depth: at.depth + 1 });
      if (inner !== undefined) return inner;
      continue;
    }
    const declarations = [
      ...body.matchAll(new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\b[^=;]*=(?!=)\\s*([^;]+(?:;[^;]*?\\])?[^;]*);`, "g")),
    ];
    const [only, ...others] = declarations;
    if (only === undefined || others.length > 0) continue;
    const inner = largestIn(canister, { ...at, text: only[1] ?? "", depth: at.depth + 1 });
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** `include_bytes!("../child.wasm")`, whose file can be asked for its size. */
function includedIn(canister: CanisterModel, path: string, text: string): LargePart | undefined {
  const pattern =
    /\binclude_(?:bytes|str)!\s*\(\s*(?:"([^"]+)"|concat!\s*\(\s*env!\s*\(\s*"CARGO_MANIFEST_DIR"\s*\)\s*,\s*"([^"]+)"\s*\))\s*,?\s*\)/g;
  for (const [, name, fromManifest] of text.matchAll(pattern)) {
    const [root = ""] = canister.files;
    const bytes =
      name === undefined ? canister.fileSize(root, `..${fromManifest ?? ""}`) : canister.fileSize(path, name);
    if (bytes !== undefined && bytes > otherSubnetMax) return { what: `\`${name ?? fromManifest}\``, bytes };
  }
  return undefined;
}

/** `vec![0u8; 3_000_000]` */
function listIn(canister: CanisterModel, text: string, at: ConstantUse): LargePart | undefined {
  for (const [whole, byte = "", length = ""] of text.matchAll(
    /\[\s*(\d+(?:u8)?|0x[0-9a-f]+(?:u8)?)\s*;\s*([^\]]+)\]/gi,
  )) {
    const bytes = productOf(canister, length, at);
    if (bytes !== undefined && bytes > otherSubnetMax && Number.parseInt(byte, 10) < 256)
      return { what: `\`${whole}\``, bytes };
  }
  return undefined;
}

function arrayType(canister: CanisterModel, type: string, at: ConstantUse): LargePart | undefined {
  const length = /^&?(?:'static\s+)?\[\s*u8\s*;\s*([^\]]+)\]$/.exec(type.trim())?.[1];
  const bytes = length === undefined ? undefined : productOf(canister, length, at);
  return bytes !== undefined && bytes > otherSubnetMax ? { what: "these bytes", bytes } : undefined;
}

/** A product of numbers and of constants that are one. */
function productOf(canister: CanisterModel, text: string, at: ConstantUse, depth = 0): number | undefined {
  const factors = text.split("*").map((factor) => {
    const plain = factor
      .trim()
      .replace(/\s+as\s+\w+$/, "")
      .replace(/^\((.*)\)$/, "$1");
    const digits = /^([\d_]+)(?:u\d+|usize)?$/.exec(plain)?.[1];
    if (digits !== undefined) return Number(digits.replaceAll("_", ""));
    const constant = /^[A-Za-z_][\w:]*$/.test(plain) ? constantSeen(canister, plain, at) : undefined;
    return constant === undefined || depth > 2 ? undefined : productOf(canister, constant.init, constant, depth + 1);
  });
  return factors.every((it) => it !== undefined) ? factors.reduce((all, it) => all * it, 1) : undefined;
}

/** All of stable memory: whole pages of 64 KiB, and with a memory manager at least 8 MiB. */
function stableIn(text: string): LargePart | undefined {
  return /\bstable_bytes\s*\(\s*\)/.test(text) ? { what: "all of stable memory", bytes: undefined } : undefined;
}

/** Bytes on the heap that updates append to: a file or a module that arrives in chunks. */
function isUploadedInParts({ entryPoints }: CanisterModel, variable: StateVariable): boolean {
  if (variable.isStable || !/\b(?:Vec\s*<\s*u8\s*>|ByteBuf|BytesMut)/.test(variable.type)) return false;
  if (/\b(?:\w*Map|Vec\s*<\s*Vec|VecDeque)\s*</.test(variable.type)) return false;
  return entryPoints.some(
    ({ kind, function: { summary } }) =>
      kind === "update" &&
      summary.writes.some(
        (it) => it.state.variable === variable && /^(append|extend|extend_from_slice|put_slice)$/.test(it.operation),
      ),
  );
}

function isCopied({ name }: StateVariable, text: string): boolean {
  return (
    new RegExp(`\\b${name}\\b[\\s\\S]*?\\.\\s*(?:clone|to_vec|take|to_owned)\\s*\\(\\)`).test(text) ||
    new RegExp(`\\b${name}\\.take\\(\\)`).test(text)
  );
}
