/** The public assets of Candid's own tests, where a checkout of them lies beside the project. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import type { Program } from "../../server/src/candid/ast.ts";
import type { ImportResolver } from "../../server/src/candid/imports.ts";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { projectRoot } from "../support/sourceFiles.ts";

const root = join(projectRoot, "../shared/conformance/candid");

/** Whether the assets are there. */
export const hasAssets = existsSync(root);

/** Names of the `.did` files of a folder of the assets. */
export function assetNames(folder: string): string[] {
  return hasAssets
    ? readdirSync(join(root, folder))
        .filter((it) => it.endsWith(".did"))
        .sort()
    : [];
}

/** The text of an asset; undefined where there is none. */
export function assetText(path: string): string | undefined {
  const absolute = join(root, path);
  return existsSync(absolute) ? readFileSync(absolute, "utf8") : undefined;
}

/** Finds imported files among the assets; files are named by their path there. */
export const assetResolver: ImportResolver = (path, fromFile): Program | undefined => {
  const file = relative(root, normalize(join(root, dirname(fromFile), path)));
  const text = assetText(file);
  return text === undefined ? undefined : parseCandid(text, file).program;
};
