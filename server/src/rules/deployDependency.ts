import type { CrateSurface } from "../analysis/crateSurface.ts";
import { readDfxJson } from "../project/dfxJson.ts";
import type { KnownCanister, Report, WorkspaceRule } from "./workspaceRule.ts";

/** A canister is built before the one whose id it compiles in. */
export const deployDependencyMissing: WorkspaceRule = {
  id: "deploy-dependency-missing",
  severity: "warning",
  docs: {
    what: "A canister compiles in the id of another canister of dfx.json, which is missing in its `dependencies`.",
    why: "dfx builds canisters in the order of their dependencies, and sets `CANISTER_ID_…` for those that it names. Without it, the build fails or takes an old id.",
    instead: "Name the other canister in `dependencies`.",
  },
};

/** Compares the ids that a crate compiles in with what its canister depends on. */
export function checkDependencies(
  surface: CrateSurface,
  canister: KnownCanister,
  manifest: string,
  report: Report,
): void {
  if (!canister.manifestPath.endsWith("dfx.json") || surface.embeddedIds.length === 0) return;
  const { facts } = readDfxJson(manifest);
  const own = facts.canisters.find((it) => it.name.value === canister.name);
  if (own === undefined) return;
  const named = new Set(own.dependencies.map((it) => plain(it.value)));
  for (const other of facts.canisters) {
    const name = other.name.value;
    if (
      name === canister.name ||
      named.has(plain(name)) ||
      // dfx refuses canisters that depend on each other.
      other.dependencies.some((it) => plain(it.value) === plain(canister.name)) ||
      !surface.embeddedIds.some((it) => plain(it) === plain(name))
    )
      continue;
    report(deployDependencyMissing, {
      confidence: "medium",
      path: canister.manifestPath,
      range: own.name.range,
      message: `\`${canister.name}\` compiles in the id of \`${name}\`, but does not depend on it: dfx may build it before that id is known. Add \`"dependencies": ["${name}"]\`.`,
    });
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
