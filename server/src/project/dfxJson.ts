import { readJson } from "./jsonText.ts";
import type { Located, ManifestProblem, ManifestReading } from "./manifestProblem.ts";
import {
  field,
  listField,
  type ManifestMap,
  mapField,
  type ProblemSink,
  shapeProblem,
  textField,
  textsField,
} from "./manifestValue.ts";

/** What a dfx.json says about canisters. */
export interface DfxFacts {
  readonly canisters: readonly DfxCanister[];
}

/** Kinds of canisters that dfx builds; a missing type means `motoko`. */
export type DfxCanisterType = "rust" | "motoko" | "assets" | "custom" | "pull";

/** A canister of a dfx.json. */
export interface DfxCanister {
  readonly name: Located<string>;
  readonly type: DfxCanisterType;
  readonly package?: Located<string>;
  readonly candid?: Located<string>;
  readonly wasm?: Located<string>;
  readonly build: readonly Located<string>[];
  readonly initArgument?: Located<string>;
  readonly initArgumentFile?: Located<string>;
  readonly dependencies: readonly Located<string>[];
}

const types: readonly DfxCanisterType[] = ["rust", "motoko", "assets", "custom", "pull"];

/** Reads a dfx.json. Never throws: what is broken is reported, what is whole is kept. */
export function readDfxJson(source: string): ManifestReading<DfxFacts> {
  const { facts: root, problems: syntax } = readJson(source);
  const problems: ManifestProblem[] = [...syntax];
  const report: ProblemSink = (it) => problems.push(it);
  if (root === undefined) return { facts: { canisters: [] }, problems };
  if (root.kind !== "map") {
    report(shapeProblem(root.range, "A dfx.json is an object with `canisters`."));
    return { facts: { canisters: [] }, problems };
  }
  const entries = mapField(root, "canisters", report)?.entries ?? [];
  const canisters = entries.flatMap(({ key, value }) => {
    if (value.kind === "map") return readCanister(key, value, report) ?? [];
    report(shapeProblem(value.range, `The canister \`${key.value}\` has to be an object.`));
    return [];
  });
  const names = new Set(canisters.map((it) => it.name.value));
  for (const dependency of canisters.flatMap((it) => it.dependencies)) {
    if (names.has(dependency.value) || syntax.length > 0) continue;
    report(shapeProblem(dependency.range, `No canister of this dfx.json is called \`${dependency.value}\`.`));
  }
  return { facts: { canisters }, problems };
}

function readCanister(name: Located<string>, map: ManifestMap, report: ProblemSink): DfxCanister | undefined {
  const typeText = textField(map, "type", report);
  const type = typeText === undefined ? "motoko" : types.find((it) => it === typeText.value);
  if (type === undefined) {
    const range = typeText?.range ?? name.range;
    const known = types.map((it) => `\`${it}\``).join(", ");
    // Extensions of dfx bring types of their own.
    report({
      ...shapeProblem(
        range,
        `dfx itself knows no type \`${typeText?.value}\` of canister, only ${known}; an extension may.`,
      ),
      severity: "information",
    });
    return undefined;
  }
  const packageName = textField(map, "package", report);
  const candid = textField(map, "candid", report);
  const wasm = textField(map, "wasm", report);
  if (type === "rust" && packageName === undefined && field(map, "package") === undefined) {
    report({
      rule: "recipe-package-mismatch",
      severity: "error",
      range: name.range,
      message: `The Rust canister \`${name.value}\` has no \`package\`: name the Cargo package that it is built from.`,
    });
  }
  reportInterface(name, type, map, report);
  if (type === "custom" && wasm === undefined && field(map, "wasm") === undefined) {
    report(shapeProblem(name.range, `The custom canister \`${name.value}\` has no \`wasm\`.`));
  }
  const initArgument = textField(map, "init_arg", report);
  const initArgumentFile = textField(map, "init_arg_file", report);
  return {
    name,
    type,
    build: textsField(map, "build", report),
    dependencies: textsField(map, "dependencies", report),
    ...(packageName && { package: packageName }),
    ...(candid && { candid }),
    ...(wasm && { wasm }),
    ...(initArgument && { initArgument }),
    ...(initArgumentFile && { initArgumentFile }),
  };
}

/** Whether wallets and explorers will find the interface of the canister. */
function reportInterface(name: Located<string>, type: DfxCanisterType, map: ManifestMap, report: ProblemSink): void {
  const common = { rule: "did-not-embedded", severity: "hint" } as const;
  if (type === "rust" && field(map, "candid") === undefined) {
    const message = `The canister \`${name.value}\` names no \`candid\` file: its Wasm may tell nobody its interface, and declarations for a frontend cannot be made of it.`;
    report({ ...common, range: name.range, message });
  }
  for (const item of listField(map, "metadata", () => undefined)) {
    if (item.kind !== "map") continue;
    const text = (key: string) => {
      const value = field(item, key);
      return value?.kind === "scalar" ? value.value : undefined;
    };
    const visibility = field(item, "visibility");
    if (text("name") !== "candid:service" || text("visibility") !== "private" || visibility === undefined) continue;
    const message = `Only controllers of \`${name.value}\` can read its interface: wallets and explorers cannot make calls of it. Set the visibility of \`candid:service\` to \`public\`.`;
    report({ ...common, range: visibility.range, message });
  }
}
