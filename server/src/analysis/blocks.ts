import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { isExcluded } from "./attributes.ts";
import { type BodyState, rangeOf, shortened, unknownValue, type Value } from "./bodyState.ts";
import { leavesOf } from "./branches.ts";
import { bindPattern, consumed, emitCheck, readExpression } from "./expressions.ts";
import { namesUsed } from "./itemFacts.ts";
import { resultUse, useResult } from "./results.ts";
import { borrowMethods } from "./stateOperations.ts";
import type { HeldBorrow } from "./steps.ts";

/** Reads the statements of a block in a scope of their own; its value is that of the last expression. */
export function readBlock(state: BodyState, block: SyntaxNode): Value {
  return state.inScope(false, () => {
    let last = unknownValue;
    let excluded = false;
    let isConditional = false;
    for (const child of block.children) {
      if (child.kind === "line_comment" || child.kind === "block_comment") continue;
      if (child.kind === "attribute_item") {
        excluded ||= isExcluded(child.text, undefined);
        isConditional = true;
        continue;
      }
      last = excluded ? unknownValue : readStatement(state, child);
      // What stands behind it is never executed.
      if (!isConditional && child.kind === "expression_statement" && ending.test(child.text)) break;
      excluded = false;
      isConditional = false;
    }
    return last;
  });
}

