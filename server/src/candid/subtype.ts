/**
 * Subtyping: whether a service can be upgraded, or a value be read at another type.
 * https://github.com/dfinity/candid/blob/master/spec/Candid.md#upgrading-and-subtyping
 */
import { assertNever } from "../base/assert.ts";
import {
  type ArgumentType,
  type CandidType,
  type FieldType,
  type FunctionType,
  methodSignature,
  type primitive,
  type ServiceInterface,
  type ServiceType,
  type StructuralType,
  structure,
} from "./types.ts";
import { labelText, shortText } from "./typeText.ts";

/** Why one type is no subtype of another, or where values would be lost. */
export interface Mismatch {
  /** Steps from the outside to the place, e.g. `method "transfer"`, `argument 1`, `field "amount"`. */
  readonly path: readonly string[];
  /** What differs there. */
  readonly message: string;
}

/** The result of a comparison: the first difference, if there is one, and where values silently become `null`. */
export interface Comparison {
  readonly mismatch?: Mismatch;
  /** Places where only the special rule for `opt` holds: what does not fit arrives as `null`. */
  readonly lossy: readonly Mismatch[];
}

/** Whether every value of `a` can be read as a `b`. Undefined when it can; else the first difference. */
export function isSubtype(a: CandidType, b: CandidType): Mismatch | undefined {
  return compareTypes(a, b).mismatch;
}

/** Compares two types, with the places where values would be lost. */
export function compareTypes(a: CandidType, b: CandidType): Comparison {
  const comparer = new Comparer();
  const mismatch = comparer.compare(a, b, []);
  return { ...(mismatch && { mismatch }), lossy: comparer.lossy };
}

/** Whether clients of `before` can go on with `after`: its methods must be a subtype. */
export function compareInterfaces(before: ServiceInterface, after: ServiceInterface): Comparison {
  return compareTypes(after.service, before.service);
}

/** All differences that clients of `before` would meet with `after`, one for each method at most. */
export function interfaceMismatches(before: ServiceInterface, after: ServiceInterface): readonly Mismatch[] {
  return before.service.methods.flatMap((method) => {
    const only = { kind: "service", methods: [method] } as const;
    return isSubtype(after.service, only) ?? [];
  });
}

/** Places where clients of `before` would get `null` from `after`, or the other way round, in place of a value. */
export function interfaceLosses(before: ServiceInterface, after: ServiceInterface): readonly Mismatch[] {
  return before.service.methods.flatMap((method) => {
    const { mismatch, lossy } = compareTypes(after.service, { kind: "service", methods: [method] });
    return mismatch === undefined ? lossy : [];
  });
}

class Comparer {
  readonly lossy: Mismatch[] = [];
  /** Pairs that are being compared, or have been: assumed to hold, as cycles want it. */
  private assumed = new Map<CandidType, Set<CandidType>>();

  compare(a: CandidType, b: CandidType, path: readonly string[]): Mismatch | undefined {
    if (a === b || this.assume(a, b)) return undefined;
    const sub = structure(a);
    const sup = structure(b);
    if (isPrimitive(sup, "reserved") || isPrimitive(sub, "empty")) return undefined;
    if (sup.kind === "opt") return this.compareOpt(a, sup.of, path);
    if (sub.kind === "service" && isPrimitive(sup, "principal")) return undefined;
    if (sub.kind !== sup.kind) return difference(a, b, path);
    switch (sub.kind) {
      case "primitive":
        return sup.kind === "primitive" && (sub.name === sup.name || (sub.name === "nat" && sup.name === "int"))
          ? undefined
          : difference(a, b, path);
      case "vec":
        return sup.kind === "vec" ? this.compare(sub.of, sup.of, [...path, "element"]) : undefined;
      case "record":
        return sup.kind === "record" ? this.compareRecords(sub.fields, sup.fields, path) : undefined;
      case "variant":
        return sup.kind === "variant" ? this.compareVariants(sub.fields, sup.fields, path) : undefined;
      case "func":
        return sup.kind === "func" ? this.compareFunctions(sub, sup, path) : undefined;
      case "service":
        return sup.kind === "service" ? this.compareServices(sub, sup, path) : undefined;
      default:
        return assertNever(sub);
    }
  }

