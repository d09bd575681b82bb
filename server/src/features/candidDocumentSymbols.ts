import { type DocumentSymbol, SymbolKind } from "vscode-languageserver-types";
import type { LineIndex } from "../base/lineIndex.ts";
import type { Field, Method, Program, TypeExpression } from "../candid/ast.ts";
import { parseCandid } from "../candid/parser.ts";
import { fileKind } from "../workspace/fileKind.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { toRange } from "./ranges.ts";

/** The outline of a Candid file: its types with their fields, its service with its methods. */
export function candidDocumentSymbols(snapshot: Snapshot, path: string): DocumentSymbol[] {
  const text = fileKind(path) === "candid" ? snapshot.files.readText(path) : undefined;
  if (text === undefined) return [];
  const { program } = parseCandid(text, path);
  const lines = snapshot.lineIndex(path);
  const types = program.declarations.flatMap((it): DocumentSymbol[] => {
    if (it.kind !== "type") return [];
    return [
      {
        name: it.name.text,
        kind: kindOf(it.type),
        range: toRange(lines, it.range),
        selectionRange: toRange(lines, it.name.range),
        children: membersOf(it.type, lines),
      },
    ];
  });
  return [...types, ...serviceSymbol(program, lines)];
}

function serviceSymbol({ service }: Program, lines: LineIndex): DocumentSymbol[] {
  if (service === undefined) return [];
  const keyword = { start: service.range.start, end: service.range.start + "service".length };
  return [
    {
      name: service.name === undefined ? "service" : `service ${service.name.text}`,
      kind: SymbolKind.Interface,
      range: toRange(lines, service.range),
      selectionRange: toRange(lines, service.name?.range ?? keyword),
      children: membersOf(service.body, lines),
    },
  ];
}

function membersOf(type: TypeExpression, lines: LineIndex): DocumentSymbol[] {
  switch (type.kind) {
    case "record":
    case "variant":
      return type.fields.flatMap((it) => fieldSymbol(it, type.kind, lines));
    case "service":
      return type.methods.map((it) => methodSymbol(it, lines));
    case "opt":
    case "vec":
      return membersOf(type.of, lines);
    default:
      return [];
  }
}

function fieldSymbol(field: Field, of: "record" | "variant", lines: LineIndex): DocumentSymbol[] {
  const { label } = field;
  if (label === undefined) return [];
  return [
    {
      // Editors refuse symbols without a name, which Candid allows.
      name: (label.kind === "name" ? label.name.text : String(field.id)) || '""',
      kind: of === "record" ? SymbolKind.Field : SymbolKind.EnumMember,
      range: toRange(lines, field.range),
      selectionRange: toRange(lines, label.range),
      children: field.type === undefined ? [] : membersOf(field.type, lines),
    },
  ];
}

function methodSymbol({ name, range, type }: Method, lines: LineIndex): DocumentSymbol {
  const mode = type.kind === "func" ? type.modes[0]?.mode : undefined;
  return {
    name: name.text || '""',
    ...(mode !== undefined && { detail: mode }),
    kind: SymbolKind.Method,
    range: toRange(lines, range),
    selectionRange: toRange(lines, name.range),
  };
}

function kindOf(type: TypeExpression): SymbolKind {
  switch (type.kind) {
    case "record":
      return SymbolKind.Struct;
    case "variant":
      return SymbolKind.Enum;
    case "func":
      return SymbolKind.Function;
    case "service":
      return SymbolKind.Interface;
    case "opt":
    case "vec":
      return kindOf(type.of);
    default:
      return SymbolKind.TypeParameter;
  }
}
