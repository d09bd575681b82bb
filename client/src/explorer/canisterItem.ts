import type { ProjectCanister } from "../../../server/src/protocol/language.ts";
import type { CanisterSummary } from "../../../server/src/protocol/network.ts";

/** One canister as the explorer knows it: declared by a manifest, present on the network, or both. */
export interface CanisterItem {
  /** The project's name for it, else its id. */
  readonly name: string;
  readonly project?: ProjectCanister;
  readonly summary?: CanisterSummary;
}

/**
 * Joins what the manifests declare with what the network has: first the project's canisters in the order of their
 * manifests, then those that only the network knows (created by other canisters, or left from an earlier manifest).
 */
export function joinCanisters(
  declared: readonly ProjectCanister[],
  present: readonly CanisterSummary[],
): readonly CanisterItem[] {
  const byName = new Map(present.flatMap((it) => (it.name === undefined ? [] : [[it.name, it] as const])));
  const names = new Set(declared.map((it) => it.name));
  return [
    ...declared.map((project) => {
      const summary = byName.get(project.name);
      return { name: project.name, project, ...(summary === undefined ? {} : { summary }) };
    }),
    ...present
      .filter((it) => it.name === undefined || !names.has(it.name))
      .map((summary) => ({ name: summary.name ?? summary.canisterId, summary })),
  ];
}

/** Whether code is installed in it. */
export function isInstalled(item: CanisterItem): boolean {
  return item.summary?.moduleHash !== undefined;
}

/** Whether a Wasm can be had for it: it is built by cargo, or the manifest says where one lies. */
export function canInstall(item: CanisterItem): boolean {
  return item.project !== undefined && (item.project.build !== undefined || item.project.wasmPath !== undefined);
}

/** The grey text beside its name, e.g. `running · 2.000 T cycles`. */
export function describeCanister(item: CanisterItem): string {
  const { summary } = item;
  if (summary === undefined) return "not installed";
  const status = summary.moduleHash === undefined ? "empty" : summary.status;
  const subnet = summary.subnet === undefined ? "" : ` · ${summary.subnet}`;
  return `${status}${subnet} · ${cyclesText(summary.cycles)}`;
}

/**
 * The words by which menus decide what to offer: `canister`, then `installed` or `empty` with its status, `absent` when
 * the network has no such canister; `buildable` and `installable` where they apply.
 */
export function contextWords(item: CanisterItem): string {
  const { summary, project } = item;
  return [
    "canister",
    ...(summary === undefined ? ["absent"] : [isInstalled(item) ? "installed" : "empty", summary.status]),
    ...(project?.build === undefined ? [] : ["buildable"]),
    ...(canInstall(item) ? ["installable"] : []),
  ].join(" ");
}

/** Cycles as people read them: `2.000 T cycles`, `512.3 M cycles`. */
export function cyclesText(decimal: string): string {
  const cycles = Number(decimal);
  const units = [
    { unit: "T", size: 1e12 },
    { unit: "B", size: 1e9 },
    { unit: "M", size: 1e6 },
  ];
  const fitting = units.find((it) => Math.abs(cycles) >= it.size);
  if (fitting === undefined) return `${decimal} cycles`;
  return `${(cycles / fitting.size).toFixed(3)} ${fitting.unit} cycles`;
}
