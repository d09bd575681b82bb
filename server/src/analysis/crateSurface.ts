import type { TextRange } from "../base/textRange.ts";
import type { CandidType } from "../candid/types.ts";
import { calleeText } from "./calleeText.ts";
import type { CanisterCall, CanisterModel, EntryPoint, EntryPointKind, ModelFunction } from "./canisterModel.ts";
import { Derived } from "./derived.ts";
import { expressionType } from "./expressionTypes.ts";
import { FunctionIndex } from "./functionIndex.ts";
import { PlacedRange, rangeNow } from "./lastingPlace.ts";
import { splitAtCommas, tupleParts } from "./textParts.ts";

/** What a crate shows to other canisters and wants of them: all that rules across canisters need to keep of it. */
export interface CrateSurface {
  readonly packageName: string;
  readonly rootFile: string;
  readonly methods: readonly MethodSurface[];
  readonly calls: readonly CallSite[];
  /** Methods may exist that were not seen: made by macros, or in text that could not be read. */
  readonly isIncomplete: boolean;
  /** `export_candid!()` or `export_service!()` is called. */
  readonly exportsCandid: boolean;
  readonly cdkVersion: readonly number[] | undefined;
  /** Names of canisters whose ids are compiled in: `env!("CANISTER_ID_ledger")`. */
  readonly embeddedIds: readonly string[];
  /** End of the root file's text. */
  readonly rootLength: number;
}

/** A method of a canister as its Rust source declares it. Types are undefined where they are not certain. */
export interface MethodSurface {
  readonly name: string;
  readonly kind: "update" | "query" | "compositeQuery";
  readonly path: string;
  readonly nameRange: TextRange;
  readonly arguments: readonly (CandidType | undefined)[];
  readonly results: readonly (CandidType | undefined)[];
  /** In no interface, or with bytes of its own. */
  readonly isCustom: boolean;
  /** For gateways, for HTTPS outcalls or for tools: not for clients of the interface. */
  readonly isInternal: boolean;
}

/** A call of a method of another canister. */
export interface CallSite {
  readonly path: string;
  readonly method: string;
  /** The method's name as written, with its quotes. */
  readonly methodRange: TextRange;
  readonly callee: string;
  readonly calleeIs: CanisterCall["calleeIs"];
  /** What is sent; absent where that cannot be told at all. */
  readonly sent: TypesAt | undefined;
  /** What the reply is decoded as. */
  readonly wanted: TypesAt | undefined;
  readonly isOneWay: boolean;
  readonly wait: CanisterCall["wait"];
  /** Kinds of the entry points that lead to the call. */
  readonly from: readonly EntryPointKind[];
}

/** Types and where they are written. */
export interface TypesAt {
  readonly types: readonly (CandidType | undefined)[];
  readonly range: TextRange;
}

/** Reads what other canisters can know of a crate, and what it calls. */
export function readSurface(canister: CanisterModel): CrateSurface {
  const reachedFrom = entryKinds.of(canister, "");
  const rootFile = canister.files[0] ?? "";
  return {
    packageName: canister.packageName,
    rootFile,
    methods: methods.of(canister, "").map((it) => ({ ...it, nameRange: rangeNow(it.nameRange) })),
    calls: [...callSites.of(canister)].flatMap(([function_, calls]) => {
      const from = reachedFrom.get(function_) ?? [];
      return calls.map((it) => ({
        ...it,
        methodRange: rangeNow(it.methodRange),
        sent: it.sent && asOfNow(it.sent),
        wanted: it.wanted && asOfNow(it.wanted),
        from,
      }));
    }),
    isIncomplete:
      canister.hasError || canister.itemMacros.some((it) => !knownMacro.test(it)) || isMadeOfTraits.of(canister, ""),
    exportsCandid:
      canister.itemMacros.some((it) => /^(\w+::)*(export_candid|export_service)!/.test(it)) ||
      exportsService.of(canister, ""),
    cdkVersion: canister.cdkVersion,
    embeddedIds: embeddedIds.of(canister, ""),
    rootLength: canister.textOf(rootFile).length,
  };
}

function asOfNow({ types, range }: TypesAt): TypesAt {
  return { types, range: rangeNow(range) };
}

const methods = new Derived((canister) => canister.entryPoints.flatMap((it) => methodOf.of(canister, it) ?? []));

const methodOf = new Derived(methodSurface, { isPlaceless: true });

/** Methods of a canister that is a type: traits of other crates may bring more of them. */
const isMadeOfTraits = new Derived((canister) =>
  canister.entryPoints.some((it) => it.function.parameters.some(({ name }) => name === "self")),
);

