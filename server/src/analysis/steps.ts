import type { TextRange } from "../base/textRange.ts";

/**
 * What one function does, in the order of its text, before any name is resolved. Offsets count from the beginning of
 * the item, so that an item that only moved keeps its facts.
 */
export type StepFacts = StepKinds[keyof StepKinds];

/** The kinds of steps by name. */
export interface StepKinds {
  readonly access: AccessStep;
  readonly call: CallStep;
  readonly await: AwaitStep;
  readonly trap: TrapStep;
  readonly check: CheckStep;
  readonly guard: GuardStep;
  readonly macro: MacroStep;
  readonly struct: StructStep;
  readonly borrow: BorrowStep;
}

/** What every step has. */
export interface StepBase {
  /** Position among the steps of its function. */
  readonly order: number;
  readonly range: TextRange;
  /** The branches, loops and closures around it, outermost first. */
  readonly arms: readonly Arm[];
  /** 0 is the function itself; other numbers are tasks that it starts (`spawn`, timers), each a flow of its own. */
  readonly task: number;
}

/** One way through a branch: a case of a `match`, a side of an `if`, the body of a loop or closure. */
export interface Arm {
  /** Which branch it belongs to; two arms of one branch exclude each other. */
  readonly branch: number;
  readonly kind: "case" | "loop" | "closure";
  /** Of loops: `for x in list`, `while …`, `loop`; shortened. */
  readonly header?: string;
  /** Where the way ends: the function is left, or only the loop; absent where it goes on behind the branch. */
  leaves?: "function" | "loop";
}

/** Where state lives, as the text says it: a root and the fields below it. */
export interface PlaceFacts {
  readonly root: PlaceRoot;
  readonly fields: readonly string[];
  /** Reached through a variable that has held a mutable reference since there were so many steps. */
  readonly heldSince?: number;
}

/** Stands among the fields of a place for an element of a collection. */
export const elementField = "[]";

/** What a place begins with. */
export type PlaceRoot =
  | { readonly kind: "static"; readonly path: string }
  /** Parameter number `parameter` of the closure that was given to `call` (`mutate_state(|s| …)`). */
  | { readonly kind: "closureParameter"; readonly call: CallStep; readonly parameter: number }
  | { readonly kind: "parameter"; readonly index: number }
  | { readonly kind: "self" }
  /** What a function returned by reference (`state_mut()`). */
  | { readonly kind: "returned"; readonly call: CallStep };

/** How a write changes what is there. `mutate` is anything that cannot be told closer. */
export type WriteEffect = "insert" | "remove" | "assign" | "add" | "subtract" | "push" | "mutate";

/** State is read or written. */
export interface AccessStep extends StepBase {
  readonly kind: "access";
  readonly place: PlaceFacts;
  readonly effect: "read" | WriteEffect;
  /** Name of the method or operator: `insert`, `+=`. */
  readonly operation: string;
  /** Text of what is written, shortened. */
  readonly value: string;
  /** Whether what the operation returns is looked at (`if set.insert(x)`). */
  readonly resultUsed: boolean;
  /** Results of awaited calls that the written value comes from. */
  readonly from: readonly CallStep[];
}

/** A function, method or builder is called. */
export interface CallStep extends StepBase {
  readonly kind: "call";
  /** As written, without generics: `ic_cdk::call`, `Self::debit`, or the bare name of a method. */
  readonly path: string;
  readonly pathRange: TextRange;
  /** Called with a dot. */
  readonly isMethod: boolean;
  /** What is called is a variable or parameter: a closure, or a function that was handed in. */
  readonly isLocal: boolean;
  /** A function that is only named and handed to another one, which may call it: `read_state(accept_if_valid)`. */
  readonly isHandedOn: boolean;
  /** State that the method is called on. */
  readonly receiver: PlaceFacts | undefined;
  readonly receiverText: string;
  /** Type arguments as written, `::<(T,)>`. */
  readonly typeArguments: string;
  readonly arguments: readonly ArgumentFacts[];
  /** The call with everything that follows it by dots and `?`, and what these are. */
  readonly whole: TextRange;
  readonly chain: readonly ChainLink[];
  /** What becomes of the result of the awaited call, also later through a variable. */
  readonly uses: ResultUse[];
  /** Ways that are taken when the awaited call failed. */
  readonly errorArms: Arm[];
  /** How the reply is decoded, also later through a variable. */
  readonly decodings: Decoding[];
  awaited: boolean;
  /** What becomes of the call with everything that follows it by dots. */
  readonly fate: CallFate;
  /** Numbers of the tasks that the call starts, if it is `spawn` or sets a timer. */
  readonly starts: number[];
}

/** What becomes of a call's value: it is used, or dropped by a statement of its own. */
export interface CallFate {
  /** `underscore`: `let _ = …` or `_ = …`; `statement`: `…;`. */
  readonly kind: "used" | "underscore" | "statement";
  /** The whole statement. */
  readonly statement: TextRange;
}

/** `.candid::<T>()` and its relatives on the response of a call. */
export interface Decoding {
  /** `candid`, `candid_tuple` … */
  readonly method: string;
  readonly methodRange: TextRange;
  /** The type that is asked for, from the turbofish or from the variable's annotation; empty where it is inferred. */
  readonly type: string;
}

/** One argument of a call. */
export interface ArgumentFacts {
  /** Shortened. */
  readonly text: string;
  readonly range: TextRange;
  /** State that the argument refers to. */
  readonly place: PlaceFacts | undefined;
  readonly isMutableReference: boolean;
  /** The value of a string literal. */
  readonly literal: string | undefined;
  /** A tuple expression with at least one element. */
  readonly isTuple: boolean;
}

