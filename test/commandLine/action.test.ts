/** The action for GitHub, and the workflow that the README shows: both have to name what there is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cargo } from "../support/counterCrate.ts";
import { entryScript } from "../support/entryScript.ts";
import { projectRoot } from "../support/sourceFiles.ts";

interface ActionStep {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
}

const text = readFileSync(join(projectRoot, "action.yml"), "utf8");
const action: Action = parse(text);
const readme = readFileSync(join(projectRoot, "README.md"), "utf8");
const [, workflow = ""] = /```yaml\n(name: Canisters\n[\s\S]*?)```/.exec(readme) ?? [];

let folder: string | undefined;
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
});

describe("the action", () => {
  test("uses every input, and no other", () => {
    const used = [...text.matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name = ""]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  test("gives no input to the shell as a part of its script", () => {
    for (const { run = "" } of action.runs.steps) expect(run).not.toContain("${{");
  });

  test("checks with the defaults of its inputs, writes SARIF and fails on errors", () => {
    const check = action.runs.steps.find((it) => it.name === "Check");
    folder = mkdtempSync(join(tmpdir(), "action-"));
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "Cargo.toml"), cargo);
    const environment = Object.fromEntries(
      Object.entries(check?.env ?? {}).map(([name, value]) => {
        const [, input] = /inputs\.([\w-]+)/.exec(value) ?? [];
        return [name, input === undefined ? projectRoot : (action.inputs[input]?.default ?? "")];
      }),
    );
    // The bundle may be older than the sources that this test is about.
    const script = (check?.run ?? "").replace("$ACTION/server/out/commandLine.cjs", entryScript("commandLine"));
    const run = (source: string) => {
      writeFileSync(join(folder ?? "", "src/lib.rs"), source);
      const env = { ...process.env, ...environment, PATH: `${join(process.execPath, "..")}:${process.env.PATH}` };
      const { status, stderr } = spawnSync("bash", ["-e", "-c", script], { cwd: folder, env, encoding: "utf8" });
      const log = JSON.parse(readFileSync(join(folder ?? "", "canister-workbench.sarif"), "utf8"));
      return { status, stderr, rules: log.runs[0].results.map((it: { ruleId: string }) => it.ruleId) };
    };
    expect(run("")).toEqual({ status: 0, stderr: "", rules: [] });
    const late = "#[ic_cdk::query]\nfn f() { std::thread::spawn(|| ()); }\nic_cdk::export_candid!();\n";
    expect(run(late)).toEqual({ status: 1, stderr: "", rules: ["std-thread"] });
  });
});

test("the README's workflow gives the action what it takes, and uploads what it writes", () => {
  const { jobs, permissions } = parse(workflow) as {
    jobs: { check: { steps: (ActionStep & { id?: string; if?: string })[] } };
    permissions: Record<string, string>;
  };
  expect(permissions).toEqual({ contents: "read", "security-events": "write" });
  const own = jobs.check.steps.find((it) => it.uses?.includes("/canister-workbench@"));
  expect(Object.keys(own?.with ?? {}).filter((it) => !(it in action.inputs))).toEqual([]);
  const upload = jobs.check.steps.find((it) => it.uses?.includes("/upload-sarif@"));
  for (const [, output = ""] of JSON.stringify(upload).matchAll(/outputs\.([\w-]+)/g)) {
    expect(Object.keys(action.outputs)).toContain(output);
  }
  expect(JSON.stringify(upload)).toContain(`steps.${own?.id}.outputs`);
});
