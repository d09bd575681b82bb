import type { PlatformPath } from "node:path";

const testFolder = /^(e2e|tests?|__tests__|testing|fixtures?|test[-_]?(data|assets|files|cases|projects))$/i;

/**
 * Whether a file is input of tests by its place below the opened folders: such manifests and interfaces are broken by
 * purpose now and then, and nobody builds a canister from them.
 */
export function isTestInput(file: string, folders: readonly string[], path: PlatformPath): boolean {
  const around = folders.filter((it) => file.startsWith(it.endsWith(path.sep) ? it : it + path.sep));
  const nearest = around.reduce((a, b) => (b.length > a.length ? b : a), "");
  const segments = file.slice(nearest.length).split(path.sep).slice(0, -1);
  return around.length > 0 && segments.some((it) => testFolder.test(it));
}
