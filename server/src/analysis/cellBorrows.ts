import { type Borrowing, type Borrowings, noBorrowings, uncertain, unitedBorrowings } from "./borrowings.ts";
import type { StateVariable } from "./canisterModel.ts";
import type { IndexedFunction } from "./crateIndex.ts";
import { type Draft, type Linking, stateKey } from "./drafts.ts";
import { type BorrowStep, type CallStep, canFollow, type Flow, type StepBase } from "./steps.ts";

/** What is borrowed somewhere in a function: by a step of its own, or by the function that runs the closure around. */
export interface Holding {
  readonly borrowing: Borrowing;
  readonly step: BorrowStep | CallStep;
}

/** What a step of a function may collide with. */
export function holdingsAt(linking: Linking, from: IndexedFunction, step: StepBase, flow: number): readonly Holding[] {
  const { cells } = from.facts;
  if (cells === undefined) return [];
  const found: Holding[] = [];
  for (let at = flow; ; ) {
    for (const it of cells.borrows) {
      if (it.order >= step.order) break;
      if (it.flow !== at || step.order >= it.until || !canFollow(it, step)) continue;
      const borrowing = borrowingOf(linking, from, it);
      if (borrowing !== undefined) found.push({ borrowing, step: it });
    }
    const { outer, call } = cells.flows[at - 1] ?? {};
    if (outer === undefined) return found;
    const lent = lentTo(linking, from, cells.flows[at - 1]);
    if (call === undefined || lent === undefined) return found;
    for (const borrowing of lent.values()) found.push({ borrowing, step: call });
    at = outer;
  }
}

/** Whether one of two borrowings of a cell fails while the other lasts. */
export function collide(a: Borrowing, b: Borrowing): boolean {
  return a.variable === b.variable && (a.isMutable || b.isMutable);
}

/** The innermost flow of a function that a step stands in. */
export function flowAt({ facts: { cells } }: IndexedFunction, { order }: StepBase): number {
  return (cells?.flows.findLastIndex((it) => it.from <= order && order < it.until) ?? -1) + 1;
}

/** The calls of a function that decide whether a step runs at once, and with what. */
export function callsAround(from: IndexedFunction, step: StepBase): readonly CallStep[] {
  const flows = from.facts.cells?.flows ?? [];
  return flows.flatMap((it) =>
    it.call !== undefined && it.from <= step.order && step.order < it.until ? [it.call] : [],
  );
}

/** What a borrow of a function is; undefined where it is not certain to be that of a cell which traps. */
export function borrowingOf(linking: Linking, from: IndexedFunction, step: BorrowStep): Borrowing | undefined {
  const place = linking.place(from, step.place);
  if (place?.kind !== "state" || place.state.field !== "") return undefined;
  const { variable } = place.state;
  const { operation, isMutable } = step;
  if (!operationsOf(variable).test(operation)) return undefined;
  return { variable, isMutable, isCertain: step.arms.length === 0, operation, by: from };
}

/** What a call may collide with: what the called function borrows before it returns, where it is certain which one it is. */
export function borrowedBy(linking: Linking, from: IndexedFunction, step: CallStep): Borrowings {
  return calledAtOnce(linking, from, step)?.borrows ?? noBorrowings;
}

/** Whether a function borrows any cells, or runs what it is given. */
export function borrowsCells({ borrows, lends }: Draft): boolean {
  return borrows.size > 0 || lends.size > 0;
}

/** Adds what a step makes its function borrow, and hold while it calls its parameters. */
export function noteBorrowings(linking: Linking, draft: Draft, step: BorrowStep | CallStep): void {
  const from = draft.function;
  if (step.task !== 0) return;
  if (step.kind === "borrow") {
    const borrowing = runsAtOnce(linking, from, step.flow) ? borrowingOf(linking, from, step) : undefined;
    if (borrowing !== undefined)
      draft.borrows = unitedBorrowings(draft.borrows, new Map([[keyOf(borrowing), borrowing]]));
    return;
  }
  if (step.isLocal && !step.isMethod) {
    noteLending(linking, draft, step, step.path, noBorrowings);
    return;
  }
  const called = calledAtOnce(linking, from, step);
  if (called === undefined) return;
  if (!runsAtOnce(linking, from, flowAt(from, step))) return;
  draft.borrows = unitedBorrowings(draft.borrows, step.arms.length === 0 ? called.borrows : uncertain(called.borrows));
  for (const [index, lent] of called.lends) {
    const argument = step.arguments[step.isMethod ? index - 1 : index]?.text;
    if (argument !== undefined) noteLending(linking, draft, step, argument, lent);
  }
}

