import type { CallSite, CrateSurface, TypesAt } from "../analysis/crateSurface.ts";
import { memoized } from "../base/memoized.ts";
import { nearestName } from "../candid/nearestName.ts";
import { type Comparison, compareTypes, type Mismatch } from "../candid/subtype.ts";
import {
  type ArgumentType,
  type CandidType,
  type FunctionType,
  methodOf,
  methodSignature,
  primitive,
} from "../candid/types.ts";
import { findCallee } from "./callees.ts";
import { managementMethods } from "./managementMethods.ts";
import type { RelatedRange } from "./rule.ts";
import { type Callee, type CrateView, methodDeclaration, type Report, type WorkspaceRule } from "./workspaceRule.ts";

/** A method that the callee does not have. */
export const callUnknownMethod: WorkspaceRule = {
  id: "call-unknown-method",
  severity: "error",
  docs: {
    what: "A call names a method that the interface of the called canister does not have.",
    why: "The system rejects the call: `CanisterMethodNotFound`. Nothing tells before it is made.",
    instead: "Correct the name, or add the method to the called canister and its `.did` file.",
  },
};

/** Arguments that the callee cannot decode. */
export const callArgTypeMismatch: WorkspaceRule = {
  id: "call-arg-type-mismatch",
  severity: "error",
  docs: {
    what: "The arguments of a call are no values of the types that the called method declares.",
    why: "The called canister cannot decode them and traps, so the call is rejected: every time, or whenever such a case of a variant is sent.",
    instead: "Send what the method's `.did` declares: the message names the place where the types differ.",
  },
};

/** A reply that cannot be decoded as what the caller wants. */
export const callReturnTypeMismatch: WorkspaceRule = {
  id: "call-return-type-mismatch",
  severity: "error",
  docs: {
    what: "The reply of a call is decoded at types that the called method does not return.",
    why: "The call succeeds, and what it did stays done; but decoding its reply fails, every time or whenever such a case of a variant comes, which often traps the caller.",
    instead: "Decode the types that the method's `.did` declares: the message names the place where they differ.",
  },
};

/** A call between a composite query and what can change state. */
export const compositeQueryCalledFromUpdate: WorkspaceRule = {
  id: "composite-query-called-from-update",
  severity: "error",
  docs: {
    what: "A composite query is called from an update, a timer or a hook, or an update is called from a composite query.",
    why: "Composite queries exist in query calls only, and query calls can call nothing but queries: the call is rejected every time.",
    instead: "Call a plain query or an update there, or make the caller a `#[query(composite = true)]`.",
  },
};

/** A call that waits for what the called method's mode does not give. */
export const callModeMismatch: WorkspaceRule = {
  id: "call-mode-mismatch",
  severity: "information",
  docs: {
    what: "The reply of a one-way method is awaited.",
    why: "A one-way method never replies with a value: what waits for one gets nothing, or an error although the message was delivered.",
    instead: "Send the call with `.oneway()`, or make the method reply.",
  },
};

/** Values that a differing definition drops without a word. */
export const sharedTypeDivergence: WorkspaceRule = {
  id: "shared-type-divergence",
  severity: "warning",
  docs: {
    what: "Caller and callee define a type differently: one name stands for two types, or an `opt` whose content does not fit arrives as `null`.",
    why: "Two definitions drift apart. Where they cannot be decoded, the call fails; where an `opt` is expected, Candid accepts any value and replaces what does not fit by `null`: nobody gets an error, and the data is gone.",
    instead: "Use one definition for both canisters, best in a crate that both depend on.",
  },
};

/** Compares the calls of a crate with the interfaces of whom it calls. */
export function checkCalls(view: CrateView, report: Report): void {
  for (const call of view.surface.calls) {
    if (call.calleeIs === "management") reportNoManagementMethod(call, report);
    const callee = findCallee(view, call);
    if (callee === undefined) {
      reportMistypedSibling(view, call, report);
      continue;
    }
    const method = methodOf(callee.service, call.method);
    if (method === undefined) {
      if (call.calleeIs === "management") continue;
      // Its `.did` file lags behind its source, which is told there.
      if (callee.canister?.sourceMethod(call.method, undefined) !== undefined) continue;
      reportUnknown(view, call, callee, report);
      continue;
    }
    const signature = methodSignature(method);
    const { canister } = callee;
    const signatures = {
      declared: signature,
      inSource: memoized(() => canister?.sourceMethod(call.method, signature)),
    };
    reportMode(call, callee, signatures, report);
    if (call.sent !== undefined) compareSent(call, callee, signatures, call.sent, report);
    if (call.wanted !== undefined && !signature.modes.includes("oneway")) {
      compareWanted(call, callee, signatures, call.wanted, report);
    }
  }
}

