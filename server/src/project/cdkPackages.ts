import type { CargoPackage } from "./cargoWorkspace.ts";

/** ic-cdk, and packages through which canisters use it without naming it. */
const packages: ReadonlySet<string> = new Set(["ic-cdk", "ic-kit", "ic-exports", "ic-canister", "canic"]);

/** Whether a package uses ic-cdk, by itself or through a package that hands it on. */
export function dependsOnCdk({ dependencies }: CargoPackage): boolean {
  return dependencies.some((it) => packages.has(it.packageName));
}
