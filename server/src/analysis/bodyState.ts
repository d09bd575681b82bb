import { assert } from "../base/assert.ts";
import type { TextRange } from "../base/textRange.ts";
import type { SyntaxNode } from "../rust/syntaxTree.ts";
import type {
  AccessStep,
  Arm,
  BorrowStep,
  CallStep,
  CellFacts,
  Flow,
  HeldBorrow,
  PlaceFacts,
  ResultUse,
  StepFacts,
  StepKinds,
} from "./steps.ts";

/** What is known of the value of an expression or variable. */
export interface Value {
  /** State that the value refers to. */
  readonly place?: PlaceFacts | undefined;
  /** How it refers: writing through `shared` or `owned` changes a copy or nothing. */
  readonly reference?: "mutable" | "shared" | "owned";
  /** It is the cell or lock of a static itself, not what lies in it. */
  readonly isCell?: boolean | undefined;
  /** State that it was computed from. */
  readonly reads: readonly AccessStep[];
  /** Calls that it was computed from. */
  readonly calls: readonly CallStep[];
  /** It is what a call gave, untouched so far. */
  readonly result?: CallResult | undefined;
}

/** How far what a call gave has been unpacked. */
export interface CallResult {
  readonly call: CallStep;
  /** `plain`: not awaited yet; `result` and `decoded`: a `Result`; `response` and `value`: what was inside. */
  readonly stage: "plain" | "result" | "response" | "decoded" | "value";
}

/** A value that nothing is known of. */
export const unknownValue: Value = { reads: [], calls: [] };

/** Most scopes bind nothing: their maps are made when they are needed. */
interface Scope {
  values: Map<string, Value> | undefined;
  borrows: Map<string, HeldBorrow> | undefined;
  /** Nothing outside of a closure or task is held by an `await` inside. */
  readonly isBoundary: boolean;
}

/** Behind the last step of any function. */
const never = 0x3fffffff;

/** What is known while a function's body is read from top to bottom. */
export class BodyState {
  readonly steps: StepFacts[] = [];
  /** Names of parameters, by position. */
  readonly parameters: readonly string[];
  private arms: readonly Arm[] = [];
  private task = 0;
  private tasks = 0;
  private branches = 0;
  private readonly scopes: Scope[] = [{ values: undefined, borrows: undefined, isBoundary: true }];
  private temporaries: HeldBorrow[] = [];
  private readonly borrows: BorrowStep[] = [];
  private readonly flows: Flow[] = [];
  private flow = 0;
  /** Some variable may keep what is borrowed. */
  holdsGuards = false;
  /** What `use` declarations in the body bring, by name. */
  private imports: Map<string, string> | undefined;
  /** Variables that hold the result of an awaited call and whose names begin with `_` or do not come again. */
  private readonly unread = new Map<string, { readonly call: CallStep; readonly use: ResultUse }>();

  constructor(parameters: readonly string[]) {
    this.parameters = parameters;
  }

  /** Where the next step stands. */
  get here(): { readonly order: number; readonly arms: readonly Arm[]; readonly task: number } {
    return { order: this.steps.length, arms: this.arms, task: this.task };
  }

  /** Adds a step; spread `here` into it. */
  add<Kind extends keyof StepKinds>(step: StepKinds[Kind] & { readonly kind: Kind }): StepKinds[Kind] {
    this.steps.push(step);
    return step;
  }

  /** Steps that were added since there were `count`. */
  since(count: number): readonly StepFacts[] {
    return this.steps.slice(count);
  }

  /** The branches around the place where the reader stands. */
  get currentArms(): readonly Arm[] {
    return this.arms;
  }

  /** Opens a branch whose arms exclude each other. */
  newBranch(): number {
    this.branches++;
    return this.branches;
  }

  /** Reads one way of a branch, in a scope of its own. */
  inArm<T>(branch: number, kind: Arm["kind"], read: (arm: Arm) => T, header?: string): { arm: Arm; result: T } {
    const arm: Arm = { branch, kind, ...(header !== undefined && { header: shortened(header) }) };
    const outer = this.arms;
    this.arms = [...outer, arm];
    const result = this.inScope(kind === "closure", () => read(arm));
    this.arms = outer;
    return { arm, result };
  }

