import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LineIndex } from "../../server/src/base/lineIndex.ts";
import { parseCheckArguments, runCheck } from "../../server/src/commandLine/check.ts";
import { codeFrame } from "../../server/src/commandLine/codeFrame.ts";
import { printable } from "../../server/src/commandLine/commandOutput.ts";
import { documentedRule } from "../../server/src/commandLine/ruleDocs.ts";
import { type RecordedOutput, recordOutput } from "../support/commandOutput.ts";
import { cargo } from "../support/counterCrate.ts";
import { projectRoot } from "../support/sourceFiles.ts";

let folder = "";
const before = process.cwd();
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "canister-workbench-")));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

async function check(...words: string[]): Promise<{ code: number; output: RecordedOutput }> {
  const output = recordOutput();
  const args = parseCheckArguments(words);
  if (typeof args === "string") throw new Error(args);
  return { code: await runCheck(args, output), output };
}

const brokenManifest =
  'canisters:\n  - name: counter\n    recipe: { type: "@dfinity/rust", configuration: { package: contour } }\n';

describe("check", () => {
  test("an error: its line is marked, the exit code is 1", async () => {
    write({ "icp.yaml": brokenManifest, "Cargo.toml": cargo });
    const { code, output } = await check();
    expect(code).toBe(1);
    const lines = output.text.split("\n");
    expect(lines[0]).toMatch(/^error\[recipe-package-mismatch\]: .*`contour`.*`counter`/);
    expect(lines.slice(1, 5)).toEqual([
      " --> icp.yaml:3:64",
      "  |",
      `3 | ${brokenManifest.split("\n")[2]}`,
      `  | ${" ".repeat(63)}^^^^^^^`,
    ]);
    expect(output.text.trimEnd().split("\n").at(-1)).toMatch(/files? checked: 1 error$/);
  });

  test("opt-in rules speak with --all-rules only", async () => {
    const endpoint = "#[ic_cdk::query]\nfn debug_state() -> u64 { 3 }\n";
    write({ "Cargo.toml": cargo, "src/lib.rs": endpoint });
    const rulesOf = ({ output }: { output: RecordedOutput }) =>
      (JSON.parse(output.text) as { findings: { rule: string }[] }).findings.map((it) => it.rule);
    expect(rulesOf(await check("--format", "json"))).not.toContain("debug-endpoint-exported");
    expect(rulesOf(await check("--format", "json", "--all-rules"))).toContain("debug-endpoint-exported");
  });

  describe("severities of rules", () => {
    const severitiesOf = ({ output }: { output: RecordedOutput }) =>
      (JSON.parse(output.text) as { findings: { rule: string; severity: string }[] }).findings.map(
        (it) => `${it.severity} ${it.rule}`,
      );
    const json = ["--format", "json", "--severity", "hint"];
    const source = {
      "Cargo.toml": cargo,
      "src/lib.rs":
        "#[ic_cdk::query]\nfn debug_state() -> u64 { std::time::SystemTime::now().elapsed().unwrap().as_secs() }\nic_cdk::export_candid!();\n",
    };
    const found = async (...words: string[]) => severitiesOf(await check(...words, ...json));

    test("--rule gives them, and turns rules off and on", async () => {
      write(source);
      expect(await found()).toEqual(["error std-time"]);
      expect(await found("--rule", "std-time=hint")).toEqual(["hint std-time"]);
      expect(await found("--rule", "std-time=off", "--rule", "debug-endpoint-exported=on")).toEqual([
        "information debug-endpoint-exported",
      ]);
      const all = await found("--all-rules", "--rule", "debug-endpoint-exported=off");
      expect(all).toContain("hint lockfile-missing");
      expect(all).not.toContain("information debug-endpoint-exported");
    });

    test("--fail-on decides what the exit code is about, whatever is shown", async () => {
      write(source);
      const code = async (...words: string[]) => (await check(...words)).code;
      expect(await code("--rule", "std-time=warning")).toBe(0);
      expect(await code("--rule", "std-time=warning", "--fail-on", "warning")).toBe(1);
      expect(await code("--rule", "std-time=warning", "--fail-on", "warning", "--severity", "error")).toBe(1);
      expect(await code("--rule", "std-time=hint", "--fail-on", "information")).toBe(0);
    });

    test.each([
      ["one by one", '{\n  // ours\n  "canisterWorkbench.rules.std-time": "warning",\n}'],
      ["in an object", '{ "canisterWorkbench.rules": { "std-time": "warning" } }'],
      ["in objects", '{ "canisterWorkbench": { "rules": { "std-time": "warning" } } }'],
    ])("the editor's settings count, written %s", async (_, text) => {
      write({ ...source, ".vscode/settings.json": text });
      const { output } = await check(...json);
      expect(severitiesOf({ output })).toEqual(["warning std-time"]);
      expect(output.errors).toBe("Severities of rules: .vscode/settings.json\n");
      expect(await found("src/lib.rs")).toEqual(["warning std-time"]);
      expect(await found("--rule", "std-time=information")).toEqual(["information std-time"]);
    });

    test("settings above the repository, and those that make no sense, do not count", async () => {
      const text = '{ "canisterWorkbench.rules.std-time": "warning" }';
      write({ ...source, ".vscode/settings.json": '{ "canisterWorkbench.rules.std-time": 7' });
      expect(await found()).toEqual(["error std-time"]);
      const inner = Object.fromEntries(Object.entries(source).map(([file, it]) => [`inner/${file}`, it]));
      write({ ...inner, "inner/.git/HEAD": "", ".vscode/settings.json": text });
      expect(await found("inner")).toEqual(["error std-time"]);
    });
  });

  test("nothing wrong: exit code 0", async () => {
    write({ "icp.yaml": brokenManifest.replace("contour", "counter"), "Cargo.toml": cargo, "src/lib.rs": "" });
    const { code, output } = await check(".");
    expect([code, output.text.trim()]).toEqual([0, "3 files checked: nothing found"]);
  });

  test("a single file is checked in the light of its project", async () => {
    write({ "icp.yaml": brokenManifest, "Cargo.toml": cargo, "dfx.json": "{" });
    const { code, output } = await check("icp.yaml", "--format", "json");
    expect(code).toBe(1);
    expect(JSON.parse(output.text)).toMatchObject({
      version: 1,
      files: 1,
      findings: [
        {
          rule: "recipe-package-mismatch",
          severity: "error",
          path: "icp.yaml",
          start: { line: 3, column: 64 },
          end: { line: 3, column: 71 },
        },
      ],
    });
  });

  test("a Rust file of a crate: its findings, each explained once by its page", async () => {
    const lib =
      'use ic_cdk::{call::Call, update};\n\n#[update]\nasync fn f(to: candid::Principal) -> u64 {\n    Call::bounded_wait(to, "g").await.unwrap().candid::<(u64,)>().unwrap().0\n}\n';
    write({ "Cargo.toml": cargo, "src/lib.rs": lib, "tests/api.rs": lib });
    const inCrate = await check("src/lib.rs");
    expect(inCrate.output.text).toMatch(/^\w+\[call-decode-tuple\]: /m);
    expect(inCrate.output.errors).toBe("");
    const loose = await check("tests/api.rs");
    expect([loose.code, loose.output.text.trim()]).toEqual([0, "1 file checked: nothing found"]);
    expect(loose.output.errors).toContain("was not checked");
  });

  test("what is too large to be read is named, and the rest is checked", async () => {
    const comment = "// x\n".repeat((8 << 20) / 5 + 1);
    write({ "Cargo.toml": cargo, "src/lib.rs": "mod big;\nmod small;\n", "src/big.rs": comment, "a.did": comment });
    write({
      "src/small.rs":
        "#[ic_cdk::query]\nfn now() -> u64 { std::time::SystemTime::now().elapsed().unwrap().as_secs() }\n",
    });
    const { code, output } = await check();
    expect(code).toBe(1);
    expect(output.text).toContain("error[std-time]");
    expect(output.errors).toContain("a.did was not read: it is larger than 8 MiB.\n");
    expect(output.errors).toContain("src/big.rs was not read: it is larger than 8 MiB.\n");
    const json = await check("--format", "json");
    expect(JSON.parse(json.output.text).missing).toHaveLength(2);
    write({ "src/small.rs": "pub fn none() {}\n" });
    const passing = await check();
    expect([passing.code, passing.output.text]).toEqual([1, expect.stringContaining("nothing found")]);
    expect(passing.output.errors).toContain("The check is not complete, and fails for that; --allow-missing");
    const allowed = await check("--allow-missing");
    expect([allowed.code, allowed.output.errors.includes("not complete")]).toEqual([0, false]);
    const single = await check("a.did");
    expect(single.output.errors).toMatch(/^a\.did was not read: it is larger than 8 MiB\.\nThe check is not complete/);
    expect(single.code).toBe(1);
  });

  test.skipIf(process.getuid?.() === 0)("what may not be read is named, and the rest is checked", async () => {
    write({ "a.did": "service : {}", "b.did": "service : { f : (Foo) -> () }", "locked/c.did": "" });
    chmodSync("a.did", 0);
    chmodSync("locked", 0);
    const { output } = await check();
    chmodSync("locked", 0o755);
    expect(output.text).toContain("error[did-unbound-type]");
    expect(output.errors).toBe(
      "a.did was not read: its permissions do not allow it.\nlocked was not read: its permissions do not allow it.\n",
    );
  });

  test("one file that is nested too deep costs no other file its findings", async () => {
    const now = (name: string) =>
      `#[ic_cdk::query]\nfn ${name}() -> u64 { std::time::SystemTime::now().elapsed().unwrap().as_secs() }\n`;
    write({
      "Cargo.toml": cargo,
      "src/lib.rs": `mod deep;\n${now("one")}`,
      "src/deep.rs": `fn deep() -> u64 { ${"(".repeat(5_000)}1${")".repeat(5_000)} }\n${now("two")}`,
    });
    const { output } = await check("--format", "json");
    expect(output.errors).toBe("");
    const { findings } = JSON.parse(output.text) as { findings: { rule: string; path: string }[] };
    expect(findings.map((it) => `${it.path} ${it.rule}`)).toEqual([
      "src/deep.rs analysis-cut-short",
      "src/deep.rs std-time",
      "src/lib.rs std-time",
    ]);
  });

  test("a folder with nothing to check says so", async () => {
    const { code, output } = await check();
    expect([code, output.text.trim()]).toEqual([0, "0 files checked: nothing found"]);
    expect(output.errors).toContain("no Cargo package that depends on ic-cdk");
  });

  test("what others built, fetched or stored is left alone", async () => {
    const skipped = ["target", "node_modules", ".git", ".dfx"];
    write(Object.fromEntries(skipped.map((it) => [`${it}/x/icp.yaml`, "canisters: 5"])));
    write({ "own/icp.yaml": "canisters: 5" });
    const { output } = await check("--format", "json");
    expect(JSON.parse(output.text).findings.map((it: { path: string }) => it.path)).toEqual(["own/icp.yaml"]);
  });

  test("related places follow as notes", async () => {
    write({
      "icp.yaml": 'canisters:\n  - { name: a, recipe: { type: "@x/y" } }\n  - { name: a, recipe: { type: "@x/y" } }\n',
    });
    const { output } = await check();
    expect(output.text).toContain("note: the first one\n --> icp.yaml:2:13\n  |\n2 |   - { name: a, recipe");
    expect(output.text).toContain(`\n  | ${" ".repeat(12)}-\n`);
  });

  test("--severity hides what matters less, and says so", async () => {
    write({ "icp.yaml": "canisters:\n  - crates/*\n" });
    const all = await check("--severity", "warning");
    expect([all.code, all.output.text]).toEqual([0, expect.stringContaining("warning[manifest-file-missing]")]);
    const errors = await check("--severity", "error");
    expect([errors.code, errors.output.text.trim()]).toEqual([
      0,
      "1 file checked: 1 warning (1 not shown, see --severity)",
    ]);
  });

  test("SARIF names files relative to a root, with regions from one", async () => {
    write({ "my project/icp.yaml": brokenManifest, "my project/Cargo.toml": cargo });
    const { code, output } = await check("--format", "sarif");
    expect(code).toBe(1);
    const log = JSON.parse(output.text);
    expect(log).toMatchObject({ version: "2.1.0", $schema: expect.stringContaining("sarif-2.1.0") });
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({
      name: "Canister Workbench",
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(run.originalUriBaseIds.ROOT.uri).toMatch(/^file:\/\/\/.*\/$/);
    expect(run.results).toMatchObject([
      {
        ruleId: "recipe-package-mismatch",
        level: "error",
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "my%20project/icp.yaml", uriBaseId: "ROOT" },
              region: { startLine: 3, startColumn: 64, endLine: 3, endColumn: 71 },
            },
          },
        ],
      },
    ]);
    expect(run.tool.driver.rules[run.results[0].ruleIndex]).toMatchObject({
      id: "recipe-package-mismatch",
      help: { text: expect.stringMatching(/\w+/), markdown: expect.stringContaining("## Bad") },
      defaultConfiguration: { level: "error" },
    });
    expect(run.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  test("in SARIF a finding keeps its fingerprint when lines move, and equal lines have different ones", async () => {
    const line = "    let _ = std::time::SystemTime::now();\n";
    const prints = async (text: string) => {
      write({ "Cargo.toml": cargo, "src/lib.rs": text });
      const { output } = await check("--format", "sarif");
      const [run] = JSON.parse(output.text).runs;
      return run.results.map((it: { partialFingerprints: object }) => Object.values(it.partialFingerprints)[0]);
    };
    const first = await prints(`#[ic_cdk::query]\nfn now() {\n${line}${line}}\n`);
    expect(new Set(first).size).toBe(2);
    expect(await prints(`// Moved.\n\n#[ic_cdk::query]\nfn now() {\n${line}    ${line}}\n`)).toEqual(first);
  });

  test("every page of a rule belongs to a rule that SARIF can describe", () => {
    const pages = readdirSync(join(projectRoot, "media/rules")).map((it) => it.replace(/\.md$/, ""));
    expect(pages.filter((it) => documentedRule(it) === undefined)).toEqual([]);
  });

  test("a revision that git does not know is refused, so that nobody believes to have compared with it", async () => {
    write({ "a.did": "service : {}" });
    const { code, output } = await check("--against", "v1.2.0");
    expect([code, output.text]).toEqual([2, ""]);
    expect(output.errors).toContain("git knows no revision `v1.2.0` here.");
  });

  test.each([
    ["nowhere", "There is no file or folder `nowhere`."],
    ["readme.txt", "`readme.txt` is no Rust file, Candid file or manifest."],
  ])("%s cannot be checked: exit code 2", async (target, message) => {
    write({ "readme.txt": "" });
    const { code, output } = await check(target);
    expect([code, output.text]).toEqual([2, ""]);
    expect(output.errors).toContain(message);
  });
});

describe("arguments of check", () => {
  test("the defaults are the folder, text, and everything but hints", () => {
    expect(parseCheckArguments([])).toEqual({
      target: ".",
      format: "text",
      severity: "information",
      failOn: "error",
      allRules: false,
      rules: new Map(),
      against: "HEAD",
      allowMissing: false,
    });
  });

  test.each([
    [["--format", "xml"], /xml/],
    [["--severity", "fatal"], /fatal/],
    [["a", "b"], /one folder or file/],
    [["--fail-on", "never"], /never/],
    [["--rule", "std-time"], /RULE=SEVERITY/],
    [["--rule", "std-tim=off"], /no rule `std-tim`/],
    [["--rule", "std-time=loud"], /no severity `loud`/],
    [["--unknown"], /--unknown/],
  ])("%j is refused", (words, message) => {
    expect(parseCheckArguments(words)).toMatch(message);
  });
});

describe("code frames", () => {
  const frame = (text: string, start: number, end: number) => {
    const place = { displayPath: "a.rs", lines: new LineIndex(text), range: { start, end } };
    return codeFrame({ color: false }, place, { mark: "^", style: "red" }).split("\n");
  };

  test("tabs become spaces, in the line and below it", () => {
    expect(frame("\tx();", 1, 2).slice(2)).toEqual(["1 |     x();", "  |     ^"]);
  });

  test("a range over several lines is marked to the end of its first", () => {
    expect(frame("a\nbb {\n}\n", 3, 8).slice(2)).toEqual(["2 | bb {", "  |  ^^^"]);
  });

  test("an empty range and one behind the end still get a mark", () => {
    expect(frame("ab", 1, 1)[3]).toBe("  |  ^");
    expect(frame("", 5, 9)[3]).toBe("  | ^");
  });

  test("characters that take two columns get two marks", () => {
    expect(frame("漢字 x", 0, 2)[3]).toBe("  | ^^^^");
  });

  test("of a long line only the surroundings are shown", () => {
    const text = `${"a".repeat(300)}bb${"c".repeat(300)}`;
    expect(frame(text, 300, 302)).toEqual([
      " --> a.rs:1:301",
      "  |",
      `1 | …${"a".repeat(60)}bb${"c".repeat(178)}…`,
      `  | ${" ".repeat(61)}^^`,
    ]);
    expect(frame("a".repeat(240), 0, 240)[2]).toBe(`1 | ${"a".repeat(240)}`);
    expect(frame("a".repeat(241), 0, 241).slice(2)).toEqual([`1 | ${"a".repeat(240)}…`, `  | ${"^".repeat(240)}`]);
    expect(frame("a".repeat(241), 241, 241).slice(2)).toEqual([`1 | …${"a".repeat(240)}`, `  | ${" ".repeat(241)}^`]);
  });

  test("escape sequences of a source file are shown, not obeyed", () => {
    expect(frame("\u001b[2J", 0, 1)[2]).toBe("1 | \\u{1b}[2J");
    expect(printable("a\u202eb\nc\td")).toBe("a\\u{202e}b\nc\td");
  });
});
