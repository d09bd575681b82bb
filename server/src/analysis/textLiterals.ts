import type { TextRange } from "../base/textRange.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { rangeOf } from "./bodyState.ts";

/** A string literal in a function. */
export interface TextLiteral {
  readonly value: string;
  readonly range: TextRange;
  /** The field, variable or function that it is given to; empty where there is none near. */
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
  for (let distance = 0; at !== undefined && distance < ownerDistanceMax; distance++, at = at.parent) {
    switch (at.kind) {
      case "field_initializer":
        return (at.child("field") ?? at.child("name"))?.text ?? "";
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