const exportsService = new Derived((canister) => canister.functions.some((it) => it.names.has("export_service")));

const embeddedIds = new Derived((canister) => {
  const compiledIn = canister.functions.filter((it) => it.names.has("env") || it.names.has("option_env"));
  const texts = [
    ...compiledIn.map((it) => canister.textIn(it.path, it.range.start, it.range.end)),
    ...canister.constants.map((it) => it.init),
  ];
  // What has a fallback does without the id.
  const found = texts.flatMap((it) =>
    [
      ...it.matchAll(
        /\b(?:option_)?env!\s*\(\s*"(?:CANISTER_ID_(\w+)|PUBLIC_CANISTER_ID:([\w-]+))"\s*\)(?!\s*\.\s*(?:unwrap_or|map_or|or_else|or)\w*\()/g,
      ),
    ].map((match) => match[1] ?? match[2] ?? ""),
  );
  return [...new Set(found)];
});

const knownMacro =
  /^(\w+::)*(export_candid|export_service|thread_local|lazy_static|include|getrandom|register_custom_getrandom|macro_rules|compile_error|assert\w*|const_assert\w*|static_assertions)!/;

function methodSurface(canister: CanisterModel, entry: EntryPoint): MethodSurface | undefined {
  const { kind, method, attribute, function: function_ } = entry;
  if (method === undefined || (kind !== "update" && kind !== "query" && kind !== "compositeQuery")) return undefined;
  const isCustom =
    attribute.path === "export_name" || /\b(hidden\s*=\s*true|decode_with|encode_with)\b/.test(attribute.arguments);
  const type = (text: string) => canister.candidType(text, function_);
  const written = function_.returnType.trim();
  const returned = /^(?:\w+::)*(?:PhantomData|ManualReply)\s*<([\s\S]*)>$/.exec(written)?.[1]?.trim() ?? written;
  const isManual = /\bmanual_reply\s*=\s*true\b/.test(attribute.arguments);
  // What a method replies itself stands in its type only where that is made for it.
  const isUnknown = (returned === "()" && written !== "()") || (isManual && returned === written);
  const results = returned === "" ? [] : (tupleParts(returned) ?? [returned]);
  const { path, nameRange } = entry;
  return {
    name: method,
    kind,
    path,
    nameRange,
    isCustom,
    isInternal:
      /^(__|http_request)/.test(method) || function_.parameters.some((it) => /\bTransformArgs?\b/.test(it.type)),
    arguments: function_.parameters.filter((it) => !isInjected(it)).map((it) => type(it.type)),
    // Both `()` and `(null)` are declared for what a method replies itself.
    results: isUnknown ? [undefined] : results.map(type),
  };
}

/** What a framework hands to a method beside its arguments: the canister, its state. Nothing else is decoded by reference. */
function isInjected({ name, type }: ModelFunction["parameters"][number]): boolean {
  return name === "self" || /^&\s*(?:'\w+\s+)?(?:mut\b|(?!str\b|\[))/.test(type);
}

/** From which kinds of entry points each function is called. */
const entryKinds = new Derived((canister) => {
  const kinds = new Map<ModelFunction, EntryPointKind[]>();
  for (const { kind, function: first } of canister.entryPoints) {
    const open = [first];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const known = kinds.get(next) ?? [];
      if (known.includes(kind)) continue;
      kinds.set(next, [...known, kind]);
      open.push(...next.summary.callees);
    }
  }
  return kinds;
});

const callSites = new FunctionIndex(callsOf, { isPlaceless: true });

function callsOf(function_: ModelFunction, canister: CanisterModel): readonly Omit<CallSite, "from">[] {
  return function_.calls.flatMap((call): Omit<CallSite, "from">[] => {
    if (call.kind !== "canisterCall" || call.method === undefined) return [];
    if (call.api !== "builder" && call.api !== "old") return [];
    const name = call.arguments[1];
    if (name?.literal === undefined) return [];
    return [
      {
        path: function_.path,
        method: call.method,
        methodRange: new PlacedRange(call.item, name.range),
        callee: calleeText(canister, function_, call.callee),
        calleeIs: call.calleeIs,
        sent: call.api === "builder" ? sentByBuilder(canister, function_, call) : sentByCall(canister, function_, call),
        wanted: wantedTypes(canister, function_, call),
        isOneWay: call.isOneWay,
        wait: call.wait,
      },
    ];
  });
}

function sentByBuilder(canister: CanisterModel, function_: ModelFunction, call: CanisterCall): TypesAt | undefined {
  const isWhole = call.chain.some((it) => it.name === "await" || it.name === "oneway" || it.name === "into_future");
  if (!isWhole || call.chain.some((it) => /raw_args/.test(it.name))) return undefined;
  const link = call.chain.findLast((it) => it.name === "with_arg" || it.name === "with_args");
  if (link === undefined) return { types: [], range: call.range };
  const [argument] = link.arguments;
  if (argument === undefined) return undefined;
  const range = new PlacedRange(call.item, argument.range);
  const text = canister.textIn(function_.path, range.start, range.end);
  const place = { canister, function: function_, offset: range.start };
  if (link.name === "with_arg") return { types: [expressionType(text, place)], range };
  const parts = tupleParts(text.replace(/^\s*&\s*/, ""));
  return parts && { types: parts.map((it) => expressionType(it, place)), range };
}

function sentByCall(canister: CanisterModel, function_: ModelFunction, call: CanisterCall): TypesAt | undefined {
  const argument = call.arguments[2];
  if (argument === undefined || /raw/.test(call.path)) return undefined;
  const range = new PlacedRange(call.item, argument.range);
  const text = canister.textIn(function_.path, range.start, range.end);
  const parts = tupleParts(text);
  return (
    parts && {
      types: parts.map((it) => expressionType(it, { canister, function: function_, offset: range.start })),
      range,
    }
  );
}

function wantedTypes(canister: CanisterModel, function_: ModelFunction, call: CanisterCall): TypesAt | undefined {
  const type = (text: string) => canister.candidType(text, function_);
  if (call.api === "builder") {
    const [decoding, ...others] = call.decodings;
    if (decoding === undefined || others.length > 0 || decoding.type === "" || decoding.type.includes("_>"))
      return undefined;
    const range = new PlacedRange(call.item, decoding.methodRange);
    if (decoding.method === "candid")
      return decoding.type.trim() === "()" ? undefined : { types: [type(decoding.type)], range };
    if (decoding.method !== "candid_tuple") return undefined;
    const parts = tupleParts(decoding.type);
    return parts && { types: parts.map(type), range };
  }
  const annotated =
    annotatedReply(canister, function_, call) ??
    namedReply(canister, function_, call) ??
    returnedReply(function_, call);
  const parts = annotated === undefined ? undefined : tupleParts(annotated.text);
  return parts && annotated && parts.length > 0 ? { types: parts.map(type), range: annotated.range } : undefined;
}

/** `call::<(A,), (R,)>(..)` */
function namedReply(canister: CanisterModel, { path }: ModelFunction, { range, item }: CanisterCall) {
  const text = canister.textIn(path, range.start, range.end);
  const head = /^[\w:]+::</.exec(text)?.[0] ?? "";
  const end = head === "" ? -1 : text.indexOf(">(", head.length);
  const reply = end === -1 ? undefined : splitAtCommas(text.slice(head.length, end))[1];
  if (reply === undefined) return undefined;
  const start = range.start - item.start + text.lastIndexOf(reply, end);
  return { text: reply, range: new PlacedRange(item, { start, end: start + reply.length }) };
}

/** `-> Result<(R,)> { call(..).await }`, as generated clients have it. */
function returnedReply({ returnType }: ModelFunction, call: CanisterCall) {
  const isReturned = call.uses.some((it) => it.kind === "returned") && call.chain.every((it) => it.name === "await");
  const text = isReturned ? replyTuple(returnType) : undefined;
  return text === undefined ? undefined : { text, range: call.range };
}

/** The tuple of `Result<(R,), _>` or `CallResult<(R,)>`. */
function replyTuple(type: string): string | undefined {
  return /^(?:\w+::)*(?:CallResult|Result)\s*<\s*(\([\s\S]*?\))\s*(?:,[\s\S]*)?>$/.exec(type.trim())?.[1];
}

/** `let (r,): (R,) = call(..)` and `let r: Result<(R,), _> = call(..)`. */
function annotatedReply(
  canister: CanisterModel,
  { path }: ModelFunction,
  call: CanisterCall,
): { readonly text: string; readonly range: TextRange } | undefined {
  const { statement } = call.fate;
  const before = canister.textIn(path, statement.start, call.range.start);
  const match = /^let\s+[^:=]+?(?<!:):(?!:)\s*([\s\S]+?)\s*=\s*$/.exec(before);
  if (match?.[1] === undefined) return undefined;
  const start = statement.start - call.item.start + before.indexOf(match[1], match[0].indexOf(":"));
  const range = new PlacedRange(call.item, { start, end: start + match[1].length });
  return { text: replyTuple(match[1]) ?? match[1], range };
}
