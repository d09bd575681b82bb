import {
  SemanticTokenModifiers,
  type SemanticTokens,
  type SemanticTokensLegend,
  SemanticTokenTypes,
} from "vscode-languageserver-types";
import { type Occurrence, type OccurrenceKind, occurrencesOf } from "../candid/occurrences.ts";
import { parseCandid } from "../candid/parser.ts";
import { fileKind } from "../workspace/fileKind.ts";
import type { Snapshot } from "../workspace/snapshot.ts";

/** The kinds and modifiers that tokens are told with, by their positions. */
export const candidTokensLegend: SemanticTokensLegend = {
  tokenTypes: [
    SemanticTokenTypes.type,
    SemanticTokenTypes.property,
    SemanticTokenTypes.enumMember,
    SemanticTokenTypes.method,
    SemanticTokenTypes.parameter,
    SemanticTokenTypes.modifier,
  ],
  tokenModifiers: [
    SemanticTokenModifiers.declaration,
    SemanticTokenModifiers.defaultLibrary,
    SemanticTokenModifiers.readonly,
  ],
};

/** What each name of a Candid file stands for, as numbers of the protocol; queries are `readonly`. */
export function candidSemanticTokens(snapshot: Snapshot, path: string): SemanticTokens {
  const text = fileKind(path) === "candid" ? snapshot.files.readText(path) : undefined;
  if (text === undefined) return { data: [] };
  const lines = snapshot.lineIndex(path);
  const data: number[] = [];
  let last = { line: 0, character: 0 };
  for (const occurrence of occurrencesOf(parseCandid(text, path).program)) {
    const start = lines.position(occurrence.range.start);
    const end = lines.position(occurrence.range.end);
    // The protocol has no tokens of several lines.
    if (end.line !== start.line || end.character === start.character) continue;
    const character = start.line === last.line ? start.character - last.character : start.character;
    const type = candidTokensLegend.tokenTypes.indexOf(tokenTypes[occurrence.kind]);
    data.push(start.line - last.line, character, end.character - start.character, type, modifiersOf(occurrence));
    last = start;
  }
  return { data };
}

const tokenTypes: Readonly<Record<OccurrenceKind, SemanticTokenTypes>> = {
  typeDeclaration: SemanticTokenTypes.type,
  typeReference: SemanticTokenTypes.type,
  primitive: SemanticTokenTypes.type,
  recordField: SemanticTokenTypes.property,
  variantCase: SemanticTokenTypes.enumMember,
  method: SemanticTokenTypes.method,
  argument: SemanticTokenTypes.parameter,
  mode: SemanticTokenTypes.modifier,
};

/** Bits, by the legend's positions. */
function modifiersOf({ kind, modes }: Occurrence): number {
  const names: string[] = [];
  if (kind === "typeDeclaration") names.push(SemanticTokenModifiers.declaration);
  if (kind === "primitive") names.push(SemanticTokenModifiers.defaultLibrary);
  if (modes.some((it) => it !== "oneway")) names.push(SemanticTokenModifiers.readonly);
  return names.reduce((bits, it) => bits | (1 << candidTokensLegend.tokenModifiers.indexOf(it)), 0);
}
