/** Finding, renaming and colouring the names of Candid files. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { candidHighlights, candidReferences } from "../../server/src/features/candidReferences.ts";
import { candidRename, candidRenameable } from "../../server/src/features/candidRename.ts";
import { candidSemanticTokens, candidTokensLegend } from "../../server/src/features/candidSemanticTokens.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { memoryFiles } from "../support/memoryFiles.ts";

const types = "type Account = record { owner : principal };\ntype Accounts = vec Account;\n";
const ledger = 'import "types.did";\nservice : { get : (Account) -> (opt Account) query }\n';
const others = {
  "/p/types.did": types,
  "/p/ledger.did": ledger,
  // A type of the same name that is another one.
  "/p/other.did": "type Account = text; service : { f : (Account) -> () }",
  "/p/deep/nested.did": 'import "../types.did"; service : { all : () -> (Accounts) }',
  "/p/node_modules/copy.did": 'import "../types.did"; type B = Account;',
};

/** The workspace with the text of `/p/main.did`, whose cursor `|` is taken out. */
function open(marked: string, path = "/p/main.did", more: Readonly<Record<string, string>> = others) {
  const offset = marked.indexOf("|");
  const files: Record<string, string> = { ...more, [path]: marked.replace("|", "") };
  const workspace = new Workspace({ disk: { ...memoryFiles(files), forget: () => {} }, path: posix, environment: {} });
  return { snapshot: workspace.snapshot(), offset, path, files };
}

const addressOf = (path: string) => `file://${path}`;

/** References as `file:line:character`. */
function references(marked: string, path?: string, withDeclaration = true): string[] {
  const it = open(marked, path);
  const found = candidReferences(it.snapshot, { path: it.path, offset: it.offset, withDeclaration }, addressOf);
  return found.map(({ uri, range }) => `${uri.slice(10)}:${range.start.line}:${range.start.character}`).sort();
}

describe("references", () => {
  test("are the uses of a type and its declaration, in the file and in those that import it", () => {
    expect(references(types.replace("vec Account", "vec Acc|ount"), "/p/types.did")).toEqual([
      "ledger.did:1:19",
      "ledger.did:1:36",
      "types.did:0:5",
      "types.did:1:20",
    ]);
  });

  test("are found from a file that imports, the files below included", () => {
    expect(references('import "types.did"; type A = opt |Accounts;')).toEqual([
      "deep/nested.did:0:48",
      "main.did:0:33",
      "types.did:1:5",
    ]);
  });

  test("leave the declaration out where it is not wanted", () => {
    expect(references("type |a = nat; type b = opt a;", undefined, false)).toEqual(["main.did:0:27"]);
  });

  test("of a name that nothing declares are those in the file; of fields and keywords there are none", () => {
    expect(references("type b = opt |a; type c = vec a;")).toEqual(["main.did:0:13", "main.did:0:29"]);
    expect(references("type b = record { |a : nat };")).toEqual([]);
    expect(references("ty|pe b = nat;")).toEqual([]);
  });

  test("highlight the file that is asked about", () => {
    const { snapshot, offset, path } = open('import "types.did"; type A = opt |Account; type B = vec Account;');
    const found = candidHighlights(snapshot, path, offset);
    expect(found.map((it) => [it.range.start.character, it.kind])).toEqual([
      [33, 2],
      [55, 2],
    ]);
  });
});

/** The files after a rename, or why there is none. */
function rename(marked: string, newName: string, path?: string): Record<string, string> | string {
  const it = open(marked, path);
  const edit = candidRename(it.snapshot, { path: it.path, offset: it.offset, newName }, addressOf);
  if (typeof edit === "string") return edit;
  const changed = Object.entries(edit.changes ?? {}).map(([uri, edits]) => {
    const file = uri.slice("file://".length);
    const lines = (it.files[file] ?? "").split("\n");
    for (const { range, newText } of [...edits].reverse()) {
      const line = lines[range.start.line] ?? "";
      lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
    }
    return [file, lines.join("\n")];
  });
  return Object.fromEntries(changed);
}

