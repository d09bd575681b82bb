/** Declared types, and what names lead to. */
import type { Program, TypeDeclaration, TypeExpression } from "./ast.ts";

/** A declaration and the file that has it. */
export interface DeclaredType {
  readonly declaration: TypeDeclaration;
  readonly program: Program;
}

/** The expression behind a name and the names that it is an alias of; undefined where there is none. */
export function followReferences(
  type: TypeExpression,
  declared: ReadonlyMap<string, DeclaredType>,
): Exclude<TypeExpression, { kind: "reference" }> | undefined {
  const visited = new Set<string>();
  let behind = type;
  while (behind.kind === "reference") {
    const next = declared.get(behind.name);
    if (next === undefined || visited.has(behind.name)) return undefined;
    visited.add(behind.name);
    behind = next.declaration.type;
  }
  return behind;
}
