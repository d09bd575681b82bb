import type { TextRange } from "../base/textRange.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { rangeOf } from "./bodyState.ts";

/** A string literal in a function. */
export interface TextLiteral {
  readonly value: string;
  readonly range: TextRange;
  /**
   * The field, variable or function that it is given to; empty where there is none near. Of a pair of two texts, such as
   * a header, the second is given to the first: `HttpHeader { name: "x-api-key".into(), value: "…".into() }`.
   */
  readonly givenTo: string;
}

/** How far up a literal's owner is looked for. */
const ownerDistanceMax = 5;

/** The string literals below a node, in the order of the text. */
export function readTextLiterals(node: SyntaxNode): TextLiteral[] {
  const literals: TextLiteral[] = [];
  collect(node, literals);
  return literals;
}

function collect(node: SyntaxNode, into: TextLiteral[]): void {
  if (node.kind === "string_literal") {
    into.push({ value: node.text.replace(/^b?"|"$/g, ""), range: rangeOf(node), givenTo: ownerOf(node) });
  } else for (const child of node.children) collect(child, into);
}

function ownerOf(node: SyntaxNode): string {
  let at = node.parent;
  let below = node;
  for (let distance = 0; at !== undefined && distance < ownerDistanceMax; distance++, below = at, at = at.parent) {
    switch (at.kind) {
      case "field_initializer":
        return headerNamed(at) ?? fieldName(at);
      case "arguments":
      case "tuple_expression": {
        const parts = at.parts;
        const before = parts.length === 2 && parts[1] === below ? textIn(parts[0]) : undefined;
        if (before !== undefined) return before;
        break;
      }
      case "let_declaration":
        return at.child("pattern")?.text ?? "";
      case "call_expression": {
        const path = at.child("function")?.text ?? "";
        if (!/(^|::|\.)(to_string|to_owned|into|from|new|String::from|to_vec|as_bytes)$/.test(path)) return path;
        break;
      }
      case "block":
      case "closure_expression":
        return "";
    }
  }
  return "";
}

function fieldName(initializer: SyntaxNode): string {
  return (initializer.child("field") ?? initializer.child("name"))?.text ?? "";
}

/** The name of the header whose value a field sets. */
function headerNamed(initializer: SyntaxNode): string | undefined {
  if (fieldName(initializer) !== "value") return undefined;
  const name = initializer.parent?.parts.find((it) => it.kind === "field_initializer" && fieldName(it) === "name");
  return textIn(name?.child("value"));
}

/** The text that an expression is, whatever it is turned into: `"host".to_string()`. */
function textIn(node: SyntaxNode | undefined): string | undefined {
  return /^(?:\w+(?:::\w+)*\()?"([^"\\]*)"\)?(?:\.\w+\(\))?$/.exec(node?.text ?? "")?.[1];
}
