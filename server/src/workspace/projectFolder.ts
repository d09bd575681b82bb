import type { PlatformPath } from "node:path";
import type { FileView } from "../project/fileView.ts";

/**
 * The folder of the project that a folder belongs to: the nearest one at or above it with an icp.yaml or a dfx.json,
 * else the highest one with a Cargo.toml; never beyond the repository. `undefined` where there is none.
 */
export function projectFolder(view: FileView, path: PlatformPath, folder: string): string | undefined {
  let cargo: string | undefined;
  for (let at = folder; ; at = path.dirname(at)) {
    const has = (name: string) => view.exists(path.join(at, name));
    if (has("icp.yaml") || has("dfx.json")) return at;
    if (has("Cargo.toml")) cargo = at;
    if (has(".git") || path.dirname(at) === at) return cargo;
  }
}

/** Sources that cargo and rustup brought: read by the way, never part of somebody's project. */
export function isForeign(file: string): boolean {
  return /[\\/](\.cargo|\.rustup|rustlib|node_modules)[\\/]/.test(file);
}
