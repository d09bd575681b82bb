import type { CrateSurface } from "../analysis/crateSurface.ts";
import { leadsTo } from "../base/reachability.ts";
import { type DfxCanister, readDfxJson } from "../project/dfxJson.ts";
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

/** Compares the ids that a crate compiles in with what its canister depends on. `surfaceOf` reads the crates of others. */
export function checkDependencies(
  surface: CrateSurface,
  canister: KnownCanister,
  manifest: string,
  surfaceOf: (name: string) => CrateSurface | undefined,
  report: Report,
): void {
  if (!canister.manifestPath.endsWith("dfx.json") || surface.embeddedIds.length === 0) return;
  const { facts } = readDfxJson(manifest);
  const own = facts.canisters.find((it) => it.name.value === canister.name);
  if (own === undefined) return;
  const named = new Set(own.dependencies.map((it) => plain(it.value)));
  const needs = new Map(facts.canisters.map((it) => [plain(it.name.value), needsOf(it, surfaceOf)]));
  for (const other of facts.canisters) {
    const name = other.name.value;
    if (
      name === canister.name ||
      named.has(plain(name)) ||
      !surface.embeddedIds.some((it) => plain(it) === plain(name)) ||
      // dfx refuses canisters that depend on each other.
      leadsTo([plain(name)], plain(canister.name), needs)
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

/** The canisters that one depends on, or would have to. */
function needsOf(
  { name, dependencies }: DfxCanister,
  surfaceOf: (name: string) => CrateSurface | undefined,
): readonly string[] {
  return [...dependencies.map((it) => it.value), ...(surfaceOf(name.value)?.embeddedIds ?? [])].map(plain);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
