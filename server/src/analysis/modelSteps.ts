import type { TextRange } from "../base/textRange.ts";
import type {
  AwaitedCall,
  CanisterCall,
  Check,
  FunctionCall,
  Guard,
  MessageExecution,
  ModelFunction,
  PlacedUse,
  StateRef,
  StateWrite,
  Step,
  StructLiteral,
  Suspension,
} from "./canisterModel.ts";
import { callsAround } from "./cellBorrows.ts";
import type { IndexedFunction } from "./crateIndex.ts";
import { doubleBorrows } from "./doubleBorrows.ts";
import { awaitSuspends, type Draft, isClient, type Linking, stateKey } from "./drafts.ts";
import { type ItemPlace, PlacedRange, writer } from "./lastingPlace.ts";
import type {
  AccessStep,
  AwaitStep,
  BorrowStep,
  CallStep,
  CheckStep,
  GuardStep,
  StepFacts,
  StructStep,
} from "./steps.ts";
import { argumentReads, argumentWrites, macroReadsCaller } from "./summaries.ts";
import { lastName } from "./textParts.ts";

/** The calls of a function by their facts. */
export type LinkedCalls = Map<CallStep, CanisterCall | FunctionCall>;

/** What the steps of a function refer to. */
export interface LinkedParts {
  readonly models: ReadonlyMap<Draft, ModelFunction>;
  /** Where the function stands. */
  readonly item: ItemPlace;
  /** The functions that it calls. */
  readonly callees: readonly Draft[];
  /** Those that were linked before, as long as neither the function nor what its callees declare changed. */
  readonly calls: LinkedCalls;
}

/** Turns the facts of one function into the steps of the model, names resolved and ranges counting from the file. */
export class StepLinker {
  private readonly linking: Linking;
  private readonly draft: Draft;
  readonly models: ReadonlyMap<Draft, ModelFunction>;
  readonly item: ItemPlace;
  private readonly calls: LinkedCalls;
  private readonly steps: Step[] = [];

  /** `item` is where the function stands. */
  constructor(linking: Linking, draft: Draft, { models, item, calls }: LinkedParts) {
    this.linking = linking;
    this.draft = draft;
    this.models = models;
    this.item = item;
    this.calls = calls;
  }

  /** The steps in the order of the text. */
  link(): readonly Step[] {
    for (const step of this.draft.function.facts.steps) this.linkOne(step);
    return this.steps;
  }

  /** The same, where nothing changed since the former steps but what is told of some functions that are called. */
  linkAgain(former: readonly Step[], told: ReadonlySet<Draft>): readonly Step[] {
    let at = 0;
    for (const step of this.draft.function.facts.steps) {
      const isTouched = this.callsAnyOf(step, told);
      if (isTouched) this.linkOne(step);
      for (let it = former[at]; it?.at === step; it = former[++at]) if (!isTouched) this.steps.push(it);
    }
    return this.steps;
  }

  private callsAnyOf(step: StepFacts, told: ReadonlySet<Draft>): boolean {
    switch (step.kind) {
      case "call":
        return this.isAnyOf(step, told) || this.isGivenToAnyOf(step, told);
      case "borrow":
        return this.isGivenToAnyOf(step, told);
      case "await":
        return step.on.some((it) => this.isAnyOf(it, told));
      case "check":
        return step.calls.some((it) => this.isAnyOf(it, told));
      default:
        return false;
    }
  }

  private isAnyOf(call: CallStep, drafts: ReadonlySet<Draft>): boolean {
    for (const it of this.linking.calledDrafts(this.draft.function, call)) if (drafts.has(it)) return true;
    return false;
  }

  /** Whether the step stands in a closure that is given to one of some functions. */
  private isGivenToAnyOf(step: StepFacts, drafts: ReadonlySet<Draft>): boolean {
    return callsAround(this.draft.function, step).some((it) => this.isAnyOf(it, drafts));
  }

  private linkOne(step: StepFacts): void {
    const range = this.range(step.range);
    switch (step.kind) {
      case "access":
        this.linkAccess(step);
        break;
      case "call":
        this.linkCall(step);
        break;
      case "await":
        this.steps.push(this.suspension(step));
        break;
      case "check":
        this.steps.push(this.check(step));
        break;
      case "guard":
        this.steps.push({ kind: "guard", range, at: step, ...this.guardParts(step) });
        break;
      case "trap":
        this.steps.push({ kind: "trap", range, at: step, construct: step.construct });
        break;
      case "struct":
        this.steps.push({ kind: "structLiteral", range, at: step, ...this.literalParts(step) });
        break;
      case "borrow":
        this.linkBorrow(step);
        break;
      case "macro":
        if (macroReadsCaller(this.linking, step)) {
          this.steps.push({ kind: "callerRead", range, at: step, text: `${step.name}!`, isDirect: false });
        }
        break;
    }
  }

