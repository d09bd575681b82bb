import type { TextRange } from "../base/textRange.ts";
import type { RustItem, SyntaxNode } from "../rust/syntaxTree.ts";
import { type AttributeFacts, readAttributes } from "./attributes.ts";
import { readBlock } from "./blocks.ts";
import { BodyState, rangeOf, unknownValue, type Value } from "./bodyState.ts";
import { NameSet } from "./nameSet.ts";
import { useResult } from "./results.ts";
import type { CellFacts, PlaceFacts, StepFacts } from "./steps.ts";
import { readTextLiterals, type TextLiteral } from "./textLiterals.ts";

/** What one function says by itself. Ranges count from the beginning of its item. */
export interface FunctionFacts {
  readonly kind: "function";
  readonly name: string;
  readonly nameRange: TextRange;
  /** The item without its attributes. */
  readonly range: TextRange;
  readonly bodyRange: TextRange | undefined;
  readonly isAsync: boolean;
  readonly attributes: readonly AttributeFacts[];
  readonly parameters: readonly ParameterFacts[];
  readonly returnType: string;
  readonly steps: readonly StepFacts[];
  /** Cells and locks of statics that it borrows, or closures that may do so. */
  readonly cells: CellFacts | undefined;
  /** State that the function returns a reference to. */
  readonly returnsPlace: PlaceFacts | undefined;
  readonly texts: readonly TextLiteral[];
  /** Every name that occurs in the function, comments aside. */
  readonly names: NameSet;
  /** Part of it could not be read. */
  readonly hasError: boolean;
}

/** One parameter of a function; `self` is one, too. */
export interface ParameterFacts {
  readonly name: string;
  readonly type: string;
}

/** Reads a function with all that its body does. */
export function readFunction(item: RustItem): FunctionFacts | undefined {
  const { node } = item;
  const name = node.child("name");
  if (name === undefined) return undefined;
  const body = node.child("body");
  const parameters = readParameters(node);
  const state = new BodyState(parameters.map((it) => it.name));
  bindParameters(state, parameters);
  const tail = body === undefined ? unknownValue : readBlock(state, body);
  if (body !== undefined) useResult(state, body.parts.at(-1) ?? body, tail, "returned", "last expression");
  state.finish();
  return {
    kind: "function",
    name: name.text,
    nameRange: rangeOf(name),
    range: rangeOf(node),
    bodyRange: body === undefined ? undefined : rangeOf(body),
    isAsync: /\basync\b/.test(node.childOfKind("function_modifiers")?.text ?? ""),
    attributes: readAttributes(item.attributes),
    parameters,
    returnType: node.child("return_type")?.text ?? "",
    steps: state.steps,
    cells: state.cells,
    returnsPlace: returnedPlace(node, tail),
    texts: body === undefined ? [] : readTextLiterals(body),
    names: new NameSet(node.text),
    hasError: item.hasError || item.inError,
  };
}

function readParameters(node: SyntaxNode): ParameterFacts[] {
  return (node.child("parameters")?.parts ?? []).map((it) => {
    if (it.kind === "self_parameter") return { name: "self", type: it.text };
    const pattern = it.child("pattern");
    return { name: pattern?.text.replace(/^mut\s+/, "") ?? "", type: it.child("type")?.text ?? "" };
  });
}

/** What can be changed through a reference: a mutable one, or one to a cell or a lock. */
const changeable = /^&\s*('\w+\s+)?(mut\b|(\w+::)*(RefCell|Cell|Mutex|RwLock|LocalKey)\s*<)/;

function bindParameters(state: BodyState, parameters: readonly ParameterFacts[]): void {
  for (const [index, { name, type }] of parameters.entries()) {
    if (name === "self") continue;
    const isReference = /^&/.test(type);
    const place: PlaceFacts = { root: { kind: "parameter", index }, fields: [] };
    const value: Value = {
      ...unknownValue,
      place,
      reference: changeable.test(type) ? "mutable" : "shared",
    };
    state.bind(name, isReference && !/\bdyn\b|\bFn/.test(type) ? value : unknownValue);
  }
}

/** Only functions that say so return references to state. */
function returnedPlace(node: SyntaxNode, tail: Value): PlaceFacts | undefined {
  const type = node.child("return_type")?.text ?? "";
  return /^&|RefMut|MutexGuard|RwLock|\bRc<|\bArc</.test(type) ? tail.place : undefined;
}
