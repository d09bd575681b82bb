import type { TextRange } from "../base/textRange.ts";
import type { Located, ManifestProblem, ManifestReading } from "./manifestProblem.ts";
import {
  field,
  listField,
  type ManifestMap,
  type ManifestValue,
  mapField,
  type ProblemSink,
  shapeProblem,
  text,
  textField,
  textsField,
} from "./manifestValue.ts";
import { readYaml } from "./yamlText.ts";

/** What an icp.yaml says about canisters. */
export interface IcpFacts {
  readonly canisters: readonly IcpItem[];
}

/** One item of `canisters`: a manifest of its own elsewhere, or the canister itself. */
export type IcpItem =
  | { readonly kind: "path"; readonly pattern: Located<string> }
  | { readonly kind: "inline"; readonly canister: IcpCanister };

/** A canister as icp.yaml or canister.yaml declares it. */
export interface IcpCanister {
  readonly name: Located<string>;
  readonly range: TextRange;
  readonly recipe?: IcpRecipe;
  readonly steps: readonly IcpBuildStep[];
  readonly initArgument?: IcpInitArgument;
}

/** A template that makes the build steps. */
export interface IcpRecipe {
  /** As written: `@dfinity/rust@v3.3.0`, `./local.hbs` or an address. */
  readonly type: Located<string>;
  /** The type without `@version`; equals `type` for files and addresses. */
  readonly name: string;
  /** Texts of the configuration: `package`, `candid`, `path` … */
  readonly configuration: ReadonlyMap<string, Located<string>>;
}

/** One step of `build.steps`. */
export type IcpBuildStep =
  | { readonly kind: "script"; readonly commands: readonly Located<string>[]; readonly range: TextRange }
  | { readonly kind: "pre-built"; readonly path?: Located<string>; readonly range: TextRange };

/** The install argument: text, or a file. */
export type IcpInitArgument =
  | { readonly kind: "text"; readonly format: "candid" | "hex"; readonly value: Located<string> }
  | { readonly kind: "file"; readonly format: "candid" | "hex" | "bin"; readonly path: Located<string> };

/** Reads an icp.yaml. Never throws: what is broken is reported, what is whole is kept. */
export function readIcpYaml(source: string): ManifestReading<IcpFacts> {
  const { facts: root, problems: syntax } = readYaml(source);
  const problems: ManifestProblem[] = [...syntax];
  const report: ProblemSink = (it) => problems.push(it);
  if (root === undefined) return { facts: { canisters: [] }, problems };
  if (root.kind !== "map") {
    report(shapeProblem(root.range, "A project manifest is a map with `canisters`, `networks` and `environments`."));
    return { facts: { canisters: [] }, problems };
  }
  const canisters = listField(root, "canisters", report).flatMap((item) => readItem(item, report) ?? []);
  return { facts: { canisters }, problems };
}

/** Reads a canister.yaml: one canister at the top of the file. */
export function readCanisterYaml(source: string): ManifestReading<IcpCanister | undefined> {
  const { facts: root, problems: syntax } = readYaml(source);
  const problems: ManifestProblem[] = [...syntax];
  const report: ProblemSink = (it) => problems.push(it);
  if (root === undefined) {
    if (problems.length === 0) report(shapeProblem({ start: 0, end: 0 }, "This canister manifest is empty."));
    return { facts: undefined, problems };
  }
  if (root.kind !== "map") {
    report(shapeProblem(root.range, "A canister manifest is a map with `name` and `recipe` or `build`."));
    return { facts: undefined, problems };
  }
  return { facts: readCanister(root, report), problems };
}

function readItem(item: ManifestValue, report: ProblemSink): IcpItem | undefined {
  if (item.kind === "map") {
    const canister = readCanister(item, report);
    return canister && { kind: "inline", canister };
  }
  const pattern = text(item, "A canister", report);
  return pattern && { kind: "path", pattern };
}

