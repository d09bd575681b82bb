import type { PlatformPath } from "node:path";
import type { Problem } from "../base/problem.ts";
import type { Program } from "../candid/ast.ts";
import { candidAdvice } from "../candid/candidAdvice.ts";
import { candidDiagnostics } from "../candid/candidDiagnostics.ts";
import { type ImportResolver, loadImports } from "../candid/imports.ts";
import { parseCandid } from "../candid/parser.ts";
import { resolveProgram } from "../candid/resolve.ts";
import type { FileView } from "../project/fileView.ts";
import type { ProjectModel } from "../project/projectModel.ts";
import type { CandidInterface } from "../rules/workspaceRule.ts";
import { fileKind } from "./fileKind.ts";
import type { Report } from "./report.ts";

/** A file as it was when another one imported it. */
interface ImportedFile {
  readonly imported: string;
  readonly from: string;
  readonly program: Program | undefined;
}

/** What an interface was, and the files that it was made of beside its own. */
interface KnownInterface {
  readonly value: CandidInterface | undefined;
  readonly imports: readonly ImportedFile[];
}

/** What is known of a Candid file from around it. */
export interface CandidSurroundings {
  /** Programs that import it; asked for only where that matters. */
  readonly importers: () => readonly Program[];
  /** Whether a manifest names it as the interface of a canister. */
  readonly isNamed: boolean;
}

/** Programs of Candid files, each parsed once for every text that it has. */
export class CandidFiles {
  private readonly programs = new Map<string, { readonly text: string; readonly program: Program }>();
  private readonly syntax = new WeakMap<Program, readonly Problem[]>();
  private readonly interfaces = new WeakMap<Program, KnownInterface>();

  /** How imports are found: relative to the file that imports, in the notation of the system. */
  resolver(files: FileView, path: PlatformPath): ImportResolver {
    return (imported, fromFile) => {
      const file = path.resolve(path.dirname(fromFile), ...imported.split("/"));
      const text = files.readText(file);
      return text === undefined ? undefined : this.program(file, text);
    };
  }

  /** The interface that a file declares; undefined where it has mistakes or no service. */
  interface(file: string, files: FileView, resolver: ImportResolver): CandidInterface | undefined {
    const text = files.readText(file);
    if (text === undefined) return undefined;
    const program = this.program(file, text);
    const known = this.interfaces.get(program);
    if (known?.imports.every((it) => resolver(it.imported, it.from) === it.program)) return known.value;
    const imports: ImportedFile[] = [];
    const { environment, problems } = resolveProgram(program, (imported, from) => {
      const found = resolver(imported, from);
      imports.push({ imported, from, program: found });
      return found;
    });
    const service = [...(this.syntax.get(program) ?? []), ...problems].some((it) => it.severity === "error")
      ? undefined
      : environment.service;
    const value = service && { path: file, text, program, interface: service };
    this.interfaces.set(program, { value, imports });
    return value;
  }

  /**
   * What is wrong with a Candid file, and where nothing is, what could be better. All files that a program imports share
   * its names: what a part of an interface does not declare itself may stand in another part.
   */
  reports(
    file: string,
    text: string,
    resolver: ImportResolver,
    { importers, isNamed }: CandidSurroundings,
  ): readonly Report[] {
    const parse = () => {
      const program = this.program(file, text);
      return { program, problems: this.syntax.get(program) ?? [] };
    };
    const found = candidDiagnostics(text, file, resolver, parse);
    const isUnbound = (it: Problem) => it.code === "did-unbound-type";
    const around = found.some(isUnbound) ? namesAround(importers(), resolver) : new Set();
    const problems = found.filter((it) => !isUnbound(it) || !around.has(text.slice(it.range.start, it.range.end)));
    const unbound = problems.filter(isUnbound);
    const declaresNone = () => !this.program(file, text).declarations.some((it) => it.kind === "type");
    const names = eachNameOnce(unbound, text);
    const [first, ...others] = names;
    const isPart = first !== undefined && others.length > 0 && !isNamed && declaresNone();
    const told = [...problems.filter((it) => !isUnbound(it)), ...(isPart ? [asPart(first, others.length)] : names)];
    if (told.length > 0) return inOrder(told).map((it) => toReport(it, file));
    if (found.length > 0) return [];
    const isImported = () => importers().length > 0;
    const advice = candidAdvice(this.program(file, text), { resolver, isImported });
    return advice.map((it) => toReport(it, file));
  }

  /** The program of a file's text. */
  program(file: string, text: string): Program {
    const known = this.programs.get(file);
    if (known?.text === text) return known.program;
    const { program, problems } = parseCandid(text, file);
    this.syntax.set(program, problems);
    this.programs.set(file, { text, program });
    return program;
  }
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.range.start - b.range.start);
}

/** A name that is declared nowhere is one mistake, however often it is used. */
function eachNameOnce(unbound: readonly Problem[], text: string): readonly Problem[] {
  const byName = Map.groupBy(unbound, (it) => text.slice(it.range.start, it.range.end));
  return [...byName.values()].flatMap(([first, ...others]): readonly Problem[] => {
    if (first === undefined) return [];
    if (others.length === 0) return [first];
    const places = others.length === 1 ? "1 more place" : `${others.length} more places`;
    const related = others.slice(0, 10).map(({ range }) => ({ range, message: "used here, too" }));
    const message = `${first.message} It is used at ${places}.`;
    return [{ ...first, message, related: [...(first.related ?? []), ...related] }];
  });
}

/** A text that declares no type at all and that nobody names stands in the place of something longer. */
function asPart(first: Problem, others: number): Problem {
  const names = others === 1 ? "1 more name has" : `${others} more names have`;
  const message = `${first.message} Nor ${names} one: this file declares no type, and no manifest names it, so it may be part of an interface.`;
  return { ...first, severity: "information", message, fixes: [] };
}

/** The interfaces that canisters of a project declare to have. */
export function interfacesOf({ canisters }: ProjectModel): readonly string[] {
  return canisters.flatMap((it) =>
    it.candidPath !== undefined && fileKind(it.candidPath) === "candid" ? [it.candidPath] : [],
  );
}

/** Those of some Candid files whose text has the word of imports. */
export function importingFiles(candid: Iterable<string>, files: Pick<FileView, "readText">): readonly string[] {
  return [...new Set(candid)].filter((it) => /\bimport\b/.test(files.readText(it) ?? ""));
}

/** The names that programs declare, those of the files that they import included. */
function namesAround(importers: readonly Program[], resolver: ImportResolver): ReadonlySet<string> {
  const names = importers.flatMap((program) => {
    const { imported } = loadImports(program, resolver);
    return [program, ...imported.map((it) => it.program)].flatMap((it) =>
      it.declarations.flatMap((declaration) => (declaration.kind === "type" ? [declaration.name.text] : [])),
    );
  });
  return new Set(names);
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
