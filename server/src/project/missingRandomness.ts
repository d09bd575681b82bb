import type { CargoDependency } from "./cargoDependencies.ts";
import type { CargoPackage, CargoWorkspace } from "./cargoWorkspace.ts";
import type { FileProblem } from "./manifestProblem.ts";

/** What asks getrandom for randomness and leaves open where that comes from. Any other crate may have chosen a source. */
const openAskers: ReadonlySet<string> = new Set([
  "rand",
  "rand_core",
  "ahash",
  "const-random",
  "tempfile",
  "redox_users",
]);

/**
 * A dependency on rand whose randomness comes from getrandom 0.2, for which nothing in the tree has chosen a source: that
 * does not compile for canisters. Features are not in Cargo.lock, so nothing is said where a crate that is not known asks
 * for it, too. https://docs.rs/getrandom/0.2: "Unsupported targets".
 */
export function missingRandomness(
  { workspace, cargoPackage }: { readonly workspace: CargoWorkspace; readonly cargoPackage: CargoPackage },
  dependency: CargoDependency,
): FileProblem | undefined {
  if (dependency.packageName !== "rand" || !asksSystem(dependency)) return undefined;
  const versions = workspace.lockedPackages.filter((it) => it.name === "getrandom").map((it) => it.version);
  const rand = workspace.lockedPackages.filter((it) => it.name === "rand").map((it) => it.version);
  if (rand.length !== 1 || !/^0\.8\./.test(rand[0] ?? "") || versions.some((it) => !it.startsWith("0.2."))) {
    return undefined;
  }
  if (versions.length !== 1 || workspace.declared.some((it) => it.dependency.packageName === "getrandom"))
    return undefined;
  const isOpen = workspace.lockedPackages.every(
    (it) => openAskers.has(it.name) || !it.dependencies.some((name) => /^getrandom( |$)/.test(name)),
  );
  if (!isOpen) return undefined;
  return {
    path: cargoPackage.manifestPath,
    rule: "getrandom-js-feature",
    severity: "error",
    range: dependency.range,
    message:
      "`rand` takes its randomness from `getrandom`, which does not compile for wasm32-unknown-unknown until it is told where that comes from. " +
      'Set `default-features = false` and seed a generator from `raw_rand`, or add `getrandom = { version = "0.2", features = ["custom"] }` and register a function.',
  };
}

function asksSystem({ hasDefaultFeatures, features }: CargoDependency): boolean {
  return hasDefaultFeatures || features.some((it) => it === "std" || it === "getrandom");
}
