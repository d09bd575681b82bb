import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { readBlock, rememberBorrow, rememberTaken } from "./blocks.ts";
import { type BodyState, united, unknownValue, type Value } from "./bodyState.ts";
import { bindPattern, consume, consumed, emitCheck, readExpression } from "./expressions.ts";
import { trapsAtOnce, useResult } from "./results.ts";
import type { Arm } from "./steps.ts";

/** What a condition found out. */
interface Condition {
  readonly value: Value;
  /** `let` conditions: patterns to bind where the condition holds. */
  readonly bindings: readonly Binding[];
}

interface Binding {
  readonly pattern: SyntaxNode;
  readonly init: SyntaxNode;
  readonly value: Value;
}

/** Reads `if`, with `let` conditions and `else`. */
export function readIf(state: BodyState, node: SyntaxNode): Value {
  const condition = node.child("condition");
  const consequence = node.child("consequence");
  const alternative = node.child("alternative");
  if (condition === undefined || consequence === undefined) return unknownValue;
  if (neverInWasm.test(condition.text)) {
    const body = alternative?.parts.find((it) => it.kind !== "else");
    return body === undefined ? unknownValue : consume(state, body);
  }
  const count = state.steps.length;
  const temporaries = state.temporaryCount;
  const read = readCondition(state, condition);
  if (read.bindings.length === 0) state.dropTemporaries(temporaries);
  const check = emitCheck(state, condition, count, read.value);
  const branch = state.newBranch();
  const then = state.inArm(branch, "case", (arm) => {
    assignLeaves(arm, consequence);
    bindAll(state, read.bindings);
    return readBlock(state, consequence);
  });
  // So it is since edition 2024; before, what a condition with `let` has borrowed lasts for `else`, too.
  state.endTemporaries(temporaries);
  const other = state.inArm(branch, "case", (arm) => {
    if (alternative === undefined) return unknownValue;
    assignLeaves(arm, alternative);
    const body = alternative.parts.find((it) => it.kind !== "else");
    return body === undefined ? unknownValue : consume(state, body);
  });
  check.leaves = then.arm.leaves === "function" || other.arm.leaves === "function";
  check.decides.push(then.arm, other.arm);
  noteErrorArms(condition.text, read, then.arm, other.arm);
  return merged([then.result, other.result, conditionValue(read.value)]);
}

/** What a canister is never compiled with: `if cfg!(test) { … }`. */
const neverInWasm =
  /^cfg!\s*\(\s*(?:test|debug_assertions|not\s*\(\s*target_(?:arch\s*=\s*"wasm32"|family\s*=\s*"wasm")\s*\))\s*\)$/;

/** The value of a branch depends on what its condition read. */
function conditionValue(value: Value): Value {
  return { reads: value.reads, calls: value.calls };
}

function readCondition(state: BodyState, node: SyntaxNode): Condition {
  if (node.kind === "let_condition") {
    const pattern = node.child("pattern");
    const init = node.child("value");
    if (pattern === undefined || init === undefined) return { value: unknownValue, bindings: [] };
    const value = readExpression(state, init);
    const read = value.reference === "mutable" ? value : consumed(state, init, value);
    useResult(state, node, value, "inspected", "if let");
    return { value: read, bindings: [{ pattern, init, value: read }] };
  }
  if (node.kind === "let_chain") {
    const conditions = node.parts.filter((it) => it.kind !== "&&").map((it) => readCondition(state, it));
    return { value: merged(conditions.map((it) => it.value)), bindings: conditions.flatMap((it) => it.bindings) };
  }
  const temporaries = state.temporaryCount;
  const value = consume(state, node);
  state.endTemporaries(temporaries);
  return { value, bindings: [] };
}

function bindAll(state: BodyState, bindings: readonly Binding[]): void {
  for (const { pattern, init, value } of bindings) {
    bindPattern(state, pattern, value);
    rememberBorrow(state, pattern, init);
    const name = /[a-z_]\w*/.exec(pattern.text.replace(/^\w+/, ""))?.[0];
    if (name !== undefined && value.calls.length > 0) {
      const range = { start: pattern.start, end: pattern.end };
      state.add({ ...state.here, kind: "guard", range, name, calls: value.calls, text: init.text.slice(0, 60) });
    }
  }
}

