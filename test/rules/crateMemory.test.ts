/** What is remembered from check to check changes nothing that is found: the findings are those of the texts alone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FunctionIndex } from "../../server/src/analysis/functionIndex.ts";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { CrateMemory } from "../../server/src/rules/crateMemory.ts";
import { rules } from "../../server/src/rules/registry.ts";
import type { Finding, Rule } from "../../server/src/rules/rule.ts";
import { editCrate } from "../support/crateEdits.ts";
import { Dice } from "../support/dice.ts";
import { crateTexts, type GeneratedCrate, generateCrate } from "../support/generatedCrate.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";
import { projectRoot, sourceFiles } from "../support/sourceFiles.ts";

const parser = await loadParser();

/** What happens to a text; `crate` edits the generated part. */
const whats = ["crate", "crate", "crate", "crate", "insert", "delete", "double", "swap", "await", "name"];

/** A generated crate with the fixtures of some rules beside it, and what is done to their texts. */
class EditedCrate {
  readonly files: Record<string, string> = {};
  private readonly dice: Dice;
  private readonly crate: GeneratedCrate;
  private readonly fixtures: Record<string, string> = {};

  constructor(dice: Dice) {
    this.dice = dice;
    this.crate = generateCrate(dice, { files: 9, modulesOfArea: 3, functionsOfModule: 5 });
    for (let more = 4; more > 0; more--) {
      const rule = rules[dice.roll(rules.length)]?.id ?? "";
      this.fixtures[rule.replaceAll("-", "_")] = readFileSync(join(projectRoot, `test/rules/${rule}.rs`), "utf8");
    }
    this.write();
  }

  edit(): string {
    const [name, text] = Object.entries(this.fixtures)[this.dice.roll(Object.keys(this.fixtures).length)] ?? ["", ""];
    const lines = text.split("\n");
    const at = this.dice.roll(lines.length);
    const [line = ""] = lines.slice(at);
    const what = whats[this.dice.roll(whats.length)] ?? "";
    if (what === "insert") lines.splice(at, 0, "// canister-workbench: allow(await-in-loop) because it is small");
    if (what === "delete") lines.splice(at, 1);
    if (what === "double") lines.splice(at, 0, line);
    if (what === "swap") lines.splice(at, 2, lines[at + 1] ?? "", line);
    if (what === "await")
      lines[at] = line.includes(".await") ? line.replace(".await", "") : line.replace(");", ").await;");
    if (what === "name") lines[at] = line.replace(/\bfn (\w+)/, "fn $1_too");
    this.fixtures[name] = lines.join("\n");
    const told = what === "crate" ? editCrate(this.dice, this.crate) : `${what} line ${at + 1} of ${name}`;
    this.write();
    return told;
  }

  private write(): void {
    for (const path of Object.keys(this.files)) delete this.files[path];
    for (const [path, it] of Object.entries(crateTexts(this.crate))) this.files[path.slice("src/".length)] = it;
    for (const [name, it] of Object.entries(this.fixtures)) this.files[`${name}.rs`] = it;
    const modules = Object.keys(this.fixtures).map((it) => `mod ${it};\n`);
    this.files["lib.rs"] = `${modules.join("")}${this.files["lib.rs"] ?? ""}`;
  }
}

function told({ rule, path, range, severity, confidence, message, related, fixes }: Finding): string {
  return JSON.stringify([rule, path, range, severity, confidence, message, related, fixes]);
}

