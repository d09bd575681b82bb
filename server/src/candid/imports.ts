/** The files that a program imports. https://github.com/dfinity/candid/blob/master/spec/Candid.md#imports */
import type { Problem } from "../base/problem.ts";
import type { ImportDeclaration, Program } from "./ast.ts";

/** Gives the program of an imported path, as it stands in the text of `fromFile`; undefined where there is no such file. */
export type ImportResolver = (path: string, fromFile: string) => Program | undefined;

/** A file that the program reaches by imports. */
export interface ImportedProgram {
  readonly program: Program;
  /** Whether its methods are imported, too. */
  readonly importsService: boolean;
  /** The import of the main program by which the file was reached first. */
  readonly by: ImportDeclaration;
}

/** Every file that a program reaches by imports, directly or not, once each, and what is wrong with the imports. */
export function loadImports(
  main: Program,
  resolver: ImportResolver,
): { readonly imported: readonly ImportedProgram[]; readonly problems: readonly Problem[] } {
  const loader = new ImportLoader(main, resolver);
  for (const declaration of main.declarations) {
    if (declaration.kind === "import") loader.load(declaration, declaration, [main]);
  }
  return { imported: [...loader.imported.values()], problems: loader.problems };
}

class ImportLoader {
  readonly imported = new Map<string, ImportedProgram>();
  readonly problems: Problem[] = [];
  private readonly main: Program;
  private readonly resolver: ImportResolver;

  constructor(main: Program, resolver: ImportResolver) {
    this.main = main;
    this.resolver = resolver;
  }

  /** `by` is the import of the main program, `chain` the files that lead here. */
  load(declaration: ImportDeclaration, by: ImportDeclaration, chain: readonly Program[]): void {
    const from = chain.at(-1) ?? this.main;
    const path = declaration.path.text;
    const program = this.resolver(path, from.file);
    if (program === undefined) {
      const message =
        declaration === by
          ? `There is no file \`${path}\`. Paths are relative to the folder of the file that imports.`
          : `\`${by.path.text}\` leads to an import of \`${path}\`, and there is no such file.`;
      this.report("did-import-missing", message, by, declaration, from);
      return;
    }
    if (chain.some((it) => it.file === program.file)) {
      const message = `This import leads back to \`${path}\`: files cannot import each other in a circle.`;
      this.report("did-import-cycle", message, by, declaration, from);
      return;
    }
    const known = this.imported.get(program.file);
    const importsService = declaration.importsService || known?.importsService === true;
    this.imported.set(program.file, { program, importsService, by: known?.by ?? by });
    if (known !== undefined) return;
    for (const next of program.declarations) {
      if (next.kind === "import") this.load(next, by, [...chain, program]);
    }
  }

  private report(
    code: string,
    message: string,
    by: ImportDeclaration,
    declaration: ImportDeclaration,
    from: Program,
  ): void {
    const related =
      declaration === by ? [] : [{ range: declaration.path.range, message: "imported here", file: from.file }];
    this.problems.push({ code, message, range: by.path.range, severity: "error", related });
  }
}