function reportUnknown(view: CrateView, call: CallSite, callee: Callee, report: Report): void {
  if (call.calleeIs === "self" || callee.by === "method") return;
  const names = callee.service.methods.map((it) => it.name);
  const nearest = nearestName(call.method, names);
  const isElsewhere = view.canisters.some(
    (it) => it.service !== undefined && methodOf(it.service, call.method) !== undefined,
  );
  // A variable's name is a hint, no proof: without a similar method it may mean another canister.
  if ((callee.by !== "id" && nearest === undefined) || (callee.by !== "id" && isElsewhere)) return;
  if (callee.by === "standard" && (nearest === undefined || Math.abs(nearest.length - call.method.length) > 1)) return;
  const hint = nearest === undefined ? "" : ` Is \`${nearest}\` meant?`;
  const edits = [{ path: call.path, range: call.methodRange, newText: `"${nearest}"` }];
  report(callUnknownMethod, {
    severity: callee.by === "id" ? "error" : "warning",
    confidence: callee.by === "id" ? "high" : "medium",
    path: call.path,
    range: call.methodRange,
    message: `The ${canisterText(callee)} has no method \`${call.method}\`: the call is rejected every time.${hint}`,
    related: serviceRange(callee),
    fixes: nearest === undefined ? [] : [{ title: `Call \`${nearest}\``, kind: "review", edits }],
  });
}

/** So many other methods that a file calls of one canister tell which it is. */
const siblingsMin = 2;

/** A name that nobody has, while the file calls other methods of the same canister, all of one interface of the project. */
function reportMistypedSibling(view: CrateView, call: CallSite, report: Report): void {
  if (call.calleeIs !== "other") return;
  const called = methodsByCallee(view.surface).get(calleeKey(call)) ?? new Set();
  const siblings = [...called].filter((it) => it !== call.method);
  if (siblings.length < siblingsMin) return;
  const known = view.canisters.flatMap((it) =>
    it.service === undefined ? [] : [{ canister: it, service: it.service }],
  );
  if (known.some((it) => methodOf(it.service, call.method) !== undefined)) return;
  const having = known.find((it) => siblings.every((name) => methodOf(it.service, name) !== undefined));
  if (having !== undefined) reportUnknown(view, call, { ...having, name: having.canister.name, by: "name" }, report);
}

/** The methods that each file calls of what it names as one canister. */
function methodsByCallee(surface: CrateSurface): ReadonlyMap<string, ReadonlySet<string>> {
  const known = methodsOfSurface.get(surface);
  if (known !== undefined) return known;
  const found = new Map<string, Set<string>>();
  methodsOfSurface.set(surface, found);
  for (const it of surface.calls) {
    const key = calleeKey(it);
    const methods = found.get(key);
    if (methods === undefined) found.set(key, new Set([it.method]));
    else methods.add(it.method);
  }
  return found;
}

const methodsOfSurface = new WeakMap<CrateSurface, ReadonlyMap<string, ReadonlySet<string>>>();

function calleeKey({ path, callee }: CallSite): string {
  return `${path}\n${callee}`;
}

function reportNoManagementMethod(call: CallSite, report: Report): void {
  if (managementMethods.has(call.method)) return;
  const nearest = nearestName(call.method, managementMethods);
  const hint = nearest === undefined ? "" : ` Is \`${nearest}\` meant?`;
  const edits = [{ path: call.path, range: call.methodRange, newText: `"${nearest}"` }];
  report(callUnknownMethod, {
    severity: nearest === undefined ? "warning" : "error",
    confidence: nearest === undefined ? "medium" : "high",
    path: call.path,
    range: call.methodRange,
    message: `The management canister has no method \`${call.method}\`: the call is rejected every time.${hint}`,
    fixes: nearest === undefined ? [] : [{ title: `Call \`${nearest}\``, kind: "review", edits }],
  });
}

