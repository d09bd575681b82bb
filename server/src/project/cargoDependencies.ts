import type { TextRange } from "../base/textRange.ts";
import { placeOf, type TomlPlace } from "./tomlPlaces.ts";

/** One dependency. */
export interface CargoDependency {
  /** The name in source, which the crate may have under another name in its registry. */
  readonly name: string;
  /** The package's own name: `package = "…"`, else `name`. */
  readonly packageName: string;
  /** The requirement, `0.18` or `^1.2`. */
  readonly version?: string;
  readonly path?: string;
  readonly fromWorkspace: boolean;
  /** Features that are asked for beside the default ones. */
  readonly features: readonly string[];
  /** `default-features = false` is not set. */
  readonly hasDefaultFeatures: boolean;
  readonly isOptional: boolean;
  /** The repository, where it comes from one, and whether it names the very commit. */
  readonly git?: { readonly url: string; readonly isPinned: boolean };
  /** The platforms of its table: `cfg(target_arch = "wasm32")`. */
  readonly target?: string;
  /** Its key, or its table's header. */
  readonly range: TextRange;
  /** Key and value, where it is no table of its own. */
  readonly valueRange: TextRange | undefined;
}

/** A table of TOML as its parser gives it. */
export type TomlMap = { readonly [key: string]: unknown };

/** Dependencies of a manifest, by the table that they stand in. */
export interface DependencyTables {
  /** `[dependencies]` and those of targets. */
  readonly normal: readonly CargoDependency[];
  /** `[dev-dependencies]` and `[build-dependencies]`. */
  readonly others: readonly CargoDependency[];
}

/** Reads the dependency tables of a Cargo.toml. */
export function readDependencyTables(root: TomlMap, places: readonly TomlPlace[]): DependencyTables {
  const read = (name: string) => readDependencies(mapOf(root[name]), places, [name]);
  const targets = Object.entries(mapOf(root.target) ?? {}).flatMap(([target, tables]) =>
    readDependencies(mapOf(mapOf(tables)?.dependencies), places, ["target", target, "dependencies"]).map((it) => ({
      ...it,
      target,
    })),
  );
  return {
    normal: [...read("dependencies"), ...targets],
    others: [...read("dev-dependencies"), ...read("build-dependencies")],
  };
}

/** Reads one table of dependencies; `path` is where it stands. */
export function readDependencies(
  table: TomlMap | undefined,
  places: readonly TomlPlace[],
  path: readonly string[],
): CargoDependency[] {
  return Object.entries(table ?? {}).flatMap(([name, value]) => {
    const place = placeOf(places, [...path, name]);
    const base = {
      name,
      packageName: name,
      fromWorkspace: false,
      features: [],
      hasDefaultFeatures: true,
      isOptional: false,
      range: place?.keyRange ?? { start: 0, end: 0 },
      valueRange: place?.valueRange,
    };
    if (typeof value === "string") return [{ ...base, version: value }];
    const detail = mapOf(value);
    if (detail === undefined) return [];
    const url = detail.git;
    return [
      {
        ...base,
        packageName: typeof detail.package === "string" ? detail.package : name,
        fromWorkspace: detail.workspace === true,
        features: Array.isArray(detail.features) ? detail.features.filter((it) => typeof it === "string") : [],
        hasDefaultFeatures: (detail["default-features"] ?? detail.default_features) !== false,
        isOptional: detail.optional === true,
        ...(typeof detail.version === "string" && { version: detail.version }),
        ...(typeof detail.path === "string" && { path: detail.path }),
        ...(typeof url === "string" && {
          git: { url, isPinned: typeof detail.rev === "string" || typeof detail.tag === "string" },
        }),
      },
    ];
  });
}

/** A dependency with what it takes over from its workspace; features of both add up. */
export function inherit(dependency: CargoDependency, shared: readonly CargoDependency[]): CargoDependency {
  if (!dependency.fromWorkspace) return dependency;
  const source = shared.find((it) => it.name === dependency.name);
  if (source === undefined) return dependency;
  return {
    ...source,
    fromWorkspace: true,
    isOptional: dependency.isOptional,
    features: [...new Set([...source.features, ...dependency.features])],
    hasDefaultFeatures: source.hasDefaultFeatures,
    range: dependency.range,
    valueRange: dependency.valueRange,
    ...(dependency.target !== undefined && { target: dependency.target }),
  };
}

/** The value as a table, if it is one. */
export function mapOf(value: unknown): TomlMap | undefined {
  return isMap(value) ? value : undefined;
}

function isMap(value: unknown): value is TomlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