  /** Reads what will run as a flow of its own. */
  inTask<T>(read: () => T, startedBy?: CallStep): T {
    const outer = { arms: this.arms, task: this.task };
    this.tasks++;
    this.task = this.tasks;
    startedBy?.starts.push(this.task);
    this.arms = [];
    const result = this.inFlow(undefined, 0, () => this.inScope(true, read));
    this.arms = outer.arms;
    this.task = outer.task;
    return result;
  }

  /** Reads what runs when `call` calls it, given as this argument; without a call, who knows when. */
  inFlow<T>(call: CallStep | undefined, argument: number, read: () => T): T {
    const outer = this.flow;
    const flow: Flow = { outer, from: this.steps.length, until: this.steps.length, call, argument };
    this.flow = this.flows.push(flow);
    const result = read();
    flow.until = this.steps.length;
    this.flow = outer;
    return result;
  }

  /** What the body borrows. */
  get cells(): CellFacts | undefined {
    const { borrows, flows } = this;
    return borrows.length > 0 || flows.some((it) => it.call !== undefined) ? { borrows, flows } : undefined;
  }

  /** Adds a borrow that lasts until it is ended. */
  take(borrow: Pick<BorrowStep, "range" | "place" | "operation" | "isMutable">): BorrowStep {
    const { flow } = this;
    const step = this.add({ ...this.here, kind: "borrow", ...borrow, until: never, flow });
    this.borrows.push(step);
    return step;
  }

  /** The borrow is over. */
  end(borrow: BorrowStep | undefined): void {
    if (borrow !== undefined) borrow.until = Math.min(borrow.until, this.steps.length);
  }

  /** Whatever temporaries borrow behind the first `count` is over. */
  endTemporaries(count: number): void {
    for (let index = count; index < this.temporaries.length; index++) this.end(this.claim(this.temporaries[index]));
  }

  /** The temporary that stands somewhere does not keep its borrow any longer; whoever asks keeps it. */
  claimAt({ start, end }: TextRange): BorrowStep | undefined {
    return this.claim(this.temporaries.findLast(({ range }) => range.start === start && range.end === end));
  }

  private claim(temporary: HeldBorrow | undefined): BorrowStep | undefined {
    const taken = temporary?.taken;
    if (temporary !== undefined && taken !== undefined) temporary.taken = undefined;
    return taken;
  }

  /** Reads a block: its variables and borrows end with it. */
  inScope<T>(isBoundary: boolean, read: () => T): T {
    const temporaries = this.temporaries;
    if (isBoundary) this.temporaries = [];
    const count = this.temporaries.length;
    this.scopes.push({ values: undefined, borrows: undefined, isBoundary });
    const result = read();
    const borrows = this.scopes.pop()?.borrows;
    if (borrows !== undefined) for (const it of borrows.values()) this.end(it.taken);
    this.endTemporaries(count);
    this.temporaries = temporaries;
    return result;
  }

  private innermost(): Scope {
    const scope = this.scopes.at(-1);
    assert(scope !== undefined, "the scope of the function itself is never left");
    return scope;
  }

  /** Reads a statement: its temporaries end with it. */
  inStatement<T>(read: () => T): T {
    const before = this.temporaries;
    this.temporaries = [...before];
    const result = read();
    this.endTemporaries(before.length);
    this.temporaries = before;
    return result;
  }

  /** A guard that nobody has bound to a variable lives until the end of the statement. */
  addTemporary(borrow: HeldBorrow): void {
    this.temporaries.push(borrow);
  }

  /** Forgets temporaries, as the condition of an `if` does at its end. */
  dropTemporaries(count: number): void {
    this.endTemporaries(count);
    this.temporaries.length = Math.min(this.temporaries.length, count);
  }

  /** How many temporaries are alive. */
  get temporaryCount(): number {
    return this.temporaries.length;
  }

