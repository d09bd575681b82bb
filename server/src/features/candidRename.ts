import type { Range, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { LineIndex } from "../base/lineIndex.ts";
import { primitiveWords } from "../candid/ast.ts";
import { nodeAt } from "../candid/nodeAt.ts";
import { isKeyword } from "../candid/tokens.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { candidDocument } from "./candidDocument.ts";
import { findType } from "./candidReferences.ts";
import type { AddressOf } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** What can be renamed at a place, and what it is called now. */
export interface Renameable {
  readonly range: Range;
  readonly placeholder: string;
}

/** The name at an offset that can be changed: a declared type, a field, a case or a method. */
export function candidRenameable(snapshot: Snapshot, path: string, offset: number): Renameable | undefined {
  const lines = snapshot.lineIndex(path);
  const type = findType(snapshot, path, offset);
  if (type?.declaredIn !== undefined) return { range: toRange(lines, type.range), placeholder: type.name };
  const label = labelAt(snapshot, path, offset);
  return label && { range: toRange(lines, label.range), placeholder: label.name };
}

/**
 * Renames what stands at an offset: a type in every file that names it; a field, a case or a method where it is declared,
 * in quotes where the name needs them. A text says why that cannot be done.
 */
export function candidRename(
  snapshot: Snapshot,
  place: { readonly path: string; readonly offset: number; readonly newName: string },
  addressOf: AddressOf,
): WorkspaceEdit | string {
  const { path, offset, newName } = place;
  const type = findType(snapshot, path, offset);
  if (type?.declaredIn !== undefined) {
    if (!isIdentifier(newName))
      return `\`${newName}\` cannot be the name of a type: letters, digits and \`_\`, no keyword.`;
    const taken = newName !== type.name && type.programs.some((it) => declares(snapshot, it.file, newName));
    if (taken) return `There is a type \`${newName}\` already.`;
    const changes: Record<string, TextEdit[]> = {};
    for (const { program, range } of type.uses) {
      const uri = addressOf(program.file);
      const edit = { range: toRange(new LineIndex(program.text), range), newText: newName };
      changes[uri] = [...(changes[uri] ?? []), edit];
    }
    return { changes };
  }
  const label = labelAt(snapshot, path, offset);
  if (label === undefined)
    return "Nothing stands here that can be renamed: place the cursor on a type, a field or a method.";
  if (newName === "") return "A name has at least one letter.";
  const range = toRange(snapshot.lineIndex(path), label.range);
  const newText = isIdentifier(newName) ? newName : quoted(newName);
  return { changes: { [addressOf(path)]: [{ range, newText }] } };
}

/** A field with a name, or a method. Numbers stand for themselves. */
function labelAt(snapshot: Snapshot, path: string, offset: number) {
  const document = candidDocument(snapshot, path);
  const node = document && nodeAt(document.program, offset);
  if (node?.kind === "method") return { name: node.method.name.text, range: node.range };
  if (node?.kind !== "field" || node.field.label?.kind !== "name") return undefined;
  return { name: node.field.label.name.text, range: node.range };
}

function declares(snapshot: Snapshot, path: string, name: string): boolean {
  return candidDocument(snapshot, path)?.environment.declared.has(name) === true;
}

function isIdentifier(name: string): boolean {
  const isReserved = isKeyword(name) || primitiveWords.some((it) => it === name);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReserved;
}

function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
}
