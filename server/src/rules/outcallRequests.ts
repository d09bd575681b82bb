import type { CanisterModel, ModelFunction, PlacedField, StructLiteral } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import type { QuickFix } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** The argument of an HTTPS outcall, as a struct literal of a function that the canister runs. */
export interface OutcallRequest {
  readonly literal: StructLiteral;
  readonly inFunction: ModelFunction;
  readonly path: string;
}

/**
 * Arguments of `http_request` of the management canister. Only whole literals count: what stands behind `..` may set
 * anything, and a type of the crate's own may be something else.
 */
export function outcallRequests(canister: CanisterModel): readonly OutcallRequest[] {
  return requests.of(canister, "");
}

const requests = new Derived((canister): readonly OutcallRequest[] => {
  const literals = requestLiterals.of(canister);
  if (literals.size === 0) return [];
  return [...reachableFunctions(canister).keys()].flatMap((inFunction) =>
    (literals.get(inFunction) ?? []).map((literal) => ({ literal, inFunction, path: inFunction.path })),
  );
});

const requestLiterals = new FunctionIndex((function_) => {
  if (!requestNames.some((it) => function_.names.has(it))) return [];
  return function_.steps.flatMap((it) => (it.kind === "structLiteral" && isRequest(it) ? [it] : []));
});

const requestNames = [
  "CanisterHttpRequestArg",
  "CanisterHttpRequestArgs",
  "CanisterHttpRequestArgument",
  "HttpRequestArg",
  "HttpRequestArgs",
  "HttpRequestArgument",
];

function isRequest({ name, base, fields }: StructLiteral): boolean {
  if (base !== undefined || !/(^|::)(CanisterHttpRequestArg(ument|s)?|HttpRequestArg(ument|s)?)$/.test(name))
    return false;
  return ["url", "method", "transform"].every((it) => fields.some((field) => field.name === it));
}

/** A field of a request. */
export function fieldOf({ literal }: OutcallRequest, name: string): PlacedField | undefined {
  return literal.fields.find((it) => it.name === name);
}

/** Whether every node of the subnet sends the request: only one does where `is_replicated` says `false`. */
export function isReplicated(request: OutcallRequest): boolean {
  const field = fieldOf(request, "is_replicated");
  return field === undefined || /^(None|Some\(\s*true\s*\))$/.test(field.value);
}

/** Whether the crate sets a field of a request later on: `request.transform = …`, or sends it with a closure instead. */
export function isSetLater(canister: CanisterModel, field: string): boolean {
  const assigned = new RegExp(`\\.\\s*${field}\\s*=[^=]`);
  return canister.files.some((it) => assigned.test(canister.textOf(it)));
}

/** Whether a request is the argument of a call to another canister, which makes the outcall by its own rules. */
export function isForAnotherCanister({ inFunction }: OutcallRequest): boolean {
  if ([...inFunction.names].some((it) => /^http_request(_\w+)?$/.test(it))) return false;
  return inFunction.steps.some(
    (it) => it.kind === "canisterCall" && it.calleeIs === "other" && it.api !== "management",
  );
}

/** Whether a request is never sent as it is, but is the base of others that set the field: `Request { field, ..base }`. */
export function isBaseOnly(canister: CanisterModel, { literal, inFunction }: OutcallRequest, field: string): boolean {
  const body = bodyText(canister, inFunction);
  const start = literal.range.start - (inFunction.bodyRange?.start ?? 0);
  const name = /\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=\s*$/.exec(body.slice(0, start))?.[1];
  if (name === undefined) return false;
  const rest = body.slice(start + (literal.range.end - literal.range.start));
  const uses = [...rest.matchAll(new RegExp(`\\b${name}\\b`, "g"))];
  return (
    uses.length > 0 &&
    uses.every(({ index }) => /\.\.\s*&?$/.test(rest.slice(0, index))) &&
    [...rest.matchAll(new RegExp(`\\.\\.\\s*&?${name}\\b`, "g"))].every(({ index }) =>
      new RegExp(`\\b${field}\\s*:[^}]*(?:\\}[^}]*)*$`).test(rest.slice(rest.lastIndexOf("let ", index), index)),
    )
  );
}

/** Lets one node send the request, where its argument has a say in that. */
export function sendOnce(request: OutcallRequest): QuickFix[] {
  const field = fieldOf(request, "is_replicated");
  if (field === undefined) return [];
  const edits = [{ path: request.path, range: field.valueRange, newText: "Some(false)" }];
  return [{ title: "Let one node send the request", kind: "review", edits }];
}
