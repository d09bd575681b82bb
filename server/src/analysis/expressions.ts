import { macroMark } from "../rust/desugarMacros.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { readBlock } from "./blocks.ts";
import { type BodyState, rangeOf, shortened, united, unknownValue, type Value } from "./bodyState.ts";
import { readFor, readIf, readLoop, readMatch, readWhile } from "./branches.ts";
import { readCall } from "./calls.ts";
import { useResult } from "./results.ts";
import type { AccessStep, CallStep, CheckStep, PlaceFacts, StructField } from "./steps.ts";

/** Reads an expression: adds its steps and tells what is known of its value. */
export function readExpression(state: BodyState, node: SyntaxNode): Value {
  switch (node.kind) {
    case "identifier":
    case "self":
    case "scoped_identifier":
      return readPath(state, node);
    case "call_expression":
      return readCall(state, node);
    case "field_expression":
      return readField(state, node);
    case "await_expression":
      return readAwait(state, node);
    case "try_expression":
      return readTry(state, node);
    case "reference_expression":
      return readReference(state, node);
    case "assignment_expression":
    case "compound_assignment_expr":
      return readAssignment(state, node);
    case "if_expression":
      return readIf(state, node);
    case "match_expression":
      return readMatch(state, node);
    case "for_expression":
      return readFor(state, node);
    case "while_expression":
      return readWhile(state, node);
    case "loop_expression":
      return readLoop(state, node);
    case "return_expression":
      return readReturn(state, node);
    case "closure_expression":
      // A closure in a variable runs later, and who knows how often.
      if (node.parent?.kind === "let_declaration") return state.inTask(() => readClosureBody(state, node, []));
      return readLater(state, () => readClosureBody(state, node, []));
    case "macro_invocation":
      return readMacro(state, node);
    case "index_expression":
      return readIndex(state, node);
    case "struct_expression":
      return readStruct(state, node);
    case "binary_expression":
      return readBinary(state, node);
    default:
      return readSimple(state, node);
  }
}

/** Reads what may run somewhere else, or never. */
function readLater(state: BodyState, read: () => Value): Value {
  return state.inFlow(undefined, 0, () => state.inArm(state.newBranch(), "closure", read).result);
}

/** Reads an expression whose value is used up: what it refers to is read from state. */
export function consume(state: BodyState, node: SyntaxNode): Value {
  return consumed(state, node, readExpression(state, node));
}

/** Makes a value out of what may still be a reference to state. */
export function consumed(state: BodyState, node: SyntaxNode, value: Value): Value {
  if (value.place === undefined || !isState(value.place)) return value;
  const step = state.add({
    ...state.here,
    kind: "access",
    range: rangeOf(node),
    place: value.place,
    effect: "read",
    operation: "",
    value: "",
    resultUsed: true,
    from: [],
  });
  return { ...value, reads: [...value.reads, step] };
}

/** A parameter or `self` alone is no state; what lies below it may be. */
function isState(place: PlaceFacts): boolean {
  return (place.root.kind !== "self" && place.root.kind !== "parameter") || place.fields.length > 0;
}

/** Reads the body of a closure whose parameters are known to hold some values. */
export function readClosureBody(state: BodyState, node: SyntaxNode, parameters: readonly Value[]): Value {
  const names = node.child("parameters")?.parts ?? [];
  for (const [index, parameter] of names.entries()) {
    const pattern = parameter.kind === "parameter" ? parameter.child("pattern") : parameter;
    if (pattern !== undefined) bindPattern(state, pattern, parameters[index] ?? unknownValue);
  }
  const body = node.child("body");
  if (body === undefined) return unknownValue;
  // Calling a closure that is `async` runs nothing of it yet.
  const isLater = node.text.startsWith("async");
  return isLater ? state.inFlow(undefined, 0, () => consume(state, body)) : consume(state, body);
}

/** Gives every name of a pattern what is known of the value. */
export function bindPattern(state: BodyState, pattern: SyntaxNode, value: Value): void {
  if (pattern.kind === "identifier" || pattern.kind === "shorthand_field_identifier") {
    state.bind(pattern.text, value);
    return;
  }
  const whole = pattern.kind === "mut_pattern" || pattern.kind === "captured_pattern" || pattern.kind === "ref_pattern";
  const inner = whole ? value : innerValue(value);
  for (const part of pattern.parts) {
    if (part.field === "type" || part.field === "condition") continue;
    if (part.kind === "mutable_specifier" || part.kind === "mut" || part.kind === "ref") continue;
    bindPattern(state, part, inner);
  }
}