  /** Any type is a subtype of any `opt`; values that do not fit become `null`, which is worth a word. */
  private compareOpt(a: CandidType, inner: CandidType, path: readonly string[]): undefined {
    const sub = structure(a);
    if (isPrimitive(sub, "null") || isPrimitive(sub, "reserved")) return;
    // A failed attempt must leave no assumptions behind.
    const assumed = new Map([...this.assumed].map(([type, others]) => [type, new Set(others)]));
    const mismatch = this.compare(sub.kind === "opt" ? sub.of : a, inner, path);
    if (mismatch === undefined) return;
    this.assumed = assumed;
    const message = `\`${shortText(a, 80)}\` read as \`opt ${shortText(inner, 80)}\` becomes \`null\``;
    this.lossy.push({ path, message });
  }

  private compareRecords(
    sub: readonly FieldType[],
    sup: readonly FieldType[],
    path: readonly string[],
  ): Mismatch | undefined {
    const fields = new Map(sub.map((it) => [it.id, it]));
    for (const field of sup) {
      const own = fields.get(field.id);
      const step = `field "${labelText(field)}"`;
      if (own === undefined) {
        if (acceptsNull(structure(field.type))) continue;
        return {
          path: [...path, step],
          message: `is missing, and \`${shortText(field.type, 80)}\` cannot be left out`,
        };
      }
      const mismatch = this.compare(own.type, field.type, [...path, step]);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  }

  private compareVariants(
    sub: readonly FieldType[],
    sup: readonly FieldType[],
    path: readonly string[],
  ): Mismatch | undefined {
    const cases = new Map(sup.map((it) => [it.id, it]));
    for (const field of sub) {
      const other = cases.get(field.id);
      const step = `case "${labelText(field)}"`;
      if (other === undefined) return { path: [...path, step], message: "is not expected" };
      const mismatch = this.compare(field.type, other.type, [...path, step]);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  }

  private compareFunctions(sub: FunctionType, sup: FunctionType, path: readonly string[]): Mismatch | undefined {
    const modes = (type: FunctionType) => [...new Set(type.modes)].sort().join(" ");
    if (modes(sub) !== modes(sup)) {
      const [own, other] = [modes(sub) || "an update", modes(sup) || "an update"];
      return { path, message: `is ${own}, where ${other} is expected` };
    }
    return (
      this.compareArguments(sup.arguments, sub.arguments, [...path, "argument"]) ??
      this.compareArguments(sub.results, sup.results, [...path, "result"])
    );
  }

  /** Argument lists compare like records with the fields 0, 1, 2 … */
  private compareArguments(
    sub: readonly ArgumentType[],
    sup: readonly ArgumentType[],
    path: readonly string[],
  ): Mismatch | undefined {
    const outer = path.slice(0, -1);
    for (const [index, { type }] of sup.entries()) {
      const step = [...outer, `${path.at(-1)} ${index + 1}`];
      const own = sub[index];
      if (own === undefined) {
        if (acceptsNull(structure(type))) continue;
        return { path: step, message: `is missing, and \`${shortText(type, 80)}\` cannot be left out` };
      }
      const mismatch = this.compare(own.type, type, step);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  }

  private compareServices(sub: ServiceType, sup: ServiceType, path: readonly string[]): Mismatch | undefined {
    const methods = new Map(sub.methods.map((it) => [it.name, it]));
    for (const method of sup.methods) {
      const own = methods.get(method.name);
      const step = `method "${method.name}"`;
      if (own === undefined) return { path: [...path, step], message: "is missing" };
      const mismatch = this.compare(methodSignature(own), methodSignature(method), [...path, step]);
      if (mismatch !== undefined) return mismatch;
    }
    return undefined;
  }

  /** Whether the pair is assumed already; assumes it from now on. */
  private assume(a: CandidType, b: CandidType): boolean {
    const others = this.assumed.get(a) ?? new Set();
    if (others.has(b)) return true;
    others.add(b);
    this.assumed.set(a, others);
    return false;
  }
}

/** Whether a value may be left out: `null`, `opt` and `reserved`. */
export function acceptsNull(type: StructuralType): boolean {
  return type.kind === "opt" || isPrimitive(type, "null") || isPrimitive(type, "reserved");
}

function isPrimitive(type: StructuralType, name: ReturnType<typeof primitive>["name"]): boolean {
  return type.kind === "primitive" && type.name === name;
}

function difference(a: CandidType, b: CandidType, path: readonly string[]): Mismatch {
  const [left, right] = [shortText(a, 80), shortText(b, 80)];
  if (left !== right) return { path, message: `\`${left}\` is not \`${right}\`` };
  // Two types of one name differ in what they are.
  return { path, message: `one \`${left}\` is a ${structure(a).kind}, the other a ${structure(b).kind}` };
}