  private range(within: TextRange): TextRange {
    return new PlacedRange(this.item, within);
  }

  private literalParts({
    name,
    fields,
    base,
  }: StructStep): Pick<StructLiteral, "name" | "fields" | "base" | "isOwnType"> {
    const { module, implOf } = this.draft.function;
    const isOwnType = this.linking.resolver.resolve(module, name, implOf?.type).kind === "item";
    const placed = fields.map((it) => ({
      ...it,
      range: this.range(it.range),
      valueRange: this.range(it.valueRange),
    }));
    return { name, fields: placed, base, isOwnType };
  }

  private linkAccess(step: AccessStep): void {
    const place = this.linking.place(this.draft.function, step.place);
    if (place?.kind !== "state") return;
    const { heldSince } = step.place;
    const common = { range: this.range(step.range), at: step, state: place.state, heldSince };
    if (step.effect === "read") {
      this.steps.push({ kind: "stateRead", ...common });
      return;
    }
    const { effect, operation, value, resultUsed } = step;
    const isFetched = step.from.length > 0;
    this.steps.push({
      kind: "stateWrite",
      ...common,
      effect,
      operation,
      value,
      resultUsed,
      isFetched,
      through: undefined,
    });
  }

  private linkCall(step: CallStep): void {
    const target = this.linking.target(this.draft.function, step);
    if (step.isHandedOn && target.kind !== "functions") return;
    const range = this.range(step.range);
    if (target.kind === "cdk") {
      const text = this.text(step.range);
      if (target.function.kind === "caller") {
        this.steps.push({ kind: "callerRead", range, at: step, text, isDirect: true });
        return;
      }
      if (target.function.kind === "isController") {
        this.steps.push({ kind: "callerRead", range, at: step, text, isDirect: false });
      }
      if (target.function.kind === "trap") this.steps.push({ kind: "trap", range, at: step, construct: "trap" });
      if (target.function.kind === "reply") this.steps.push({ kind: "reply", range, at: step });
    }
    const call = this.calls.get(step) ?? this.canisterCall(step) ?? this.functionCall(step);
    this.calls.set(step, call);
    this.steps.push(call);
    const called = this.linking.calledDrafts(this.draft.function, step);
    const receiver = step.receiver === undefined ? undefined : this.linking.place(this.draft.function, step.receiver);
    if (receiver?.kind === "state" && called.every((it) => it.parameterWrites.size === 0)) {
      const { heldSince } = step.receiver ?? {};
      this.steps.push({ kind: "stateRead", range, at: step, state: receiver.state, heldSince });
    }
    this.linkCalledState(step, called);
    this.linkBorrow(step);
  }

  /** A borrow that collides with another one, in the function itself or in one that it calls. */
  private linkBorrow(step: BorrowStep | CallStep): void {
    if (this.draft.function.facts.cells === undefined) return;
    this.steps.push(...doubleBorrows(this.linking, this.draft, step, this));
  }

  /** What a called function reads and writes happens here. */
  private linkCalledState(step: CallStep, called: readonly Draft[]): void {
    const range = this.range(step.range);
    const seen = new Set<string>();
    const target = this.linking.target(this.draft.function, step);
    const isCertain = target.kind === "functions" && target.isCertain;
    for (const draft of called) {
      for (const state of draft.reads.values()) {
        this.steps.push({ kind: "stateRead", range, at: step, state, heldSince: undefined });
      }
      for (const write of draft.writes.values()) {
        const key = stateKey(write.state);
        // A method that may be one of several writes only what all of them write.
        if (seen.has(key) || (!isCertain && !called.every((it) => it.writes.has(key)))) continue;
        seen.add(key);
        const { by, effect, operation, value, isFetched } = write;
        const { name } = draft.function.facts;
        const through = writer(name, by, write, this.modelOf(by));
        this.steps.push({
          ...this.calledWrite(step),
          state: write.state,
          effect,
          operation,
          value,
          isFetched,
          through,
        });
      }
    }
    for (const place of argumentReads(this.linking, this.draft.function, step)) {
      if (place.kind !== "state") continue;
      this.steps.push({ kind: "stateRead", range, at: step, state: place.state, heldSince: step.receiver?.heldSince });
    }
    for (const { place, effect, operation, by } of argumentWrites(this.linking, this.draft.function, step)) {
      if (place.kind !== "state" || seen.has(stateKey(place.state))) continue;
      seen.add(stateKey(place.state));
      const through = by === undefined ? undefined : writer(operation, by.function, "name", this.models.get(by));
      this.steps.push({ ...this.calledWrite(step), state: place.state, effect, operation, value: "", through });
    }
  }

  private modelOf(by: IndexedFunction): ModelFunction | undefined {
    const draft = this.linking.drafts.get(by);
    return draft && this.models.get(draft);
  }

