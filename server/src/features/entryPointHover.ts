import { type Hover, MarkupKind } from "vscode-languageserver-types";
import type { EntryPoint, EntryPointKind } from "../analysis/canisterModel.ts";
import { touches } from "../base/textRange.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { candidDocument } from "./candidDocument.ts";
import type { AddressOf } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** What the network makes of an entry point, shown on its attribute and on its name. */
export function entryPointHover(
  snapshot: Snapshot,
  path: string,
  offset: number,
  addressOf: AddressOf,
): Hover | undefined {
  for (const entryPoint of snapshot.entryPoints(path)) {
    const { range, nameRange } = entryPoint;
    const attributes = { start: range.start, end: entryPoint.function.range.start };
    const place = [attributes, nameRange].find((it) => touches(it, offset) && it.end > it.start);
    if (place === undefined) continue;
    const value = [describe(entryPoint), ...interfaceLinks(snapshot, path, entryPoint, addressOf)].join("\n\n");
    return { contents: { kind: MarkupKind.Markdown, value }, range: toRange(snapshot.lineIndex(path), place) };
  }
  return undefined;
}

/** Where the interfaces of the crate's canisters declare the method. */
function interfaceLinks(snapshot: Snapshot, path: string, { method }: EntryPoint, addressOf: AddressOf): string[] {
  const directory = method === undefined ? undefined : snapshot.crateOf(path)?.cargoPackage.directory;
  const own = snapshot.project.canisters.filter((it) => directory && it.source.crateDirectory === directory);
  return [...new Set(own.flatMap((it) => it.candidPath ?? []))].flatMap((file) => {
    const document = candidDocument(snapshot, file);
    const body = document?.program.service?.body;
    const declared = body?.kind === "service" ? body.methods.find((it) => it.name.text === method) : undefined;
    if (document === undefined || declared === undefined) return [];
    const line = document.lines.position(declared.name.range.start).line + 1;
    return `Declared in [${file.split(/[\\/]/).at(-1)}](${addressOf(file)}#L${line})`;
  });
}

function describe({ kind, method, guards, function: { executions } }: EntryPoint): string {
  const head = method === undefined ? `**${kinds[kind]}**` : `**${kinds[kind]}** \`${method}\``;
  const paragraphs = [head];
  if (guards.length > 0) paragraphs.push(`Refused unless ${guards.map((it) => `\`${it}\``).join(" and ")} agrees.`);
  if (executions.length > 1) {
    paragraphs.push(
      `Its awaits cut it into ${executions.length} message executions. Each of them commits what it changed, and a trap ` +
        "rolls back only the one that it happens in.",
    );
  }
  return paragraphs.join("\n\n");
}

const kinds: Readonly<Record<EntryPointKind, string>> = {
  update: "Update method",
  query: "Query method",
  compositeQuery: "Composite query method",
  init: "Runs when the canister is installed",
  preUpgrade: "Runs before an upgrade, in the old code",
  postUpgrade: "Runs after an upgrade, in the new code",
  heartbeat: "Runs in every round",
  inspectMessage: "Decides whether an ingress message is accepted, on one node, for ingress messages only",
  onLowWasmMemory: "Runs when Wasm memory runs low",
  globalTimer: "Runs when the global timer falls due",
};
