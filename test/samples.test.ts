/** The checked-in modules and interfaces of media/samples belong to the sources beside them. Needs no cargo. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readIcpYaml } from "../server/src/project/icpYaml.ts";
import {
  exportedInterface,
  hashOfSources,
  recordPath,
  type SampleRecord,
  samplePackages,
  sha256,
} from "./support/samples.ts";

const record = JSON.parse(readFileSync(recordPath, "utf8")) as SampleRecord;
const packages = samplePackages();

test("every module is recorded, and nothing else is", () => {
  expect(Object.keys(record.modules)).toEqual(packages.map((it) => `${it.sample}/${it.name}`).sort());
});

test("a sample can be opened by itself", () => {
  for (const { workspace } of packages) {
    for (const name of ["icp.yaml", "Cargo.toml", "Cargo.lock", "README.md"]) {
      expect(existsSync(`${workspace}/${name}`), `${workspace}/${name}`).toBe(true);
    }
  }
});

test("every icp.yaml names packages and interfaces that exist", () => {
  for (const workspace of new Set(packages.map((it) => it.workspace))) {
    const { facts, problems } = readIcpYaml(readFileSync(join(workspace, "icp.yaml"), "utf8"));
    expect(problems).toEqual([]);
    expect(facts.canisters.length).toBeGreaterThan(0);
    for (const item of facts.canisters) {
      const configuration = item.kind === "inline" ? item.canister.recipe?.configuration : undefined;
      const declared = packages.find(
        (it) => it.workspace === workspace && it.name === configuration?.get("package")?.value,
      );
      expect(declared?.didPath).toBe(join(workspace, configuration?.get("candid")?.value ?? ""));
    }
  }
});

describe.each(packages)("$sample/$name", (it) => {
  const wasm = readFileSync(it.wasmPath);
  const recorded = record.modules[`${it.sample}/${it.name}`];

  test("is built from the sources as they are (otherwise run `npm run samples`)", () => {
    expect(hashOfSources(it)).toBe(recorded?.sources);
    expect(sha256(wasm)).toBe(recorded?.wasm);
    expect(wasm.length).toBe(recorded?.bytes);
  });

  test("exports the interface of its .did file", () => {
    expect(exportedInterface(wasm)).toBe(readFileSync(it.didPath, "utf8").replaceAll("\r\n", "\n"));
  });

  test("is smaller than 1 MB and names no folder of the machine that built it", () => {
    expect(wasm.length).toBeLessThan(1_000_000);
    expect(wasm.toString("latin1")).not.toMatch(/\/(root|home|Users|work|opt|tmp)\/|[A-Z]:\\Users/);
  });
});