/** A postfix of a call: `.with_arg(x)`, `.await`, `?`. */
export interface ChainLink {
  /** Method name, `await` or `?`. */
  readonly name: string;
  readonly range: TextRange;
  readonly typeArguments: string;
  readonly typeArgumentsRange: TextRange | undefined;
  readonly arguments: readonly ArgumentFacts[];
}

/** What is done with the result of an awaited call. */
export interface ResultUse {
  readonly kind: "propagated" | "unwrapped" | "ignored" | "returned" | "inspected" | "passed";
  readonly range: TextRange;
  /** `unwrap`, `let _ =`, `.ok()` … */
  readonly how: string;
  /** Whether the call's own result is meant, or what decoding the reply gave. */
  readonly stage: "result" | "decoded";
  readonly arms: readonly Arm[];
  /** The whole expression or statement. */
  readonly statement: TextRange;
}

/** An `.await`; `on` are the calls whose futures it may drive. */
export interface AwaitStep extends StepBase {
  readonly kind: "await";
  readonly on: readonly CallStep[];
  /** Borrows and locks that are alive while it waits. */
  readonly held: readonly HeldBorrow[];
  /** The awaited expression, shortened. */
  readonly text: string;
}

/** A `RefCell` borrow or a lock that was taken and not given back. */
export interface HeldBorrow {
  /** Name of the variable; absent for a temporary. */
  readonly name?: string;
  readonly operation: string;
  readonly range: TextRange;
  /** What was borrowed, shortened. */
  readonly receiver: string;
  /** Where it is the cell of a static that was borrowed, for as long as this is what keeps it. */
  taken?: BorrowStep | undefined;
}

/** The cell of a static is borrowed, or its lock is taken, by what traps where that cannot be. */
export interface BorrowStep extends StepBase {
  readonly kind: "borrow";
  /** The static. */
  readonly place: PlaceFacts;
  readonly operation: string;
  readonly isMutable: boolean;
  /** `order` of the first step behind its end. */
  until: number;
  readonly flow: number;
}

/**
 * A part of a function that does not run where it is written, or only when somebody calls it: a closure or a task. The
 * flows of a function are numbered from 1; 0 is what the function itself does.
 */
export interface Flow {
  /** The flow around it. */
  readonly outer: number;
  /** `order` of its first step, and of the first one behind it. */
  readonly from: number;
  until: number;
  /** What the closure was given to; absent for what runs later. */
  readonly call: CallStep | undefined;
  /** Position of the closure among the parameters of what is called; a receiver is the first. */
  readonly argument: number;
}

/** What a function borrows, and in which flows. */
export interface CellFacts {
  readonly borrows: readonly BorrowStep[];
  readonly flows: readonly Flow[];
}

/** The execution may trap here. */
export interface TrapStep extends StepBase {
  readonly kind: "trap";
  readonly construct: string;
}

/** A condition decides whether the execution goes on this way. */
export interface CheckStep extends StepBase {
  readonly kind: "check";
  /** State that the condition depends on, directly or through variables. */
  readonly reads: readonly AccessStep[];
  /** Calls that the condition depends on (`ensure_open()?`). */
  readonly calls: readonly CallStep[];
  readonly text: string;
  /** One of its ways leaves the function: what follows happens only when the condition allows. */
  leaves: boolean;
  /** `?` on something that is looked up and used further on: the condition is only that it exists. */
  isLookup: boolean;
  /** Ways that depend on the condition. */
  readonly decides: Arm[];
}

/** A value is bound to a variable until the end of its block and may act when dropped. */
export interface GuardStep extends StepBase {
  readonly kind: "guard";
  readonly name: string;
  readonly calls: readonly CallStep[];
  /** Text of the bound expression, shortened. */
  readonly text: string;
}

/** A macro whose arguments are not known to be expressions: it may do anything that its tokens name. */
export interface MacroStep extends StepBase {
  readonly kind: "macro";
  readonly name: string;
  readonly text: string;
}

/** A struct literal: `TransferArg { amount, created_at_time: None, .. }`. */
export interface StructStep extends StepBase {
  readonly kind: "struct";
  /** As written, without generics. */
  readonly name: string;
  readonly fields: readonly StructField[];
  /** Text behind `..`; absent where every field is given. */
  readonly base: string | undefined;
}

/** A field of a struct literal. */
export interface StructField {
  readonly name: string;
  /** Text of the value, shortened; the name itself where the field is given by a variable of its name. */
  readonly value: string;
  readonly range: TextRange;
  readonly valueRange: TextRange;
}

/** Whether `later` can be reached after `earlier` in one run of their function, loops not repeated. */
export function canFollow(earlier: StepBase, later: StepBase): boolean {
  if (earlier.task !== later.task || earlier.order >= later.order) return false;
  return waysMeet(earlier.arms, later.arms);
}

/** Whether what happens in some arms can be followed by what happens, further down, in others. */
export function waysMeet(earlier: readonly Arm[], later: readonly Arm[]): boolean {
  for (const [depth, arm] of earlier.entries()) {
    const other = later[depth];
    if (arm === other) continue;
    if (other !== undefined && other.branch === arm.branch) return false;
    return earlier.slice(depth).every((it) => !leavesTowards(it, earlier, later));
  }
  return true;
}

function leavesTowards(arm: Arm, earlier: readonly Arm[], later: readonly Arm[]): boolean {
  if (arm.leaves === "function") return true;
  if (arm.leaves !== "loop") return false;
  const loop = earlier.slice(0, earlier.indexOf(arm)).findLast((it) => it.kind === "loop");
  return loop !== undefined && later.includes(loop);
}
