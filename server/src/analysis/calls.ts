import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { isAskedForBefore } from "./askedResults.ts";
import { endHandedOver, heldBorrow, isBorrow } from "./blocks.ts";
import { type BodyState, rangeOf, shortened, united, unknownValue, type Value } from "./bodyState.ts";
import { argumentFacts, chainAfter } from "./callChain.ts";
import {
  awaitedCalls,
  consume,
  consumed,
  emitCheck,
  isDiscarded,
  macroName,
  readClosureBody,
  readExpression,
} from "./expressions.ts";
import { isTrapName, readResultMethod, useResult } from "./results.ts";
import {
  borrowMethods,
  defersToDrop,
  elementMethods,
  readReferenceMethods,
  referenceMethods,
  startsTask,
  unwrapMethods,
  withMethods,
  writeEffects,
} from "./stateOperations.ts";
import { type CallStep, elementField, type PlaceFacts } from "./steps.ts";
import { placeOfType, typeAskedFor, typeGiven, typeRemoved } from "./storedByType.ts";
import { contentOf, replacingMethods, takeCell, textBehind } from "./takenCells.ts";

/** A call expression taken apart. */
interface CallNode {
  readonly node: SyntaxNode;
  readonly target: SyntaxNode;
  readonly typeArguments: string;
  readonly args: readonly SyntaxNode[];
}

/** Reads a call of a function, a method, or a macro whose arguments are expressions. */
export function readCall(state: BodyState, node: SyntaxNode): Value {
  const written = node.child("function");
  if (written === undefined) return unknownValue;
  const target = written.kind === "generic_function" ? (written.child("function") ?? written) : written;
  const typeArguments = written.child("type_arguments")?.text ?? "";
  const call = { node, target, typeArguments, args: node.child("arguments")?.parts ?? [] };
  if (target.kind === "field_expression") return readMethodCall(state, call);
  const macro = macroName(target.text);
  if (macro !== undefined) return readMacroCall(state, call, macro.slice(macro.lastIndexOf(":") + 1));
  return readFunctionCall(state, call);
}

function readArguments(state: BodyState, args: readonly SyntaxNode[]): readonly Value[] {
  return args.map((it) => consume(state, it));
}

function joined(values: readonly Value[]): Value {
  return { reads: united(values.map((it) => it.reads)), calls: united(values.map((it) => it.calls)) };
}

function readMacroCall(state: BodyState, { node, args }: CallNode, name: string): Value {
  const count = state.steps.length;
  const temporaries = state.temporaryCount;
  const values = readArguments(state, args);
  state.endTemporaries(temporaries);
  if (/^(assert|ensure|debug_assert)/.test(name)) {
    emitCheck(state, node, count, joined(values)).leaves = true;
  }
  if (/^(panic|trap|unreachable|todo|unimplemented|assert)/.test(name)) {
    state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: `${name}!` });
  }
  if (name === "join" || name === "try_join") {
    const on = joined(values).calls;
    for (const call of on) call.awaited = true;
    state.add({ ...state.here, kind: "await", range: rangeOf(node), on, held: state.held(), text: `${name}!` });
  }
  return joined(values);
}

function readFunctionCall(state: BodyState, call: CallNode): Value {
  const { node, target, args } = call;
  const isPath = target.kind === "identifier" || target.kind === "scoped_identifier";
  const path = isPath ? state.writtenOut(target.text) : "";
  const name = path.slice(path.lastIndexOf(":") + 1);
  if (path === "") {
    readExpression(state, target);
    return joined(readArguments(state, args));
  }
  if (startsTask(name) || defersToDrop(path)) return readTaskStart(state, call, path);
  if (/^[A-Z]/.test(name)) {
    const values = readArguments(state, args);
    endHandedOver(state, args);
    return joined(values);
  }
  if (name === "drop" && args.length === 1) return readDrop(state, node, args[0]);
  const memory = readMemoryFunction(state, call, path);
  if (memory !== undefined) return memory;
  const closures = args.filter(isClosure);
  const values = args.map((it) => (isClosure(it) ? unknownValue : argumentValue(state, it)));
  const step = emitCall(state, call, { path, values, receiver: undefined });
  emitHandedOn(state, args);
  const inner = closures.map((it) => readGivenClosure(state, it, step, args.indexOf(it)));
  endHandedOver(state, args);
  const known = [...values, ...inner];
  const returned = joined(known);
  const stored = typeAskedFor(path, call.typeArguments, args.length);
  if (stored !== undefined) return { ...returned, place: placeOfType(stored), reference: "mutable" };
  const removed = typeRemoved(path, call.typeArguments, args.length);
  const set = args.length === 0 ? removed : typeGiven(path, call.typeArguments, args[0]?.text ?? "");
  if (set !== undefined) {
    emitWrite(state, call, {
      receiver: { ...unknownValue, place: placeOfType(set) },
      effect: removed === undefined ? "assign" : "remove",
      name: removed === undefined ? "store" : "delete",
      from: [],
    });
  }
  const result = { call: step, stage: "plain" as const };
  const all = { reads: returned.reads, calls: [step, ...returned.calls], result };
  return mayReturnReference(name, args)
    ? { ...all, place: { root: { kind: "returned", call: step }, fields: [] }, reference: "mutable" }
    : all;
}