/** What a part of a value is. */
function innerValue(value: Value): Value {
  if (value.result === undefined) return value;
  const { call, stage } = value.result;
  const inner = stage === "result" ? "response" : "value";
  return { ...value, result: stage === "plain" ? undefined : { call, stage: inner } };
}

function readPath(state: BodyState, node: SyntaxNode): Value {
  const text = node.text;
  const known = node.kind === "scoped_identifier" ? undefined : state.lookUp(text);
  if (known !== undefined) {
    if (state.holdsGuards && isMoved(node)) state.endNamed(text);
    return known;
  }
  if (text === "self") return { ...unknownValue, place: { root: { kind: "self" }, fields: [] }, reference: "mutable" };
  const name = text.slice(text.lastIndexOf(":") + 1);
  if (/^_?[A-Z][A-Z0-9_]*$/.test(name) || (/^[A-Z]/.test(name) && isAccessed(node))) {
    const place: PlaceFacts = { root: { kind: "static", path: state.writtenOut(text) }, fields: [] };
    return { ...unknownValue, place, reference: "mutable", isCell: true };
  }
  return unknownValue;
}

/** Whether a variable is put somewhere else as it is: from there on, nobody follows it. */
function isMoved({ parent, field }: SyntaxNode): boolean {
  switch (parent?.kind) {
    case "let_declaration":
    case "arguments":
    case "tuple_expression":
    case "array_expression":
    case "field_initializer":
    case "shorthand_field_initializer":
    case "closure_expression":
    case "match_expression":
      return true;
    case "assignment_expression":
      return field === "right";
    default:
      return false;
  }
}

/** A static need not be written in capitals: `Users.with(|users| …)`. */
function isAccessed({ parent }: SyntaxNode): boolean {
  if (parent?.kind !== "field_expression") return false;
  return /^(with|with_borrow|with_borrow_mut|borrow|borrow_mut|lock|read|write)$/.test(
    parent.child("field")?.text ?? "",
  );
}

function readField(state: BodyState, node: SyntaxNode): Value {
  const object = node.child("value");
  const field = node.child("field");
  if (object === undefined || field === undefined) return unknownValue;
  const value = readExpression(state, object);
  if (value.place === undefined)
    return { ...value, reads: value.reads.map((it) => ofField(it, field.text)), result: undefined };
  const place = { ...value.place, fields: [...value.place.fields, field.text] };
  return { ...value, place, result: undefined };
}

/** What was read as a whole and is looked at in one field only was read of that field. */
function ofField(read: AccessStep, field: string): AccessStep {
  return { ...read, place: { ...read.place, fields: [...read.place.fields, field] } };
}

function readAwait(state: BodyState, node: SyntaxNode): Value {
  const operand = node.parts[0];
  if (operand === undefined) return unknownValue;
  const count = state.steps.length;
  const value = operand.kind === "async_block" ? readSimple(state, operand) : consume(state, operand);
  const direct = value.result?.stage === "plain" ? value.result.call : undefined;
  const inside = state.since(count).filter((it): it is CallStep => it.kind === "call" && !it.awaited);
  const on = direct === undefined ? [...new Set([...inside, ...value.calls])].filter((it) => !it.awaited) : [direct];
  if (direct !== undefined) direct.awaited = true;
  if (operand.kind !== "async_block") {
    state.add({
      ...state.here,
      kind: "await",
      range: rangeOf(node),
      on,
      held: state.held(),
      text: shortened(operand.text),
    });
  }
  const result = direct === undefined ? undefined : { call: direct, stage: "result" as const };
  // What a call answers is none of what it was told.
  return direct === undefined
    ? { reads: value.reads, calls: value.calls, result }
    : { reads: [], calls: [direct], result };
}

function readTry(state: BodyState, node: SyntaxNode): Value {
  const operand = node.parts[0];
  if (operand === undefined) return unknownValue;
  const count = state.steps.length;
  const value = readExpression(state, operand);
  if (useResult(state, node, value, "propagated", "?")) return innerValue(value);
  const check = emitCheck(state, node, count, value);
  check.leaves = true;
  check.isLookup = !isDiscarded(node);
  return value.result?.stage === "plain" ? { ...value, result: undefined } : value;
}

