import type { EntryPoint } from "../analysis/canisterModel.ts";
import type { CargoPackage } from "../project/cargoWorkspace.ts";
import type { CanisterCrate } from "../project/projectModel.ts";
import type { RuleFinding } from "./rule.ts";

/**
 * `missing-cdylib` where no manifest names the canister: a library that has methods, compiles to no Wasm, and is used by
 * no other package of the workspace, which could be the canister.
 */
export function unbuiltCanister(
  { cargoPackage, workspaceDirectory }: Pick<CanisterCrate, "cargoPackage" | "workspaceDirectory">,
  entryPoints: readonly EntryPoint[],
  packages: readonly CargoPackage[],
): RuleFinding | undefined {
  const { name, manifestPath, rootFile, wasmName, libRange, cdylibFix } = cargoPackage;
  if (wasmName !== undefined || !rootFile.endsWith("lib.rs") || cargoPackage.binaryFiles.length > 0) return undefined;
  const [method, ...others] = entryPoints.filter((it) => it.method !== undefined);
  const hook = entryPoints.find((it) => it.kind === "init" || it.kind === "postUpgrade");
  // A library may bring methods for the canisters of others; what starts a canister is one itself, and so is what stands alone.
  const isAlone =
    workspaceDirectory === cargoPackage.directory &&
    packages.every((it) => it === cargoPackage || !it.directory.startsWith(cargoPackage.directory));
  if (method === undefined || (hook === undefined && (others.length === 0 || !isAlone))) return undefined;
  if (packages.some((it) => it !== cargoPackage && it.dependencies.some(({ packageName }) => packageName === name))) {
    return undefined;
  }
  const { range, newText, title } = cdylibFix;
  return {
    severity: "warning",
    confidence: "medium",
    path: manifestPath,
    range: libRange,
    message:
      `\`${name}\` has methods of a canister, and nothing else in the workspace uses it, but it compiles to no Wasm file: ` +
      'add `crate-type = ["cdylib"]` to `[lib]`.',
    related: [{ path: method.path, range: method.nameRange, message: "a method of the canister" }],
    fixes: [{ title, kind: cdylibFix.kind ?? "safe", edits: [{ path: manifestPath, range, newText }] }],
  };
}
