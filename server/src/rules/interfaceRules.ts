import type { CrateSurface, MethodSurface } from "../analysis/crateSurface.ts";
import { interfaceLosses, interfaceMismatches, isSubtype, type Mismatch } from "../candid/subtype.ts";
import {
  type ArgumentType,
  type CandidType,
  type FunctionType,
  methodOf,
  methodSignature,
  type ServiceInterface,
} from "../candid/types.ts";
import { argumentsText, nameText } from "../candid/typeText.ts";
import type { QuickFix } from "./rule.ts";
import {
  type CandidInterface,
  type KnownCanister,
  methodDeclaration,
  type Report,
  type WorkspaceRule,
} from "./workspaceRule.ts";

/** Source and interface say different things. */
export const didOutOfSync: WorkspaceRule = {
  id: "did-out-of-sync",
  severity: "warning",
  docs: {
    what: "The `.did` file of a canister and the methods of its Rust source differ: in names, in query or update, in the number of arguments, or in types.",
    why: "Callers and frontends are made from the `.did` file. They call methods that do not exist, call updates as queries, or send what cannot be decoded.",
    instead: "Generate the file again, for example with candid-extractor, or correct the side that is wrong.",
  },
};

/** Clients of the last version will fail. */
export const didUpgradeIncompatible: WorkspaceRule = {
  id: "did-upgrade-incompatible",
  severity: "error",
  docs: {
    what: "The interface is no subtype of the one that the repository's last commit has: a method is gone, its mode is another one, an argument became mandatory, or a result lost a field.",
    why: "Canisters and frontends that were made for the last version go on calling this one. Their calls are rejected, or they cannot decode the reply.",
    instead:
      "Make new arguments `opt`, keep the fields of results, add methods instead of changing them. When no client is left, commit the change: the rule compares with `HEAD`.",
  },
};

/** No interface is written into the Wasm. */
export const exportCandidMissing: WorkspaceRule = {
  id: "export-candid-missing",
  severity: "warning",
  docs: {
    what: "A crate with methods never calls `export_candid!()`, although its canister names no `.did` file.",
    why: "The build takes the interface from the Wasm, where only this macro writes it. Without it, the canister has no interface, and nobody can make calls of it.",
    instead: "End the crate's root file with `ic_cdk::export_candid!();`.",
  },
};

/**
 * Compares the source of a canister with its `.did` file. `isExcluded` tells of methods that features bring in,
 * `isExtracted` whether builds write the file anew.
 */
export function checkInSync(
  surface: CrateSurface,
  { name, candid }: KnownCanister,
  { isExcluded, isExtracted }: { isExcluded: (method: string) => boolean; isExtracted: () => boolean },
  report: Report,
): void {
  if (candid === undefined || surface.methods.length === 0) return;
  const { service } = candid.interface;
  const declared = service.methods.filter((it) => surface.methods.some((method) => method.name === it.name));
  // Hardly anything in common: another canister's interface, or methods that macros make.
  if (declared.length * 2 < Math.min(service.methods.length, surface.methods.length)) {
    if (!isExtracted()) reportTemplate(surface, candid, name, report);
    return;
  }
  const causes = new Map<string, string>();
  for (const method of surface.methods) {
    if (method.isCustom) continue;
    const other = methodOf(service, method.name);
    if (other === undefined) {
      if (!method.isInternal) reportUndeclared(method, candid, name, report);
    } else compareMethod(method, methodSignature(other), { candid, causes, report });
  }
  if (surface.isIncomplete || declared.length * 4 < service.methods.length * 3) return;
  const gone = service.methods.filter(
    (it) => !surface.methods.some((method) => method.name === it.name) && !isExcluded(it.name),
  );
  reportGone(
    gone.map((it) => it.name),
    candid,
    name,
    report,
  );
}

/** The interface that new projects come with, while the source has become something else. */
function reportTemplate(surface: CrateSurface, candid: CandidInterface, canister: string, report: Report): void {
  const [only, ...others] = candid.interface.service.methods;
  const range = methodDeclaration(candid, "greet")?.name.range;
  if (only?.name !== "greet" || others.length > 0 || range === undefined || surface.isIncomplete) return;
  report(didOutOfSync, {
    confidence: "high",
    path: candid.path,
    range,
    message: `The interface of \`${canister}\` is still that of the template: its source has no \`greet\`, and clients know of none of its ${surface.methods.length} methods. Generate the \`.did\` file again.`,
  });
}

/** So many methods that the source lacks are one mistake: the file is an old one. */
const oldFileFrom = 4;