/** A method as its `.did` file declares it, and as the callee's source makes it: the next build brings what that says. */
interface Signatures {
  readonly declared: FunctionType;
  readonly inSource: () => FunctionType | undefined;
}

function reportMode(call: CallSite, callee: Callee, signatures: Signatures, report: Report): void {
  const { modes } = signatures.declared;
  if (modes.length === 0 && call.from.length === 0) return;
  // What its source has otherwise is the next build's: its `.did` file lags behind, which is told there.
  if (modes.join() !== (signatures.inSource()?.modes ?? modes).join()) return;
  const place = { path: call.path, range: call.methodRange, related: methodRange(callee, call.method) };
  const confidence = callee.by === "method" ? "medium" : "high";
  const replicated = call.from.filter((it) => it !== "compositeQuery" && it !== "query");
  if (modes.includes("composite_query") && replicated.length > 0) {
    const message = `\`${call.method}\` of the ${canisterText(callee)} is a composite query, which no update, timer or hook can call: the call is rejected every time. Call a plain query, or make the caller a composite query.`;
    report(compositeQueryCalledFromUpdate, { confidence, ...place, message });
  } else if (modes.length === 0 && call.from.length > 0 && call.from.every((it) => it === "compositeQuery")) {
    const message = `\`${call.method}\` of the ${canisterText(callee)} is an update, and a composite query can call queries only: the call is rejected every time.`;
    report(compositeQueryCalledFromUpdate, { confidence, ...place, message });
  } else if (modes.includes("oneway") && !call.isOneWay && call.sent !== undefined) {
    const message = `\`${call.method}\` of the ${canisterText(callee)} is one-way: it never replies with a value. Send the call with \`.oneway()\`.`;
    report(callModeMismatch, { confidence, ...place, message });
  }
}

function compareSent(call: CallSite, callee: Callee, signatures: Signatures, sent: TypesAt, report: Report): void {
  const compare = (parameters: readonly ArgumentType[]) => {
    const { own, other } = listsOf(sent, parameters);
    return { own, other, ...compareTypes(listType(own), listType(other)) };
  };
  const { own: types, other: parameters, mismatch, lossy } = compare(signatures.declared.arguments);
  if (mismatch === undefined && lossy.length === 0) return;
  const inSource = signatures.inSource();
  if (inSource !== undefined && isHarmless(compare(inSource.arguments), mismatch)) return;
  if (mismatch !== undefined) {
    report(callArgTypeMismatch, {
      ...severityOf(callee),
      path: call.path,
      range: sent.range,
      message: `\`${call.method}\` of the ${canisterText(callee)} cannot decode these arguments: ${mismatchText(mismatch, "argument")}. The call is rejected ${whenText(mismatch, "is sent")}.`,
      related: methodRange(callee, call.method),
    });
    reportSameName(call, callee, mismatch, [types, parameters], sent, report);
    return;
  }
  reportLossy(call, callee, lossy, sent, "argument", report);
}

/** What a call names and what is declared; what is not known is taken for right. */
function listsOf({ types }: TypesAt, declared: readonly ArgumentType[]) {
  const other = declared.map((it) => it.type);
  return { own: types.map((it, index) => it ?? other[index] ?? primitive("null")), other };
}

/** Whether the source has nothing of what the `.did` file has against a call: then that file lags behind. */
function isHarmless(inSource: Comparison, found: Mismatch | undefined): boolean {
  return inSource.mismatch === undefined && (found !== undefined || inSource.lossy.length === 0);
}

function compareWanted(call: CallSite, callee: Callee, signatures: Signatures, wanted: TypesAt, report: Report): void {
  const compare = (declared: readonly ArgumentType[]) => {
    const { own, other } = listsOf(wanted, declared);
    return { own, other, ...compareTypes(listType(other), listType(own)) };
  };
  const { own: types, other: results, mismatch, lossy } = compare(signatures.declared.results);
  if (mismatch === undefined && lossy.length === 0) return;
  const inSource = signatures.inSource();
  if (inSource !== undefined && isHarmless(compare(inSource.results), mismatch)) return;
  if (mismatch !== undefined) {
    // Only who burns tokens gets to see it.
    if (isLackingCase(mismatch) && mismatch.path.at(-1) === 'case "BadBurn"') return;
    report(callReturnTypeMismatch, {
      ...severityOf(callee),
      // Decoding fails only where such a case comes, which the arguments may rule out.
      ...(isLackingCase(mismatch) && { severity: "information" }),
      path: call.path,
      range: wanted.range,
      message: `The reply of \`${call.method}\` of the ${canisterText(callee)} cannot be decoded like this: ${mismatchText(mismatch, "result")}. The call succeeds, but decoding its reply fails ${whenText(mismatch, "comes")}.`,
      related: methodRange(callee, call.method),
    });
    reportSameName(call, callee, mismatch, [results, types], wanted, report);
    return;
  }
  reportLossy(call, callee, lossy, wanted, "result", report);
}

