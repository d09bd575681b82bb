/** The parser: items with their places, macros that are read, edits that cost little and change nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { desugarMacros } from "../../server/src/rust/desugarMacros.ts";
import type { RustFile, SyntaxNode } from "../../server/src/rust/syntaxTree.ts";
import { loadParser } from "../support/rustCrate.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const parser = await loadParser();
const nothing = () => false;

function names(file: RustFile): string[] {
  return file.items.map((it) =>
    [...it.modules, it.implOf?.type, it.node.child("name")?.text].filter(Boolean).join("::"),
  );
}

/** Everything that a tree says, to compare two of them. */
function shape(node: SyntaxNode): unknown {
  return [node.kind, node.field, node.start, node.end, node.children.map(shape)];
}

function shapes(file: RustFile): unknown {
  return file.items.map((it) => [it.start, it.attributes, it.modules, it.implOf, shape(it.node)]);
}

const sample = `//! Header
use a::b;
#[update]
/// Docs
pub async fn first(x: u64) -> u64 { assert_eq!(x, other(1), "é{}", y); x }
mod inner { fn second() {} }
impl<T> Drop for Guard<T> { fn drop(&mut self) {} }
thread_local! { static STATE: RefCell<u64> = RefCell::new(0); }
#[cfg(test)]
mod tests { fn third() {} }
fn fourth() {}
`;

describe("items", () => {
  test("are found in modules, impls and thread_local!", () => {
    expect(names(parser.parse(sample, nothing))).toEqual([
      "",
      "first",
      "inner::second",
      "Guard::drop",
      `threadl_____::STATE`.replace("threadl_____", parser.parse(sample, nothing).items[4]!.modules[0]!),
      "tests::third",
      "fourth",
    ]);
  });

  test("are left out where their attributes say so", () => {
    const file = parser.parse(sample, (attributes) => attributes.includes("cfg(test)"));
    expect(names(file)).not.toContain("tests::third");
  });

  test("beside what the parser is not shown are read as beside spaces", () => {
    const tests = `#[cfg(test)] mod tests { fn a() { ${"b(); ".repeat(40)}} }`;
    const skips = (attributes: string) => attributes.includes("cfg(test)");
    for (const text of [
      `fn first() {}\n${tests}\nfn last() { x }`,
      `${tests}fn last() {}`,
      `mod m { ${tests} fn f() {} }\n${tests}`,
    ]) {
      const spaces = text.replaceAll(tests, " ".repeat(tests.length));
      expect(shapes(parser.parse(text, skips))).toEqual(shapes(parser.parse(spaces, nothing)));
    }
    const whole = `impl A { fn a(&self) -> u8 { ${"b(); ".repeat(40)}} fn c() {} } struct D { e: u8 }`;
    const cut = whole.replace(/(b\(\); )+/, (it) => " ".repeat(it.length));
    expect(shapes(parser.parseDeclarations(whole, nothing))).toEqual(shapes(parser.parse(cut, nothing)));
  });

  test("begin with their attributes, and nodes count from there", () => {
    const file = parser.parse(sample, nothing);
    const first = file.items[1]!;
    expect(sample.slice(first.start).startsWith("#[update]")).toBe(true);
    const name = first.node.child("name")!;
    expect(sample.slice(first.start + name.start, first.start + name.end)).toBe("first");
  });

  test("keep offsets in UTF-16 behind characters of every width", () => {
    const text = 'const A: &str = "😀é";\nfn later() {}';
    const later = parser.parse(text, nothing).items[1]!;
    expect(later.start).toBe(text.indexOf("fn later"));
  });
});

