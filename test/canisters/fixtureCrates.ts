/** Crates of the rules' fixtures: for each version of ic-cdk one, with a target for each case, checked by cargo. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FixtureCase, fixtureCases } from "../support/annotations.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const source = join(projectRoot, "test/canisters/rules");
const cache = join(process.env["CANISTER_WORKBENCH_CACHE"] ?? join(projectRoot, ".cache"), "rule-fixtures");

/** A case of a fixture as a target of the crate of its ic-cdk version. */
export interface CaseTarget {
  readonly rule: string;
  readonly case: FixtureCase;
  /** Name of cargo's target. */
  readonly target: string;
  /** Of ic-cdk: `0.17`. */
  readonly release: string;
}

/** Every case of every fixture. */
export function caseTargets(): CaseTarget[] {
  const folder = join(projectRoot, "test/rules");
  return readdirSync(folder)
    .filter((it) => it.endsWith(".rs"))
    .flatMap((file) => {
      const rule = file.slice(0, -".rs".length);
      return fixtureCases(readFileSync(join(folder, file), "utf8")).map((it, index) => ({
        rule,
        case: it,
        target: `${rule.replaceAll("-", "_")}_${index + 1}`,
        release: it.cdkVersion.split(".").slice(0, 2).join("."),
      }));
    });
}

/**
 * Lets cargo check the cases of one release of ic-cdk. Gives the compiler's errors by target; an empty list for a case
 * that compiles. Throws when cargo fails for a reason that lies in no case.
 */
export function checkCases(release: string, targets: readonly CaseTarget[]): Map<string, string[]> {
  const folder = writeCrate(release, targets);
  const words = ["check", "--examples", "--keep-going", "--locked", "--target", "wasm32-unknown-unknown"];
  const { stdout, stderr } = spawnSync("cargo", [...words, "--message-format", "json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, CARGO_TARGET_DIR: join(cache, "target") },
  });
  const errors = new Map(targets.map((it): [string, string[]] => [it.target, []]));
  const reached = new Set<string>();
  for (const line of stdout.split("\n").filter((it) => it.startsWith("{"))) {
    const message = JSON.parse(line);
    const found = errors.get(message.target?.name);
    if (found === undefined) continue;
    reached.add(message.target.name);
    if (message.reason === "compiler-message" && message.message.level === "error")
      found.push(message.message.rendered);
  }
  const missing = targets.find((it) => !reached.has(it.target));
  if (missing !== undefined) throw new Error(`cargo did not reach ${missing.target}:\n${stderr.slice(-4000)}`);
  return errors;
}

/** Writes the crate of a release outside the source tree, with a target for each case. */
function writeCrate(release: string, targets: readonly CaseTarget[]): string {
  const folder = join(cache, `cdk_${release}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "examples"), { recursive: true });
  cpSync(join(source, `cdk_${release}`), folder, { recursive: true });
  cpSync(join(source, "src"), join(folder, "src"), { recursive: true });
  const examples = targets.map(({ target, case: { text } }) => {
    writeFileSync(join(folder, "examples", `${target}.rs`), sourceOf(text));
    return `[[example]]\nname = "${target}"\npath = "examples/${target}.rs"\ncrate-type = ["lib"]\n`;
  });
  const manifest = join(folder, "Cargo.toml");
  writeFileSync(manifest, `${readFileSync(manifest, "utf8")}\n${examples.join("")}`);
  return folder;
}

/** Attributes of the file stand before everything else. */
function sourceOf(text: string): string {
  const inner = /^(?:#!\[.*\]\n)*/.exec(text)?.[0] ?? "";
  return `#![allow(warnings)]\n${inner}use surroundings::*;\n${text.slice(inner.length)}`;
}