describe("what is remembered from check to check", () => {
  for (let seed = 1; seed <= 16; seed++) {
    test(`changes nothing that is found, seed ${seed}`, () => {
      const crate = new EditedCrate(new Dice(seed));
      const sources = crateOf(crate.files);
      const facts = new RustFacts(parser);
      const memory = new CrateMemory();
      const edits: string[] = [];
      let most = 0;
      for (let edit = 0; edit < 30; edit++) {
        const remembered = checkCrate(sources, facts, { memory });
        const afresh = checkCrate(sources, facts);
        expect(remembered.problems).toEqual([]);
        const [found, wanted] = [new Set(remembered.findings.map(told)), new Set(afresh.findings.map(told))];
        const lost = [...wanted].filter((it) => !found.has(it));
        const stale = [...found].filter((it) => !wanted.has(it));
        expect({ lost, stale }, `edit ${edit}: ${edits.slice(-2).join(", ")}`).toEqual({ lost: [], stale: [] });
        expect(remembered.findings.map(told)).toEqual(afresh.findings.map(told));
        most = Math.max(most, found.size);
        edits.push(crate.edit());
      }
      expect(most).toBeGreaterThan(5);
    });
  }

  test("a function is judged again only when something changed that was looked at", () => {
    const judged: string[] = [];
    const rule = {
      id: "counting",
      severity: "hint" as const,
      isPerFunction: true as const,
      docs: { what: "", why: "", instead: "" },
      check: (canister: Parameters<(typeof rules)[number]["check"]>[0]) => {
        for (const it of canister.functions) judged.push(it.summary.mayTrap ? `${it.name} may trap` : it.name);
      },
    };
    const files = { "lib.rs": "mod a;\nfn first() { second() }\nfn second() {}\n", "a.rs": "fn third() {}" };
    const sources = crateOf(files);
    const facts = new RustFacts(parser);
    const memory = new CrateMemory();
    const check = () => {
      judged.length = 0;
      checkCrate(sources, facts, { memory, rules: [rule] });
      return judged;
    };
    expect(check()).toEqual(["first", "second", "third"]);
    expect(check()).toEqual([]);
    files["lib.rs"] = "mod a;\nfn first() { second() }\nfn second() { panic!() }\n";
    // That `second` may trap is part of what `first` does.
    expect(check()).toEqual(["first may trap", "second may trap"]);
    files["lib.rs"] = 'mod a;\nfn first() { second() }\nfn second() { panic!("no") }\n';
    expect(check()).toEqual([]);
  });

  for (const isPerFunction of [true, undefined]) {
    test(`what is found ${isPerFunction ? "in a function" : "in a crate"} moves along with a text that is edited around it`, () => {
      const judged: string[] = [];
      const rule = {
        id: "counting",
        severity: "hint" as const,
        ...(isPerFunction && { isPerFunction }),
        docs: { what: "", why: "", instead: "" },
        check: (canister: Parameters<Rule["check"]>[0], report: Parameters<Rule["check"]>[1]) => {
          for (const it of canister.functions) {
            if (it.name !== "marked") continue;
            judged.push(it.name);
            const { path, range, bodyRange } = it;
            const body = canister.textIn(path, bodyRange?.start ?? 0, bodyRange?.end);
            const start = (bodyRange?.start ?? 0) + body.indexOf("risky");
            const edits = [{ path, range: { start, end: start + 5 }, newText: "safe" }];
            report({
              confidence: "high",
              path,
              range: { start, end: start + 5 },
              message: "found",
              related: [{ path, range, message: "in here" }],
              fixes: [{ title: "mend", kind: "safe", edits }],
            });
          }
        },
      };
      const files = { "lib.rs": "fn first() {}\nfn marked() { risky() }\nfn last() {}\n" };
      const sources = crateOf(files);
      const facts = new RustFacts(parser);
      const memory = new CrateMemory();
      const check = () => {
        judged.length = 0;
        const { findings } = checkCrate(sources, facts, { memory, rules: [rule] });
        const afresh = checkCrate(sources, facts, { rules: [rule] });
        judged.splice(judged.lastIndexOf("marked"), 1);
        expect(findings.map(told)).toEqual(afresh.findings.map(told));
        return { judged: judged.length, at: findings.map((it) => it.range.start) };
      };
      expect(check()).toEqual({ judged: 1, at: [28] });
      files["lib.rs"] = "fn first() { other() }\nfn marked() { risky() }\nfn last() {}\n";
      expect(check()).toEqual({ judged: 0, at: [37] });
      files["lib.rs"] = "fn first() { other() }\nfn marked() { risky() }\nfn last() { other() }\n";
      expect(check()).toEqual({ judged: 0, at: [37] });
      files["lib.rs"] = "fn first() {}\nfn marked() { ; risky() }\nfn last() {}\n";
      expect(check()).toEqual({ judged: 1, at: [30] });
    });
  }

  test("a rule about the whole crate is asked again only when something changed that it looked at", () => {
    let asked = 0;
    const read: string[] = [];
    const indexed = new FunctionIndex((it) => {
      read.push(it.name);
      return it.calls.filter((call) => call.path === "second");
    });
    const rule = {
      id: "counting",
      severity: "hint" as const,
      docs: { what: "", why: "", instead: "" },
      check: (canister: Parameters<(typeof rules)[number]["check"]>[0]) => {
        asked += 1;
        if (canister.functions.some((it) => it.names.has("risky"))) indexed.of(canister);
      },
    };
    const files = { "lib.rs": "mod a;\nfn first() { second() }\nfn second() { risky() }\n", "a.rs": "fn third() {}" };
    const sources = crateOf(files);
    const facts = new RustFacts(parser);
    const memory = new CrateMemory();
    const check = () => {
      read.length = 0;
      checkCrate(sources, facts, { memory, rules: [rule] });
      return { asked, read: [...read] };
    };
    expect(check()).toEqual({ asked: 1, read: ["first", "second", "third"] });
    expect(check()).toEqual({ asked: 1, read: [] });
    files["a.rs"] = "fn third() { other() }";
    // It calls nothing that the index is about, and has no name that the rule asks for.
    expect(check()).toEqual({ asked: 1, read: ["third"] });
    files["a.rs"] = "fn third() { second() }";
    expect(check()).toEqual({ asked: 2, read: ["third"] });
    files["lib.rs"] = "mod a;\nfn first() { second() }\nfn second() { harmless() }\n";
    expect(check()).toEqual({ asked: 3, read: [] });
    files["lib.rs"] = "mod a;\nfn first() { second() }\n// moved\nfn second() { harmless() }\n";
    expect(check()).toEqual({ asked: 3, read: [] });
    files["lib.rs"] = "mod a;\nfn first() { second() }\nfn second() { harmless() }\nfn fourth() {}\n";
    expect(check()).toEqual({ asked: 4, read: [] });
  });

  test("no cache is keyed by a canister, which lasts while it changes", () => {
    const keyed = sourceFiles("server/src").filter((it) =>
      /WeakMap<(CanisterModel|ModelFunction|readonly ModelFunction\[\])\b/.test(
        readFileSync(join(projectRoot, it.path), "utf8"),
      ),
    );
    expect(keyed.map((it) => it.path)).toEqual(["server/src/rules/knownFindings.ts"]);
  });
});
