/** What is no mistake in a `.did` file, and still worth a word. */
import type { Problem } from "../base/problem.ts";
import { leadsTo } from "../base/reachability.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Field, FunctionExpression, Method, Program, TypeExpression } from "./ast.ts";
import { type DeclaredType, followReferences } from "./declarations.ts";
import type { ImportResolver } from "./imports.ts";
import { occurrencesOf } from "./occurrences.ts";
import { declarationsInScope } from "./resolve.ts";

/** What surrounds a file. */
export interface AdviceSurroundings {
  readonly resolver: ImportResolver;
  /** Whether another file imports this one, whose types may be used there; asked only where that matters. */
  readonly isImported: () => boolean;
}

type Declared = ReadonlyMap<string, DeclaredType>;

/** Advice on a program without mistakes, in the order of its text. */
export function candidAdvice(program: Program, { resolver, isImported }: AdviceSurroundings): readonly Problem[] {
  const declared = declarationsInScope(program, resolver);
  const unused = unusedTypes(program, declared);
  const problems = [
    ...(unused.length > 0 && isImported() ? [] : unused),
    ...uninhabitedTypes(program, declared),
    ...methodsOf(program).flatMap((it) => methodAdvice(it, declared)),
    ...typesWithin(program).flatMap(typeAdvice),
  ];
  return problems.sort((a, b) => a.range.start - b.range.start);
}

function advice(code: string, severity: Problem["severity"], range: TextRange, message: string): Problem {
  return { code, severity, range, message };
}

/** Types of the file that its service leads to by no way. */
function unusedTypes(program: Program, declared: Declared): Problem[] {
  const { service } = program;
  if (service === undefined) return [];
  const reached = new Set<string>();
  const references = new Map<Program, readonly Reference[]>();
  const namesIn = (where: Program, range: TextRange) => {
    const known = references.get(where) ?? typeReferences(where);
    references.set(where, known);
    return namesWithin(known, range);
  };
  const open = namesIn(program, service.range);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const found = declared.get(name);
    if (found !== undefined) open.push(...namesIn(found.program, found.declaration.range));
  }
  return program.declarations.flatMap((it) => {
    if (it.kind !== "type" || reached.has(it.name.text)) return [];
    const message = `The service does not use \`${it.name.text}\`. Remove it, or keep it in a file for others to import.`;
    const fix = {
      title: `Remove \`${it.name.text}\``,
      kind: "review" as const,
      range: lineOf(program, it.range),
      newText: "",
    };
    return [{ ...advice("did-unused-type", "hint", it.name.range, message), fixes: [fix] }];
  });
}

/** Where a type is named. */
interface Reference {
  readonly name: string;
  readonly range: TextRange;
}

function typeReferences(program: Program): Reference[] {
  const references = occurrencesOf(program).filter((it) => it.kind === "typeReference");
  return references.sort((a, b) => a.range.start - b.range.start);
}

/** Names among references, which are in the order of their text. */
function namesWithin(references: readonly Reference[], { start, end }: TextRange): string[] {
  let low = 0;
  for (let high = references.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((references[middle]?.range.start ?? end) < start) low = middle + 1;
    else high = middle;
  }
  const names: string[] = [];
  for (let at = references[low]; at !== undefined && at.range.start < end; at = references[++low]) {
    if (at.range.end <= end) names.push(at.name);
  }
  return names;
}

/** The declaration with its semicolon and the rest of its line. */
function lineOf({ text }: Program, { start, end }: TextRange): TextRange {
  const rest = /^[ \t]*;?[ \t]*(?:\r?\n)?/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + rest };
}

/** Declared types that no value can have, because each would hold another one of them. */
function uninhabitedTypes(program: Program, declared: Declared): Problem[] {
  const needs = needsOf(declared);
  return program.declarations.flatMap((it) => {
    if (it.kind !== "type" || it.type.kind !== "record" || !leadsTo(needs.get(it.name.text) ?? [], it.name.text, needs))
      return [];
    const name = it.name.text;
    const message = `No value has the type \`${name}\`: each would hold another \`${name}\`, without end. Put \`opt\` or \`vec\` between.`;
    return [advice("did-empty-type-uninhabited", "warning", it.name.range, message)];
  });
}

/** By declared type the types that each of its values holds one of, as far as it may be on a circle of them. */
function needsOf(declared: Declared): ReadonlyMap<string, readonly string[]> {
  const needs = new Map([...declared].map(([name, { declaration }]) => [name, namesNeeded(declaration.type)] as const));
  const neededBy = new Map<string, string[]>();
  for (const [name, all] of needs) for (const it of all) addTo(neededBy, it, name);
  // What needs nothing, or only what needs nothing, is on no circle.
  const open = new Map([...needs].map(([name, all]) => [name, all.length]));
  const settled = [...new Set([...open.keys(), ...neededBy.keys()])].filter((it) => !open.get(it));
  for (let name = settled.pop(); name !== undefined; name = settled.pop()) {
    needs.delete(name);
    for (const it of neededBy.get(name) ?? []) {
      const left = (open.get(it) ?? 0) - 1;
      open.set(it, left);
      if (left === 0) settled.push(it);
    }
  }
  return needs;
}

