/** Dependencies that do not work on wasm32-unknown-unknown, or bring the imports of a browser. */
import type { ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import type { CargoDependency } from "./cargoDependencies.ts";
import type { CargoPackage, CargoWorkspace } from "./cargoWorkspace.ts";
import type { FileProblem } from "./manifestProblem.ts";
import { missingRandomness } from "./missingRandomness.ts";

/** A package that a canister is built from, with the text of its Cargo.toml. */
export interface CanisterPackage {
  readonly workspace: CargoWorkspace;
  readonly cargoPackage: CargoPackage;
  readonly source: string;
}

/** What is wrong with the dependencies of a canister's package. */
export function dependencyProblems(canister: CanisterPackage): FileProblem[] {
  const { cargoPackage } = canister;
  return cargoPackage.dependencies.flatMap((dependency) => {
    if (!isForWasm(dependency.target) || !isActive(cargoPackage, dependency)) return [];
    const found = [
      runtimeProblem(canister, dependency),
      browserProblem(canister, dependency),
      randomProblem(canister, dependency),
      missingRandomness(canister, dependency),
    ];
    return found.flatMap((it) => {
      if (it === undefined) return [];
      // What does not compile for canisters fails unnamed as well.
      if (/does not compile|no threads and sockets/.test(it.message)) return [it];
      // Others use a library for browsers where they run in one.
      const users = browserOnly.test(dependency.packageName) ? [] : usersOf(canister, dependency);
      const names = [dependency.name, ...users].map((name) => name.replaceAll("-", "_"));
      return [{ ...it, onlyIfNamed: { directory: cargoPackage.directory, groups: [names] } }];
    });
  });
}

/** Dependencies of the package that use another one themselves, directly or through one crate between. */
function usersOf({ workspace, cargoPackage }: CanisterPackage, { packageName }: CargoDependency): string[] {
  const uses = (name: string, depth: number): boolean =>
    workspace.lockedPackages.some(
      (it) =>
        it.name === name &&
        // For wasm32 it leaves its randomness out.
        !(name === "uuid" && packageName === "getrandom" && it.version.startsWith("0.8.")) &&
        it.dependencies.some((written) => {
          const [used = ""] = written.split(" ");
          return used === packageName || (depth > 0 && uses(used, depth - 1));
        }),
    );
  return cargoPackage.dependencies.flatMap((it) =>
    it.packageName !== packageName && uses(it.packageName, 1) ? [it.name] : [],
  );
}

/** Whether a target's table counts for canisters. */
function isForWasm(target: string | undefined): boolean {
  if (target === undefined) return true;
  if (!target.startsWith("cfg")) return target.startsWith("wasm32");
  if (/not\s*\(\s*(?:any\s*\(\s*)?target_(?:arch|family|os)\s*=\s*"(?:wasm|wasm32|unknown)"/.test(target)) return false;
  return !/^cfg\s*\(\s*(?:unix|windows|test|debug_assertions|target_os\s*=\s*"(?!unknown)|target_env|target_arch\s*=\s*"(?!wasm))/.test(
    target,
  );
}

function isActive({ defaultActivations }: CargoPackage, { name, isOptional }: CargoDependency): boolean {
  if (!isOptional) return true;
  return defaultActivations.some((it) => it === name || it === `dep:${name}` || it.startsWith(`${name}/`));
}

function runtimeProblem(canister: CanisterPackage, dependency: CargoDependency): FileProblem | undefined {
  const { packageName, features } = dependency;
  const fixes = moveToTests(canister, dependency);
  const common = { path: canister.cargoPackage.manifestPath, rule: "async-runtime-dep" as const, fixes };
  const advice = "ic-cdk runs the futures of a canister; where only tests need it, move it to `[dev-dependencies]`.";
  if (packageName === "tokio") {
    const wrong = features.find((it) => /^(full|net|fs|process|signal|rt-multi-thread|io-std|rt|time)$/.test(it));
    if (wrong === undefined && features.length === 0 && !dependency.fromWorkspace) {
      const message = `No runtime of \`tokio\` ever runs in a canister, and without features it brings hardly anything else. ${advice}`;
      return { ...common, severity: "hint", range: dependency.range, message };
    }
    if (wrong === undefined) return undefined;
    const compiles = wrong === "rt" || wrong === "time";
    const fate = compiles
      ? "compiles for canisters, but no runtime of it ever runs there: what waits for it panics"
      : "does not compile for wasm32-unknown-unknown";
    const range = featureRange(canister.source, dependency, wrong);
    return {
      ...common,
      severity: "warning",
      range,
      message: `\`tokio\` with the feature \`${wrong}\` ${fate}. ${advice}`,
    };
  }
  const hyperWorks = packageName === "hyper" && !features.some((it) => /^(full|client|server|tcp|runtime)$/.test(it));
  if (!/^(async-std|reqwest|hyper|smol|actix-web|axum|surf)$/.test(packageName) || hyperWorks) return undefined;
  const isClient = /^(reqwest|hyper|surf)$/.test(packageName);
  const message = isClient
    ? `\`${packageName}\` has no sockets in a canister; for wasm32-unknown-unknown it imports functions of a browser, which no canister has. Make an HTTPS outcall of the management canister instead; where only tests need it, move it to \`[dev-dependencies]\`.`
    : `\`${packageName}\` has no threads and sockets in a canister. ${advice}`;
  return { ...common, severity: "warning", range: dependency.range, message };
}

const browserOnly = /^(wasm-bindgen(-futures)?|js-sys|web-sys|gloo(-\w+)?|console_error_panic_hook|instant)$/;

function browserProblem(canister: CanisterPackage, dependency: CargoDependency): FileProblem | undefined {
  const { packageName, features } = dependency;
  const common = { path: canister.cargoPackage.manifestPath, rule: "wasm-bindgen-dep" as const };
  if (browserOnly.test(packageName)) {
    if (packageName === "instant" && !features.includes("wasm-bindgen")) return undefined;
    const message = `\`${packageName}\` imports functions of a browser, which no canister has: as soon as one is used, ${refusal}. Remove it, or keep it to \`[target.'cfg(not(target_family = "wasm"))'.dependencies]\`.`;
    return { ...common, severity: "error", range: dependency.range, message };
  }
  const browser = features.find((it) => it === "js" || it === "wasm-bindgen" || it === "stdweb");
  if (packageName === "uuid" && browser !== undefined) {
    const message = `\`uuid\` with the feature \`${browser}\` takes its randomness from a browser, which no canister has: ${refusal}. Make ids from \`raw_rand\`, or give \`getrandom\` a function of your own.`;
    return { ...common, severity: "error", range: featureRange(canister.source, dependency, browser), message };
  }
  switch (packageName) {
    case "chrono":
      return chronoProblem(canister, dependency);
    case "uuid":
      return uuidProblem(canister, dependency);
    default:
      return undefined;
  }
}

/** Since this version uuid has to be told where its randomness comes from, and does not compile for canisters else. */
const uuidAsksForSource = [1, 13];

function uuidProblem(
  { workspace: { lockedPackages }, cargoPackage, source }: CanisterPackage,
  dependency: CargoDependency,
): FileProblem | undefined {
  const random = dependency.features.find((it) => it === "v4" || it === "v7" || it === "rng");
  const locked = lockedPackages.filter((it) => it.name === "uuid");
  if (random === undefined || dependency.features.some((it) => /^(rng-\w+|fast-rng)$/.test(it))) return undefined;
  if (locked.length === 0 || locked.some((it) => isBefore(it.version, uuidAsksForSource))) return undefined;
  // Some other package of the tree has chosen a source.
  if (lockedPackages.some((it) => it.name === "uuid-rng-internal")) return undefined;
  return {
    path: cargoPackage.manifestPath,
    rule: "wasm-bindgen-dep",
    severity: "error",
    range: featureRange(source, dependency, random),
    message:
      `\`uuid\` with the feature \`${random}\` does not compile for wasm32-unknown-unknown unless it is told where its randomness comes from. ` +
      "Make ids from `raw_rand` with `uuid::Builder::from_random_bytes`, or add `rng-getrandom` and give `getrandom` a function of your own.",
  };
}

const refusal = "installing fails with `Wasm module has an invalid import section`";

/** Since this version the default features of chrono ask a browser; before, `wasmbind` had to be asked for. */
const chronoAsksBrowser = [0, 4, 22];

function chronoProblem(
  { workspace, cargoPackage, source }: CanisterPackage,
  dependency: CargoDependency,
): FileProblem | undefined {
  const { features, hasDefaultFeatures, version } = dependency;
  const wasmbind = features.find((it) => it === "wasmbind");
  if (wasmbind === undefined && !hasDefaultFeatures) return undefined;
  const locked = workspace.lockedPackages.filter((it) => it.name === "chrono").map((it) => it.version);
  const exact = /^=\s*([\d.]+)$/.exec(version ?? "")?.[1];
  const known = locked.length > 0 ? locked : exact === undefined ? [] : [exact];
  if (wasmbind === undefined && known.length > 0 && known.every((it) => isBefore(it, chronoAsksBrowser))) {
    return undefined;
  }
  const which = wasmbind === undefined ? "its default features" : "the feature `wasmbind`";
  return {
    path: cargoPackage.manifestPath,
    rule: "wasm-bindgen-dep",
    severity: known.length === 0 ? "warning" : "error",
    range: wasmbind === undefined ? dependency.range : featureRange(source, dependency, wasmbind),
    message:
      `\`chrono\` with ${which} imports functions of a browser, which no canister has: ${refusal}, even where no code asks for the time. ` +
      "Set `default-features = false` and ask `ic_cdk::api::time()`.",
  };
}

/** Whether a version is older than another one. */
function isBefore(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[.+-]/).map((it) => Number.parseInt(it, 10) || 0);
  const at = than.findIndex((it, index) => (parts[index] ?? 0) !== it);
  return at !== -1 && (parts[at] ?? 0) < (than[at] ?? 0);
}

function randomProblem(
  { workspace, cargoPackage, source }: CanisterPackage,
  dependency: CargoDependency,
): FileProblem | undefined {
  if (dependency.packageName !== "getrandom") return undefined;
  const wrong = dependency.features.find((it) => /^(js|wasm_js|wasm-bindgen|stdweb)$/.test(it));
  if (wrong === undefined) return undefined;
  const advice =
    wrong === "wasm_js"
      ? `Remove the feature, build with \`RUSTFLAGS='--cfg getrandom_backend="custom"'\`, and define ${customFunction(workspace.lockedPackages, dependency)}, which answers from a seed of \`raw_rand\`.`
      : "Use the feature `custom` and register a function that answers from a seed of `raw_rand`.";
  const message = `\`getrandom\` with the feature \`${wrong}\` takes its randomness from a browser, which no canister has: ${refusal}. ${advice}`;
  const range = featureRange(source, dependency, wrong);
  const fixes = wrong === "js" ? [customFix(source, range)] : [];
  return { path: cargoPackage.manifestPath, rule: "getrandom-js-feature", severity: "error", range, message, fixes };
}

/** What getrandom calls for randomness since 0.3; its name has the version. */
function customFunction(locked: CanisterPackage["workspace"]["lockedPackages"], { version }: CargoDependency): string {
  const versions = locked
    .filter((it) => it.name === "getrandom" && !isBefore(it.version, [0, 3]))
    .map((it) => it.version);
  const [, minor = "3"] = (versions.length === 1 ? (versions[0] ?? "") : (version ?? "").replace(/^[^\d]*/, "")).split(
    ".",
  );
  return `\`__getrandom_v0${minor}_custom\``;
}

/** `custom` asks for a function, which whoever takes the fix has to write. */
function customFix(source: string, range: TextRange): ProblemFix {
  const quote = source[range.start] === "'" ? "'" : '"';
  return { title: "Use the feature `custom`", kind: "review", range, newText: `${quote}custom${quote}` };
}

/** The feature where it stands in the same manifest, else the dependency. */
function featureRange(source: string, { range, valueRange }: CargoDependency, feature: string): TextRange {
  const from = valueRange?.start ?? range.end;
  const next = /^[ \t]*\[/m.exec(source.slice(from));
  const end = valueRange?.end ?? (next === null ? source.length : from + next.index);
  const found = new RegExp(`["']${feature}["']`).exec(source.slice(from, end));
  return found === null ? range : { start: from + found.index, end: from + found.index + found[0].length };
}

/** Moves the line behind the header of `[dev-dependencies]`. */
function moveToTests({ source }: CanisterPackage, { range, valueRange, fromWorkspace }: CargoDependency): ProblemFix[] {
  if (valueRange === undefined || (fromWorkspace && valueRange.end === 0)) return [];
  const start = source.lastIndexOf("\n", range.start - 1) + 1;
  const lineEnd = source.indexOf("\n", valueRange.end);
  const end = lineEnd === -1 ? source.length : lineEnd + 1;
  const line = source.slice(start, end).replace(/\n?$/, "\n");
  const title = "Move it to `[dev-dependencies]`";
  const header = /^[ \t]*\[dev-dependencies\][^\n]*\n/m.exec(source);
  if (header === null) {
    const rest = source.slice(end).replace(/\n*$/, "\n");
    const newText = `${rest.trim() === "" ? "" : rest}\n[dev-dependencies]\n${line}`;
    return [{ title, kind: "review", range: { start, end: source.length }, newText }];
  }
  const target = header.index + header[0].length;
  if (target <= start) {
    return [{ title, kind: "review", range: { start: target, end }, newText: line + source.slice(target, start) }];
  }
  return [{ title, kind: "review", range: { start, end: target }, newText: source.slice(end, target) + line }];
}
