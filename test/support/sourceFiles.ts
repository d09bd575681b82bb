/** The project's own source files and what they import, for the tests of what must hold. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's root folder, absolute. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** One import or re-export statement. */
export interface ImportStatement {
  /** As written: `./ast.ts`, `chevrotain`, `node:fs`. */
  readonly specifier: string;
  /** For relative imports: path from the root, with forward slashes. */
  readonly target?: string;
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

/** A source file of the project. */
export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportStatement[];
}

/** All TypeScript files under a folder of the project, build output left out. */
export function sourceFiles(folder: string): SourceFile[] {
  return typescriptPaths(join(projectRoot, folder)).map((absolute) => {
    const path = relative(projectRoot, absolute).split(sep).join("/");
    const text = readFileSync(absolute, "utf8").replaceAll("\r\n", "\n");
    return { path, text, imports: importsOf(path, text) };
  });
}

function typescriptPaths(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name === "out" || name === "node_modules" || name === "samples" || name === "fixtures" || name.startsWith("."))
      return [];
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return typescriptPaths(path);
    return /\.ts$/.test(name) ? [path] : [];
  });
}

const importPattern = /^(import|export)\s+(type\s+)?(?:[\w*{}\s,$]*?\s+from\s+)?"([^"]+)";?$/gm;
const dynamicImportPattern = /import\(\s*"([^"]+)"\s*\)/g;

function importsOf(path: string, text: string): ImportStatement[] {
  const statements: ImportStatement[] = [];
  const add = (specifier: string, typeOnly: boolean, reExport: boolean) => {
    const target = specifier.startsWith(".") ? posix.normalize(posix.join(dirname(path), specifier)) : undefined;
    statements.push({ specifier, typeOnly, reExport, ...(target === undefined ? {} : { target }) });
  };
  for (const [, keyword, type, specifier] of text.matchAll(importPattern)) {
    add(specifier ?? "", type !== undefined, keyword === "export");
  }
  for (const [, specifier] of text.matchAll(dynamicImportPattern)) add(specifier ?? "", false, false);
  return statements;
}