/** `state_mut()` and the like; what the function really returns is seen when names are resolved. */
function mayReturnReference(name: string, args: readonly SyntaxNode[]): boolean {
  return args.length === 0 && /(_mut|^state|^get_state|_state)$/.test(name);
}

function isClosure(node: SyntaxNode): boolean {
  return node.kind === "closure_expression";
}

/** An argument: a mutable reference to state is left to whoever is called, everything else is read. */
function argumentValue(state: BodyState, node: SyntaxNode): Value {
  const value = readExpression(state, node);
  if (node.kind === "identifier") state.release(node.text);
  const isMutable = node.kind === "reference_expression" && value.reference === "mutable";
  if (!isMutable && value.result !== undefined) useResult(state, node, value, "passed", "argument");
  return isMutable ? value : consumed(state, node, value);
}

/** A function's name among the arguments: whoever is given it may call it. */
function emitHandedOn(state: BodyState, args: readonly SyntaxNode[]): void {
  for (const arg of args) {
    const isPath = arg.kind === "identifier" || arg.kind === "scoped_identifier";
    if (!isPath || !/(^|::)[a-z_]\w*$/.test(arg.text) || state.lookUp(arg.text) !== undefined) continue;
    const call = { node: arg, target: arg, typeArguments: "", args: [] };
    emitCall(state, call, { path: state.writtenOut(arg.text), values: [], receiver: undefined, isHandedOn: true });
  }
}

/** `argument` is the closure's position among the parameters of what is called. */
function readGivenClosure(state: BodyState, closure: SyntaxNode, call: CallStep, argument: number): Value {
  const parameter = (index: number): Value => ({
    ...unknownValue,
    place: { root: { kind: "closureParameter", call, parameter: index }, fields: [] },
    reference: "mutable",
  });
  const read = () => state.inScope(true, () => readClosureBody(state, closure, [parameter(0), parameter(1)]));
  return state.inFlow(call, argument, read);
}

function readTaskStart(state: BodyState, call: CallNode, path: string): Value {
  const step = emitCall(state, call, { path, values: [], receiver: undefined });
  for (const arg of call.args) {
    if (isClosure(arg)) state.inTask(() => readClosureBody(state, arg, []), step);
    else if (arg.kind === "async_block") state.inTask(() => readExpression(state, arg), step);
    else if (arg.kind === "call_expression" && !/::(from_\w+|new)$/.test(arg.child("function")?.text ?? "")) {
      state.inTask(() => readSpawnedCall(state, arg), step);
    } else {
      consume(state, arg);
      state.inTask(() => emitHandedOn(state, [arg]), step);
    }
  }
  return { ...unknownValue, calls: [step] };
}

/** `spawn(work())`: the task awaits the call. */
function readSpawnedCall(state: BodyState, node: SyntaxNode): void {
  const value = readExpression(state, node);
  const call = value.result?.stage === "plain" ? value.result.call : undefined;
  if (call === undefined) return;
  call.awaited = true;
  state.add({ ...state.here, kind: "await", range: rangeOf(node), on: [call], held: [], text: shortened(node.text) });
}

