/** Large checks: cut into units, spread over threads, and still one result. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path, { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFiles } from "../../server/src/commandLine/checkFiles.ts";
import { planUnits } from "../../server/src/commandLine/checkUnits.ts";
import { readProject } from "../../server/src/project/projectModel.ts";
import { DiskFiles } from "../../server/src/workspace/diskFiles.ts";
import { projectRoot } from "../support/sourceFiles.ts";

let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "canister-workbench-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

const manifest = (name: string) =>
  `[package]\nname = "${name}"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n`;

/** A crate of so many modules, each with one finding in it. */
function crate(name: string, modules: number): Record<string, string> {
  const numbers = Array.from({ length: modules }, (_, index) => index);
  const module =
    'use ic_cdk::{call::Call, update};\n#[update]\nasync fn NAME(to: candid::Principal) -> u64 {\n    Call::bounded_wait(to, "g").await.unwrap().candid().unwrap()\n}\n';
  return {
    [`${name}/Cargo.toml`]: manifest(name),
    [`${name}/src/lib.rs`]: numbers.map((it) => `mod m${it};\n`).join(""),
    ...Object.fromEntries(numbers.map((it) => [`${name}/src/m${it}.rs`, module.replace("NAME", `f${it}`)])),
  };
}

const thread = pathToFileURL(join(projectRoot, "server/src/commandLine.ts"));

describe("threads", () => {
  test("two threads find what one finds, in the same order", async () => {
    write({
      ...crate("a", 150),
      ...crate("b", 150),
      ...crate("c", 10),
      "loose/x.did": "service : { f : (nothing) -> () }",
    });
    const alone = await checkFiles(folder);
    const together = await checkFiles(folder, { thread });
    expect(together.files).toEqual(alone.files);
    expect(together.reports).toEqual(alone.reports);
    expect(together.reports.filter((it) => it.rule === "call-result-unwrapped").length).toBeGreaterThanOrEqual(310);
    expect(together.reports.at(-1)?.path).toBe(join(folder, "loose/x.did"));
    expect(together.ruleProblems).toEqual([]);
  });

  test("what a thread fails to check is checked all the same", async () => {
    write({ ...crate("a", 150), ...crate("b", 150), "broken.mjs": 'throw new Error("no thread today");' });
    const alone = await checkFiles(folder);
    const together = await checkFiles(folder, { thread: pathToFileURL(join(folder, "broken.mjs")) });
    expect(together.reports).toEqual(alone.reports);
  });
});

describe("units", () => {
  const unitsOf = (target = folder) => {
    const view = new DiskFiles("watched");
    const project = readProject({ view, path, environment: {} }, [target]);
    return planUnits(project, target, view).map(({ crates, asked, files }) => ({
      crates: crates.map((it) => project.crates[it]?.cargoPackage.name),
      asked: asked.map((it) => project.crates[it]?.cargoPackage.name),
      files: files.map((it) => path.relative(folder, it).split(path.sep).join("/")).sort(),
    }));
  };

  test("projects stand alone; a file that no project has is one of its own, the heaviest unit comes first", () => {
    write({ ...crate("a", 1), ...crate("b", 3), "loose/x.did": "service : {}" });
    expect(unitsOf().map((it) => [it.crates, it.files])).toEqual([
      [["b"], ["b/Cargo.toml"]],
      [["a"], ["a/Cargo.toml"]],
      [[], ["loose/x.did"]],
    ]);
  });

  test("canisters of one dfx.json are checked together, with their interfaces wherever they lie", () => {
    const canister = (name: string) =>
      `"${name}": { "type": "rust", "package": "${name}", "candid": "../dids/${name}.did" }`;
    write({
      ...crate("app/a", 1),
      ...crate("app/b", 1),
      "app/a/Cargo.toml": manifest("a"),
      "app/b/Cargo.toml": manifest("b"),
      "app/Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
      "app/dfx.json": `{ "canisters": { ${canister("a")}, ${canister("b")} } }`,
      "dids/a.did": "service : {}",
      "dids/b.did": "service : {}",
    });
    const [unit, ...others] = unitsOf();
    expect(unit?.crates.sort()).toEqual(["a", "b"]);
    expect(unit?.files).toEqual(expect.arrayContaining(["app/dfx.json", "dids/a.did", "dids/b.did"]));
    expect(others).toEqual([]);
  });

  test("of a workspace's crates only those in the folder are asked for", () => {
    write({
      ...crate("a", 1),
      ...crate("b", 1),
      "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
    });
    expect(unitsOf(join(folder, "a"))).toEqual([{ crates: ["a", "b"], asked: ["a"], files: ["a/Cargo.toml"] }]);
  });
});
