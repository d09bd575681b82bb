/** What can be wrong with a type expression once the declared names are known. */
import { assertNever } from "../base/assert.ts";
import type { Problem } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import {
  type Field,
  type FunctionExpression,
  primitiveWords,
  type ReferenceExpression,
  type ServiceExpression,
  type TypeExpression,
} from "./ast.ts";
import { type DeclaredType, followReferences } from "./declarations.ts";
import { nearestName } from "./nearestName.ts";

type Declared = ReadonlyMap<string, DeclaredType>;
type Report = (problem: Problem) => void;

/** What other languages call the primitive types. */
const foreignNames: Readonly<Record<string, string>> = {
  string: "text",
  String: "text",
  str: "text",
  boolean: "bool",
  Bool: "bool",
  float: "float64",
  double: "float64",
  f32: "float32",
  f64: "float64",
  u8: "nat8",
  u16: "nat16",
  u32: "nat32",
  u64: "nat64",
  i8: "int8",
  i16: "int16",
  i32: "int32",
  i64: "int64",
  bytes: "blob",
  Blob: "blob",
  Principal: "principal",
  unit: "null",
};

/** An error of the given diagnostic. */
export function problemAt(code: string, range: TextRange, message: string): Problem {
  return { code, message, range, severity: "error" };
}

/** Reports names without meaning, labels that collide and modes that cannot be, in all parts of a type. */
export function checkExpression(type: TypeExpression, declared: Declared, report: Report): void {
  switch (type.kind) {
    case "primitive":
    case "missing":
      return;
    case "reference":
      if (!declared.has(type.name)) report(unboundType(type, declared));
      return;
    case "opt":
    case "vec":
      checkExpression(type.of, declared, report);
      return;
    case "record":
    case "variant":
      checkLabels(type.fields, report);
      for (const field of type.fields) if (field.type !== undefined) checkExpression(field.type, declared, report);
      return;
    case "func":
      checkFunction(type, declared, report);
      return;
    case "service":
      checkService(type, declared, report);
      return;
    default:
      assertNever(type);
  }
}

/** Reports methods that are declared twice or are no functions, and what is wrong with their types. */
export function checkService(service: ServiceExpression, declared: Declared, report: Report): void {
  const first = new Map<string, TextRange>();
  for (const { name, type } of service.methods) {
    const other = first.get(name.text);
    if (other === undefined) first.set(name.text, name.range);
    else {
      const problem = problemAt("did-duplicate-method", name.range, `The method \`${name.text}\` is declared already.`);
      report({ ...problem, related: [{ range: other, message: "first declared here" }] });
    }
    checkExpression(type, declared, report);
    if (type.kind !== "reference") continue;
    const behind = followReferences(type, declared);
    if (behind === undefined || behind.kind === "func" || behind.kind === "missing") continue;
    report(
      problemAt(
        "did-not-a-function",
        type.range,
        `\`${type.name}\` is no function type, so \`${name.text}\` cannot be a method.`,
      ),
    );
  }
}

function checkFunction(type: FunctionExpression, declared: Declared, report: Report): void {
  for (const argument of [...type.arguments, ...type.results]) checkExpression(argument.type, declared, report);
  const [mode, another] = type.modes;
  if (another !== undefined) {
    const message = `A function has at most one mode; this one is \`${mode?.mode}\` already.`;
    report(problemAt("did-mode-conflict", another.range, message));
  }
  const first = type.results[0];
  const last = type.results.at(-1);
  if (first === undefined || last === undefined || !type.modes.some((it) => it.mode === "oneway")) return;
  const range = { start: first.range.start, end: last.range.end };
  const problem = problemAt("did-oneway-result", range, "A `oneway` function does not answer, so it has no results.");
  report({ ...problem, fixes: [{ title: "Remove the results", kind: "review", range, newText: "" }] });
}

function checkLabels(fields: readonly Field[], report: Report): void {
  const first = new Map<number, Field>();
  for (const field of fields) {
    const other = first.get(field.id);
    if (other === undefined) {
      first.set(field.id, field);
      continue;
    }
    const label = describeLabel(field);
    const otherLabel = describeLabel(other);
    const isSame = label === otherLabel;
    const message = isSame
      ? `${label} is there already.`
      : `${label} and ${otherLabel} have the same number, ${field.id}: on the wire they cannot be told apart. Rename one.`;
    const problem = problemAt(isSame ? "did-duplicate-field" : "did-hash-collision", labelRange(field), message);
    report({ ...problem, related: [{ range: labelRange(other), message: `first used by ${otherLabel}` }] });
  }
}

function labelRange(field: Field): TextRange {
  return field.label?.range ?? field.range;
}

function describeLabel({ label, id }: Field): string {
  if (label === undefined) return `the field at position ${id}`;
  return label.kind === "name" ? `\`${label.name.text}\`` : `\`${id}\``;
}

function unboundType({ name, range }: ReferenceExpression, declared: Declared): Problem {
  const foreign = Object.hasOwn(foreignNames, name) ? foreignNames[name] : undefined;
  const nearest = foreign ?? nearestName(name, [...declared.keys(), ...primitiveWords]);
  const problem = problemAt("did-unbound-type", range, `There is no type \`${name}\`.`);
  if (nearest === undefined) return problem;
  const fixes = [{ title: `Change to \`${nearest}\``, kind: "review" as const, range, newText: nearest }];
  return { ...problem, message: `${problem.message} Did you mean \`${nearest}\`?`, fixes };
}