function reportGone(methods: readonly string[], candid: CandidInterface, canister: string, report: Report): void {
  const isOld = methods.length >= oldFileFrom;
  for (const [index, method] of methods.entries()) {
    const range = methodDeclaration(candid, method)?.name.range;
    if (range === undefined) continue;
    const others = isOld && index === 0 ? `, nor ${methods.length - 1} more of this interface` : "";
    report(didOutOfSync, {
      ...(isOld && index > 0 && { severity: "information" }),
      confidence: "medium",
      path: candid.path,
      range,
      message: `The Rust source of \`${canister}\` has no method \`${method}\`${others}: who calls it by this interface is rejected.`,
    });
  }
}

function reportUndeclared(method: MethodSurface, candid: CandidInterface, canister: string, report: Report): void {
  report(didOutOfSync, {
    severity: "information",
    confidence: "medium",
    path: method.path,
    range: method.nameRange,
    message: `\`${method.name}\` is missing in the interface of \`${canister}\`, so no client knows of it. Generate the \`.did\` file again.`,
    related: serviceStart(candid),
    fixes: insertion(method, candid),
  });
}

function serviceStart({ program, path }: CandidInterface) {
  const start = program.service?.body.range.start;
  return start === undefined ? [] : [{ path, range: { start, end: start }, message: "the interface" }];
}

/** Adds the method behind the last one, where its types can be written down. */
function insertion(method: MethodSurface, { program, path, interface: known }: CandidInterface): QuickFix[] {
  const body = program.service?.body;
  const last = body?.kind === "service" ? body.methods.at(-1) : undefined;
  const all = [...method.arguments, ...method.results];
  if (
    last === undefined ||
    known.service.methods.length === 0 ||
    !all.every((it) => it !== undefined && hasNoNames(it))
  )
    return [];
  const list = (types: readonly (CandidType | undefined)[]) =>
    argumentsText(types.flatMap((type) => (type === undefined ? [] : [{ type }])));
  const mode = method.kind === "query" ? " query" : method.kind === "compositeQuery" ? " composite_query" : "";
  const text = `${nameText(method.name)} : ${list(method.arguments)} -> ${list(method.results)}${mode};`;
  const lineStart = program.text.lastIndexOf("\n", last.range.start - 1) + 1;
  const indentation = /^\s*/.exec(program.text.slice(lineStart, last.range.start))?.[0] ?? "";
  const edits = [
    { path, range: { start: last.range.start, end: last.range.start }, newText: `${text}\n${indentation}` },
  ];
  return [{ title: `Add \`${method.name}\` to the interface`, kind: "review", edits }];
}

function hasNoNames(type: CandidType): boolean {
  switch (type.kind) {
    case "primitive":
      return true;
    case "opt":
    case "vec":
      return hasNoNames(type.of);
    case "record":
    case "variant":
      return type.fields.every((it) => hasNoNames(it.type));
    default:
      return false;
  }
}

/** What the methods of one canister are compared with. */
interface Comparing {
  readonly candid: CandidInterface;
  /** Methods that were told of, by the difference within a type: one type makes many methods differ. */
  readonly causes: Map<string, string>;
  readonly report: Report;
}

function compareMethod(method: MethodSurface, declared: FunctionType, { candid, causes, report }: Comparing): void {
  const failing = typeDifference(method, declared);
  const other = modeDifference(method, declared) ?? countDifference(method, declared);
  const difference = other?.fails === false && failing !== undefined ? failing : (other ?? failing);
  if (difference === undefined) return;
  const range = methodDeclaration(candid, method.name)?.name.range;
  const sameAs = difference.cause === undefined ? undefined : causes.get(difference.cause);
  if (difference.cause !== undefined && sameAs === undefined) causes.set(difference.cause, method.name);
  const advice =
    sameAs === undefined
      ? "Generate the `.did` file again, or correct the source"
      : `The same type makes \`${sameAs}\` differ`;
  report(didOutOfSync, {
    ...((!difference.fails || sameAs !== undefined) && { severity: "information" }),
    confidence: "high",
    path: method.path,
    range: method.nameRange,
    message: `\`${method.name}\` is not what its interface declares: ${difference.text}. ${advice}.`,
    related: range === undefined ? [] : [{ path: candid.path, range, message: "declared here" }],
  });
}

/** In what a method differs from its declaration, and whether that makes calls fail. */
interface Difference {
  readonly text: string;
  readonly fails: boolean;
  /** What differs within a type, wherever that is used. */
  readonly cause?: string;
}

/** Queries can be called as updates, and a query of clients may be a composite one; nothing else can. */
function modeDifference({ kind }: MethodSurface, { modes }: FunctionType): Difference | undefined {
  const declared = modes.includes("query") ? "query" : modes.includes("composite_query") ? "compositeQuery" : "update";
  if (kind === declared) return undefined;
  const texts = { query: "a query", compositeQuery: "a composite query", update: "an update" };
  const fails = kind === "update" || (kind === "compositeQuery" && declared === "update");
  return { text: `the source makes it ${texts[kind]}, the \`.did\` file ${texts[declared]}`, fails };
}

