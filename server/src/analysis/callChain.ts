import type { TextRange } from "../base/textRange.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { rangeOf, shortened, type Value } from "./bodyState.ts";
import type { ArgumentFacts, CallFate, ChainLink } from "./steps.ts";

/** What follows a call by dots, `.await` and `?`, and the range of it all. */
export function chainAfter(node: SyntaxNode): {
  readonly whole: TextRange;
  readonly chain: readonly ChainLink[];
  readonly fate: CallFate;
} {
  const chain: ChainLink[] = [];
  let at = node;
  for (let parent = at.parent; parent !== undefined; parent = at.parent) {
    if (parent.kind === "await_expression" || parent.kind === "try_expression") {
      const name = parent.kind === "await_expression" ? "await" : "?";
      chain.push({ name, range: { start: at.end, end: parent.end }, ...noTypeArguments, arguments: [] });
      at = parent;
      continue;
    }
    if (parent.kind !== "field_expression" || parent.child("value") !== at) break;
    const generic = parent.parent?.kind === "generic_function" ? parent.parent : undefined;
    const call = (generic ?? parent).parent;
    if (call?.kind !== "call_expression" || call.child("function") !== (generic ?? parent)) break;
    const typeArguments = generic?.child("type_arguments");
    chain.push({
      name: parent.child("field")?.text ?? "",
      range: { start: parent.child("field")?.start ?? at.end, end: call.end },
      typeArguments: typeArguments?.text ?? "",
      typeArgumentsRange: typeArguments === undefined ? undefined : rangeOf(typeArguments),
      arguments: (call.child("arguments")?.parts ?? []).map((it) => argumentFacts(it, undefined)),
    });
    at = call;
  }
  return { whole: rangeOf(at), chain, fate: fateOf(at) };
}

function fateOf(node: SyntaxNode): CallFate {
  const parent = node.parent;
  const statement = parent === undefined ? rangeOf(node) : rangeOf(parent);
  switch (parent?.kind) {
    case "expression_statement":
      return { kind: parent.text.endsWith(";") ? "statement" : "used", statement };
    case "let_declaration":
      return { kind: parent.child("pattern")?.text === "_" ? "underscore" : "used", statement };
    case "assignment_expression":
      return {
        kind: parent.child("left")?.text === "_" ? "underscore" : "used",
        statement: parent.parent?.kind === "expression_statement" ? rangeOf(parent.parent) : statement,
      };
    default:
      return { kind: "used", statement };
  }
}

const noTypeArguments = { typeArguments: "", typeArgumentsRange: undefined };

/** Describes one argument of a call. */
export function argumentFacts(node: SyntaxNode, value: Value | undefined): ArgumentFacts {
  const literal = node.kind === "string_literal" ? node.text.slice(1, -1) : undefined;
  return {
    text: shortened(node.text),
    range: rangeOf(node),
    place: value?.place,
    isMutableReference: node.kind === "reference_expression" && /^&\s*mut\b/.test(node.text),
    literal,
    isTuple: node.kind === "tuple_expression",
  };
}