  private calledWrite(
    step: CallStep,
  ): Pick<StateWrite, "kind" | "range" | "at" | "resultUsed" | "isFetched" | "heldSince"> {
    const { heldSince } = step.receiver ?? {};
    const rest = { resultUsed: true, isFetched: false, heldSince };
    return { kind: "stateWrite", range: this.range(step.range), at: step, ...rest };
  }

  private text({ start, end }: TextRange): string {
    const { path, start: offset } = this.draft.function;
    return this.linking.index.files.get(path)?.text.slice(start + offset, end + offset) ?? "";
  }

  private awaitedCall(step: CallStep): AwaitedCall {
    const uses = step.uses.map(
      (it): PlacedUse => ({ ...it, range: this.range(it.range), statement: this.range(it.statement) }),
    );
    return {
      range: this.range(step.range),
      at: step,
      awaited: step.awaited,
      uses,
      errorArms: step.errorArms,
      chain: step.chain,
      decodings: step.decodings,
      whole: this.range(step.whole),
      pathRange: this.range(step.pathRange),
      path: step.path,
      arguments: step.arguments,
      item: this.item,
      fate: { ...step.fate, statement: this.range(step.fate.statement) },
      starts: step.starts,
    };
  }

  private functionCall(step: CallStep): FunctionCall {
    const called = this.linking.calledDrafts(this.draft.function, step);
    const target = this.linking.target(this.draft.function, step);
    return {
      kind: "functionCall",
      ...this.awaitedCall(step),
      targets: called.flatMap((it) => this.models.get(it) ?? []),
      isCertain: target.kind === "functions" && target.isCertain,
      isMethod: step.isMethod,
      isHandedOn: step.isHandedOn,
      receiver: step.receiverText,
      makesGuard: makesGuard(this.linking, this.draft.function, step),
      resolved: target.kind === "cdk" || target.kind === "external" ? target.path : step.path,
      typeArguments: step.typeArguments,
      cdk: target.kind === "cdk" ? target.function.kind : undefined,
    };
  }

  private canisterCall(step: CallStep): CanisterCall | undefined {
    const target = this.linking.target(this.draft.function, step);
    const common = { kind: "canisterCall" as const, ...this.awaitedCall(step) };
    const [callee, method] = step.arguments;
    const named = { callee: callee?.text ?? "", calleeIs: this.calleeIs(callee?.text ?? ""), method: method?.literal };
    const isOneWay = step.chain.some((it) => it.name === "oneway");
    if (target.kind === "cdk") {
      switch (target.function.kind) {
        case "callBuilder":
          return { ...common, ...named, api: "builder", wait: target.function.wait, isOneWay, isOldApi: false };
        case "oldCall": {
          const { isOneWay: notifies } = target.function;
          return { ...common, ...named, api: "old", wait: "unbounded", isOneWay: notifies, isOldApi: true };
        }
        case "managementCall": {
          const rest = { callee: "management canister", calleeIs: "management" as const, isOneWay: false };
          const isOldApi = target.function.isOld;
          return { ...common, ...rest, api: "management", wait: "unbounded", method: lastName(step.path), isOldApi };
        }
        default:
          return undefined;
      }
    }
    const isWrapper =
      target.kind === "external" || (target.kind === "unknown" && step.isMethod && isClient(step.receiverText));
    if (!isWrapper || !step.awaited) return undefined;
    const rest = { calleeIs: "other" as const, isOneWay: false, isOldApi: false };
    const name = lastName(step.path);
    // A library's own way to call: `ic_kit::ic::call(id, "transfer", args)`.
    const isPlain = !step.isMethod && /^call(_|$)/.test(name) && method?.literal !== undefined;
    const meant = isPlain ? named : { callee: step.receiverText, method: name };
    return { ...common, ...meant, ...rest, api: "wrapper", wait: "unknown" };
  }

  private calleeIs(text: string): CanisterCall["calleeIs"] {
    if (/^&?(this_canister(_id)?|self_id|own_id|my_(canister_)?id|own_canister_id)$/.test(text)) return "self";
    if (/\bmanagement_canister\(\)|\bMANAGEMENT_CANISTER\b|"aaaaa-aa"/.test(this.meaning(text))) return "management";
    return /\b(canister_self|ic_cdk::id|api::id|^id)\(\)/.test(text) || /^id\(\)$/.test(text) ? "self" : "other";
  }

  /** What a variable of the function is set to, where its name says nothing: `let ic00 = Principal::management_canister();`. */
  private meaning(text: string): string {
    if (!/^&?[a-z_]\w*$/.test(text)) return text;
    const own = this.text({ start: 0, end: this.draft.function.facts.bodyRange?.end ?? 0 });
    // Nobody asks for anything else.
    if (!/management_canister\(\)|MANAGEMENT_CANISTER|aaaaa-aa/.test(own)) return text;
    const binding = new RegExp(`\\blet\\s+${text.replace("&", "")}\\s*(?::[^=;]+)?=\\s*([^;{}]*);`);
    return binding.exec(own)?.[1] ?? text;
  }