describe("rename", () => {
  test("changes a type wherever it is named", () => {
    expect(rename(types.replace("type Account ", "type Acc|ount "), "Holder", "/p/types.did")).toEqual({
      "/p/types.did": types.replaceAll(/Account\b/g, "Holder"),
      "/p/ledger.did": ledger.replaceAll("Account", "Holder"),
    });
  });

  test("changes a field, a case or a method, in quotes where the name needs them", () => {
    expect(rename("type a = record { own|er : nat };", "holder")).toEqual({
      "/p/main.did": "type a = record { holder : nat };",
    });
    expect(rename("type a = variant { |ok };", "not ok")).toEqual({ "/p/main.did": 'type a = variant { "not ok" };' });
    expect(rename('service : { "ge|t" : () -> () }', "query")).toEqual({
      "/p/main.did": 'service : { "query" : () -> () }',
    });
  });

  test("says why it cannot be done", () => {
    expect(rename("type |a = nat;", "vec")).toContain("cannot be the name of a type");
    expect(rename("type |a = nat;", "nat8")).toContain("cannot be the name of a type");
    expect(rename("type |a = nat; type b = text;", "b")).toContain("a type `b` already");
    expect(rename("type a = opt |b;", "c")).toContain("Nothing stands here");
    expect(rename("type a = |nat;", "c")).toContain("Nothing stands here");
    expect(rename("type a = record { |5 : nat };", "c")).toContain("Nothing stands here");
  });

  test("refuses a name that a file which imports has", () => {
    const files = { "/p/user.did": 'import "main.did"; type Taken = Key;' };
    const { snapshot, offset, path } = open("type |Key = nat;", undefined, files);
    expect(candidRename(snapshot, { path, offset, newName: "Taken" }, addressOf)).toContain("a type `Taken` already");
  });

  test("is offered for what has a name of its own", () => {
    const offered = (marked: string) => {
      const { snapshot, offset, path } = open(marked);
      return candidRenameable(snapshot, path, offset)?.placeholder;
    };
    expect(offered("type |a = nat;")).toBe("a");
    expect(offered('type a = record { "my |name" : nat };')).toBe("my name");
    expect(offered("service : { f|oo : () -> () }")).toBe("foo");
    expect(offered("type a = na|t;")).toBeUndefined();
  });
});

describe("semantic tokens", () => {
  /** Tokens as `text type modifiers`. */
  function tokens(text: string): string[] {
    const { snapshot, path } = open(`${text}|`, undefined, {});
    const { data } = candidSemanticTokens(snapshot, path);
    const lines = text.split("\n");
    let line = 0;
    let character = 0;
    return Array.from({ length: data.length / 5 }, (_, index) => {
      const [lineDelta = 0, characterDelta = 0, length = 0, type = 0, bits = 0] = data.slice(index * 5, index * 5 + 5);
      line += lineDelta;
      character = lineDelta === 0 ? character + characterDelta : characterDelta;
      const modifiers = candidTokensLegend.tokenModifiers.filter((_name, bit) => bits & (1 << bit));
      const word = lines[line]?.slice(character, character + length);
      return [word, candidTokensLegend.tokenTypes[type], ...modifiers].join(" ");
    });
  }

  test("tell what each name stands for", () => {
    const text =
      'type A = record { owner : principal; "a b" : A };\ntype B = variant { ok; err : text };\nservice : (init : A) -> { get : (id : nat) -> (B) query; "put" : (A) -> () oneway };';
    expect(tokens(text)).toEqual([
      "A type declaration",
      "owner property",
      "principal type defaultLibrary",
      '"a b" property',
      "A type",
      "B type declaration",
      "ok enumMember",
      "err enumMember",
      "text type defaultLibrary",
      "init parameter",
      "A type",
      "get method readonly",
      "id parameter",
      "nat type defaultLibrary",
      "B type",
      "query modifier",
      '"put" method',
      "A type",
      "oneway modifier",
    ]);
  });

  test("are there for what a broken text still says, and none for other files", () => {
    expect(tokens("type A = record { x : ; y : nat };\ntype B = opt A;")).toContain("A type");
    const { snapshot } = open("type a = nat;|");
    expect(candidSemanticTokens(snapshot, "/p/lib.rs")).toEqual({ data: [] });
  });
});