describe("macros", () => {
  test("of statics may stand in parentheses", () => {
    const text =
      'thread_local!(static A: Cell<u8> = Cell::new(f(")")); // )\n);\nfn f() { Encode!(&x) }\nlazy_static![static ref B: u8 = 1;];';
    const changed = desugarMacros(text);
    expect(changed.length).toBe(text.length);
    expect(names(parser.parse(text, nothing)).map((it) => it.replace(/^\w+_::/, "::"))).toEqual(["::A", "f", "::B"]);
  });

  test("with expressions are read as calls, lists as arrays, statics as items, and no offset moves", () => {
    const text = 'thread_local! { static A: u8 = 1; }\nfn f() { println!("{}", g()); vec![1]; std::thread_local!{} }';
    const changed = desugarMacros(text);
    expect(changed.length).toBe(text.length);
    expect(changed).toContain("printlnª(");
    expect(changed).toContain(";     [1];");
    expect(changed).toMatch(/^mod threadl_+ \{ static A/);
  });
});

describe("what the grammar lacks", () => {
  test.each([
    [
      "an attribute before an initialiser",
      "thread_local! { static A: T = #[allow(x)] #[y([1])] // why\n new(2); static B: u8 = 1; }",
    ],
    [
      "an attribute before the value of an arm",
      "fn f(x: u8) -> u8 { match x { 0 => #[allow(x)] { 1 } _ => #[cfg(y)] g() } }",
    ],
    ["an attribute before the value of a closure", "fn f() { h(|x| #[allow(x)] x.g()) }"],
    ["a lifetime before a trait", "struct S { a: Box<dyn 'static + T<u8>> }"],
    ["generics of a pattern", "fn f() { let S::<T> { a } = x; }"],
    ["attributes below a line of signs", "fn f() {}\n// ====\n#[test]\nfn g() {}"],
  ])("%s is read", (_, text) => {
    const file = parser.parse(`${text}\nfn later() {}`, nothing);
    expect(file.hasError).toBe(false);
    expect(names(file).at(-1)).toBe("later");
    expect(desugarMacros(text).length).toBe(text.length);
  });

  test("an attribute of an item stays", () => {
    const file = parser.parse("// ====\n#[update]\nfn g() {}\nconst A: u8 = 1;\n#[query]\nfn h() {}", nothing);
    expect(file.items.map((it) => it.attributes)).toEqual(["#[update]", "", "#[query]"]);
  });
});

describe("edits", () => {
  test("give the same tree as reading anew, whatever is typed", () => {
    let text = sample.repeat(3);
    let file = parser.parse(text, nothing);
    const edits: [number, number, string][] = [
      [120, 0, "x"],
      [60, 5, ""],
      [200, 0, "fn added() { let y = 1; }\n"],
      [0, 3, ""],
      [text.length - 20, 10, "{{ \n"],
      [300, 0, '"'],
      [300, 1, ""],
    ];
    for (const [at, removed, added] of edits) {
      text = text.slice(0, at) + added + text.slice(at + removed);
      file = parser.parse(text, nothing, file);
      expect(shapes(file)).toEqual(shapes(parser.parse(text, nothing)));
    }
    parser.release(file);
  });

  test("leave the trees of items that did not change as they are", () => {
    const file = parser.parse(sample, nothing);
    const next = parser.parse(`// more\n${sample}`, nothing, file);
    expect(next.items[1]!.node).toBe(file.items[1]!.node);
    expect(next.items[1]!.start).toBe(file.items[1]!.start + 8);
    parser.release(next);
  });
});

describe("declarations alone", () => {
  test("are the same items, functions aside with the same offsets", () => {
    const folder = join(projectRoot, "test/rules");
    const sources = readdirSync(folder).filter((it) => it.endsWith(".rs"));
    expect(sources.length).toBeGreaterThan(10);
    for (const name of sources) {
      const text = readFileSync(join(folder, name), "utf8");
      const [whole, declared] = [parser.parse(text, nothing), parser.parseDeclarations(text, nothing)];
      if (whole.hasError) continue;
      expect(declared.items.map((it) => [it.start, it.node.end])).toEqual(
        whole.items.map((it) => [it.start, it.node.end]),
      );
      const others = (file: RustFile) => ({
        ...file,
        items: file.items.filter((it) => it.node.kind !== "function_item"),
      });
      expect(shapes(others(declared))).toEqual(shapes(others(whole)));
    }
  });
});

describe("broken text", () => {
  test("gives what can be read of it", () => {
    const file = parser.parse("fn whole() {}\nfn broken( {\nfn after() {}\n", nothing);
    expect(file.hasError).toBe(true);
    expect(names(file)).toContain("whole");
    expect(parser.parse("", nothing).items).toEqual([]);
    expect(parser.parse('}}}} ((( \u0000 \'a " r#"', nothing).hasError).toBe(true);
  });

  test.each([
    ["an attribute that does not end", "#[i\n#[update]\nfn f() {}\nfn g() {}\n"],
    [
      "an attribute with a text that does not end",
      '#[update(guard = "a)]\nfn f() {}\n#[query(name = "b")]\nfn g() {}\n',
    ],
    ["a signature whose result is still to be written", "fn f() ->\n#[update]\nasync fn g() -> u64 { 1 }\n"],
    ["a module that does not end", "mod a {\n    fn f() {}\n"],
    ["an implementation that does not end", "impl A {\n    fn f() {}\n"],
  ])("is told: %s", (_, text) => {
    expect(parser.parse(text, nothing).hasError).toBe(true);
  });

  test("never throws, wherever a file is cut", () => {
    const folder = join(projectRoot, "test/rules");
    for (const name of readdirSync(folder).filter((it) => it.endsWith(".rs"))) {
      const text = readFileSync(join(folder, name), "utf8");
      // each parse starts at the beginning: a bounded number of cuts keeps the time linear in a file's length
      const step = Math.max(97, Math.ceil(text.length / 60));
      for (let cut = 0; cut < text.length; cut += step) parser.parse(text.slice(0, cut), nothing);
    }
  });
});
