import { type CompletionItem, CompletionItemKind, InsertTextFormat } from "vscode-languageserver-types";
import { primitiveWords } from "../candid/ast.ts";
import { expectedAt } from "../candid/expectedAt.ts";
import { structure } from "../candid/types.ts";
import { typeText } from "../candid/typeText.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { type CandidDocument, candidDocument } from "./candidDocument.ts";

/** What can be written at a place of a Candid file: types in scope, declarations, modes of functions. */
export function candidCompletion(snapshot: Snapshot, path: string, offset: number): CompletionItem[] {
  const document = candidDocument(snapshot, path);
  if (document === undefined) return [];
  switch (expectedAt(document.program.text, offset)) {
    case "type":
      return [...declaredTypes(document), ...constructors, ...primitives];
    case "declaration":
      return declarations;
    case "mode":
      return modes;
    case undefined:
      return [];
  }
}

function declaredTypes({ environment }: CandidDocument): CompletionItem[] {
  return [...environment.types.values()].map((type) => {
    const documentation = environment.declared.get(type.name)?.declaration.documentation;
    const kind = structure(type).kind === "variant" ? CompletionItemKind.Enum : CompletionItemKind.Struct;
    return { label: type.name, kind, detail: typeText(type.definition), ...(documentation && { documentation }) };
  });
}

const primitives: CompletionItem[] = primitiveWords.map((label) => ({ label, kind: CompletionItemKind.Keyword }));

const constructors: CompletionItem[] = [
  snippet("opt", "opt $1", "A value or null"),
  snippet("vec", "vec $1", "Any number of values"),
  snippet("record", "record { $1 : $2 }", "Values under names"),
  snippet("variant", "variant { $1; $2 }", "One of several cases"),
  snippet("func", "func ($1) -> ($2)", "A function of a canister"),
  snippet("service", "service { $1 : ($2) -> ($3) }", "The methods of a canister"),
];

const declarations: CompletionItem[] = [
  snippet("type", "type $1 = $2;", "Declares a type"),
  snippet("import", 'import "$1";', "Brings the types of another file"),
  snippet("import service", 'import service "$1";', "Brings the types and the methods of another file"),
  snippet("service", "service : {\n  $1 : ($2) -> ($3);\n}", "The interface of the canister"),
];

const modes: CompletionItem[] = [
  { label: "query", kind: CompletionItemKind.Keyword, detail: "Answered at once by one replica; changes nothing" },
  { label: "composite_query", kind: CompletionItemKind.Keyword, detail: "A query that may call other queries" },
  { label: "oneway", kind: CompletionItemKind.Keyword, detail: "The caller gets no answer" },
];

function snippet(label: string, insertText: string, detail: string): CompletionItem {
  return { label, kind: CompletionItemKind.Snippet, detail, insertText, insertTextFormat: InsertTextFormat.Snippet };
}