function readDrop(state: BodyState, node: SyntaxNode, arg: SyntaxNode | undefined): Value {
  if (arg === undefined) return unknownValue;
  const value = readExpression(state, arg);
  useResult(state, node, value, "ignored", "drop");
  if (arg.kind === "identifier") state.release(arg.text);
  return unknownValue;
}

/** `mem::take`, `mem::replace`, `Rc::clone` and the like. */
function readMemoryFunction(state: BodyState, { node, args }: CallNode, path: string): Value | undefined {
  const [first, ...rest] = args;
  if (first === undefined) return undefined;
  if (/(^|::)(Rc|Arc|Weak)::clone$/.test(path)) return readExpression(state, first);
  const operation = /(^|::)(?:mem|ptr)::(take|replace|swap)$/.exec(path)?.[2];
  if (operation === undefined) return undefined;
  const target = readExpression(state, first);
  const values = readArguments(state, rest);
  if (target.place !== undefined) {
    state.add({
      ...state.here,
      kind: "access",
      range: rangeOf(node),
      place: target.place,
      effect: operation === "take" ? "remove" : "assign",
      operation: `mem::${operation}`,
      value: shortened(rest.map((it) => it.text).join(", ")),
      resultUsed: !isDiscarded(node),
      from: awaitedCalls(joined(values)),
    });
  }
  return joined(values);
}

function readMethodCall(state: BodyState, call: CallNode): Value {
  const { node, target, args } = call;
  const object = target.child("value");
  const name = target.child("field")?.text ?? "";
  if (object === undefined) return unknownValue;
  const receiver = readExpression(state, object);
  if (isBorrow(node, name, isUnwrapped(node))) {
    state.addTemporary({ ...heldBorrow(node, name, object), taken: takeCell(state, receiver, node, node.end) });
  }
  // `lock().map(|guard| ..)` hands the guard to the closure, which may end it.
  if (name === "map" || name === "and_then" || name === "map_or") endHandedOver(state, [object], /lock|^read$|^write$/);
  const onResult = readResultMethod(state, node, receiver, name, args);
  if (onResult !== undefined) return onResult;
  if (receiver.place !== undefined) {
    const onState = readStateMethod(state, call, receiver, name);
    if (onState !== undefined) return onState;
  }
  if (isBuilder(receiver)) {
    readArguments(state, args);
    return receiver;
  }
  if (unwrapMethods.has(name)) {
    readArguments(state, args);
    if (!isConstant(object) && !isAskedForBefore(node)) {
      state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: name });
    }
    return { ...receiver, result: undefined };
  }
  if (receiver.place === undefined && isPlainMethod(name)) return readPlainMethod(state, call, receiver);
  const closures = args.filter(isClosure);
  const values = args.map((it) => (isClosure(it) ? unknownValue : argumentValue(state, it)));
  const step = emitCall(state, call, { path: name, values, receiver: { value: receiver, node: object } });
  emitHandedOn(state, args);
  const inner = closures.map((it) => readGivenClosure(state, it, step, args.indexOf(it) + 1));
  endHandedOver(state, args);
  const all = joined([receiver, ...values, ...inner]);
  return { reads: all.reads, calls: [step, ...all.calls], result: { call: step, stage: "plain" } };
}

/** `Call::bounded_wait(..)` with what follows it up to `.await`. */
function isBuilder(value: Value): boolean {
  return value.result?.stage === "plain" && /\bCall::(un)?bounded_wait$/.test(value.result.call.path);
}

function isUnwrapped(node: SyntaxNode): boolean {
  return /^\s*(\.\s*(unwrap|expect|unwrap_or_else)\b|\?)/.test(textBehind(node));
}

/** A value that never fails at run time: `Principal::from_text("…")`. */
function isConstant(node: SyntaxNode): boolean {
  return /^[\w:]*::(from_text|from_str|try_from|from_slice|new)\(\s*("[^"]*"|&?\[?[\d, ]+\]?)\s*\)$/.test(node.text);
}

function readPlainMethod(state: BodyState, { node, target, args }: CallNode, receiver: Value): Value {
  const name = target.child("field")?.text ?? "";
  if (name === "unwrap_or_else" && args.some((it) => isTrapName(it.text))) {
    state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: name });
  }
  const parameter = { ...receiver, result: undefined };
  emitHandedOn(
    state,
    args.filter((it) => /(^|::)(msg_)?caller$/.test(it.text)),
  );
  const values = args.map((it) =>
    isClosure(it)
      ? state.inArm(state.newBranch(), "closure", () => readClosureBody(state, it, [parameter, parameter])).result
      : consume(state, it),
  );
  const all = joined([receiver, ...values]);
  return { ...all, ...(receiver.result?.stage === "plain" && { result: receiver.result }) };
}

