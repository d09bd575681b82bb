import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from "yaml";
import type { TextRange } from "../base/textRange.ts";
import type { ManifestProblem, ManifestReading } from "./manifestProblem.ts";
import { type ManifestMap, type ManifestValue, syntaxProblem } from "./manifestValue.ts";

/** Anchors that refer to each other cannot make reading endless: nesting ends here. */
const depthMax = 64;

/** What anchors stand for counts each time: a text of a line can stand for more than any memory holds. */
const valuesMax = 20_000;

/** Reads the first document of a YAML text. Never throws; what could be understood is kept beside the problems. */
export function readYaml(source: string): ManifestReading<ManifestValue | undefined> {
  try {
    const parsed = parseAllDocuments(source, { keepSourceTokens: false, prettyErrors: false, logLevel: "silent" });
    const document = Array.isArray(parsed) ? parsed[0] : undefined;
    if (document === undefined) return { facts: undefined, problems: [] };
    const problems = [...document.errors, ...document.warnings].map((error): ManifestProblem => {
      const problem = syntaxProblem(visibleRange(source, error.pos[0], error.pos[1]), error.message);
      return error.name === "YAMLWarning" ? { ...problem, severity: "warning" } : problem;
    });
    const anchors = anchorsOf(document);
    let values = 0;
    const resolve = (node: Node): Node | undefined => {
      values += 1;
      return values > valuesMax ? undefined : isAlias(node) ? anchored(node, anchors) : node;
    };
    return { facts: convert(document.contents, source, resolve, 0), problems };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { facts: undefined, problems: [syntaxProblem({ start: 0, end: source.length }, message)] };
  }
}

/** Nodes by the names of their anchors, in the order of the text. The parser would search all of it for each alias. */
function anchorsOf(document: Document): ReadonlyMap<string, readonly Node[]> {
  const anchors = new Map<string, Node[]>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || node.anchor === undefined) return;
      anchors.set(node.anchor, [...(anchors.get(node.anchor) ?? []), node]);
    },
  });
  return anchors;
}

/** What an alias stands for: the last node before it with an anchor of that name. */
function anchored(alias: Alias, anchors: ReadonlyMap<string, readonly Node[]>): Node | undefined {
  const start = alias.range?.[0] ?? 0;
  return anchors.get(alias.source)?.findLast((it) => (it.range?.[0] ?? 0) < start);
}

function convert(
  node: unknown,
  source: string,
  resolve: (node: Node) => Node | undefined,
  depth: number,
): ManifestValue | undefined {
  if (depth > depthMax) return undefined;
  const range = rangeOf(node, source);
  const target = isAlias(node) || isCollection(node) ? resolve(node) : node;
  if (isScalar(target)) return { kind: "scalar", value: scalarValue(target.value), range };
  if (isSeq(target)) {
    return { kind: "list", items: target.items.flatMap((it) => convert(it, source, resolve, depth + 1) ?? []), range };
  }
  if (isMap(target)) {
    const entries = target.items.flatMap((pair) => convertPair(pair, source, resolve, depth) ?? []);
    return { kind: "map", entries, range };
  }
  return undefined;
}

function convertPair(
  pair: Pair,
  source: string,
  resolve: (node: Node) => Node | undefined,
  depth: number,
): ManifestMap["entries"][number] | undefined {
  if (!isScalar(pair.key)) return undefined;
  const key = { value: String(pair.key.value), range: rangeOf(pair.key, source) };
  const value = convert(pair.value, source, resolve, depth + 1);
  return { key, value: value ?? { kind: "scalar", value: null, range: key.range } };
}

function rangeOf(node: unknown, source: string): TextRange {
  const range = isScalar(node) || isSeq(node) || isMap(node) || isAlias(node) ? node.range : undefined;
  return range ? visibleRange(source, range[0], range[1]) : { start: 0, end: 0 };
}

/** Without the white space that the parser counts to a block's end; at least one code unit where there is one. */
function visibleRange(source: string, start: number, end: number): TextRange {
  const trimmed = source.slice(start, end).trimEnd().length;
  return { start, end: Math.min(source.length, start + Math.max(1, trimmed)) };
}

function scalarValue(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : String(value);
}