/** A statement that always ends the function. */
const ending =
  /^(?:return\b|(?:panic|todo|unimplemented|unreachable)[!\u00aa]?\s*\(|(?:ic_cdk::)?(?:api::)?trap\s*\()[\s\S]*;\s*$/;

function readStatement(state: BodyState, node: SyntaxNode): Value {
  switch (node.kind) {
    case "let_declaration":
      state.inStatement(() => readLet(state, node));
      return unknownValue;
    case "expression_statement": {
      const expression = node.parts[0];
      if (expression === undefined) return unknownValue;
      return state.inStatement(() => {
        const value = readExpression(state, expression);
        if (!/;\s*$/.test(node.text)) return consumed(state, expression, value);
        useResult(state, node, value, "ignored", ignoredHow(expression));
        return unknownValue;
      });
    }
    case "use_declaration":
      for (const { name, path } of namesUsed(node)) {
        // What has a name of one word is brought from the root: it means the same outside.
        if (/^\w+$/.test(name) && path.length > 1) state.bringIn(name, path.join("::"));
      }
      return unknownValue;
    case "function_item":
    case "struct_item":
    case "enum_item":
    case "impl_item":
    case "const_item":
    case "mod_item":
      return unknownValue;
    case "static_item":
      return unknownValue;
    default:
      return consumed(state, node, readExpression(state, node));
  }
}

/** `.ok();` is said as such; everything else is a statement whose value nobody takes. */
function ignoredHow(expression: SyntaxNode): string {
  const method = /\.\s*(ok|err|is_ok|is_err)\s*\(\s*\)\s*$/.exec(expression.text)?.[1];
  return method === undefined ? ";" : `.${method}()`;
}

function readLet(state: BodyState, node: SyntaxNode): void {
  const pattern = node.child("pattern");
  const init = node.child("value");
  const alternative = node.child("alternative");
  if (pattern === undefined) return;
  if (init === undefined) {
    bindPattern(state, pattern, unknownValue);
    return;
  }
  const count = state.steps.length;
  const value = boundValue(state, init, readExpression(state, init));
  if (pattern.text === "_") {
    useResult(state, node, value, "ignored", "let _ =");
    return;
  }
  if (alternative !== undefined) readLetElse(state, init, alternative, count, value);
  bindPattern(state, pattern, value);
  rememberBorrow(state, pattern, init);
  const name = firstName(pattern);
  if (name === undefined) return;
  if (value.calls.length > 0 || /guard|lock/i.test(init.text)) {
    const guard = { range: rangeOf(pattern), name, calls: value.calls, text: shortened(init.text) };
    state.add({ ...state.here, kind: "guard", ...guard });
  }
  const use = resultUse(state, node, value, "ignored", `let ${name} =`);
  if (use === undefined || value.result === undefined || pattern.kind !== "identifier") return;
  if (name.startsWith("_") || !isNamedAgain(node, name)) state.expectReading(name, value.result.call, use);
}

/** A name may be read where no expression is: in the text of `println!`, in the tokens of a macro. */
function isNamedAgain(node: SyntaxNode, name: string): boolean {
  let body = node;
  while (body.parent !== undefined && body.kind !== "function_item") body = body.parent;
  return body.text.replace(/\/\/[^\n]*/g, "").split(new RegExp(`\\b${name}\\b`)).length > 2;
}

function readLetElse(state: BodyState, init: SyntaxNode, alternative: SyntaxNode, count: number, value: Value): void {
  useResult(state, init, value, trapsInElse(alternative) ? "unwrapped" : "inspected", "let … else");
  const check = emitCheck(state, init, count, value);
  const { arm } = state.inArm(state.newBranch(), "case", (it) => {
    it.leaves = leavesOf(alternative) ?? "function";
    // What the condition has borrowed ends before.
    return state.inFlow(undefined, 0, () => readBlock(state, alternative));
  });
  check.leaves = arm.leaves === "function";
  value.result?.call.errorArms.push(arm);
}

function trapsInElse(alternative: SyntaxNode): boolean {
  return /^\{\s*((ic_cdk::)?(api::)?trap\(|(panic|unreachable)[!\u00aa])/.test(alternative.text);
}

/** What a variable holds: a reference to state stays one, a copied field does not. */
function boundValue(state: BodyState, init: SyntaxNode, value: Value): Value {
  if (value.place === undefined) return value;
  const copies = init.kind === "field_expression" || init.kind === "unary_expression" || init.kind === "identifier";
  if (value.reference === "mutable" && !copies) {
    return { ...value, place: { ...value.place, heldSince: state.steps.length } };
  }
  const read = consumed(state, init, value);
  return copies || value.reference !== "shared" ? { ...read, place: undefined } : read;
}

/** The variable that a pattern is about: `_guard` in `Ok(_guard)`. */
function firstName(pattern: SyntaxNode): string | undefined {
  if (pattern.kind === "identifier") return pattern.text;
  for (const part of pattern.parts) {
    const name = part.field === "type" ? undefined : firstName(part);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** A variable that is given a `RefCell` borrow or a lock keeps it until its block ends. */
export function rememberBorrow(state: BodyState, pattern: SyntaxNode, init: SyntaxNode): void {
  const name = firstName(pattern);
  const borrow = borrowAt(init, false);
  if (name === undefined || borrow === undefined) return;
  state.bindBorrow(name, { ...borrow, name, taken: state.claimAt(borrow.range) });
}

/** The same for `Ok(guard)` of a match: it may end before the match does. */
export function rememberTaken(state: BodyState, pattern: SyntaxNode, init: SyntaxNode): void {
  const borrow = borrowAt(init, false);
  const taken = borrow === undefined ? undefined : state.claimAt(borrow.range);
  const name = /\(\s*(?:mut\s+)?([a-z_]\w*)\s*\)/.exec(pattern.text)?.[1];
  if (borrow === undefined || taken === undefined) return;
  if (name === undefined) state.end(taken);
  else state.bindBorrow(name, { ...borrow, name, taken });
}

/** A guard that is handed over as it is ends where whoever takes it wants; `operations` are the methods that took it. */
export function endHandedOver(state: BodyState, args: readonly SyntaxNode[], operations = /^/): void {
  if (state.temporaryCount === 0) return;
  for (const it of args) {
    const borrow = it.kind === "reference_expression" ? undefined : borrowAt(it, false);
    if (borrow !== undefined && operations.test(borrow.operation)) state.end(state.claimAt(borrow.range));
  }
}

/** The borrow or lock whose guard an expression gives. */
function borrowAt(node: SyntaxNode, isUnwrapped: boolean): HeldBorrow | undefined {
  if (node.kind === "try_expression" || node.kind === "parenthesized_expression") {
    const inner = node.parts[0];
    return inner === undefined ? undefined : borrowAt(inner, true);
  }
  if (node.kind === "reference_expression") return borrowBehindReference(node);
  if (node.kind !== "call_expression") return undefined;
  const target = node.child("function");
  if (target?.kind === "scoped_identifier" && /\b(RefMut|Ref)::(map|filter_map)$/.test(target.text)) {
    const guard = node.child("arguments")?.parts[0];
    return guard === undefined ? undefined : borrowAt(guard, true);
  }
  if (target?.kind !== "field_expression") return undefined;
  const name = target.child("field")?.text ?? "";
  const object = target.child("value");
  if (object === undefined) return undefined;
  if (/^(unwrap|expect|unwrap_or_else|map_err|ok|ok_or|ok_or_else)$/.test(name)) return borrowAt(object, true);
  return isBorrow(node, name, isUnwrapped) ? heldBorrow(node, name, object) : undefined;
}

/** `&*x.borrow()` and `&mut x.borrow_mut().field` keep the guard alive as long as the reference. */
function borrowBehindReference(node: SyntaxNode): HeldBorrow | undefined {
  let at = node.child("value") ?? node.parts.at(-1);
  while (at !== undefined && (at.kind === "unary_expression" || at.kind === "field_expression")) {
    at = at.child("value") ?? at.parts.at(-1);
  }
  return at === undefined ? undefined : borrowAt(at, true);
}

/** Whether a method call takes a borrow or lock; `read()` and `write()` are many things unless unwrapped. */
export function isBorrow(node: SyntaxNode, name: string, isUnwrapped: boolean): boolean {
  if (!borrowMethods.has(name) || (node.child("arguments")?.parts.length ?? 0) > 0) return false;
  if (node.parent?.kind === "await_expression") return false;
  return isUnwrapped || (name !== "read" && name !== "write");
}

/** Describes a borrow that a method call takes. */
export function heldBorrow(node: SyntaxNode, operation: string, object: SyntaxNode): HeldBorrow {
  return { operation, range: rangeOf(node), receiver: shortened(object.text) };
}