/** Who decodes leaves out what it does not know, and reads what is missing where it is an `opt`. */
function countDifference(method: MethodSurface, declared: FunctionType): Difference | undefined {
  const arguments_ = [method.arguments.length, declared.arguments.length] as const;
  const results = [method.results.length, declared.results.length] as const;
  // What a result is may hide behind an alias of a tuple, or nothing.
  if (declared.modes.includes("oneway")) return undefined;
  if (arguments_[0] !== arguments_[1]) {
    const text = `it takes ${counted(arguments_[0], "argument")}, and the \`.did\` file declares ${arguments_[1]}`;
    return { text, fails: !method.arguments.slice(arguments_[1]).every(mayBeLeftOut) };
  }
  const isVague = method.results.length === 1 && method.results[0] === undefined;
  if (results[0] === results[1] || isVague) return undefined;
  const text = `it returns ${counted(results[0], "value")}, and the \`.did\` file declares ${results[1]}`;
  const lacking = declared.results.slice(results[0]).map((it) => it.type);
  return { text, fails: !lacking.every(mayBeLeftOut) };
}

/** Whether a value that is not sent is read all the same. */
function mayBeLeftOut(type: CandidType | undefined): boolean {
  if (type === undefined) return false;
  return type.kind === "opt" || (type.kind === "primitive" && (type.name === "null" || type.name === "reserved"));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function typeDifference(method: MethodSurface, declared: FunctionType): Difference | undefined {
  return (
    listDifference(method.arguments, declared.arguments, "argument") ??
    (declared.modes.includes("oneway") ? undefined : listDifference(method.results, declared.results, "result"))
  );
}

function listDifference(
  own: readonly (CandidType | undefined)[],
  declared: readonly ArgumentType[],
  what: string,
): Difference | undefined {
  for (const [index, { type }] of declared.entries()) {
    const source = own[index];
    if (source === undefined) continue;
    // Arguments go from the clients of the interface to the source, results the other way.
    const found = what === "argument" ? isSubtype(type, source) : isSubtype(source, type);
    if (found === undefined) continue;
    const within = found.path.filter((it) => it !== "element").at(-1);
    const text = mismatchText(found, `${what} ${index + 1}`);
    return { text, fails: true, ...(within !== undefined && { cause: `${what} ${within}: ${found.message}` }) };
  }
  return undefined;
}

function mismatchText({ path, message }: Mismatch, ...outer: string[]): string {
  return `${[...outer, ...path].join(", ")}: ${message}`;
}

/** Compares an interface with what it was in the last commit. */
export function checkUpgrade(candid: CandidInterface, before: ServiceInterface, report: Report): void {
  const start = candid.program.service?.range.start ?? 0;
  const service = { start, end: start + "service".length };
  const place = (method: string) => methodDeclaration(candid, method)?.name.range ?? service;
  const name = ({ path }: Mismatch) => /^method "(.*)"$/.exec(path[0] ?? "")?.[1] ?? "";
  for (const mismatch of interfaceMismatches(before, candid.interface)) {
    report(didUpgradeIncompatible, {
      confidence: "high",
      path: candid.path,
      range: place(name(mismatch)),
      message: `Clients of the last commit's interface will fail: ${mismatchText(mismatch)}.`,
    });
  }
  for (const loss of interfaceLosses(before, candid.interface)) {
    report(didUpgradeIncompatible, {
      severity: "warning",
      confidence: "high",
      path: candid.path,
      range: place(name(loss)),
      message: `Clients of the last commit's interface will lose data without an error: ${mismatchText(loss)}.`,
    });
  }
}

/** Whether the interface of a crate's canister can come from nothing but `export_candid!()`, which is not called. */
export function checkExported(
  surface: CrateSurface,
  canister: KnownCanister,
  namesCandid: boolean,
  report: Report,
): void {
  const [major = 0, minor = 0] = surface.cdkVersion ?? [0, 0];
  const first = surface.methods.find((it) => !it.isCustom);
  if (first === undefined || surface.exportsCandid || surface.isIncomplete || (major === 0 && minor < 10)) return;
  const end = { start: surface.rootLength, end: surface.rootLength };
  const edits = [{ path: surface.rootFile, range: end, newText: "\nic_cdk::export_candid!();\n" }];
  report(exportCandidMissing, {
    // Gateways call `http_request` without an interface.
    severity: namesCandid || surface.methods.every((it) => it.isInternal) ? "hint" : "warning",
    confidence: "high",
    path: first.path,
    range: first.nameRange,
    message: `The Wasm of \`${canister.name}\` will carry no interface, for nothing calls \`export_candid!()\`. End the crate's root file with \`ic_cdk::export_candid!();\`.`,
    fixes: [{ title: "Export the interface: `ic_cdk::export_candid!()`", kind: "safe", edits }],
  });
}