/** The callee has a case that the caller lacks: Rust decodes by the value that comes. */
function isLackingCase({ path, message }: Mismatch): boolean {
  return message === "is not expected" && path.at(-1)?.startsWith("case ") === true;
}

/** Values are decoded as they come: what differs within one case harms no other case, within an element no empty list. */
function whenText({ path }: Mismatch, happens: string): string {
  const part = path.findLast((it) => it === "element" || it.startsWith("case "));
  if (part === undefined) return "every time";
  return part === "element" ? `whenever an element ${happens}` : `whenever the ${part} ${happens}`;
}

function reportLossy(
  call: CallSite,
  callee: Callee,
  lossy: readonly Mismatch[],
  { range }: TypesAt,
  what: "argument" | "result",
  report: Report,
): void {
  const [first] = lossy;
  if (first === undefined) return;
  report(sharedTypeDivergence, {
    confidence: callee.by === "method" ? "medium" : "high",
    path: call.path,
    range,
    message: `Data of this ${what} is lost without an error, for \`${call.method}\` of the ${canisterText(callee)} has other types: ${mismatchText(first, what)}.`,
    related: methodRange(callee, call.method),
  });
}

/** Two definitions of one name: the mismatch has a reason that another definition would not mend for long. */
function reportSameName(
  call: CallSite,
  callee: Callee,
  { path, message }: Mismatch,
  [left, right]: readonly [readonly CandidType[], readonly CandidType[]],
  { range }: TypesAt,
  report: Report,
): void {
  const index = Number(/^field "(\d+)"$/.exec(path[0] ?? "")?.[1] ?? "-1");
  const [own, other] = [left[index], right[index]];
  if (own?.kind !== "named" || other?.kind !== "named" || own.name.toLowerCase() !== other.name.toLowerCase()) return;
  const where = path.length > 1 ? `${path.slice(1).join(", ")}: ` : "";
  report(sharedTypeDivergence, {
    confidence: callee.by === "method" ? "medium" : "high",
    path: call.path,
    range,
    message: `This crate and the ${canisterText(callee)} both have a type \`${own.name}\`, but not the same one: ${where}${message}. Share one definition in a crate that both depend on.`,
    related: methodRange(callee, call.method),
  });
}

/** Lists of arguments compare like records with the fields 0, 1, 2 … */
function listType(types: readonly CandidType[]): CandidType {
  return { kind: "record", fields: types.map((type, id) => ({ id, type })) };
}

function mismatchText({ path, message }: Mismatch, what: string): string {
  const [first = "", ...rest] = path;
  const index = /^field "(\d+)"$/.exec(first)?.[1];
  const outer = index === undefined ? path : [`${what} ${Number(index) + 1}`, ...rest];
  return `${outer.join(", ")}: ${message}`;
}

function severityOf(callee: Callee) {
  const isSure = callee.by === "id" || callee.by === "standard";
  return { severity: isSure ? "error" : "warning", confidence: isSure ? "high" : "medium" } as const;
}

function canisterText({ canister, name }: Callee): string {
  return canister === undefined ? name : `canister \`${name}\``;
}

function methodRange({ canister }: Callee, method: string): RelatedRange[] {
  const candid = canister?.candid;
  const declaration = candid && methodDeclaration(candid, method);
  return declaration === undefined
    ? []
    : [{ path: candid?.path ?? "", range: declaration.name.range, message: "declared here" }];
}

function serviceRange({ canister }: Callee): RelatedRange[] {
  const range = canister?.candid?.program.service?.body.range;
  const path = canister?.candid?.path;
  return range === undefined || path === undefined
    ? []
    : [{ path, range: { start: range.start, end: range.start }, message: "the interface" }];
}
