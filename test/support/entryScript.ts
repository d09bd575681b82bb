import { statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, sourceFiles } from "./sourceFiles.ts";

/** The bundle of one of the server's entry points, unless a source is newer: then the source itself. Absolute. */
export function entryScript(name: "commandLine" | "languageServer"): string {
  const bundle = join(projectRoot, `server/out/${name}.cjs`);
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const changed = sourceFiles("server/src").map((it) => statSync(join(projectRoot, it.path)).mtimeMs);
  return built > Math.max(...changed) ? bundle : join(projectRoot, `server/src/${name}.ts`);
}
