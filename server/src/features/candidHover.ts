import { type Hover, MarkupKind } from "vscode-languageserver-types";
import { assertNever } from "../base/assert.ts";
import type { Field, FunctionMode, Method, PrimitiveExpression } from "../candid/ast.ts";
import type { DeclaredType } from "../candid/declarations.ts";
import { formatCandid } from "../candid/format.ts";
import { type NodeAt, nodeAt } from "../candid/nodeAt.ts";
import { isBlob, structure } from "../candid/types.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type CandidDocument, candidDocument } from "./candidDocument.ts";
import { toRange } from "./ranges.ts";

/** What a name of a Candid file means: the type behind it, its documentation, how it travels. */
export function candidHover(snapshot: Snapshot, path: string, offset: number): Hover | undefined {
  const document = candidDocument(snapshot, path);
  const node = document && nodeAt(document.program, offset);
  if (document === undefined || node === undefined) return undefined;
  const value = describe(node, document);
  if (value === undefined) return undefined;
  return { contents: { kind: MarkupKind.Markdown, value }, range: toRange(document.lines, node.range) };
}

function describe(node: NodeAt, document: CandidDocument): string | undefined {
  switch (node.kind) {
    case "typeName":
      return describeType({ declaration: node.declaration, program: document.program }, document);
    case "reference": {
      const declared = document.environment.declared.get(node.expression.name);
      return declared && describeType(declared, document);
    }
    case "primitive":
      return describePrimitive(node.expression);
    case "field":
      return describeField(node.field, node.of, document);
    case "method":
      return describeMethod(node.method, document);
    case "mode":
      return `**${node.annotation.mode}**\n\n${modes[node.annotation.mode]}`;
    case "import": {
      const imported = document.resolver(node.declaration.path.text, document.program.file);
      const what = node.declaration.importsService ? "Types and methods" : "Types";
      return imported && `${what} of \`${seenFrom(document.program.file, imported.file)}\``;
    }
    default:
      return assertNever(node);
  }
}

function describeType({ declaration, program }: DeclaredType, document: CandidDocument): string {
  const source = sourceOf(program.text, declaration.range);
  const from =
    program.file === document.program.file ? [] : [`From \`${seenFrom(document.program.file, program.file)}\`.`];
  return paragraphs([source, ...from, declaration.documentation, recursion(declaration.name.text, document)]);
}

/** The path of a file as somebody names it who is in another one. */
function seenFrom(own: string, other: string): string {
  const from = own.split(/[\\/]/).slice(0, -1);
  const to = other.split(/[\\/]/);
  const differs = to.findIndex((it, index) => it !== from[index]);
  return differs === 0 ? other : [...from.slice(differs).map(() => ".."), ...to.slice(differs)].join("/");
}

function recursion(name: string, { environment }: CandidDocument): string | undefined {
  const type = environment.types.get(name);
  if (type === undefined || type.definition.kind !== "named") return undefined;
  const behind = structure(type);
  return isBlob(type)
    ? "Stands for `blob`."
    : `Stands for a \`${behind.kind === "primitive" ? behind.name : behind.kind}\`.`;
}

function describeField(field: Field, of: "record" | "variant", { program }: CandidDocument): string {
  const source = sourceOf(program.text, field.range, of);
  const noun = of === "record" ? "Field" : "Case";
  const label =
    field.label?.kind === "name" ? `${noun} ${field.id} on the wire: the hash of its name.` : `${noun} ${field.id}.`;
  return paragraphs([source, field.documentation, label]);
}

function describeMethod(method: Method, { program, environment }: CandidDocument): string {
  const source = sourceOf(program.text, method.range, "service");
  const type = method.type.kind === "reference" ? environment.declared.get(method.type.name) : undefined;
  const behind = type && sourceOf(type.program.text, type.declaration.range);
  const reference = method.type.kind === "reference" ? environment.types.get(method.type.name) : undefined;
  const signature = reference && structure(reference);
  const declared = method.type.kind === "func" ? method.type.modes.map((it) => it.mode) : undefined;
  const mode = declared?.[0] ?? (signature?.kind === "func" ? signature.modes[0] : undefined);
  return paragraphs([source, behind, method.documentation, mode === undefined ? updateText : modes[mode]]);
}

const updateText = "An update: its changes are kept, and its answer comes after consensus.";

const modes: Readonly<Record<FunctionMode, string>> = {
  query: "A query: answered by one replica at once; what it changes is dropped.",
  composite_query:
    "A composite query: a query that may call queries of other canisters of its subnet. Updates cannot call it.",
  oneway: "One way: the caller gets no answer, not even whether the call succeeded.",
};

function describePrimitive({ name }: PrimitiveExpression): string {
  return `\`${name}\`\n\n${primitives[name]}`;
}

const primitives: Readonly<Record<PrimitiveExpression["name"], string>> = {
  null: "The type of the one value `null`. Takes no bytes.",
  bool: "`true` or `false`. One byte.",
  nat: "A whole number from 0, of any size. LEB128: one byte for every 7 bits.",
  int: "A whole number of any size. Signed LEB128: one byte for every 7 bits.",
  nat8: "A whole number from 0 to 255. One byte.",
  nat16: "A whole number from 0 to 65_535. Two bytes.",
  nat32: "A whole number from 0 to 4_294_967_295. Four bytes.",
  nat64: "A whole number from 0 to 18_446_744_073_709_551_615. Eight bytes.",
  int8: "A whole number from -128 to 127. One byte.",
  int16: "A whole number from -32_768 to 32_767. Two bytes.",
  int32: "A whole number from -2_147_483_648 to 2_147_483_647. Four bytes.",
  int64: "A whole number from -9_223_372_036_854_775_808 to 9_223_372_036_854_775_807. Eight bytes.",
  float32: "A floating-point number of 32 bits (IEEE 754). Not for amounts.",
  float64: "A floating-point number of 64 bits (IEEE 754). Not for amounts.",
  text: "Unicode text. UTF-8 with its length before it.",
  reserved: "Accepts every value and forgets it. Takes no bytes.",
  empty: "Has no values.",
  principal: "Identifies a canister or a user. Up to 29 bytes.",
  blob: "Bytes: `vec nat8`.",
};

/** A part of a file as a code block, formatted where its kind of owner is known. */
function sourceOf(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  within?: "record" | "variant" | "service",
): string {
  const part = text.slice(start, end);
  if (within === undefined) return codeBlock(formatCandid(`${part};`)?.trim() ?? part);
  const head = within === "service" ? "service :" : `type t = ${within}`;
  // Wrapped as a whole file, formatted, and unwrapped again.
  const formatted = formatCandid(`${head} {\n${part}\n}`);
  const inner = formatted?.split("\n").slice(1, -2);
  return codeBlock(
    inner
      ?.map((it) => it.slice(2))
      .join("\n")
      .replace(/;$/, "") ?? part,
  );
}

function codeBlock(source: string): string {
  return `\`\`\`candid\n${source}\n\`\`\``;
}

function paragraphs(parts: readonly (string | undefined)[]): string {
  return parts.filter((it) => it !== undefined && it !== "").join("\n\n");
}