/** Adds the step of a condition that was read since there were `count` steps. */
export function emitCheck(state: BodyState, node: SyntaxNode, count: number, value: Value): CheckStep {
  const steps = state.since(count);
  const reads = steps.filter((it): it is AccessStep => it.kind === "access" && it.effect === "read");
  const calls = steps.filter((it) => it.kind === "call");
  return state.add({
    ...state.here,
    kind: "check",
    range: rangeOf(node),
    reads: united([reads, value.reads]),
    calls: united([calls, value.calls]),
    text: shortened(node.text),
    leaves: false,
    isLookup: false,
    decides: [],
  });
}

function readReference(state: BodyState, node: SyntaxNode): Value {
  const operand = node.child("value") ?? node.parts.at(-1);
  if (operand === undefined) return unknownValue;
  const value = readExpression(state, operand);
  const isMutable = node.parts.some((it) => it.kind === "mutable_specifier");
  return {
    ...value,
    reference: isMutable ? "mutable" : value.reference === "mutable" ? "shared" : (value.reference ?? "shared"),
  };
}

function readAssignment(state: BodyState, node: SyntaxNode): Value {
  const left = node.child("left");
  const right = node.child("right");
  if (left === undefined || right === undefined) return unknownValue;
  const value = consume(state, right);
  if (left.text === "_") {
    useResult(state, node, value, "ignored", "_ =");
    return unknownValue;
  }
  const operator = node.child("operator")?.text ?? "=";
  const local = left.kind === "identifier" ? state.lookUp(left.text) : undefined;
  if (left.kind === "identifier" && (local !== undefined || !/^[A-Z_0-9]+$/.test(left.text))) {
    // What a variable refers to changes by `*x = …` only.
    if (operator === "=" || local?.place === undefined) {
      state.noteSet(left.text, value);
      state.bind(left.text, value);
    }
    return unknownValue;
  }
  const target = readExpression(state, left);
  if (target.place === undefined || target.reference === "shared") return unknownValue;
  if (left.kind === "identifier" && target.reference === "owned") return unknownValue;
  state.add({
    ...state.here,
    kind: "access",
    range: rangeOf(node),
    place: target.place,
    effect: assignmentEffect(operator, left.text, right.text),
    operation: operator,
    value: shortened(right.text),
    resultUsed: false,
    from: awaitedCalls(value),
  });
  return unknownValue;
}

function assignmentEffect(operator: string, left: string, right: string): "add" | "subtract" | "assign" | "mutate" {
  if (operator === "+=") return "add";
  if (operator === "-=") return "subtract";
  if (operator !== "=") return "mutate";
  const target = left.replace(/^\*/, "");
  if (right.includes(target) && /-|_sub\(/.test(right)) return "subtract";
  return right.includes(target) && /\+|_add\(/.test(right) ? "add" : "assign";
}

/** Calls that were awaited for the value. */
export function awaitedCalls(value: Value): readonly CallStep[] {
  return value.calls.filter((it) => it.awaited);
}

function readReturn(state: BodyState, node: SyntaxNode): Value {
  const operand = node.parts.find((it) => it.kind !== "return");
  if (operand === undefined) return unknownValue;
  useResult(state, node, consume(state, operand), "returned", "return");
  if (operand.kind === "identifier") state.release(operand.text);
  return unknownValue;
}

function readIndex(state: BodyState, node: SyntaxNode): Value {
  const [object, index] = node.parts;
  const value = object === undefined ? unknownValue : readExpression(state, object);
  if (index !== undefined) {
    consume(state, index);
    if (index.kind !== "integer_literal")
      state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: "index" });
  }
  return { ...value, result: undefined, isCell: undefined };
}

function readMacro(state: BodyState, node: SyntaxNode): Value {
  const name = node.child("macro")?.text ?? "";
  const tokens = node.childOfKind("token_tree")?.text ?? "";
  state.add({ ...state.here, kind: "macro", range: rangeOf(node), name, text: tokens });
  if (/\.\s*await\b/.test(tokens)) {
    state.add({ ...state.here, kind: "await", range: rangeOf(node), on: [], held: [], text: shortened(node.text) });
  }
  return unknownValue;
}

