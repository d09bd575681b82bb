/**
 * Names: which declaration each one means, over imports, and what is wrong with them.
 * https://github.com/dfinity/candid/blob/master/spec/Candid.md#well-formedness
 */
import type { Problem } from "../base/problem.ts";
import type { ImportDeclaration, Method, Program, ServiceExpression, TypeDeclaration, TypeExpression } from "./ast.ts";
import { checkExpression, checkService, problemAt } from "./checkExpressions.ts";
import { convertInterface, convertTypes } from "./convertTypes.ts";
import { type DeclaredType, followReferences } from "./declarations.ts";
import { type ImportedProgram, type ImportResolver, loadImports } from "./imports.ts";
import type { NamedType, ServiceInterface } from "./types.ts";

/** What the names of a program mean. */
export interface TypeEnvironment {
  /** The declarations in scope, those of imported files included. */
  readonly declared: ReadonlyMap<string, DeclaredType>;
  readonly types: ReadonlyMap<string, NamedType>;
  /** The main service with the methods it imports; absent where the program has none. */
  readonly service?: ServiceInterface;
}

/** The meaning of a program's names. Problems are those of the program itself, not of the files it imports. */
export interface Resolution {
  readonly environment: TypeEnvironment;
  readonly problems: readonly Problem[];
}

/** The declarations that the names of a program may mean, those of imported files included. */
export function declarationsInScope(program: Program, resolver: ImportResolver): ReadonlyMap<string, DeclaredType> {
  return collectDeclarations(program, loadImports(program, resolver).imported, []);
}

/** Resolves the names of a program; what has no meaning becomes `empty` in the types. */
export function resolveProgram(program: Program, resolver: ImportResolver): Resolution {
  const { declared, services, problems } = resolveNames(program, resolver);
  const types = convertTypes(declared);
  const service = convertInterface(
    program.service,
    services.flatMap((it) => it.service.methods),
    services.length > 0,
    { declared, types },
  );
  return { environment: { declared, types, ...(service && { service }) }, problems };
}

/** What is wrong with the names of a program, in the order of its text. */
export function nameProblems(program: Program, resolver: ImportResolver): readonly Problem[] {
  return resolveNames(program, resolver).problems;
}

function resolveNames(program: Program, resolver: ImportResolver) {
  const { imported, problems } = loadImports(program, resolver);
  const found: Problem[] = [...problems];
  const declared = collectDeclarations(program, imported, found);
  reportCycles(program, declared, found);
  // Names may come from a file that could not be read.
  const isIncomplete = problems.length > 0;
  const report = (problem: Problem) => {
    if (!(isIncomplete && problem.code === "did-unbound-type")) found.push(problem);
  };
  for (const declaration of program.declarations) {
    if (declaration.kind === "type") checkExpression(declaration.type, declared, report);
  }
  checkMainService(program, declared, report);
  const services = importedServices(imported, declared, report);
  reportDuplicateMethods(program, services, declared, report);
  return { declared, services, problems: found.sort((a, b) => a.range.start - b.range.start) };
}

function collectDeclarations(
  program: Program,
  imported: readonly ImportedProgram[],
  problems: Problem[],
): Map<string, DeclaredType> {
  const declared = new Map<string, DeclaredType>();
  const add = (declaration: TypeDeclaration, from: Program, by: ImportDeclaration | undefined) => {
    const name = declaration.name.text;
    const first = declared.get(name);
    if (first === undefined) {
      declared.set(name, { declaration, program: from });
      return;
    }
    const range = by === undefined ? declaration.name.range : by.path.range;
    const related = [
      relatedPlace(first.declaration.name.range, "first declared here", first.program, program),
      ...(by === undefined ? [] : [relatedPlace(declaration.name.range, "declared again here", from, program)]),
    ];
    const message =
      by === undefined
        ? `\`${name}\` is declared already.`
        : `This import declares \`${name}\`, which is declared already. Imported types share one set of names.`;
    problems.push({ ...problemAt("did-duplicate-type", range, message), related });
  };
  for (const it of program.declarations) if (it.kind === "type") add(it, program, undefined);
  for (const { program: from, by } of imported) {
    for (const it of from.declarations) if (it.kind === "type") add(it, from, by);
  }
  return declared;
}

