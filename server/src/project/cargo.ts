import { parse, TomlError } from "smol-toml";
import { isLinkText } from "../base/linkText.ts";
import type { ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import {
  type CargoDependency,
  mapOf,
  readDependencies,
  readDependencyTables,
  type TomlMap,
} from "./cargoDependencies.ts";
import type { Located, ManifestProblem, ManifestReading } from "./manifestProblem.ts";
import { shapeProblem, syntaxProblem } from "./manifestValue.ts";
import { placeOf, type TomlPlace, tomlPlaces } from "./tomlPlaces.ts";

/** What a Cargo.toml says that matters to canisters. */
export interface CargoFacts {
  readonly package?: CargoPackageFacts;
  readonly workspace?: CargoWorkspaceFacts;
  /** Tables of dependencies, of every target: `[dependencies]`, `[target.….dependencies]`, not dev or build ones. */
  readonly dependencies: readonly CargoDependency[];
  /** `[dev-dependencies]` and `[build-dependencies]`. */
  readonly otherDependencies: readonly CargoDependency[];
  /** What the default features turn on, as `[features]` writes it: `std`, `dep:rand`, `rand/std`. */
  readonly defaultActivations: readonly string[];
  readonly releaseProfile: ReleaseProfile;
  /** The header of `[workspace]`, else of `[package]`. */
  readonly headRange: TextRange;
  /** `[lib]`, where it stands there. */
  readonly lib?: {
    readonly name?: string;
    readonly path?: string;
    readonly crateTypes: readonly string[];
    readonly range: TextRange;
  };
  /** What to change so that the library compiles to Wasm. */
  readonly cdylibFix: ProblemFix;
  readonly binaries: readonly { readonly name?: string; readonly path?: string }[];
  /** Names of features that are on without being asked for, followed through the features they turn on. */
  readonly defaultFeatures: readonly string[];
}

/** `[profile.release]`. */
export interface ReleaseProfile {
  /** Where it stands; absent where there is none. */
  readonly range: TextRange | undefined;
  readonly settings: ReadonlyMap<string, { readonly value: unknown; readonly range: TextRange }>;
}

/** `[package]`. */
export interface CargoPackageFacts {
  readonly name: Located<string>;
  readonly version?: string;
  /** Folder of the workspace that the package names itself. */
  readonly workspace?: string;
}

/** `[workspace]`. */
export interface CargoWorkspaceFacts {
  readonly members: readonly Located<string>[];
  readonly exclude: readonly string[];
  /** `[workspace.dependencies]`, which members take over with `workspace = true`. */
  readonly dependencies: readonly CargoDependency[];
}

/** Versions by package name that a Cargo.lock holds, in the order of the file. */
export type LockedVersions = ReadonlyMap<string, readonly string[]>;

/** Lines that a broken manifest may lose until what is left can be read. */
const repairsMax = 20;

/** Reads a Cargo.toml. Never throws: broken lines are reported and left out, the rest is kept. */
export function readCargoToml(source: string): ManifestReading<CargoFacts> {
  const problems: ManifestProblem[] = [];
  const root = parseForgiving(source, problems);
  const places = tomlPlaces(source);
  const { normal: dependencies, others: otherDependencies } = readDependencyTables(root, places);
  const lib = mapOf(root.lib);
  const packageFacts = readPackage(root, source, problems);
  const workspace = mapOf(root.workspace);
  return {
    facts: {
      dependencies,
      otherDependencies,
      defaultActivations: activations(mapOf(root.features)),
      releaseProfile: readReleaseProfile(root, places),
      headRange: findTable(source, "workspace") ?? findTable(source, "package") ?? { start: 0, end: 0 },
      cdylibFix: cdylibFix(source),
      binaries: listOf(root.bin).flatMap((it) => {
        const bin = mapOf(it);
        return bin ? [{ ...optional("name", bin.name), ...optional("path", bin.path) }] : [];
      }),
      defaultFeatures: readDefaultFeatures(mapOf(root.features)),
      ...(packageFacts && { package: packageFacts }),
      ...(lib && {
        lib: {
          ...optional("name", lib.name),
          ...optional("path", lib.path),
          crateTypes: texts(lib["crate-type"] ?? lib.crate_type),
          range: findKey(source, "lib", "crate-type") ?? findTable(source, "lib") ?? { start: 0, end: 0 },
        },
      }),
      ...(workspace && {
        workspace: {
          members: readMembers(workspace, source),
          exclude: texts(workspace.exclude),
          dependencies: readDependencies(mapOf(workspace.dependencies), places, ["workspace", "dependencies"]),
        },
      }),
    },
    problems,
  };
}

/** Reads a Cargo.lock; a file that a merge has left broken still gives the packages that it shows whole. */
export function readCargoLock(source: string): LockedVersions {
  const versions = new Map<string, string[]>();
  for (const match of source.matchAll(/^\[\[package\]\]\r?\nname = "([^"]+)"\r?\nversion = "([^"]+)"/gm)) {
    const [, name = "", version = ""] = match;
    versions.set(name, [...(versions.get(name) ?? []), version]);
  }
  return versions;
}

/** One package of a Cargo.lock. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As written: `serde`, or `ic-cdk 0.17.1` where the lock holds several. */
  readonly dependencies: readonly string[];
  /** The package's own lines. */
  readonly range: TextRange;
}

