import { type DocumentHighlight, DocumentHighlightKind, type Location } from "vscode-languageserver-types";
import { LineIndex } from "../base/lineIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Program } from "../candid/ast.ts";
import { nodeAt } from "../candid/nodeAt.ts";
import { occurrencesOf } from "../candid/occurrences.ts";
import { resolveProgram } from "../candid/resolve.ts";
import { fileKind } from "../workspace/fileKind.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { candidDocument } from "./candidDocument.ts";
import type { AddressOf } from "./diagnostics.ts";
import { toRange } from "./ranges.ts";

/** A place where a type is declared or named. */
export interface TypeUse {
  readonly program: Program;
  readonly range: TextRange;
  readonly isDeclaration: boolean;
}

/** A type that is meant at a place, and everything that is meant with it. */
export interface FoundType {
  readonly name: string;
  /** What stands at the place that was asked about. */
  readonly range: TextRange;
  /** Absent where nothing declares the name: then every use of it in the file counts. */
  readonly declaredIn: Program | undefined;
  /** Its uses, the declaration included, file by file. */
  readonly uses: readonly TypeUse[];
  /** The programs that can name it. */
  readonly programs: readonly Program[];
}

/** Every place that names the type at an offset, over imports. */
export function candidReferences(
  snapshot: Snapshot,
  place: { readonly path: string; readonly offset: number; readonly withDeclaration: boolean },
  addressOf: AddressOf,
): Location[] {
  const uses = findType(snapshot, place.path, place.offset)?.uses ?? [];
  return uses.flatMap(({ program, range, isDeclaration }) => {
    if (isDeclaration && !place.withDeclaration) return [];
    return [{ uri: addressOf(program.file), range: toRange(new LineIndex(program.text), range) }];
  });
}

/** The places in the same file that mean what stands at an offset. */
export function candidHighlights(snapshot: Snapshot, path: string, offset: number): DocumentHighlight[] {
  const uses = findType(snapshot, path, offset)?.uses ?? [];
  const lines = snapshot.lineIndex(path);
  return uses.flatMap(({ program, range, isDeclaration }) => {
    if (program.file !== path) return [];
    const kind = isDeclaration ? DocumentHighlightKind.Write : DocumentHighlightKind.Read;
    return [{ range: toRange(lines, range), kind }];
  });
}

/** The type that the name at an offset stands for; undefined where no type is named there. */
export function findType(snapshot: Snapshot, path: string, offset: number): FoundType | undefined {
  const document = candidDocument(snapshot, path);
  const node = document && nodeAt(document.program, offset);
  if (document === undefined || (node?.kind !== "typeName" && node?.kind !== "reference")) return undefined;
  const name = node.kind === "typeName" ? node.declaration.name.text : node.expression.name;
  const declaredIn = node.kind === "typeName" ? document.program : document.environment.declared.get(name)?.program;
  const others = declaredIn === undefined ? [] : candidFilesNear(snapshot, [path, declaredIn.file]);
  const programs = [document.program, ...others.flatMap((it) => candidDocument(snapshot, it)?.program ?? [])].filter(
    (it, index, all) => all.findIndex((other) => other.file === it.file) === index,
  );
  const resolver = snapshot.candidResolver();
  const naming = programs.filter((program) => {
    const meant = resolveProgram(program, resolver).environment.declared.get(name)?.program.file;
    return meant === declaredIn?.file;
  });
  const uses = naming.flatMap((program) =>
    occurrencesOf(program).flatMap((it): TypeUse[] => {
      const isDeclaration = it.kind === "typeDeclaration" && program.file === declaredIn?.file;
      return it.name === name && (isDeclaration || it.kind === "typeReference")
        ? [{ program, range: it.range, isDeclaration }]
        : [];
    }),
  );
  return { name, range: node.range, declaredIn, uses, programs: naming };
}

const depthMax = 4;

/** Candid files in the folders of some files and below, and the interfaces of the project's canisters with those beside them. */
function candidFilesNear(snapshot: Snapshot, files: readonly string[]): string[] {
  const interfaces = snapshot.project.canisters.flatMap((it) => it.candidPath ?? []);
  const found = new Set([...files, ...interfaces]);
  const visit = (directory: string, depth: number) => {
    for (const { name, isDirectory } of snapshot.files.list(directory)) {
      const path = `${directory}${separatorOf(directory)}${name}`;
      if (!isDirectory && fileKind(name) === "candid") found.add(path);
      const isSkipped = name.startsWith(".") || name === "node_modules" || name === "target";
      if (isDirectory && !isSkipped && depth < depthMax) visit(path, depth + 1);
    }
  };
  for (const it of new Set(files.map(directoryOf))) visit(it, 0);
  for (const it of new Set(interfaces.map(directoryOf))) visit(it, depthMax);
  return [...found];
}

function separatorOf(path: string): string {
  return path.includes("\\") ? "\\" : "/";
}

function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf(separatorOf(path)));
}
