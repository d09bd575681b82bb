import type { TextRange } from "../base/textRange.ts";
import type { CandidType } from "../candid/types.ts";
import type { AttributeFacts } from "./attributes.ts";
import type { CdkFunction } from "./cdkApi.ts";
import type { DerivedValues } from "./derived.ts";
import type { ItemPlace } from "./lastingPlace.ts";
import type { NameSet } from "./nameSet.ts";
import type {
  ArgumentFacts,
  Arm,
  CallFate,
  ChainLink,
  Decoding,
  HeldBorrow,
  ResultUse,
  StepBase,
  WriteEffect,
} from "./steps.ts";
import type { TextLiteral } from "./textLiterals.ts";

/** What a crate is to the Internet Computer: its entry points, its state, and what happens in which message execution. */
export interface CanisterModel {
  readonly packageName: string;
  /** It compiles to no Wasm file of its own: other crates use it. */
  readonly isLibrary: boolean;
  /** Files of the crate's module tree, the root first. */
  readonly files: readonly string[];
  readonly entryPoints: readonly EntryPoint[];
  readonly functions: readonly ModelFunction[];
  readonly state: readonly StateVariable[];
  /** Constants and statics with what they are set to. */
  readonly constants: readonly Constant[];
  /** Places that name what ic-cdk has given another name or removed. */
  readonly cdkNames: readonly CdkName[];
  /** Version of ic-cdk as `[major, minor, patch]`, if the manifests tell. */
  readonly cdkVersion: readonly number[] | undefined;
  /** Versions of dependencies by package name, as the manifests tell. */
  readonly versions: ReadonlyMap<string, string>;
  /** Macros that are called outside of functions, with their arguments: `ic_cdk::export_candid!()`. */
  readonly itemMacros: readonly string[];
  /** The same macros with their places, their names as written. */
  readonly placedMacros: readonly PlacedMacro[];
  /** Some file could not be read to its end: what seems to be missing may stand there. */
  readonly hasError: boolean;
  /** The files that could not be read to their end, each with the offset at which reading stopped first. */
  readonly unreadable: readonly { readonly path: string; readonly offset: number }[];
  /** The text of a file. Whoever looks at it is concerned by each edit of it: `textIn` is for who looks at one place. */
  textOf(path: string): string;
  /** The text of a file between two offsets; up to its end where `end` is absent. */
  textIn(path: string, start: number, end?: number): string;
  /** Bytes of a file that a source file names relative to itself; undefined where there is none. */
  fileSize(from: string, name: string): number | undefined;
  /** The Candid type of a Rust type as a function would write it; undefined where any part of it is not certain. */
  candidType(type: string, at: ModelFunction): CandidType | undefined;
  /** What was worked out from it; to be asked through a `Derived`. */
  readonly derived: DerivedValues;
  /** The canister itself, where this is a part of it that a rule sees. */
  readonly whole: CanisterModel;
}

/** What the Internet Computer can call, or calls on its own. */
export type EntryPointKind =
  | "update"
  | "query"
  | "compositeQuery"
  | "init"
  | "preUpgrade"
  | "postUpgrade"
  | "heartbeat"
  | "inspectMessage"
  | "onLowWasmMemory"
  | "globalTimer";

/** A function that the network calls, however its attribute is spelled. */
export interface EntryPoint {
  readonly kind: EntryPointKind;
  /** Name that callers use, which `name = "…"` may set apart from the function's; absent for lifecycle hooks. */
  readonly method?: string;
  readonly path: string;
  /** Name of the binary that it stands in, each a Wasm of its own; empty for the library and for a lone binary. */
  readonly binary: string;
  /** The function's item, its attributes included. */
  readonly range: TextRange;
  /** The function's name. */
  readonly nameRange: TextRange;
  readonly function: ModelFunction;
  /** What makes it one: `ic_cdk::update` wherever the name comes from, or `export_name`, and what stands in parentheses. */
  readonly attribute: AttributeFacts;
  /** Functions that run before it and may refuse the call. */
  readonly guards: readonly string[];
  /** What these names mean, in the same order. */
  readonly guardFunctions: readonly GuardFunction[];
}

