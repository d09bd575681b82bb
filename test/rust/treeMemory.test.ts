/** Trees are read from the parser's memory; here the parser's own cursor says what has to be there. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { desugarMacros } from "../../server/src/rust/desugarMacros.ts";
import type { SyntaxNode } from "../../server/src/rust/syntaxTree.ts";
import { loadParser } from "../support/rustCrate.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const parser = await loadParser();
const grammar = createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm");
const reference = new Parser();
reference.setLanguage(await Language.load(readFileSync(grammar)));

type Shape = readonly [kind: string, field: string | null, start: number, end: number, children: readonly Shape[]];

const punctuation = new Set(["(", ")", "{", "}", "[", "]", ",", ";", ".", ":", "::", "=>", "->", "#", '"', "'", "|"]);

/** What the cursor tells of the node that it stands on. */
function told(cursor: TreeCursor, base: number): Shape {
  const { nodeType, startIndex, endIndex } = cursor;
  const field = cursor.currentFieldName;
  const children: Shape[] = [];
  if (nodeType !== "token_tree" && nodeType !== "string_literal" && cursor.gotoFirstChild()) {
    do {
      if (!punctuation.has(cursor.nodeType)) children.push(told(cursor, base));
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return [nodeType, field, startIndex - base, endIndex - base, children];
}

function read(node: SyntaxNode): Shape {
  return [node.kind, node.field ?? null, node.start, node.end, node.children.map(read)];
}

/** Items of a file by their place, as the cursor finds them anywhere in the tree. */
function expectSame(text: string): void {
  const file = parser.parse(text, () => false);
  const tree = reference.parse(desugarMacros(text));
  const root = tree?.rootNode;
  if (tree === null || root === undefined) throw new Error("no tree");
  for (const item of file.items) {
    const [start, end] = [item.start + item.node.start, item.start + item.node.end];
    let at = root.descendantForIndex(start, end - 1);
    while (at !== null && at.type !== item.node.kind && at.parent !== null) at = at.parent;
    const cursor = at?.walk();
    expect(cursor && told(cursor, item.start), text.slice(start, end)).toEqual(read(item.node));
    cursor?.delete();
  }
  expect(file.items.length).toBeGreaterThan(0);
  tree.delete();
}

const fixtures = readdirSync(join(projectRoot, "test/rules")).filter((it) => it.endsWith(".rs"));

test.each(fixtures)("%s", (name) => {
  expectSame(readFileSync(join(projectRoot, "test/rules", name), "utf8"));
});

test("what is long, wide, aliased, no ASCII, or no Rust", () => {
  expectSame(`fn long() { ${"call(x); ".repeat(5_000)} }`);
  expectSame(`fn wide() { let ${"x".repeat(300)} =${" ".repeat(300)}1;${"\n".repeat(40)} y }`);
  expectSame("struct A<'a, T: Fn(u8) -> u8> where T: 'a { a: &'a T, r#type: [u8; 4] }");
  expectSame('fn f() { let é = "🦀"; /* 🦀 */ g(é, \'x\', b"y", 1.0e3); union.field?.await }');
  expectSame("fn broken( { let = ; } fn next() { ))) }");
  expectSame("async fn f() -> impl Fn() { match x { A { ref y, .. } if z => 1, _ | B(..) => { return } } }");
});
