/** What stands at a place of a program. */
import { assertNever } from "../base/assert.ts";
import { type TextRange, touches } from "../base/textRange.ts";
import type {
  Field,
  ImportDeclaration,
  Method,
  ModeAnnotation,
  PrimitiveExpression,
  Program,
  ReferenceExpression,
  TypeDeclaration,
  TypeExpression,
} from "./ast.ts";

/** The innermost thing at a place that has a meaning of its own; `range` is the text that stands for it. */
export type NodeAt = { readonly range: TextRange } & (
  | { readonly kind: "typeName"; readonly declaration: TypeDeclaration }
  | { readonly kind: "import"; readonly declaration: ImportDeclaration }
  | { readonly kind: "reference"; readonly expression: ReferenceExpression }
  | { readonly kind: "primitive"; readonly expression: PrimitiveExpression }
  | { readonly kind: "field"; readonly field: Field; readonly of: "record" | "variant" }
  | { readonly kind: "method"; readonly method: Method }
  | { readonly kind: "mode"; readonly annotation: ModeAnnotation }
);

/** Finds what stands at an offset or ends there. */
export function nodeAt(program: Program, offset: number): NodeAt | undefined {
  for (const declaration of program.declarations) {
    if (!touches(declaration.range, offset)) continue;
    if (declaration.kind === "import") {
      const { range } = declaration.path;
      return touches(range, offset) ? { kind: "import", declaration, range } : undefined;
    }
    const { range } = declaration.name;
    return touches(range, offset) ? { kind: "typeName", declaration, range } : inType(declaration.type, offset);
  }
  const { service } = program;
  if (service === undefined || !touches(service.range, offset)) return undefined;
  return firstOf(service.constructorArguments ?? [], (it) => inType(it.type, offset)) ?? inType(service.body, offset);
}

function inType(type: TypeExpression, offset: number): NodeAt | undefined {
  if (!touches(type.range, offset)) return undefined;
  switch (type.kind) {
    case "missing":
      return undefined;
    case "primitive":
      return { kind: "primitive", expression: type, range: type.range };
    case "reference":
      return { kind: "reference", expression: type, range: type.range };
    case "opt":
    case "vec":
      return inType(type.of, offset);
    case "record":
    case "variant":
      return firstOf(type.fields, (it) => inField(it, type.kind, offset));
    case "func":
      return (
        firstOf([...type.arguments, ...type.results], (it) => inType(it.type, offset)) ??
        firstOf(type.modes, (annotation): NodeAt | undefined =>
          touches(annotation.range, offset) ? { kind: "mode", annotation, range: annotation.range } : undefined,
        )
      );
    case "service":
      return firstOf(type.methods, (method): NodeAt | undefined =>
        touches(method.name.range, offset)
          ? { kind: "method", method, range: method.name.range }
          : inType(method.type, offset),
      );
    default:
      return assertNever(type);
  }
}

function inField(field: Field, of: "record" | "variant", offset: number): NodeAt | undefined {
  const range = field.label?.range;
  if (range !== undefined && touches(range, offset)) return { kind: "field", field, of, range };
  return field.type && inType(field.type, offset);
}

function firstOf<Item, Result>(items: readonly Item[], find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