function relatedPlace(range: Program["declarations"][number]["range"], message: string, at: Program, main: Program) {
  return { range, message, ...(at.file !== main.file && { file: at.file }) };
}

/** Aliases that stand for nothing but each other; each circle is reported once, at its first name. */
function reportCycles(program: Program, declared: ReadonlyMap<string, DeclaredType>, problems: Problem[]): void {
  const reported = new Set<string>();
  for (const declaration of program.declarations) {
    if (declaration.kind !== "type") continue;
    const path: string[] = [];
    let name: string | undefined = declaration.name.text;
    while (name !== undefined && !path.includes(name)) {
      path.push(name);
      const type: TypeExpression | undefined = declared.get(name)?.declaration.type;
      name = type?.kind === "reference" ? type.name : undefined;
    }
    if (name !== path[0] || path.some((it) => reported.has(it))) continue;
    for (const it of path) reported.add(it);
    const circle = [...path, path[0]].map((it) => `\`${it}\``).join(" = ");
    const message = `${circle} stands for no type. A type that contains itself needs a constructor between, such as \`opt\` or \`vec\`.`;
    const related = path.slice(1).flatMap((it) => {
      const other = declared.get(it);
      return other === undefined
        ? []
        : [relatedPlace(other.declaration.name.range, "leads on from here", other.program, program)];
    });
    problems.push({ ...problemAt("did-unproductive-cycle", declaration.name.range, message), related });
  }
}

function checkMainService(
  { service }: Program,
  declared: ReadonlyMap<string, DeclaredType>,
  report: (problem: Problem) => void,
): void {
  if (service === undefined) return;
  for (const argument of service.constructorArguments ?? []) checkExpression(argument.type, declared, report);
  const { body } = service;
  if (body.kind === "service") checkService(body, declared, report);
  if (body.kind !== "reference") return;
  checkExpression(body, declared, report);
  const behind = followReferences(body, declared);
  if (behind === undefined || behind.kind === "service" || behind.kind === "missing") return;
  report(problemAt("did-not-a-service", body.range, `\`${body.name}\` is no service type.`));
}

/** A service that an import brings. */
interface ImportedService extends ImportedProgram {
  readonly service: ServiceExpression;
}

function importedServices(
  imported: readonly ImportedProgram[],
  declared: ReadonlyMap<string, DeclaredType>,
  report: (problem: Problem) => void,
): ImportedService[] {
  return imported.flatMap((it): ImportedService[] => {
    if (!it.importsService) return [];
    const { path } = it.by;
    const service = it.program.service;
    if (service === undefined) {
      const message = `\`${it.program.file}\` declares no main service. Use \`import\` without \`service\` for its types.`;
      report(problemAt("did-import-no-service", path.range, message));
      return [];
    }
    if (service.constructorArguments !== undefined) {
      const message = `The service of \`${it.program.file}\` takes arguments when it is installed; such a service cannot be imported.`;
      const related = [{ range: service.range, message: "declared here", file: it.program.file }];
      report({ ...problemAt("did-import-has-constructor", path.range, message), related });
      return [];
    }
    const body = followReferences(service.body, declared);
    return body?.kind === "service" ? [{ ...it, service: body }] : [];
  });
}

function reportDuplicateMethods(
  program: Program,
  services: readonly ImportedService[],
  declared: ReadonlyMap<string, DeclaredType>,
  report: (problem: Problem) => void,
): void {
  const own = program.service && followReferences(program.service.body, declared);
  const first = new Map<string, { readonly method: Method; readonly program: Program }>();
  for (const method of own?.kind === "service" ? own.methods : []) first.set(method.name.text, { method, program });
  for (const it of services) {
    for (const method of it.service.methods) {
      const name = method.name.text;
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, { method, program: it.program });
        continue;
      }
      const message = `This import brings a method \`${name}\`, which the service has already.`;
      const related = [
        relatedPlace(other.method.name.range, "first declared here", other.program, program),
        relatedPlace(method.name.range, "declared again here", it.program, program),
      ];
      report({ ...problemAt("did-import-duplicate-method", it.by.path.range, message), related });
    }
  }
}