/** Which way is taken when an awaited call failed. */
function noteErrorArms(text: string, condition: Condition, then: Arm, other: Arm): void {
  for (const { pattern, value } of condition.bindings) {
    value.result?.call.errorArms.push(/^(Err|None)\b/.test(pattern.text) ? then : other);
  }
  if (condition.bindings.length > 0) return;
  const isNegated = /^\s*!/.test(text);
  for (const call of condition.value.calls.filter((it) => it.awaited)) {
    if (/\bis_err(_and)?\(/.test(text)) call.errorArms.push(isNegated ? other : then);
    if (/\bis_ok(_and)?\(/.test(text)) call.errorArms.push(isNegated ? then : other);
  }
}

/** Reads `match`. */
export function readMatch(state: BodyState, node: SyntaxNode): Value {
  const scrutinee = node.child("value");
  const body = node.child("body");
  if (scrutinee === undefined || body === undefined) return unknownValue;
  const count = state.steps.length;
  const raw = readExpression(state, scrutinee);
  const value = raw.reference === "mutable" ? raw : consumed(state, scrutinee, raw);
  const arms = body.parts.filter((it) => it.kind === "match_arm");
  const isResult = useResult(state, scrutinee, value, matchTraps(arms) ? "unwrapped" : "inspected", "match");
  const check = emitCheck(state, scrutinee, count, value);
  const branch = state.newBranch();
  const results = arms.map((it) => readMatchArm(state, it, branch, { pattern: it, init: scrutinee, value }));
  for (const { arm, isError } of results) {
    check.decides.push(arm);
    if (arm.leaves === "function") check.leaves = true;
    if (isError && isResult) value.result?.call.errorArms.push(arm);
  }
  return merged([...results.map((it) => it.value), conditionValue(value)]);
}

/** `match call.await { Ok(x) => x, Err(_) => trap(..) }` is an unwrap in other words. */
function matchTraps(arms: readonly SyntaxNode[]): boolean {
  const failing = arms.filter((it) => /^(Err|_)\b/.test(it.text));
  return (
    failing.length > 0 &&
    failing.every((it) => {
      const text = it.child("value")?.text ?? "";
      return trapsAtOnce(text) && text.length < 200 && !/;\s*\S+.*;\s*/s.test(text.replace(/^\{|\}$/g, "").trim());
    })
  );
}

function readMatchArm(state: BodyState, node: SyntaxNode, branch: number, scrutinee: Binding) {
  const pattern = node.child("pattern");
  const value = node.child("value");
  const { arm, result } = state.inArm(branch, "case", (it) => {
    if (value !== undefined) assignLeaves(it, value);
    for (const part of pattern?.parts ?? []) {
      if (part.field === "condition") readArmCondition(state, part);
      else bindPattern(state, part, scrutinee.value);
    }
    if (pattern !== undefined && /\(/.test(pattern.text)) {
      bindGuardOfArm(state, pattern, scrutinee);
      if (state.temporaryCount > 0 && /^Ok\b/.test(pattern.text)) rememberTaken(state, pattern, scrutinee.init);
    }
    return value === undefined ? unknownValue : state.inStatement(() => consume(state, value));
  });
  return { arm, value: result, isError: pattern !== undefined && /^(Err|None|_)\b/.test(pattern.text) };
}

/** What the condition of an arm borrows ends with it. */
function readArmCondition(state: BodyState, node: SyntaxNode): void {
  const temporaries = state.temporaryCount;
  consume(state, node);
  state.endTemporaries(temporaries);
}

function bindGuardOfArm(state: BodyState, pattern: SyntaxNode, scrutinee: Binding): void {
  const name = /\(\s*(?:mut\s+)?([a-z_]\w*)\s*\)/.exec(pattern.text)?.[1];
  if (name === undefined || !/^(Ok|Some)/.test(pattern.text) || scrutinee.value.calls.length === 0) return;
  const range = { start: pattern.start, end: pattern.end };
  state.add({
    ...state.here,
    kind: "guard",
    range,
    name,
    calls: scrutinee.value.calls,
    text: scrutinee.init.text.slice(0, 60),
  });
}

/** Reads `for`. */
export function readFor(state: BodyState, node: SyntaxNode): Value {
  const iterated = node.child("value");
  const pattern = node.child("pattern");
  const body = node.child("body");
  const raw = iterated === undefined ? unknownValue : readExpression(state, iterated);
  const value = iterated === undefined || raw.reference === "mutable" ? raw : consumed(state, iterated, raw);
  return state.inArm(
    state.newBranch(),
    "loop",
    () => {
      if (pattern !== undefined) bindPattern(state, pattern, { ...value, result: undefined });
      return body === undefined ? unknownValue : readBlock(state, body);
    },
    loopHeader(node),
  ).result;
}

/** What stands before the body of a loop. */
function loopHeader(node: SyntaxNode): string {
  return node.text.slice(0, (node.child("body")?.start ?? node.end) - node.start).trim();
}

/** Reads `while` and `while let`. */
export function readWhile(state: BodyState, node: SyntaxNode): Value {
  const condition = node.child("condition");
  const body = node.child("body");
  if (condition === undefined || body === undefined) return unknownValue;
  return state.inArm(
    state.newBranch(),
    "loop",
    () => {
      const count = state.steps.length;
      const temporaries = state.temporaryCount;
      const read = readCondition(state, condition);
      if (read.bindings.length === 0) state.dropTemporaries(temporaries);
      emitCheck(state, condition, count, read.value);
      bindAll(state, read.bindings);
      return readBlock(state, body);
    },
    loopHeader(node),
  ).result;
}

/** Reads `loop`. */
export function readLoop(state: BodyState, node: SyntaxNode): Value {
  const body = node.child("body");
  if (body === undefined) return unknownValue;
  return state.inArm(state.newBranch(), "loop", () => readBlock(state, body), "loop").result;
}

function assignLeaves(arm: Arm, body: SyntaxNode): void {
  const leaves = leavesOf(body) ?? (endsFunctionWithError(body) ? "function" : undefined);
  if (leaves !== undefined) arm.leaves = leaves;
}

/** `Err(e) => Err(e)` at the end of a function, or of a closure whose value is the end of the function: `STATE.with(|s| match … )`. */
function endsFunctionWithError(body: SyntaxNode): boolean {
  if (!/^(\{\s*)?Err\s*\(/.test(body.text)) return false;
  for (let at = body.parent; at !== undefined; at = at.parent) {
    if (at.kind === "function_item") return true;
    const owner = at.parent?.kind;
    const isTail = at.kind !== "block" || owner === "function_item" || owner === "closure_expression";
    if (!isTail || !tailKinds.test(at.kind)) return false;
    if (at.kind !== "block" && owner === "block" && at.parent?.parts.at(-1) !== at) return false;
  }
  return false;
}

const tailKinds = /^(match_|if_|else_|expression_statement|block|closure_expression|arguments|call_expression)/;

/** Where control goes at the end of a block or expression, if not behind it. */
export function leavesOf(node: SyntaxNode): Arm["leaves"] {
  switch (node.kind) {
    case "return_expression":
      return "function";
    // `Err(…)?` returns without a `return`.
    case "try_expression":
      return /^(Err\s*\(|None\s*\?)/.test(node.text) ? "function" : undefined;
    case "break_expression":
    case "continue_expression":
      return "loop";
    case "block":
    case "expression_statement":
    case "else_clause":
    case "unsafe_block":
      return node.parts.map(leavesOf).find((it) => it !== undefined);
    case "if_expression": {
      const then = node.child("consequence");
      const other = node.child("alternative");
      if (then === undefined || other === undefined) return undefined;
      return bothLeave([leavesOf(then), leavesOf(other)]);
    }
    case "match_expression": {
      const arms = node.child("body")?.parts.filter((it) => it.kind === "match_arm") ?? [];
      return arms.length === 0 ? undefined : bothLeave(arms.map((it) => leavesOf(it.child("value") ?? it)));
    }
    case "call_expression": {
      const path = node.child("function")?.text ?? "";
      return /(^|::)(trap|panic\u00aa|unreachable\u00aa|todo\u00aa|unimplemented\u00aa|bail\u00aa|trap\u00aa)$/.test(
        path,
      )
        ? "function"
        : undefined;
    }
    default:
      return undefined;
  }
}

function bothLeave(ways: readonly Arm["leaves"][]): Arm["leaves"] {
  if (ways.some((it) => it === undefined)) return undefined;
  return ways.every((it) => it === "function") ? "function" : "loop";
}

/** One value out of those of several ways; what a call gave is kept where only one way gives it. */
function merged(values: readonly Value[]): Value {
  const known = values.filter((it) => it !== unknownValue);
  const all = known.flatMap((it) => (it.result === undefined ? [] : [it.result]));
  const awaited = all.filter((it) => it.stage !== "plain");
  const results = awaited.length > 0 ? awaited : all;
  const places = known.flatMap((it) => (it.place === undefined ? [] : [it]));
  return {
    reads: united(known.map((it) => it.reads)),
    calls: united(known.map((it) => it.calls)),
    result: results.length === 1 ? results[0] : undefined,
    ...(places.length === 1 && { place: places[0]?.place, reference: places[0]?.reference ?? "shared" }),
  };
}