/** What the name of a guard means. */
export interface GuardFunction {
  readonly name: string;
  /** Absent where the crate does not declare it. */
  readonly function: ModelFunction | undefined;
  /** Nothing in the crate or in what it uses can be meant. */
  readonly isMissing: boolean;
}

/** A macro that is called outside of functions. */
export interface PlacedMacro {
  readonly name: string;
  readonly path: string;
  readonly range: TextRange;
}

/** A `const` or `static`. */
export interface Constant {
  readonly name: string;
  readonly path: string;
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly type: string;
  /** Text of the initial value. */
  readonly init: string;
  /** The type or trait whose `impl` it stands in. */
  readonly implOf: { readonly type: string; readonly trait?: string } | undefined;
}

/** A function and what it does, names resolved. */
export interface ModelFunction {
  readonly name: string;
  /** With its type: `Ledger::transfer`. */
  readonly displayName: string;
  readonly path: string;
  /** The function without its attributes, in the file. */
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly bodyRange: TextRange | undefined;
  readonly isAsync: boolean;
  readonly attributes: readonly AttributeFacts[];
  readonly returnType: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** Names that occur in it. */
  readonly names: NameSet;
  /** Its string literals, ranges counting from the beginning of the file. */
  readonly texts: readonly TextLiteral[];
  /** The type or trait whose `impl` it stands in. */
  readonly implOf: { readonly type: string; readonly trait?: string } | undefined;
  /** Part of it could not be read: what is said of it may be wrong. */
  readonly hasError: boolean;
  readonly steps: readonly Step[];
  /** Those of the steps that are calls: they seldom change when other steps do. */
  readonly calls: readonly (CanisterCall | FunctionCall)[];
  /** The function, cut at every `await` that may suspend it: what the IC commits or rolls back as a whole. */
  readonly executions: readonly MessageExecution[];
  readonly summary: FunctionSummary;
}

/** The steps between two suspending awaits, committed or rolled back together. */
export interface MessageExecution {
  readonly steps: readonly Step[];
  /** The `await` that ends it; absent for the last one. */
  readonly endsAt?: Suspension;
}

/** How sure it is that an `await` ends the message execution. */
export type Suspends = "yes" | "maybe" | "no";

/** What a function does as a whole, with all that it calls. */
export interface FunctionSummary {
  readonly suspends: Suspends;
  readonly readsCaller: boolean;
  /** It or a task that it starts reads the caller, or asks what is named as if it did. */
  readonly asksForCaller: boolean;
  readonly mayTrap: boolean;
  /** State that it writes before it returns. */
  readonly writes: readonly StateWrite[];
  /** State that the tasks and timers write which it starts. */
  readonly laterWrites: readonly StateWrite[];
  readonly reads: readonly StateRef[];
  readonly callsCanister: boolean;
  readonly setsTimer: boolean;
  readonly setsCertifiedData: boolean;
  /** Functions of the crate that it may call, tasks included. */
  readonly callees: readonly ModelFunction[];
}