/** Methods of the standard library that change nothing and wait for nothing. */
function isPlainMethod(name: string): boolean {
  return (
    plainMethods.has(name) || elementMethods.has(name) || referenceMethods.has(name) || readReferenceMethods.has(name)
  );
}

const plainMethods = new Set(
  (
    "clone cloned copied to_string to_owned to_vec into into_iter collect len is_empty is_some is_none is_ok is_err " +
    "contains contains_key unwrap_or unwrap_or_else unwrap_or_default ok err map_err or or_else zip rev skip take " +
    "as_slice as_str as_bytes to_text as_deref push push_str insert extend sort join split trim parse try_into " +
    "saturating_sub saturating_add checked_add checked_sub checked_mul checked_div wrapping_add min max abs pow cmp eq " +
    "chars bytes lines enumerate sum count last nth next chunks windows concat starts_with ends_with to_lowercase " +
    "to_uppercase is_some_and is_none_or boxed then_some ok_or ok_or_else clamp format to_u64 to_u128 div_ceil"
  ).split(" "),
);

function readStateMethod(state: BodyState, call: CallNode, receiver: Value, name: string): Value | undefined {
  const { node, args } = call;
  const closure = args.find(isClosure);
  if (withMethods.has(name)) {
    const borrows = name.startsWith("with_");
    const taken = borrows ? takeCell(state, receiver, node, call.target.end) : undefined;
    const parameter: Value = {
      ...unknownValue,
      place: receiver.place,
      reference: "mutable",
      isCell: borrows ? undefined : receiver.isCell,
    };
    const value =
      closure === undefined
        ? readWithFunction(state, call, receiver)
        : state.inScope(true, () => readClosureBody(state, closure, [parameter]));
    state.end(taken);
    // What comes out of the closure is a copy: a reference cannot, unless the cell itself was cloned.
    return closure === undefined || value.isCell === true ? value : { ...value, place: undefined };
  }
  const effect = writeEffects.get(name);
  if (effect !== undefined && receiver.reference !== "shared" && !(name === "take" && args.length > 0)) {
    const values = args.map((it) =>
      isClosure(it)
        ? state.inArm(state.newBranch(), "closure", () => readClosureBody(state, it, [contentOf(receiver)])).result
        : consume(state, it),
    );
    if (replacingMethods.has(name)) state.end(takeCell(state, receiver, node, node.end));
    // `*map.entry(k).or_default() -= n` is one write, that of the assignment.
    if (!isAssignedThrough(node))
      emitWrite(state, call, { receiver, effect, name, from: awaitedCalls(joined(values)) });
    return referenceMethods.has(name) ? receiver : { ...unknownValue, calls: joined(values).calls };
  }
  if (elementMethods.has(name) && closure !== undefined) {
    const asked = consumed(state, node, receiver);
    for (const arg of args) if (arg !== closure) consume(state, arg);
    const { result } = state.inArm(state.newBranch(), "closure", () => readClosureBody(state, closure, [receiver]));
    // `items.iter_mut().find(|it| ..)` refers to what it has found.
    const isChosen = choosingMethods.has(name) && receiver.reference === "mutable";
    if (isChosen) return { ...joined([receiver, result]), place: receiver.place, reference: "mutable" };
    return choosingMethods.has(name) ? { ...joined([asked, result]), place: undefined } : result;
  }
  const handed = args.at(-1);
  if (elementMethods.has(name) && handed?.kind === "identifier" && state.lookUp(handed.text) !== undefined) {
    // `items.get_mut(&id).map(f)` gives the element to the function that was given.
    return readWithFunction(state, { ...call, args: [handed] }, receiver);
  }
  if (referenceMethods.has(name)) {
    readArguments(state, args);
    if (unwrapMethods.has(name) && !isBorrowChain(node) && !isAskedForBefore(node)) {
      state.add({ ...state.here, kind: "trap", range: rangeOf(node), construct: name });
    }
    const isShared = name === "borrow" || name === "try_borrow" || name === "as_ref" || name === "read";
    const isElement = elementReferences.has(name) && (args.length > 0 || name !== "get_mut");
    const place = isElement ? elementOf(receiver.place) : receiver.place;
    const reference = isShared ? "shared" : (receiver.reference ?? "mutable");
    return { ...contentOf(receiver), place, reference };
  }
  if (readReferenceMethods.has(name)) {
    readArguments(state, args);
    if (name === "get" && args.length === 0) return { ...consumed(state, node, receiver), place: undefined };
    return { ...receiver, place: elementOf(receiver.place), reference: "shared" };
  }
  if (!plainMethods.has(name)) return undefined;
  const values = args.map((it) => consume(state, it));
  return joined([consumed(state, node, receiver), ...values]);
}

