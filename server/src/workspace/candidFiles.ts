import type { PlatformPath } from "node:path";
import type { Problem } from "../base/problem.ts";
import type { Program } from "../candid/ast.ts";
import { candidDiagnostics } from "../candid/candidDiagnostics.ts";
import type { ImportResolver } from "../candid/imports.ts";
import { parseCandid } from "../candid/parser.ts";
import type { FileView } from "../project/fileView.ts";
import type { Report } from "./report.ts";

/** Programs of Candid files, each parsed once for every text that it has. */
export class CandidFiles {
  private readonly programs = new Map<string, { readonly text: string; readonly program: Program }>();

  /** How imports are found: relative to the file that imports, in the notation of the system. */
  resolver(files: FileView, path: PlatformPath): ImportResolver {
    return (imported, fromFile) => {
      const file = path.resolve(path.dirname(fromFile), ...imported.split("/"));
      const text = files.readText(file);
      return text === undefined ? undefined : this.program(file, text);
    };
  }

  private program(file: string, text: string): Program {
    const known = this.programs.get(file);
    if (known?.text === text) return known.program;
    const { program } = parseCandid(text, file);
    this.programs.set(file, { text, program });
    return program;
  }
}

/** What is wrong with a Candid file. */
export function candidReports(file: string, text: string, resolver: ImportResolver): readonly Report[] {
  return candidDiagnostics(text, file, resolver).map((problem) => toReport(problem, file));
}

function toReport({ code, severity, range, message, related, fixes }: Problem, path: string): Report {
  return {
    rule: code,
    severity,
    path,
    range,
    message,
    related: (related ?? []).map((it) => ({ path: it.file ?? path, range: it.range, message: it.message })),
    tags: code === "did-unused-type" ? ["unnecessary"] : [],
    fixes: (fixes ?? []).map(({ title, kind = "safe", ...edit }) => ({ title, kind, edits: [{ path, ...edit }] })),
  };
}