/** A division by what may be zero may trap; constants and floating point numbers do not. */
function readBinary(state: BodyState, node: SyntaxNode): Value {
  const operator = node.child("operator")?.kind ?? "";
  if (operator === "&&" || operator === "||") return readParts(state, node, "endTemporaries");
  const value = readParts(state, node);
  if (operator !== "/" && operator !== "%") return value;
  const divisor = node.child("right")?.text ?? "";
  const isConstant = /^([\d_.]+\w*|(\w+::)*[A-Z][A-Z0-9_]*|u\w+::from\(\d+\w*\))$/.test(divisor);
  if (!isConstant && !/\bf(32|64)\b|\d\.\d/.test(node.text)) {
    state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: operator });
  }
  return value;
}

/** A path counts as a whole, since its end says what is meant: `…::http_request::HttpMethod::POST`. */
function valueText(text: string): string {
  return /^[\w:]{61,200}$/.test(text) ? text : shortened(text);
}

function readStruct(state: BodyState, node: SyntaxNode): Value {
  const value = readParts(state, node);
  const parts = node.child("body")?.parts ?? [];
  const fields = parts.flatMap((it): StructField[] => {
    const name = it.kind === "shorthand_field_initializer" ? it : (it.child("field") ?? it.child("name"));
    const given = it.kind === "shorthand_field_initializer" ? it : it.child("value");
    if (name === undefined || given === undefined) return [];
    return [{ name: name.text, value: valueText(given.text), range: rangeOf(it), valueRange: rangeOf(given) }];
  });
  const base = parts.find((it) => it.kind === "base_field_initializer");
  state.add({
    ...state.here,
    kind: "struct",
    range: rangeOf(node),
    name: (node.child("name")?.text ?? "").replace(/<.*$/s, "").replace(/::$/, ""),
    fields,
    base: base === undefined ? undefined : base.text.replace(/^\.\.\s*/, ""),
  });
  return value;
}

/** Everything whose parts are simply read one after the other. */
function readSimple(state: BodyState, node: SyntaxNode): Value {
  switch (node.kind) {
    case "block":
    case "unsafe_block":
    case "async_block":
    case "const_block":
    case "try_block": {
      const block = node.kind === "block" ? node : node.childOfKind("block");
      if (block === undefined) return unknownValue;
      if (node.kind !== "async_block" || node.parent?.kind === "await_expression") return readBlock(state, block);
      return readLater(state, () => readBlock(state, block));
    }
    case "parenthesized_expression":
    case "type_cast_expression":
    case "unary_expression": {
      const operand = node.parts.find((it) => it.field !== "type" && !/^[!*-]$/.test(it.kind));
      return operand === undefined ? unknownValue : readExpression(state, operand);
    }
    case "token_tree":
    case "function_item":
    case "macro_definition":
    case "line_comment":
    case "block_comment":
      return unknownValue;
  }
  return readParts(state, node);
}

function readParts(state: BodyState, node: SyntaxNode, after?: "endTemporaries"): Value {
  let merged = unknownValue;
  const temporaries = state.temporaryCount;
  for (const part of node.parts) {
    if (part.field === "type" || part.field === "type_arguments" || part.field === "name") continue;
    const value = consume(state, part);
    if (after === "endTemporaries") state.endTemporaries(temporaries);
    if (value.reads.length + value.calls.length === 0) continue;
    if (merged === unknownValue) {
      merged = { reads: value.reads, calls: value.calls };
      continue;
    }
    merged = { reads: [...merged.reads, ...value.reads], calls: [...merged.calls, ...value.calls] };
  }
  return merged;
}

/** Whether what an expression gives goes nowhere. */
export function isDiscarded(node: SyntaxNode): boolean {
  const parent = node.parent;
  switch (parent?.kind) {
    case "expression_statement":
      // `if`, `match` and `unsafe` at the end of a block are its value, without a semicolon.
      return parent.text.endsWith(";") || parent.parent?.parts.at(-1) !== parent || isDiscarded(parent);
    case "let_declaration":
      return parent.child("pattern")?.text === "_";
    case "closure_expression":
      return parent.parent?.parent !== undefined && isDiscarded(parent.parent.parent);
    case "try_expression":
    case "parenthesized_expression":
    case "await_expression":
    case "if_expression":
    case "else_clause":
    case "match_arm":
    case "match_block":
    case "match_expression":
    case "unsafe_block":
      return isDiscarded(parent);
    case "block":
      return parent.parent?.kind !== "function_item" && isDiscarded(parent);
    default:
      return false;
  }
}

/** The name of a macro whose arguments were parsed as those of a function. */
export function macroName(path: string): string | undefined {
  return path.endsWith(macroMark) ? path.slice(0, -macroMark.length) : undefined;
}
