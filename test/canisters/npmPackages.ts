import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../support/sourceFiles.ts";

/** Packages are fetched once for each checkout. */
const cache = join(process.env["CANISTER_WORKBENCH_CACHE"] ?? join(projectRoot, ".cache"), "packages");

/**
 * The folder of a package of the npm registry, unpacked and without its dependencies: for what a package holds, not for
 * what it does. Nothing of it is run by the installation.
 */
export function npmPackage(name: string, version: string): string {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return join(folder, "package");
  const unpacking = `${folder}.${process.pid}`;
  mkdirSync(unpacking, { recursive: true });
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const shell = process.platform === "win32";
    execFileSync(npm, ["pack", `${name}@${version}`, "--silent"], { cwd: unpacking, shell, stdio: "pipe" });
    execFileSync("tar", ["xzf", `${name}-${version}.tgz`], { cwd: unpacking, stdio: "pipe" });
    renameSync(unpacking, folder);
  } finally {
    rmSync(unpacking, { recursive: true, force: true });
  }
  return join(folder, "package");
}
