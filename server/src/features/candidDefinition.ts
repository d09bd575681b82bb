import type { Location } from "vscode-languageserver-types";
import { LineIndex } from "../base/lineIndex.ts";
import { nodeAt } from "../candid/nodeAt.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { candidDocument } from "./candidDocument.ts";
import type { AddressOf } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** Where the type that a name refers to is declared, or the file that is imported. */
export function candidDefinition(
  snapshot: Snapshot,
  path: string,
  offset: number,
  addressOf: AddressOf,
): Location | undefined {
  const document = candidDocument(snapshot, path);
  const node = document && nodeAt(document.program, offset);
  if (node?.kind === "import") {
    const imported = document?.resolver(node.declaration.path.text, path);
    const start = { line: 0, character: 0 };
    return imported && { uri: addressOf(imported.file), range: { start, end: start } };
  }
  const name = node?.kind === "reference" ? node.expression.name : undefined;
  const declared = name === undefined ? undefined : document?.environment.declared.get(name);
  if (declared === undefined) return undefined;
  const { program, declaration } = declared;
  return { uri: addressOf(program.file), range: toRange(new LineIndex(program.text), declaration.name.range) };
}
