import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { CodeAction, Diagnostic } from "vscode-languageserver-types";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { codeActions, fixAllKind } from "../../server/src/features/codeActions.ts";
import { diagnostics } from "../../server/src/features/diagnostics.ts";
import { type Report, readRuleSettings, withSettings } from "../../server/src/workspace/report.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { memoryFiles } from "../support/memoryFiles.ts";
import { loadParser } from "../support/rustCrate.ts";

const cargo =
  '[package]\nname = "backend"\n\n[lib]\n\n[dependencies]\nic-cdk = "0.20"\n[profile.release]\nlto = true\n';
const icp = 'canisters: [{ name: backend, recipe: { type: "@dfinity/rust" } }]\n';
const addressOf = (path: string) => `file://${path}`;

function ask(files: Record<string, string>, path: string, options: { only?: string[]; rules?: unknown } = {}) {
  const view = memoryFiles(files);
  const workspace = new Workspace({ disk: { ...view, forget: () => {} }, path: posix, environment: {} });
  workspace.setFolders(["/p"]);
  const snapshot = workspace.snapshot();
  const settings = readRuleSettings(options.rules);
  const found = diagnostics(snapshot, path, settings, addressOf);
  const range = { start: 0, end: files[path]?.length ?? 0 };
  const question = { path, range, diagnostics: found, ...(options.only && { only: options.only }) };
  return { found, actions: codeActions(snapshot, question, settings, addressOf) };
}

function applied(text: string, action: CodeAction | undefined): string {
  const document = TextDocument.create("file:///p/Cargo.toml", "toml", 1, text);
  return TextDocument.applyEdits(document, action?.edit?.changes?.["file:///p/Cargo.toml"] ?? []);
}

describe("code actions", () => {
  const files = { "/p/Cargo.toml": cargo, "/p/icp.yaml": icp, "/p/src/lib.rs": "" };
  const fixed = cargo.replace("[lib]\n", '[lib]\ncrate-type = ["cdylib"]\n');

  test("a safe fix is preferred, belongs to its diagnostic, and mends the text", () => {
    const { found, actions } = ask(files, "/p/Cargo.toml");
    expect(found.map((it) => it.code)).toEqual(["missing-cdylib"]);
    expect(actions.map((it) => [it.title, it.kind, it.isPreferred])).toEqual([
      ["Compile the library to Wasm: add `cdylib`", "quickfix", true],
      ["Explain missing-cdylib", "quickfix", undefined],
      ["Fix all safe Canister Workbench problems", fixAllKind, undefined],
    ]);
    expect(actions[0]?.diagnostics).toEqual<Diagnostic[]>(found);
    expect(applied(cargo, actions[0])).toBe(fixed);
    expect(ask({ ...files, "/p/Cargo.toml": fixed }, "/p/Cargo.toml").actions).toEqual([]);
  });

  test.each([
    [["source.fixAll"], [fixAllKind]],
    [[fixAllKind], [fixAllKind]],
    [["source"], [fixAllKind]],
    [["quickfix"], ["quickfix", "quickfix"]],
    [["refactor"], []],
    [["quick"], []],
  ])("asked only for %j", (only, kinds) => {
    const { actions } = ask(files, "/p/Cargo.toml", { only });
    expect(actions.map((it) => it.kind)).toEqual(kinds);
  });

  test("all safe fixes at once give the same text as the one", () => {
    const { actions } = ask(files, "/p/Cargo.toml", { only: ["source.fixAll"] });
    expect(applied(cargo, actions[0])).toBe(fixed);
  });

  test("what several findings offer alike is offered once; what mends comes first, what silences last", async () => {
    const parser = await loadParser();
    const source = [
      "#[ic_cdk::update]",
      "async fn f(to: candid::Principal) -> u64 {",
      '    let reply: (u64,) = ic_cdk::call::Call::bounded_wait(to, "g").await.expect("it answers").candid().unwrap();',
      '    println!("{}", reply.0);',
      "    reply.0",
      "}",
      "",
    ].join("\n");
    const all = { "/p/Cargo.toml": fixed, "/p/src/lib.rs": source };
    const view = memoryFiles(all);
    const rustFacts = new RustFacts(parser);
    const workspace = new Workspace({ disk: { ...view, forget: () => {} }, path: posix, environment: {}, rustFacts });
    workspace.setFolders(["/p"]);
    const snapshot = workspace.snapshot();
    const path = "/p/src/lib.rs";
    const found = diagnostics(snapshot, path, new Map(), addressOf);
    const codes = found.map((it) => String(it.code));
    expect(codes.filter((it) => it === "call-result-unwrapped")).toHaveLength(2);
    const range = { start: source.indexOf("let reply"), end: source.indexOf("reply.0\n") };
    const actions = codeActions(snapshot, { path, range, diagnostics: found }, new Map(), addressOf);
    const titles = actions.map((it) => it.title);
    expect(new Set(titles).size).toBe(titles.length);
    const ranks = titles.map((it) =>
      ["Explain", "Allow", "Fix all"].indexOf(/^(Allow|Explain|Fix all)/.exec(it)?.[0] ?? ""),
    );
    expect(new Set(ranks).size).toBe(4);
    expect(ranks).toEqual(ranks.toSorted());
    const explained = actions.find((it) => it.title === "Explain call-result-unwrapped");
    expect(explained?.diagnostics).toHaveLength(2);
  });

  test("a rule that the settings silence offers nothing", () => {
    expect(ask(files, "/p/Cargo.toml", { rules: { "missing-cdylib": "off" } })).toEqual({ found: [], actions: [] });
  });

  test("settings that make no sense are left out", () => {
    expect([...readRuleSettings({ a: "off", b: "loud", c: 1, d: "hint", e: "on" })]).toEqual([
      ["a", "off"],
      ["d", "hint"],
      ["e", "on"],
    ]);
    expect([readRuleSettings(null).size, readRuleSettings("off").size, readRuleSettings(undefined).size]).toEqual([
      0, 0, 0,
    ]);
  });
});

describe("settings of opt-in rules", () => {
  const report = (rule: string): Report => ({
    rule,
    severity: "warning",
    path: "/p/src/lib.rs",
    range: { start: 0, end: 1 },
    message: "",
    related: [],
    fixes: [],
    tags: [],
  });
  const shown = (settings: unknown) =>
    withSettings([report("oneway-on-transfer"), report("trap-after-await")], readRuleSettings(settings)).map(
      (it) => `${it.rule} ${it.severity}`,
    );

  test.each<[unknown, string[]]>([
    [{}, ["trap-after-await warning"]],
    [{ "oneway-on-transfer": "default" }, ["trap-after-await warning"]],
    [{ "oneway-on-transfer": "on" }, ["oneway-on-transfer warning", "trap-after-await warning"]],
    [{ "oneway-on-transfer": "error" }, ["oneway-on-transfer error", "trap-after-await warning"]],
    [{ "oneway-on-transfer": "hint", "trap-after-await": "off" }, ["oneway-on-transfer hint"]],
    [{ "oneway-on-transfer": "off", "trap-after-await": "on" }, ["trap-after-await warning"]],
  ])("%j", (settings, expected) => {
    expect(shown(settings)).toEqual(expected);
  });
});