/** A static that holds state. */
export interface StateVariable {
  readonly name: string;
  readonly path: string;
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly type: string;
  /** `byType`: `ic_cdk::storage` keeps it, and its type says which it is. */
  readonly origin: "threadLocal" | "lazyStatic" | "plain" | "assumed" | "byType";
  /** It lives in stable memory, or refers to what does. */
  readonly isStable: boolean;
  /** It can be changed. */
  readonly isMutable: boolean;
  /** Where it holds a struct of this crate: its fields, and whether each is stable. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly isStable: boolean }[];
}

/** Some state: a static, and the field of it where only that is meant. */
export interface StateRef {
  readonly variable: StateVariable;
  /** Fields below the static, `users.names`; empty for all of it. */
  readonly field: string;
}

/** What every step of a model has. Ranges count from the beginning of the file. */
export interface StepPlace {
  readonly range: TextRange;
  /** Order, branches and task, to be asked with `canFollow`. */
  readonly at: StepBase;
}

/** What a function does, one thing at a time. */
export type Step =
  | StateWrite
  | StateRead
  | CallerRead
  | CanisterCall
  | FunctionCall
  | Suspension
  | Check
  | Guard
  | TrapPoint
  | StructLiteral
  | DoubleBorrow
  | Reply;

/** State is written, by the function itself or by one that it calls. */
export interface StateWrite extends StepPlace {
  readonly kind: "stateWrite";
  readonly state: StateRef;
  readonly effect: WriteEffect;
  readonly operation: string;
  /** What is written, shortened. */
  readonly value: string;
  /** Whether what the operation returns is looked at. */
  readonly resultUsed: boolean;
  /** What is written came from an awaited call. */
  readonly isFetched: boolean;
  /** Written through a variable that has held a mutable reference since there were so many steps. */
  readonly heldSince: number | undefined;
  /** The function that really writes, where it is another one. */
  readonly through: { readonly name: string; readonly path: string; readonly range: TextRange } | undefined;
}

/** State is read. */
export interface StateRead extends StepPlace {
  readonly kind: "stateRead";
  readonly state: StateRef;
  /** Read through a variable that has held a mutable reference since there were so many steps. */
  readonly heldSince: number | undefined;
}

/** The function itself asks for the caller of the message; what it calls may do so, too, as summaries tell. */
export interface CallerRead extends StepPlace {
  readonly kind: "callerRead";
  /** As written: `ic_cdk::caller()`; or the macro that asks. */
  readonly text: string;
  /** What is asked for is the caller, no macro and no other question about the caller. */
  readonly isDirect: boolean;
}

/** What awaited calls have in common. */
export interface AwaitedCall extends StepPlace {
  readonly awaited: boolean;
  readonly uses: readonly PlacedUse[];
  readonly errorArms: readonly Arm[];
  readonly chain: readonly ChainLink[];
  /** The call with all that follows it by dots. */
  readonly whole: TextRange;
  /** Range of the name that is called. */
  readonly pathRange: TextRange;
  readonly path: string;
  readonly arguments: readonly ArgumentFacts[];
  readonly decodings: readonly Decoding[];
  /** Its beginning is to be added to the ranges of `chain`, `arguments` and `decodings`. */
  readonly item: ItemPlace;
  /** What becomes of the call with everything that follows it by dots. */
  readonly fate: CallFate;
  /** Numbers of the tasks that the call starts. */
  readonly starts: readonly number[];
}

/** What becomes of a call's result, ranges counting from the beginning of the file. */
export interface PlacedUse extends Omit<ResultUse, "range" | "statement"> {
  readonly range: TextRange;
  readonly statement: TextRange;
}

/** Which way another canister is called. */
export type CallApi = "builder" | "old" | "management" | "wrapper";

/** A call of another canister. */
export interface CanisterCall extends AwaitedCall {
  readonly kind: "canisterCall";
  readonly api: CallApi;
  readonly wait: "bounded" | "unbounded" | "unknown";
  readonly isOneWay: boolean;
  /** Text of the expression that tells the callee. */
  readonly callee: string;
  readonly calleeIs: "self" | "management" | "other";
  /** The method's name where it is a literal, else the wrapper's name. */
  readonly method: string | undefined;
  /** `ic_cdk::management_canister` of before 0.18. */
  readonly isOldApi: boolean;
}

/** A call of a function of this crate, or of an unknown one. */
export interface FunctionCall extends AwaitedCall {
  readonly kind: "functionCall";
  /** Functions that it may be; none for those of other crates. */
  readonly targets: readonly ModelFunction[];
  /** The targets are no mere guess by a method's name. */
  readonly isCertain: boolean;
  /** Called with a dot. */
  readonly isMethod: boolean;
  /** Only named, as an argument of another call, which may call it. */
  readonly isHandedOn: boolean;
  /** What the method is called on, shortened. */
  readonly receiver: string;
  /** A function of another crate, spelled from the crate's name on; else as written. */
  readonly resolved: string;
  /** Whether what it gives is a guard: of a type with `Drop`, or by its name. */
  readonly makesGuard: "yes" | "byName" | "no";
  /** As written, `::<(T,)>`. */
  readonly typeArguments: string;
  /** What it is of ic-cdk, if it is. */
  readonly cdk: CdkFunction["kind"] | undefined;
}

/** An `await`. */
export interface Suspension extends StepPlace {
  readonly kind: "suspension";
  readonly suspends: Suspends;
  readonly calls: readonly (CanisterCall | FunctionCall)[];
  readonly held: readonly HeldBorrow[];
  /** Its beginning is to be added to the ranges of `held`. */
  readonly item: ItemPlace;
  readonly text: string;
}

/** A condition decides whether the execution goes on this way. */
export interface Check extends StepPlace {
  readonly kind: "check";
  readonly reads: readonly StateRef[];
  readonly readsCaller: boolean;
  readonly leaves: boolean;
  /** The condition is only that something which is looked up exists. */
  readonly isLookup: boolean;
  readonly decides: readonly Arm[];
  readonly text: string;
}

/** A value that may act when it is dropped is bound. */
export interface Guard extends StepPlace {
  readonly kind: "guard";
  readonly name: string;
  /** Its type is known to act when dropped, or its name says so. */
  readonly isGuard: boolean;
  /** `order` of the calls that made the value. */
  readonly calls: readonly number[];
}

/** The execution may trap. */
export interface TrapPoint extends StepPlace {
  readonly kind: "trap";
  readonly construct: string;
}

/** A struct literal. */
export interface StructLiteral extends StepPlace {
  readonly kind: "structLiteral";
  /** As written, without generics. */
  readonly name: string;
  readonly fields: readonly PlacedField[];
  /** Text behind `..`; absent where every field is given. */
  readonly base: string | undefined;
  /** The crate declares the type itself. */
  readonly isOwnType: boolean;
}

/** A field of a struct literal, ranges counting from the beginning of the file. */
export interface PlacedField {
  readonly name: string;
  /** Text of the value, shortened. */
  readonly value: string;
  /** Name and value. */
  readonly range: TextRange;
  readonly valueRange: TextRange;
}

/** A cell or lock of a static is borrowed, by the function itself or by one that it calls, while another borrow forbids that. */
export interface DoubleBorrow extends StepPlace {
  readonly kind: "doubleBorrow";
  readonly variable: StateVariable;
  /** The method that fails: `borrow_mut`. */
  readonly operation: string;
  /** The borrow that forbids it: where it is taken, or the call that lends what it has borrowed to a closure. */
  readonly held: { readonly range: TextRange; readonly operation: string; readonly isMutable: boolean };
  /** Nothing but what leads here decides. */
  readonly isCertain: boolean;
  /** The function that is called, and the one that really borrows, where these are others. */
  readonly through: { readonly called: string; readonly by: NonNullable<StateWrite["through"]> } | undefined;
}

/** A reply or reject is sent. */
export interface Reply extends StepPlace {
  readonly kind: "reply";
}

/** A use of a name of ic-cdk that 0.18 deprecated and 0.20 removed. */
export interface CdkName {
  readonly path: string;
  readonly range: TextRange;
  /** From the crate's name on. */
  readonly name: string;
  readonly kind: "use" | "call" | "attribute";
  /** The call, where it is one. */
  readonly call: CanisterCall | undefined;
  /** `#[allow(deprecated)]` covers it. */
  readonly isAllowed: boolean;
  /** Written from the crate's name on at this place. */
  readonly isFullPath: boolean;
  /** As it is written at this place. */
  readonly text: string;
}