  /** Borrows and locks that an `await` here would hold. */
  held(): HeldBorrow[] {
    const held = [...this.temporaries];
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const scope = this.scopes[depth];
      if (scope?.borrows !== undefined) held.push(...scope.borrows.values());
      if (scope?.isBoundary) break;
    }
    return held;
  }

  /** Binds a variable of the innermost scope. */
  bind(name: string, value: Value): void {
    const scope = this.innermost();
    scope.values ??= new Map();
    scope.values.set(name, value);
    if (scope.borrows === undefined) return;
    this.end(scope.borrows.get(name)?.taken);
    scope.borrows.delete(name);
  }

  /** A variable of an outer scope is set, perhaps: what it was read of before stays, what the value was read of comes to it. */
  noteSet(name: string, { reads, calls }: Value): void {
    if (reads.length + calls.length === 0 || this.innermost().values?.has(name)) return;
    for (let depth = this.scopes.length - 2; depth >= 0; depth--) {
      const values = this.scopes[depth]?.values;
      const known = values?.get(name);
      if (values === undefined || known === undefined) continue;
      values.set(name, { ...known, reads: united([known.reads, reads]), calls: united([known.calls, calls]) });
      return;
    }
  }

  /** Binds a guard to a variable of the innermost scope. */
  bindBorrow(name: string, borrow: HeldBorrow): void {
    const scope = this.innermost();
    scope.borrows ??= new Map();
    scope.borrows.set(name, borrow);
    this.holdsGuards ||= borrow.taken !== undefined;
  }

  /** The variable does not keep any longer what it has borrowed. */
  endNamed(name: string): void {
    const scope = this.scopes.findLast((it) => it.borrows?.has(name));
    this.end(scope?.borrows?.get(name)?.taken);
  }

  /** The variable was dropped or moved away. */
  release(name: string): void {
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const scope = this.scopes[depth];
      this.end(scope?.borrows?.get(name)?.taken);
      if (scope?.borrows?.delete(name) || scope?.isBoundary) return;
    }
  }

  /** What is known of a variable. */
  lookUp(name: string): Value | undefined {
    this.unread.delete(name);
    for (let depth = this.scopes.length - 1; depth >= 0; depth--) {
      const value = this.scopes[depth]?.values?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** A `use` in the body brings a path under a name; to be forgotten with the body. */
  bringIn(name: string, path: string): void {
    this.imports ??= new Map();
    this.imports.set(name, path);
  }

  /** A path as it reads outside of the body: what the body's own `use` declarations bring is written out. */
  writtenOut(path: string): string {
    if (this.imports === undefined) return path;
    const end = path.indexOf("::");
    const first = end === -1 ? path : path.slice(0, end);
    const brought = this.imports.get(first);
    return brought === undefined ? path : brought + path.slice(first.length);
  }

  /** Remembers a result in a variable that may never be read. */
  expectReading(name: string, call: CallStep, use: ResultUse): void {
    this.unread.set(name, { call, use });
  }

  /** At the end of the body: results that lie in variables which nobody has read. */
  finish(): void {
    for (const { call, use } of this.unread.values()) call.uses.push(use);
  }
}

/** A text made fit for a message: one line, at most 60 characters. */
export function shortened(text: string): string {
  // Of a whole closure or `match`, the beginning is enough, unless it is mostly space.
  if (text.length > 400) {
    const beginning = oneLine(text.slice(0, 400));
    if (beginning.length > 60) return `${beginning.slice(0, 59)}…`;
  }
  const line = oneLine(text);
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

function oneLine(text: string): string {
  if (!/[^\S ]| {2}/.test(text)) return text.trim();
  return text.replace(/\s+/g, " ").trim();
}

/** Joins lists, each element once; what is no longer than one list is that list. */
export function united<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const filled = lists.filter((it) => it.length > 0);
  const [only = []] = filled;
  if (filled.length > 1) return [...new Set(filled.flat())];
  return only.length > 1 ? [...new Set(only)] : only;
}

/** The range of a node, as steps carry it. */
export function rangeOf(node: SyntaxNode): TextRange {
  return { start: node.start, end: node.end };
}
