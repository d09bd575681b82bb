import type { EntryPoint } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import { readDfxJson } from "../project/dfxJson.ts";
import { closingOf } from "./sourceText.ts";
import type { KnownCanister, Report, WorkspaceRule } from "./workspaceRule.ts";

/** A threshold that nothing reacts to. */
export const lowWasmMemoryHookMissing: WorkspaceRule = {
  id: "low-wasm-memory-hook-missing",
  severity: "hint",
  isOptIn: true,
  docs: {
    what: "The settings of a canister have a `wasm_memory_threshold`, and its code has no `#[on_low_wasm_memory]`.",
    why: "When less than the threshold is left below `wasm_memory_limit`, the hook runs, once. Without one the threshold changes nothing.",
    instead: "Add the hook and stop taking data there, or leave the setting out.",
  },
};

/** Compares the settings of a canister in its manifest with the hooks of its crate. */
export function checkLowMemoryHook(
  entryPoints: readonly EntryPoint[],
  { name, manifestPath }: KnownCanister,
  manifest: string,
  report: Report,
): void {
  if (!/wasm_memory_threshold/.test(manifest) || entryPoints.length === 0) return;
  if (entryPoints.some((it) => it.kind === "onLowWasmMemory")) return;
  const place = manifestPath.endsWith(".json") ? entryOfJson(manifest, name) : entryOfYaml(manifest, name);
  if (place === undefined) return;
  const text = manifest.slice(place.start, place.end).replace(/^[ \t]*#.*$/gm, (it) => " ".repeat(it.length));
  const setting = /\bwasm_memory_threshold\b"?\s*:\s*"?(?!0\b|null\b)[\w"]/.exec(text);
  if (setting === null) return;
  const start = place.start + setting.index;
  report(lowWasmMemoryHookMissing, {
    confidence: "low",
    path: manifestPath,
    range: { start, end: start + "wasm_memory_threshold".length },
    message: `\`${name}\` has no \`#[on_low_wasm_memory]\`: when its memory falls below this threshold, nothing happens. Add the hook and stop taking data there.`,
  });
}

/** The object of a canister in dfx.json. */
function entryOfJson(manifest: string, name: string): TextRange | undefined {
  const named = readDfxJson(manifest).facts.canisters.find((it) => it.name.value === name)?.name.range;
  const open = named === undefined ? -1 : manifest.indexOf("{", named.end);
  return open === -1 ? undefined : { start: open, end: closingOf(manifest, open) };
}

/** The lines of a canister in icp.yaml or canister.yaml: up to the next one with a name in the same column. */
function entryOfYaml(manifest: string, name: string): TextRange | undefined {
  const names = [...manifest.matchAll(/^([ \t]*(?:-[ \t]+)?)name:[ \t]*["']?([\w.-]+)["']?[ \t]*(?:#.*)?\r?$/gm)];
  const own = names.findIndex((it) => it[2] === name);
  const found = names[own];
  if (found === undefined) return undefined;
  const next = names.slice(own + 1).find((it) => it[1]?.length === found[1]?.length);
  return { start: found.index, end: next?.index ?? manifest.length };
}