/** The packages of a Cargo.lock with what each depends on, development dependencies of the workspace's own included. */
export function readLockedPackages(source: string): LockedPackage[] {
  const pattern =
    /^\[\[package\]\]\r?\n(name = "([^"]+)"\r?\nversion = "([^"]+)")(?:[^[]*?dependencies = \[([^\]]*)\])?/gm;
  return [...source.matchAll(pattern)].map((match) => {
    const [whole, head = "", name = "", version = "", list = ""] = match;
    const start = match.index + whole.indexOf(head);
    const dependencies = [...list.matchAll(/"([^"]+)"/g)].map((it) => it[1] ?? "");
    return { name, version, dependencies, range: { start, end: start + head.length } };
  });
}

/** `build.target-dir` of a `.cargo/config.toml`, if it is set there. */
export function readTargetDirectory(source: string): string | undefined {
  const directory = mapOf(parseForgiving(source, []).build)?.["target-dir"];
  return typeof directory === "string" ? directory : undefined;
}

function parseForgiving(source: string, problems: ManifestProblem[]): TomlMap {
  if (isLinkText(source)) return {};
  let text = source;
  for (let repair = 0; repair <= repairsMax; repair++) {
    try {
      return parse(text, { unsafeKeyBehaviour: "drop" });
    } catch (error) {
      if (!(error instanceof TomlError)) {
        problems.push(syntaxProblem({ start: 0, end: source.length }, `This TOML cannot be read: ${String(error)}`));
        break;
      }
      const line = lineRange(text, error.line);
      const message = error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "";
      const column = line.start + Math.max(0, error.column - 1);
      // A parser that missed something at the end of the line means the line.
      const start = column < line.end ? column : line.start + text.slice(line.start, line.end).search(/\S|$/);
      problems.push(syntaxProblem({ start, end: line.end }, `This is not valid TOML: ${message}`));
      const blank = " ".repeat(line.end - line.start);
      if (text.slice(line.start, line.end) === blank) break;
      text = text.slice(0, line.start) + blank + text.slice(line.end);
    }
  }
  return {};
}

