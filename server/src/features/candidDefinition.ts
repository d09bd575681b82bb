import type { Location } from "vscode-languageserver-types";
import { LineIndex } from "../base/lineIndex.ts";
import { nodeAt } from "../candid/nodeAt.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { candidDocument } from "./candidDocument.ts";
import type { AddressOf } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** Where the type that a name refers to is declared, the file that is imported, or the Rust function of a method. */
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
  if (node?.kind === "method") return functionOf(snapshot, path, node.method.name.text, addressOf);
  const name = node?.kind === "reference" ? node.expression.name : undefined;
  const declared = name === undefined ? undefined : document?.environment.declared.get(name);
  if (declared === undefined) return undefined;
  const { program, declaration } = declared;
  return { uri: addressOf(program.file), range: toRange(new LineIndex(program.text), declaration.name.range) };
}

/** The Rust function behind a method of the interface at a path. */
function functionOf(snapshot: Snapshot, path: string, method: string, addressOf: AddressOf): Location | undefined {
  const { canisters, crates } = snapshot.project;
  for (const { candidPath, source } of canisters) {
    if (candidPath !== path || source.crateDirectory === undefined) continue;
    const crate = crates.find((it) => it.cargoPackage.directory === source.crateDirectory);
    const declared = crate && snapshot.checkCrate(crate)?.entryPoints.find((it) => it.method === method);
    // The file may be one that is being typed in: then places are told by the snapshot.
    const present = declared && snapshot.entryPoints(declared.path).find((it) => it.method === method);
    if (present === undefined) continue;
    return { uri: addressOf(present.path), range: toRange(snapshot.lineIndex(present.path), present.nameRange) };
  }
  return undefined;
}