function readCanister(map: ManifestMap, report: ProblemSink): IcpCanister | undefined {
  const name = readName(map, report);
  const recipe = readRecipe(map, report);
  const build = mapField(map, "build", report);
  const steps = build ? listField(build, "steps", report).flatMap((step) => readStep(step, report) ?? []) : [];
  if (recipe !== undefined && build !== undefined) {
    report(shapeProblem(build.range, "A canister has either a `recipe` or a `build`, not both."));
  }
  if (field(map, "recipe") === undefined && field(map, "build") === undefined) {
    const range = name?.range ?? map.range;
    report(
      shapeProblem(range, "This canister has neither a `recipe` nor a `build`: nothing says how to get its Wasm."),
    );
  }
  if (name === undefined) return undefined;
  const initArgument = readInitArgument(map, report);
  return {
    name,
    range: map.range,
    steps,
    ...(recipe && { recipe }),
    ...(initArgument && { initArgument }),
  };
}

function readName(map: ManifestMap, report: ProblemSink): Located<string> | undefined {
  if (field(map, "name") === undefined) {
    const first = map.entries[0]?.key.range ?? map.range;
    report(shapeProblem(first, "This canister has no `name`."));
    return undefined;
  }
  const name = textField(map, "name", report);
  if (name !== undefined && !/^[A-Za-z0-9_-]+$/.test(name.value)) {
    report(shapeProblem(name.range, "A canister's name consists of letters, digits, `_` and `-`."));
  }
  return name;
}

function readRecipe(map: ManifestMap, report: ProblemSink): IcpRecipe | undefined {
  const recipe = mapField(map, "recipe", report);
  if (recipe === undefined) return undefined;
  const type = textField(recipe, "type", report);
  if (type === undefined) {
    if (field(recipe, "type") === undefined) {
      report(shapeProblem(recipe.range, "A recipe has a `type`, for example `@dfinity/rust`."));
    }
    return undefined;
  }
  const entries = mapField(recipe, "configuration", report)?.entries ?? [];
  const texts = entries.flatMap(({ key, value }): [string, Located<string>][] =>
    value.kind === "scalar" && typeof value.value === "string"
      ? [[key.value, { value: value.value, range: value.range }]]
      : [],
  );
  const name = /^(@[^@]+)@/.exec(type.value)?.[1] ?? type.value;
  return { type, name, configuration: new Map(texts) };
}

function readStep(step: ManifestValue, report: ProblemSink): IcpBuildStep | undefined {
  if (step.kind !== "map") {
    report(shapeProblem(step.range, "A build step is a map with `type: script` or `type: pre-built`."));
    return undefined;
  }
  const type = textField(step, "type", report);
  if (type === undefined) {
    if (field(step, "type") === undefined) report(shapeProblem(step.range, "A build step has a `type`."));
    return undefined;
  }
  if (type.value === "script") {
    const commands = [...textsField(step, "command", report), ...textsField(step, "commands", report)];
    if (commands.length === 0) report(shapeProblem(type.range, "A script step has a `command` or `commands`."));
    return { kind: "script", commands, range: step.range };
  }
  if (type.value === "pre-built") {
    const path = textField(step, "path", report);
    if (path === undefined && field(step, "url") === undefined) {
      report(shapeProblem(type.range, "A pre-built step has a `path` or a `url`."));
    }
    return { kind: "pre-built", range: step.range, ...(path && { path }) };
  }
  report(
    shapeProblem(type.range, `\`${type.value}\` is no type of build step; they are \`script\` and \`pre-built\`.`),
  );
  return undefined;
}

function readInitArgument(map: ManifestMap, report: ProblemSink): IcpInitArgument | undefined {
  const value = field(map, "init_args");
  if (value === undefined) return undefined;
  if (value.kind !== "map") {
    const argument = text(value, "`init_args`", report);
    return argument && { kind: "text", format: "candid", value: argument };
  }
  const format = textField(value, "format", report);
  const path = textField(value, "path", report);
  const inline = textField(value, "value", report);
  if (format !== undefined && !["candid", "hex", "bin"].includes(format.value)) {
    report(shapeProblem(format.range, "The format of `init_args` is `candid`, `hex` or `bin`."));
    return undefined;
  }
  const kind = format?.value === "hex" ? "hex" : format?.value === "bin" ? "bin" : "candid";
  if (path !== undefined) return { kind: "file", format: kind, path };
  if (inline !== undefined) return { kind: "text", format: kind === "hex" ? "hex" : "candid", value: inline };
  report(shapeProblem(value.range, "`init_args` has a `value` or a `path`."));
  return undefined;
}
