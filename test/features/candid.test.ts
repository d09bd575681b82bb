import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { MarkupContent } from "vscode-languageserver-types";
import { LineIndex } from "../../server/src/base/lineIndex.ts";
import { candidCompletion } from "../../server/src/features/candidCompletion.ts";
import { candidDefinition } from "../../server/src/features/candidDefinition.ts";
import { candidDocumentSymbols } from "../../server/src/features/candidDocumentSymbols.ts";
import { candidFormatting } from "../../server/src/features/candidFormatting.ts";
import { candidHover } from "../../server/src/features/candidHover.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

const path = "/p/ledger.did";
const other = "// Who holds tokens.\ntype Account = record { owner : principal };\n";

/** The workspace with the file's text, whose cursor `|` is taken out. */
function open(marked: string) {
  const offset = marked.indexOf("|");
  const text = marked.replace("|", "");
  const files = { [path]: text, "/p/account.did": other };
  const workspace = new Workspace({ disk: { ...memoryFiles(files), forget: () => {} }, path: posix, environment: {} });
  return { snapshot: workspace.snapshot(), offset, text };
}

function hover(marked: string): string | undefined {
  const { snapshot, offset } = open(marked);
  const contents = candidHover(snapshot, path, offset)?.contents;
  return MarkupContent.is(contents) ? contents.value : undefined;
}

describe("hover over Candid", () => {
  test("shows a type where it is used, with its documentation", () => {
    expect(hover("// Smallest unit.\ntype Tokens = record { e8s:nat64 };\nservice : { pay : (Tok|ens) -> () }")).toBe(
      "```candid\ntype Tokens = record { e8s : nat64 };\n```\n\nSmallest unit.",
    );
  });

  test("shows an imported type and where it comes from", () => {
    expect(hover('import "account.did"; service : { f : (|Account) -> () }')).toBe(
      "```candid\ntype Account = record { owner : principal };\n```\n\nFrom `account.did`.\n\nWho holds tokens.",
    );
  });

  test("shows what a field is on the wire", () => {
    expect(hover("type a = record {\n  // In e8s.\n  amou|nt:nat;\n};")).toBe(
      "```candid\namount : nat\n```\n\nIn e8s.\n\nField 3573748184 on the wire: the hash of its name.",
    );
  });

  test("shows a method through the alias of its type", () => {
    expect(hover("type read = func () -> (nat) query; service : { g|et : read }")).toBe(
      "```candid\nget : read\n```\n\n```candid\ntype read = func () -> (nat) query;\n```\n\nA query: answered by one replica at once; what it changes is dropped.",
    );
  });

  test("explains primitive types and modes, and is silent elsewhere and in broken text", () => {
    expect(hover("type a = na|t8;")).toContain("One byte");
    expect(hover("service : { f : () -> () one|way }")).toContain("no answer");
    expect(hover("type a | = nat;")).toBeUndefined();
    expect(hover("type a = record { x : |")).toBeUndefined();
  });
});

describe("definition in Candid", () => {
  function definition(marked: string) {
    const { snapshot, offset } = open(marked);
    return candidDefinition(snapshot, path, offset, (it) => `file://${it}`);
  }

  test("is the declaration of a type, in this file or an imported one", () => {
    expect(definition("type a = nat;\ntype b = opt |a;")).toEqual({
      uri: "file:///p/ledger.did",
      range: { start: { line: 0, character: 5 }, end: { line: 0, character: 6 } },
    });
    expect(definition('import "account.did"; type b = vec Acc|ount;')).toEqual({
      uri: "file:///p/account.did",
      range: { start: { line: 1, character: 5 }, end: { line: 1, character: 12 } },
    });
  });

  test("of an import is the file", () => {
    expect(definition('import "acc|ount.did";')?.uri).toBe("file:///p/account.did");
    expect(definition('import "no|ne.did";')).toBeUndefined();
  });
});

test("the outline of Candid has types with fields and the service with methods, even while typing", () => {
  const { snapshot } = open(
    "type a = record { x : nat; y : variant { ok; err : text } };\ntype b = \nservice s : { f : () -> () query; g : (na",
  );
  const outline = candidDocumentSymbols(snapshot, path);
  const names = (symbols: typeof outline): unknown[] =>
    symbols.map((it) => (it.children?.length ? [it.name, names(it.children)] : it.name));
  expect(names(outline)).toEqual([["a", ["x", ["y", ["ok", "err"]]]], "b", ["service s", ["f", "g"]]]);
  expect(outline[0]?.selectionRange).toEqual({ start: { line: 0, character: 5 }, end: { line: 0, character: 6 } });
});

test("formatting Candid edits only what changes, and keeps the file's line ends", () => {
  for (const text of [
    "type a=nat;\ntype b = nat;\n",
    "type a=nat;\r\ntype b = nat;\r\n",
    "type a = nat;\ntype b = nat;\n",
    "type = ;",
  ]) {
    const { snapshot } = open(text);
    const edits = candidFormatting(snapshot, path);
    const applied = TextDocument.applyEdits(TextDocument.create("file:///p/a.did", "candid", 1, text), edits);
    expect(applied).toBe(text.replace("a=nat", "a = nat"));
    for (const edit of edits) expect(new LineIndex(text).offset(edit.range.end)).toBeLessThan(text.indexOf("type b"));
  }
});

describe("completion in Candid", () => {
  function labels(marked: string): string[] {
    const { snapshot, offset } = open(marked);
    return candidCompletion(snapshot, path, offset).map((it) => it.label);
  }

  test("offers types where a type is expected", () => {
    for (const text of [
      "type b = |",
      "type b = opt A|",
      "service : { f : (|) -> () }",
      "service : { f : (nat, x : |",
      "type b = record { x : |",
      "type b = record { |",
    ]) {
      expect(labels(`type Tokens = nat;\nimport "account.did";\n${text}`), text).toEqual(
        expect.arrayContaining(["Tokens", "Account", "nat64", "record"]),
      );
    }
  });

  test("offers declarations at the top and modes behind results", () => {
    expect(labels("|")).toEqual(["type", "import", "import service", "service"]);
    expect(labels("type a = nat;\nty|")).toContain("type");
    expect(labels("service : { f : () -> () q|")).toEqual(["query", "composite_query", "oneway"]);
  });

  test("offers nothing where a name is expected, and in comments", () => {
    for (const text of ["type |", "service : { f|", "type a = variant { |", "// type a = |", "/* type a = |"])
      expect(labels(text), text).toEqual([]);
  });
});
