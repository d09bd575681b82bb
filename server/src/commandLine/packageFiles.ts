import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that the product is installed in: the nearest one above this code with its package.json. */
export function installationDirectory(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let at = own; ; at = dirname(at)) {
    if (existsSync(join(at, "package.json")) || dirname(at) === at) return at;
  }
}

/** The product's version, as package.json tells it; empty where there is none to read. */
export function productVersion(): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(installationDirectory(), "package.json"), "utf8"));
    const version = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
    return typeof version === "string" ? version : "";
  } catch {
    return "";
  }
}

/** The page that explains a rule, if the installation has one. */
export function rulePage(rule: string): string | undefined {
  const page = join(installationDirectory(), "media", "rules", `${rule}.md`);
  return existsSync(page) ? page : undefined;
}
