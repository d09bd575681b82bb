import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { ManifestReading } from "./manifestProblem.ts";
import { type ManifestMap, type ManifestValue, syntaxProblem } from "./manifestValue.ts";

/** Reads a JSON text, forgiving: comments and trailing commas are fine, and errors cost only what they touch. */
export function readJson(source: string): ManifestReading<ManifestValue | undefined> {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(source, errors, { allowTrailingComma: true, disallowComments: false });
    return {
      facts: root === undefined ? undefined : convert(root),
      problems: errors.map((error) => {
        const end = Math.max(error.offset + error.length, error.offset + 1);
        return syntaxProblem({ start: error.offset, end: Math.min(end, source.length) }, errorText(error));
      }),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The parser calls itself for each level.
    const problem = syntaxProblem({ start: 0, end: source.length }, "This JSON is nested too deep to be read.");
    return { facts: undefined, problems: [problem] };
  }
}

function convert(node: Node): ManifestValue {
  const range = { start: node.offset, end: node.offset + node.length };
  const children = node.children ?? [];
  if (node.type === "array") return { kind: "list", items: children.map(convert), range };
  if (node.type === "object")
    return { kind: "map", entries: children.flatMap((it) => convertProperty(it) ?? []), range };
  const value: unknown = node.value;
  const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return { kind: "scalar", value: known ? value : null, range };
}

function convertProperty(node: Node): ManifestMap["entries"][number] | undefined {
  const [key, value] = node.children ?? [];
  if (key === undefined || typeof key.value !== "string") return undefined;
  const range = { start: key.offset, end: key.offset + key.length };
  return {
    key: { value: key.value, range },
    value: value === undefined ? { kind: "scalar", value: null, range } : convert(value),
  };
}

/** `PropertyNameExpected` becomes `Property name expected`. */
function errorText(error: ParseError): string {
  const words = printParseErrorCode(error.error).replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);
  return `This is not valid JSON: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}
