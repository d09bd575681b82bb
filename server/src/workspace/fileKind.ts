/** What a file is to us; everything else we say nothing about. */
export type FileKind = "rust" | "candid" | "manifest";

/** Tells the kind from the path's end, in either system's notation. */
export function fileKind(path: string): FileKind | undefined {
  if (path.endsWith(".rs")) return "rust";
  if (path.endsWith(".did")) return "candid";
  return isManifest(path) ? "manifest" : undefined;
}

function isManifest(path: string): boolean {
  return /(^|[\\/])(icp\.yaml|canister\.yaml|dfx\.json|Cargo\.toml|Cargo\.lock)$|[\\/]\.cargo[\\/]config(\.toml)?$/.test(
    path,
  );
}