function addTo(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function namesNeeded(type: TypeExpression): string[] {
  if (type.kind === "reference") return [type.name];
  return type.kind === "record" ? type.fields.flatMap((it) => (it.type === undefined ? [] : namesNeeded(it.type))) : [];
}

function methodsOf({ service }: Program): readonly Method[] {
  return service?.body.kind === "service" ? service.body.methods : [];
}

/** Names that need care in the bindings of JavaScript, Rust or Motoko: reserved words of two of them at least. */
const reserved = new Set(
  (
    "async await break case catch class const continue else enum export extends false finally for if import in let " +
    "new null return static super switch this throw true try type typeof var while with yield self struct fn impl match " +
    "mod move mut pub ref trait unsafe use where loop actor func ignore label module object or and not private public shared do"
  ).split(" "),
);

function methodAdvice({ name, type, documentation }: Method, declared: Declared): Problem[] {
  const found: Problem[] = [];
  if (reserved.has(name.text) || !/^[A-Za-z_]\w*$/.test(name.text)) {
    const why = reserved.has(name.text) ? "is a reserved word" : "is no identifier";
    const message = `\`${name.text}\` ${why} in languages that bindings are made for: callers there have to quote or rename it.`;
    found.push(advice("did-deprecated-keyword-name", "information", name.range, message));
  }
  if (documentation === undefined) {
    const message = `\`${name.text}\` has no comment: it is all that users of the interface read. Write \`// …\` above it.`;
    found.push(advice("did-service-comment-missing", "hint", name.range, message));
  }
  const behind = type.kind === "reference" ? followReferences(type, declared) : type;
  // Of a function that is declared elsewhere the method is marked.
  if (behind?.kind === "func") found.push(...shapeAdvice(behind, declared, type === behind ? undefined : type.range));
  return found;
}

/** Arguments and results that cannot grow without breaking who calls. */
function shapeAdvice(
  { results, ...func }: FunctionExpression,
  declared: Declared,
  place: TextRange | undefined,
): Problem[] {
  const tuple = [...func.arguments, ...results].flatMap(({ type }) => {
    const behind = type.kind === "reference" ? followReferences(type, declared) : type;
    if (behind?.kind !== "record" || behind.fields.length === 0 || behind.fields.some((it) => it.label !== undefined))
      return [];
    const message = "Positions of a tuple have no names, and none can be left out later. A record with names can grow.";
    return [advice("did-upgrade-unsafe-shape", "hint", place ?? type.range, message)];
  });
  const variants = results.flatMap(({ type }) => {
    const behind = type.kind === "reference" ? followReferences(type, declared) : type;
    if (behind?.kind !== "variant" || isResult(behind.fields)) return [];
    const message =
      "A variant in a result cannot get another case: who was built for this interface could not read it. Under `opt` it is read as `null`.";
    return [advice("did-upgrade-unsafe-shape", "hint", place ?? type.range, message)];
  });
  return [...tuple, ...variants];
}

/** `Ok` and `Err` are all there ever is. */
function isResult(fields: readonly Field[]): boolean {
  const names = fields.map((it) => (it.label?.kind === "name" ? it.label.name.text.toLowerCase() : ""));
  return names.length === 2 && names.includes("ok") && (names.includes("err") || names.includes("error"));
}

/** Every type expression of the file, parts included. */
function typesWithin(program: Program): TypeExpression[] {
  const found: TypeExpression[] = [];
  const visit = (type: TypeExpression): void => {
    found.push(type);
    for (const it of partsOf(type)) visit(it);
  };
  for (const it of program.declarations) if (it.kind === "type") visit(it.type);
  for (const it of program.service?.constructorArguments ?? []) visit(it.type);
  if (program.service !== undefined) visit(program.service.body);
  return found;
}

function partsOf(type: TypeExpression): readonly TypeExpression[] {
  switch (type.kind) {
    case "opt":
    case "vec":
      return [type.of];
    case "record":
    case "variant":
      return type.fields.flatMap((it) => it.type ?? []);
    case "func":
      return [...type.arguments, ...type.results].map((it) => it.type);
    case "service":
      return type.methods.map((it) => it.type);
    default:
      return [];
  }
}

function typeAdvice(type: TypeExpression): Problem[] {
  if (type.kind === "variant" && type.fields.length === 0) {
    const message = "No value has the type `variant {}`. Write `empty` where that is meant, else the cases.";
    return [advice("did-empty-variant", "warning", type.range, message)];
  }
  if (type.kind !== "vec" || type.of.kind !== "primitive" || type.of.name !== "nat8") return [];
  const fix = { title: "Write `blob`", range: type.range, newText: "blob" };
  return [
    {
      ...advice("did-large-blob-argument", "hint", type.range, "`vec nat8` is `blob`, which says what it is."),
      fixes: [fix],
    },
  ];
}