/** What is borrowed while the function calls its parameter of that name. */
function noteLending(linking: Linking, draft: Draft, step: CallStep, name: string, lent: Borrowings): void {
  const from = draft.function;
  const index = from.facts.parameters.findIndex((it) => it.name === name);
  const flow = flowAt(from, step);
  if (index === -1 || !runsAtOnce(linking, from, flow)) return;
  const held = holdingsAt(linking, from, step, flow).map((it) => it.borrowing);
  const here = unitedBorrowings(lent, new Map(held.map((it) => [keyOf(it), it])));
  const all = unitedBorrowings(draft.lends.get(index) ?? noBorrowings, isUsedOnce(from, name) ? here : uncertain(here));
  if (draft.lends.get(index) !== all) draft.lends = new Map([...draft.lends, [index, all]]);
}

/** Whether a function calls or passes on its parameter at one place only. */
function isUsedOnce({ facts: { steps } }: IndexedFunction, name: string): boolean {
  const uses = (it: CallStep) => it.path === name || it.arguments.some(({ text }) => text === name);
  return steps.filter((it) => it.kind === "call" && uses(it)).length < 2;
}

/** Whether the flow runs while the function does. */
function runsAtOnce(linking: Linking, from: IndexedFunction, flow: number): boolean {
  for (let at = from.facts.cells?.flows[flow - 1]; at !== undefined; at = from.facts.cells?.flows[at.outer - 1]) {
    if (lentTo(linking, from, at) === undefined) return false;
  }
  return true;
}

/** What the function that is given a closure borrows while it calls it; undefined where it may do so later, or never. */
function lentTo(linking: Linking, from: IndexedFunction, flow: Flow | undefined): Borrowings | undefined {
  if (flow?.call === undefined) return undefined;
  return calledAtOnce(linking, from, flow.call)?.lends.get(flow.argument);
}

/** The one function that a call runs before it goes on. */
function calledAtOnce(linking: Linking, from: IndexedFunction, step: CallStep): Draft | undefined {
  if (step.isHandedOn) return undefined;
  const target = linking.target(from, step);
  if (target.kind !== "functions" || !target.isCertain || target.functions.length !== 1) return undefined;
  // A method that only shares its name with that of another crate's type is no certain one.
  if (step.isMethod && step.receiverText !== "self") return undefined;
  const [called] = linking.calledDrafts(from, step);
  return called === undefined || (called.function.facts.isAsync && !step.awaited) ? undefined : called;
}

function keyOf({ variable, isMutable }: Borrowing): string {
  return stateKey({ variable, field: isMutable ? "!" : "" });
}

const noOperations = /^\b$/;
const operations = {
  RefCell: /borrow|^(set|replace|take|swap|replace_with)$/,
  Mutex: /^(try_)?lock$/,
  RwLock: /^(try_)?(read|write)$/,
};

const operationsKnown = new WeakMap<StateVariable, RegExp>();

/** The methods that borrow what a static holds. */
function operationsOf(variable: StateVariable): RegExp {
  const found = operationsKnown.get(variable) ?? operationsOfType(variable.type);
  operationsKnown.set(variable, found);
  return found;
}

/** A cell or lock that the static holds itself; those of asynchronous crates wait where others trap. */
function operationsOfType(type: string): RegExp {
  let inner = type.trim();
  for (;;) {
    const within = /^(?:[\w:]*::)?(?:Lazy|LazyLock|LazyCell|SyncLazy|Rc|Arc|Box)\s*<([\s\S]*)>$/.exec(inner)?.[1];
    if (within === undefined) break;
    inner = within.trim();
  }
  const name = /^(?!tokio|futures|async)(?:[\w:]*::)?(RefCell|Mutex|RwLock)\s*</.exec(inner)?.[1];
  return name === "RefCell" || name === "Mutex" || name === "RwLock" ? operations[name] : noOperations;
}