/** `STATE.with(f)`: what is handed on is a parameter of the function, a function of its own, or a method's path. */
function readWithFunction(state: BodyState, call: CallNode, receiver: Value): Value {
  const [given] = call.args;
  if (given === undefined || given.text.endsWith("Rc::clone")) return receiver;
  if (given.kind !== "identifier") return consumed(state, call.node, receiver);
  const values = [receiver];
  const step = emitCall(
    state,
    { ...call, target: given, args: [given] },
    { path: given.text, values, receiver: undefined },
  );
  return { reads: [], calls: [step] };
}

function isAssignedThrough({ parent }: SyntaxNode): boolean {
  return parent?.kind === "unary_expression" && parent.field === "left";
}

/** Methods that give some of the elements which they are called on, as they are. */
const choosingMethods = new Set(["find", "filter", "inspect", "take_while", "skip_while"]);

/** Methods that give a reference to one element of a collection. */
const elementReferences = new Set(["get_mut", "entry", "iter_mut", "values_mut", "last_mut", "first_mut"]);

/** What lies in a collection is told apart from the collection. */
function elementOf(place: PlaceFacts | undefined): PlaceFacts | undefined {
  return place === undefined ? undefined : { ...place, fields: [...place.fields, elementField] };
}

function isBorrowChain(node: SyntaxNode): boolean {
  const inner = node.child("function")?.child("value")?.child("function")?.child("field")?.text;
  return inner !== undefined && borrowMethods.has(inner);
}

interface StateWrite {
  readonly receiver: Value;
  readonly effect: NonNullable<ReturnType<typeof writeEffects.get>>;
  readonly name: string;
  readonly from: readonly CallStep[];
}

function emitWrite(state: BodyState, { node, args }: CallNode, write: StateWrite): void {
  if (write.receiver.place === undefined) return;
  const text = args.map((it) => it.text).join(", ");
  const isMove = write.effect === "insert" && /(^|[^-])-[^>]|_sub\(/.test(text);
  state.add({
    ...state.here,
    kind: "access",
    range: rangeOf(node),
    place: write.receiver.place,
    effect: isMove ? "subtract" : write.effect,
    operation: write.name,
    value: shortened(text),
    resultUsed: !isDiscarded(node),
    from: write.from,
  });
}

interface CallTarget {
  readonly path: string;
  readonly values: readonly Value[];
  readonly receiver: { readonly value: Value; readonly node: SyntaxNode } | undefined;
  readonly isHandedOn?: boolean;
}

function emitCall(
  state: BodyState,
  call: CallNode,
  { path, values, receiver, isHandedOn = false }: CallTarget,
): CallStep {
  const { node, target, args, typeArguments } = call;
  const { whole, chain, fate } = chainAfter(node);
  return state.add({
    ...state.here,
    kind: "call",
    range: rangeOf(node),
    path,
    pathRange: rangeOf(receiver === undefined ? target : (target.child("field") ?? target)),
    isMethod: receiver !== undefined,
    isLocal: receiver === undefined && target.kind === "identifier" && state.lookUp(target.text) !== undefined,
    isHandedOn,
    receiver: receiver?.value.place,
    receiverText: receiver === undefined ? "" : shortened(receiver.node.text),
    typeArguments,
    arguments: args.map((it, index) => argumentFacts(it, values[index])),
    whole,
    chain,
    uses: [],
    errorArms: [],
    decodings: [],
    awaited: false,
    fate,
    starts: [],
  });
}