  private suspension(step: AwaitStep): Suspension {
    return {
      kind: "suspension",
      range: this.range(step.range),
      at: step,
      suspends: awaitSuspends(this.linking, this.draft.function, step),
      calls: step.on.flatMap((it) => this.calls.get(it) ?? []),
      held: step.held,
      item: this.item,
      text: step.text,
    };
  }

  private check(step: CheckStep): Check {
    const reads = new Map<string, StateRef>();
    for (const read of step.reads) {
      const place = this.linking.place(this.draft.function, read.place);
      if (place?.kind === "state") reads.set(stateKey(place.state), place.state);
    }
    let readsCaller = false;
    const asked: ModelFunction[] = [];
    for (const call of step.calls) {
      const target = this.linking.target(this.draft.function, call);
      const receiver = call.receiver === undefined ? undefined : this.linking.place(this.draft.function, call.receiver);
      if (receiver?.kind === "state") reads.set(stateKey(receiver.state), receiver.state);
      if (target.kind === "cdk" && /^(caller|isController)$/.test(target.function.kind)) readsCaller = true;
      for (const draft of this.linking.calledDrafts(this.draft.function, call)) {
        const model = this.models.get(draft);
        if (model !== undefined) asked.push(model);
        // What was read before the awaited function was suspended may have changed since.
        if (call.awaited && draft.suspends !== "no") continue;
        for (const [key, state] of draft.reads) reads.set(key, state);
      }
      if (call.awaited) continue;
      for (const place of argumentReads(this.linking, this.draft.function, call)) {
        if (place.kind === "state") reads.set(stateKey(place.state), place.state);
      }
    }
    return {
      kind: "check",
      range: this.range(step.range),
      at: step,
      reads: [...reads.values()],
      // Asked of the functions as they are then, so that nothing is linked again when one begins to ask for the caller.
      get readsCaller() {
        return readsCaller || asked.some((it) => it.summary.readsCaller);
      },
      leaves: step.leaves,
      isLookup: step.isLookup,
      decides: step.decides,
      text: step.text,
    };
  }

  private guardParts(step: GuardStep): Pick<Guard, "name" | "isGuard" | "calls"> {
    return { name: step.name, isGuard: this.isGuard(step), calls: step.calls.map((it) => it.order) };
  }

  /** Types that act when dropped, and what is named like one. */
  private isGuard(step: GuardStep): boolean {
    if (/guard|(?<![bc])lock|permit|defer|cleanup|on_drop/i.test(`${step.name} ${step.text}`)) return true;
    const { dropTypes } = this.linking.index;
    return step.calls.some((call) => {
      const parts = call.path.split("::");
      if (parts.some((it) => dropTypes.has(it))) return true;
      return this.linking
        .calledDrafts(this.draft.function, call)
        .some(({ function: { facts } }) =>
          [...dropTypes].some((it) => new RegExp(`\\b${it}\\b`).test(facts.returnType)),
        );
    });
  }
}

/** Constructors of types that act when dropped, functions that say that they return one, and what is named like one. */
function makesGuard(linking: Linking, from: IndexedFunction, step: CallStep): FunctionCall["makesGuard"] {
  const { dropTypes } = linking.index;
  const target = linking.target(from, step);
  if (target.kind === "functions") {
    const isGuard = target.functions.every(({ facts: { returnType }, implOf }) => {
      if (/^&|->/.test(returnType)) return false;
      const type = implOf === undefined ? undefined : lastName(implOf.type);
      if (type !== undefined && dropTypes.has(type) && /\bSelf\b/.test(returnType)) return true;
      return (returnType.match(/\b[A-Z]\w*/g) ?? []).some((it) => dropTypes.has(it));
    });
    return isGuard ? "yes" : "no";
  }
  if (target.kind === "external" && /^scopeguard::(guard|defer)/.test(target.path)) return "yes";
  return !step.isMethod && /(^|::)[A-Z]\w*(Guard|Lock)::(new|try_new|acquire|try_acquire|lock)$/.test(step.path)
    ? "byName"
    : "no";
}

/** Cuts steps at the awaits of the function itself that may suspend it. */
export function cutIntoExecutions(steps: readonly Step[]): readonly MessageExecution[] {
  const executions: MessageExecution[] = [];
  let current: Step[] = [];
  for (const step of steps) {
    if (step.kind === "suspension" && step.suspends !== "no" && step.at.task === 0) {
      executions.push({ steps: current, endsAt: step });
      current = [];
    } else current.push(step);
  }
  return [...executions, { steps: current }];
}
