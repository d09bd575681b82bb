/** The names that a program writes, each with what it stands for. */
import { assertNever } from "../base/assert.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Argument, Field, FunctionMode, Method, Program, TypeExpression } from "./ast.ts";

/** What a written name stands for. */
export type OccurrenceKind =
  | "typeDeclaration"
  | "typeReference"
  | "primitive"
  | "recordField"
  | "variantCase"
  | "method"
  | "argument"
  | "mode";

/** A name as it is written, its quotes included. */
export interface Occurrence {
  readonly kind: OccurrenceKind;
  /** Without quotes and escapes; of a numbered field, its digits. */
  readonly name: string;
  readonly range: TextRange;
  /** Of methods whose type is written out: how a call is executed. */
  readonly modes: readonly FunctionMode[];
}

/** Every name of a program that means something, in the order of the text. */
export function occurrencesOf(program: Program): readonly Occurrence[] {
  const found: Occurrence[] = [];
  const add: Add = (kind, name, range, modes = []) => found.push({ kind, name, range, modes });
  for (const it of program.declarations) {
    if (it.kind !== "type") continue;
    add("typeDeclaration", it.name.text, it.name.range);
    addType(it.type, add);
  }
  for (const it of program.service?.constructorArguments ?? []) addArgument(it, add);
  if (program.service !== undefined) addType(program.service.body, add);
  return found.sort((a, b) => a.range.start - b.range.start);
}

type Add = (kind: OccurrenceKind, name: string, range: TextRange, modes?: readonly FunctionMode[]) => void;

function addType(type: TypeExpression, add: Add): void {
  switch (type.kind) {
    case "missing":
      return;
    case "primitive":
      add("primitive", type.name, type.range);
      return;
    case "reference":
      add("typeReference", type.name, type.range);
      return;
    case "opt":
    case "vec":
      addType(type.of, add);
      return;
    case "record":
    case "variant":
      for (const it of type.fields) addField(it, type.kind, add);
      return;
    case "func":
      for (const it of [...type.arguments, ...type.results]) addArgument(it, add);
      for (const it of type.modes) add("mode", it.mode, it.range);
      return;
    case "service":
      for (const it of type.methods) addMethod(it, add);
      return;
    default:
      assertNever(type);
  }
}

function addField({ label, id, type }: Field, of: "record" | "variant", add: Add): void {
  const kind = of === "record" ? "recordField" : "variantCase";
  if (label !== undefined) add(kind, label.kind === "name" ? label.name.text : String(id), label.range);
  if (type !== undefined) addType(type, add);
}

function addMethod({ name, type }: Method, add: Add): void {
  add("method", name.text, name.range, type.kind === "func" ? type.modes.map((it) => it.mode) : []);
  addType(type, add);
}

function addArgument({ name, type }: Argument, add: Add): void {
  if (name !== undefined) add("argument", name.text, name.range);
  addType(type, add);
}
