import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { isAskedForBefore } from "./askedResults.ts";
import { type BodyState, rangeOf, unknownValue, type Value } from "./bodyState.ts";
import { consume, readClosureBody } from "./expressions.ts";
import { inspectMethods, unwrapMethods } from "./stateOperations.ts";
import type { Arm, Decoding, ResultUse } from "./steps.ts";

/** Notes what is done with the result of an awaited call; tells whether the value was one. */
export function useResult(
  state: BodyState,
  node: SyntaxNode,
  value: Value,
  kind: ResultUse["kind"],
  how: string,
): boolean {
  const use = resultUse(state, node, value, kind, how);
  if (use !== undefined) value.result?.call.uses.push(use);
  return use !== undefined;
}

/** What would be noted, where the value is the result of an awaited call. */
export function resultUse(
  state: BodyState,
  node: SyntaxNode,
  value: Value,
  kind: ResultUse["kind"],
  how: string,
): ResultUse | undefined {
  if (value.result?.stage !== "result" && value.result?.stage !== "decoded") return undefined;
  const stage = value.result.stage;
  return { kind, range: rangeOf(node), how, stage, arms: state.currentArms, statement: rangeOf(statementOf(node)) };
}

/** The statement that an expression belongs to, or the expression where it ends a block. */
export function statementOf(node: SyntaxNode): SyntaxNode {
  for (let at = node; ; at = at.parent) {
    if (at.parent === undefined || at.kind === "expression_statement" || at.kind === "let_declaration") return at;
    if (at.parent.kind === "block" || at.parent.kind === "match_arm") return at;
  }
}

/** A method that is called on the result of an awaited call or of decoding; `undefined` where it is none of these. */
export function readResultMethod(
  state: BodyState,
  node: SyntaxNode,
  receiver: Value,
  name: string,
  args: readonly SyntaxNode[],
): Value | undefined {
  const result = receiver.result;
  if (result === undefined || result.stage === "plain") return undefined;
  const { call, stage } = result;
  if (stage === "response" || stage === "value") {
    for (const arg of args) consume(state, arg);
    if (stage !== "response" || !name.startsWith("candid")) return undefined;
    call.decodings.push(decoding(node, name));
    return { ...receiver, result: { call, stage: "decoded" } };
  }
  const inner: Value = { ...receiver, result: { call, stage: stage === "result" ? "response" : "value" } };
  if (unwrapMethods.has(name)) {
    for (const arg of args) consume(state, arg);
    const isThere = isAskedForBefore(node);
    useResult(state, node, receiver, isThere ? "inspected" : "unwrapped", name);
    if (!isThere) state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: name });
    return inner;
  }
  const arm = readErrorClosures(state, receiver, name, args);
  switch (name) {
    case "unwrap_or_else": {
      const traps = args.some((it) => trapsAtOnce(it.text) || isTrapName(it.text));
      useResult(state, node, receiver, traps ? "unwrapped" : "inspected", name);
      return inner;
    }
    case "unwrap_or_default":
      useResult(state, node, receiver, "ignored", name);
      return inner;
    case "unwrap_or":
    case "map_or":
    case "map_or_else":
      useResult(state, node, receiver, "inspected", name);
      return inner;
    case "map_err":
    case "or_else":
    case "inspect_err":
      if (arm !== undefined) call.errorArms.push(arm);
      return receiver;
    case "map":
    case "and_then":
    case "ok":
    case "err":
    case "inspect":
    case "clone":
      return receiver;
  }
  if (inspectMethods.has(name)) {
    useResult(state, node, receiver, "inspected", name);
    return { ...receiver, result: name === "as_ref" ? result : undefined };
  }
  return undefined;
}

function decoding(node: SyntaxNode, method: string): Decoding {
  const written = node.child("function");
  const target = written?.kind === "generic_function" ? written.child("function") : written;
  const turbofish = written?.child("type_arguments")?.text.slice(1, -1).trim();
  const methodRange = rangeOf(target?.child("field") ?? node);
  return { method, methodRange, type: turbofish ?? annotatedType(node) };
}

/** The type of the variable that takes what an expression gives, `?` and `unwrap` taken off. */
function annotatedType(node: SyntaxNode): string {
  let at: SyntaxNode = node;
  for (let parent = node.parent; parent !== undefined; parent = parent.parent) {
    if (parent.kind === "let_declaration")
      return parent.child("value") === at ? (parent.child("type")?.text ?? "") : "";
    const isPostfix = parent.kind === "try_expression" || parent.kind === "field_expression";
    if (!isPostfix && !(parent.kind === "call_expression" && parent.child("function") === at)) return "";
    if (parent.kind === "field_expression" && !/^(unwrap|expect|map_err)$/.test(parent.child("field")?.text ?? ""))
      return "";
    at = parent;
  }
  return "";
}

/** A function that traps is named and given as it is: `unwrap_or_else(trap_io)`, `unwrap_or_else(ic_cdk::trap)`. */
export function isTrapName(text: string): boolean {
  return /^(\w+::)*(trap|panic|abort|revert)(_\w+)?$/.test(text);
}

/** Whether a closure does nothing but trap. */
export function trapsAtOnce(text: string): boolean {
  return /\b(trap\(|panic[!\u00aa]|unreachable[!\u00aa]|unimplemented[!\u00aa])/.test(text);
}

function readErrorClosures(
  state: BodyState,
  receiver: Value,
  name: string,
  args: readonly SyntaxNode[],
): Arm | undefined {
  let found: Arm | undefined;
  for (const arg of args) {
    if (arg.kind !== "closure_expression") {
      consume(state, arg);
      continue;
    }
    const isSuccess = name === "map" || name === "and_then" || name === "inspect";
    const parameter = isSuccess ? { ...receiver, result: successOf(receiver) } : unknownValue;
    const { arm } = state.inArm(state.newBranch(), "closure", () => readClosureBody(state, arg, [parameter]));
    if (!isSuccess) {
      found = arm;
      receiver.result?.call.errorArms.push(arm);
    }
  }
  return found;
}

function successOf(value: Value): Value["result"] {
  if (value.result === undefined) return undefined;
  return { call: value.result.call, stage: value.result.stage === "result" ? "response" : "value" };
}
