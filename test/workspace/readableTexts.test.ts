/** A file that cannot be read while somebody types in it: the analysis goes on with its last readable text. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { presentRange } from "../../server/src/workspace/readableTexts.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { cargo } from "../support/counterCrate.ts";
import { memoryFiles } from "../support/memoryFiles.ts";
import { loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

const hooks =
  "use crate::N;\n#[ic_cdk::init]\nfn init() { N.set(1) }\n#[ic_cdk::post_upgrade]\nfn after() { helper(); init() }\nfn helper() {}\n";
const ignored = '#[ic_cdk::update]\nasync fn tell() { let _ = ic_cdk::call::Call::bounded_wait(who(), "m").await; }\n';
const root = `mod hooks;\nuse std::cell::Cell;\nthread_local! { static N: Cell<u64> = Cell::new(0); }\n${ignored}`;

function open() {
  const files: Record<string, string> = {
    "/p/Cargo.toml": cargo,
    "/p/src/lib.rs": root,
    "/p/src/hooks.rs": `${hooks}${ignored}`,
  };
  const disk = { ...memoryFiles(files), forget: () => {} };
  const workspace = new Workspace({ disk, path: posix, environment: {}, rustFacts: new RustFacts(parser) });
  workspace.setFolders(["/p"]);
  const told = (name: string) =>
    workspace
      .snapshot()
      .reports(`/p/src/${name}`)
      .map((it) => it.rule);
  return { workspace, told };
}

describe("a file that cannot be read while it is being typed", () => {
  const before = `${hooks}${ignored}`;
  const typing = before.replace("helper();", "helper(; let more = 1;");

  test("changes nothing that is told of other files, and says of itself where reading stopped", () => {
    const { workspace, told } = open();
    workspace.setText("/p/src/hooks.rs", before);
    const first = told("lib.rs");
    expect(first).toContain("call-result-ignored");
    workspace.setText("/p/src/hooks.rs", typing);
    expect(told("lib.rs")).toEqual(first);
    const [stopped] = workspace.snapshot().reports("/p/src/hooks.rs");
    expect(stopped).toMatchObject({ rule: "analysis-cut-short", severity: "information" });
    expect(stopped?.message).toContain("line 5");
    expect(stopped?.message).toContain("the last text of this file");
  });

  test("its findings move with what is typed, and end where something was typed", () => {
    const { workspace } = open();
    workspace.setText("/p/src/hooks.rs", before);
    const place = (text: string) => {
      const found = workspace
        .snapshot()
        .reports("/p/src/hooks.rs")
        .find((it) => it.rule === "call-result-ignored");
      return found && text.slice(found.range.start, found.range.end);
    };
    const first = place(before);
    expect(first).toContain("let _ = ");
    workspace.setText("/p/src/hooks.rs", typing);
    expect(place(typing)).toBe(first);
    const inside = typing.replace("let _ = ", "let _x = (");
    workspace.setText("/p/src/hooks.rs", inside);
    expect(place(inside)).toBeUndefined();
  });

  test("its entry points stay where they are", () => {
    const { workspace } = open();
    workspace.setText("/p/src/hooks.rs", before);
    expect(workspace.snapshot().entryPoints("/p/src/hooks.rs")).toHaveLength(3);
    workspace.setText("/p/src/hooks.rs", typing);
    const { entryPoints } = { entryPoints: workspace.snapshot().entryPoints("/p/src/hooks.rs") };
    expect(entryPoints.map((it) => typing.slice(it.nameRange.start, it.nameRange.end))).toEqual([
      "init",
      "after",
      "tell",
    ]);
  });

  test("is read as it is again once it can be, and after it was closed", () => {
    const { workspace, told } = open();
    workspace.setText("/p/src/hooks.rs", before);
    const first = told("hooks.rs");
    workspace.setText("/p/src/hooks.rs", typing);
    expect(told("hooks.rs")).toEqual(["analysis-cut-short", ...first]);
    workspace.setText("/p/src/hooks.rs", before.replace("helper();", "helper(); let more = 1;"));
    expect(told("hooks.rs")).toEqual(first);
    workspace.setText("/p/src/hooks.rs", typing);
    workspace.close("/p/src/hooks.rs");
    expect(told("hooks.rs")).toEqual(first);
  });

  test("a file that never could be read has no text to stand in for it", () => {
    const { workspace } = open();
    workspace.setText("/p/src/hooks.rs", typing);
    const [stopped] = workspace.snapshot().reports("/p/src/hooks.rs");
    expect(stopped?.message).toContain("Rules about what the crate lacks are silent");
  });
});

describe("a range of the last readable text in the present one", () => {
  const standIn = { readable: "abc def ghi", present: "abc d(xf ghi", errorStart: 5 };
  const at = (start: number, end: number) => presentRange(standIn, { start, end });

  test("stays before what was typed, moves behind it, and is nowhere within", () => {
    expect(at(0, 5)).toEqual({ start: 0, end: 5 });
    expect(at(0, 6)).toBeUndefined();
    expect(at(5, 6)).toBeUndefined();
    expect(at(6, 11)).toEqual({ start: 7, end: 12 });
  });
});

test("a function that is typed key by key leaves nothing behind, whatever could not be read on the way", () => {
  const typed =
    "fn typed(a: u64) -> u64 {\n    match a {\n        1 => vec![1, 2].len() as u64,\n        _ => {\n            3\n        }\n    }\n}\n";
  const below = (name: string) => `\n${ignored.replace("tell", name)}`;
  const text = (keys: number) => `${hooks}${typed.slice(0, keys)}${below("one")}${below("two")}${below("three")}`;
  const fresh = (keys: number) => {
    const { workspace, told } = open();
    workspace.setText("/p/src/hooks.rs", text(keys));
    return told("hooks.rs");
  };
  const { workspace, told } = open();
  let readable = 0;
  for (let keys = 0; keys <= typed.length; keys++) {
    workspace.setText("/p/src/hooks.rs", text(keys));
    const now = told("hooks.rs");
    if (now.includes("analysis-cut-short")) continue;
    readable += 1;
    expect(now, JSON.stringify(typed.slice(0, keys))).toEqual(fresh(keys));
  }
  expect(readable).toBeGreaterThan(5);
  expect(told("hooks.rs").filter((it) => it === "call-result-ignored")).toHaveLength(3);
});

describe("an attribute that is typed above a function", () => {
  const guarded =
    '#[ic_cdk::update(guard = "is_owner")]\nfn set(n: u64) { N.set(n) }\nfn is_owner() -> Result<(), String> { Err(String::new()) }\n';
  const own = '#[ic_cdk::query(guard = "is_owner")]\nfn get() -> u64 { N.get() }\n';

  test("is not taken for one of that function, and says so", () => {
    const { workspace, told } = open();
    const text = (keys: number) => `${hooks}${own.slice(0, keys)}\n${guarded}`;
    workspace.setText("/p/src/hooks.rs", text(0));
    const before = told("hooks.rs");
    const end = own.indexOf("]") + 1;
    for (let keys = 1; keys < own.length; keys++) {
      workspace.setText("/p/src/hooks.rs", text(keys));
      expect(
        told("hooks.rs").filter((it) => it !== "analysis-cut-short"),
        own.slice(0, keys),
      ).toEqual(before);
    }
    workspace.setText("/p/src/hooks.rs", text(end));
    const [report] = workspace.snapshot().reports("/p/src/hooks.rs");
    expect(report?.message).toContain("attributes of two entry points");
    workspace.setText("/p/src/hooks.rs", text(own.length));
    expect(told("hooks.rs")).toEqual(before);
  });

  test("counts where the file was never otherwise", () => {
    const { workspace, told } = open();
    const text = `${hooks}#[ic_cdk::update]\n${guarded}${ignored}`;
    workspace.setText("/p/src/hooks.rs", text);
    workspace.setText("/p/src/hooks.rs", `${text}\n`);
    expect(told("hooks.rs")).toContain("call-result-ignored");
    expect(told("hooks.rs")).not.toContain("analysis-cut-short");
  });
});