function lineRange(text: string, lineNumber: number): TextRange {
  let start = 0;
  for (let line = 1; line < lineNumber; line++) {
    const next = text.indexOf("\n", start);
    if (next === -1) break;
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return { start, end: end === -1 ? text.length : end };
}

function readPackage(root: TomlMap, source: string, problems: ManifestProblem[]): CargoPackageFacts | undefined {
  const table = mapOf(root.package);
  if (table === undefined) return undefined;
  const name = table.name;
  if (typeof name !== "string") {
    const range = findTable(source, "package") ?? { start: 0, end: 0 };
    if (problems.length === 0) problems.push(shapeProblem(range, "`[package]` has no `name`."));
    return undefined;
  }
  return {
    name: { value: name, range: findKey(source, "package", "name") ?? { start: 0, end: 0 } },
    ...optional("version", table.version),
    ...optional("workspace", table.workspace),
  };
}

function readMembers(workspace: TomlMap, source: string): Located<string>[] {
  const list = findKey(source, "workspace", "members") ?? { start: 0, end: source.length };
  let from = list.start;
  return texts(workspace.members).map((value) => {
    const found = [`"${value}"`, `'${value}'`].map((it) => source.indexOf(it, from)).filter((it) => it !== -1);
    if (found.length === 0) return { value, range: list };
    const start = Math.min(...found);
    from = start + value.length + 2;
    return { value, range: { start, end: from } };
  });
}

function activations(features: TomlMap | undefined): string[] {
  const found = new Set<string>();
  const open = texts(features?.default);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...texts(features?.[name]));
  }
  return [...found].sort();
}

function readDefaultFeatures(features: TomlMap | undefined): string[] {
  return activations(features).filter((it) => !it.includes("/") && !it.startsWith("dep:"));
}

function readReleaseProfile(root: TomlMap, places: readonly TomlPlace[]): ReleaseProfile {
  const path = ["profile", "release"];
  const table = mapOf(mapOf(root.profile)?.release);
  const place = table === undefined ? undefined : placeOf(places, path);
  const settings = Object.entries(table ?? {}).map(([name, value]) => {
    const range = placeOf(places, [...path, name])?.keyRange ?? { start: 0, end: 0 };
    return [name, { value, range }] as const;
  });
  return { range: place?.keyRange, settings: new Map(settings) };
}

/** Adds `cdylib` to the list, or the list to the table, or the table to the file. */
function cdylibFix(source: string): ProblemFix {
  const title = "Compile the library to Wasm: add `cdylib`";
  const list = findKey(source, "lib", "crate-type");
  if (list !== undefined && source[list.start] === "[") {
    const start = list.start + 1;
    const rest = source.slice(start, list.end - 1).trim() === "" ? "" : ", ";
    return { title, range: { start, end: start }, newText: `"cdylib"${rest}` };
  }
  const table = findTable(source, "lib");
  if (table !== undefined) {
    return { title, range: { start: table.end, end: table.end }, newText: '\ncrate-type = ["cdylib"]' };
  }
  const end = source.length;
  const gap = source.endsWith("\n") ? "\n" : "\n\n";
  return { title, range: { start: end, end }, newText: `${gap}[lib]\ncrate-type = ["cdylib"]\n` };
}

/** The header line of a table, `[name]`. */
function findTable(source: string, name: string): TextRange | undefined {
  const match = new RegExp(`^[ \\t]*(\\[[ \\t]*${name}[ \\t]*\\])`, "m").exec(source);
  if (match?.[1] === undefined) return undefined;
  const start = match.index + match[0].length - match[1].length;
  return { start, end: start + match[1].length };
}

/** The value of a key of a table, up to the end of its line, or of its brackets where it is a list. */
function findKey(source: string, table: string, key: string): TextRange | undefined {
  const header = findTable(source, table);
  if (header === undefined) return undefined;
  const next = /^[ \t]*\[/m.exec(source.slice(header.end));
  const body = source.slice(header.end, next ? header.end + next.index : source.length);
  const match = new RegExp(`^[ \\t]*${key}[ \\t]*=[ \\t]*(\\[[^\\]]*\\]|"[^"\\n]*"|'[^'\\n]*'|[^#\\n]*)`, "m").exec(
    body,
  );
  if (match?.[1] === undefined) return undefined;
  const start = header.end + match.index + match[0].length - match[1].length;
  return { start, end: start + match[1].trimEnd().length };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return listOf(value).filter((it) => typeof it === "string");
}

function optional<Key extends string>(key: Key, value: unknown): { readonly [key in Key]?: string } {
  const result: { [key in Key]?: string } = {};
  if (typeof value === "string") result[key] = value;
  return result;
}
