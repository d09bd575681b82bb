import type { CanisterModel, EntryPoint, ModelFunction } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Rule } from "./rule.ts";
import { slicesOf, type TextSlices } from "./sourceText.ts";

/** What is wrong with the declaration of an entry point, and where. */
interface Mistake {
  readonly range: TextRange;
  readonly message: string;
}

/** What the attributes of ic-cdk refuse, told without a build. */
export const endpointSignatureInvalid: Rule = {
  id: "endpoint-signature-invalid",
  severity: "error",
  docs: {
    what: "An entry point has a signature or an attribute that ic-cdk refuses: `self`, generics, `impl Trait`, a hook with results or arguments that it cannot have, an unknown argument of the attribute, or two of these attributes.",
    why: "The network calls the function with bytes that are decoded at fixed types, and a hook has no caller that could take a result. The crate does not compile.",
    instead:
      "Give the function fixed, owned types, and a hook the signature that its page in the ic-cdk documentation shows.",
  },

  isPerFunction: true,

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const entry = inFunction.attributes.length === 0 ? undefined : entryOf.of(canister, inFunction);
      if (entry === undefined) continue;
      if (!/^ic_cdk(_macros)?::/.test(entry.attribute.path) || entry.function.hasError) continue;
      for (const { range, message } of mistakes(canister, entry)) {
        report({ confidence: "high", path: entry.path, range, message: `${message} This does not compile.` });
      }
    }
  },
};

const entriesByFunction = new Derived((canister) => new Map(canister.entryPoints.map((it) => [it.function, it])));

const entryOf = new Derived((canister, inFunction: ModelFunction) =>
  entriesByFunction.of(canister, "").get(inFunction),
);

function mistakes(canister: CanisterModel, entry: EntryPoint): Mistake[] {
  const { kind, function: function_, nameRange, method } = entry;
  const text = slicesOf(canister, entry.path);
  const found: Mistake[] = [];
  const isHook = method === undefined;
  if (function_.parameters.some((it) => it.name === "self")) {
    found.push({ range: nameRange, message: "An entry point is a function of its own and cannot take `self`." });
  }
  const generics = /^\s*<[^>]*>?/.exec(text.slice(nameRange.end, function_.range.end));
  if (generics !== null) {
    const start = nameRange.end + generics[0].search(/\S/);
    const range = { start, end: nameRange.end + generics[0].length };
    found.push({ range, message: "An entry point cannot be generic: arguments are decoded at fixed types." });
  }
  const vague = function_.parameters.find((it) => /^&?\s*(impl|dyn)\b/.test(it.type));
  if (vague !== undefined) {
    const message = `An argument of an entry point has a fixed type, and \`${vague.type}\` is none.`;
    found.push({ range: nameRange, message });
  }
  if (/^impl\b(?![^>]*\bCandidType\b)/.test(function_.returnType)) {
    const message = `A result of an entry point has a fixed type, and \`${function_.returnType}\` is none.`;
    found.push({ range: nameRange, message });
  }
  const lasting = function_.parameters.find((it) => /&\s*'static\b/.test(it.type));
  if (lasting !== undefined) {
    const message = `An argument is decoded from the bytes of the message, which do not live as long as \`${lasting.type}\`.`;
    found.push({ range: nameRange, message });
  }
  if (isHook && /\S/.test(function_.returnType) && function_.returnType !== "()" && !/^!$/.test(function_.returnType)) {
    found.push({
      range: nameRange,
      message: `\`#[${attributeName(entry)}]\` has nobody to return a result to; trap where it fails.`,
    });
  }
  const takesNothing = /^(preUpgrade|heartbeat|inspectMessage|onLowWasmMemory)$/.test(kind);
  if (takesNothing && function_.parameters.some((it) => it.name !== "self")) {
    found.push({ range: nameRange, message: `\`#[${attributeName(entry)}]\` gets no arguments.` });
  }
  const own = function_.attributes.filter((it) => ownAttribute.test(it.path));
  if (own.length > 1) {
    const names = own.map((it) => `\`#[${it.path}]\``).join(" and ");
    found.push({ range: nameRange, message: `${names} stand on one function, and ic-cdk takes one of them.` });
  }
  return [...found, ...attributeMistakes(entry, text)];
}

const ownAttribute =
  /^(?:ic_cdk(?:_macros|::macros)?::)?(?:update|query|init|pre_upgrade|post_upgrade|heartbeat|inspect_message|on_low_wasm_memory)$/;

const known =
  /^(name|guard|composite|manual_reply|hidden|decode_with|encode_with|crate|skipping_quota|decoding_quota|debug)$/;

function attributeMistakes(entry: EntryPoint, text: TextSlices): Mistake[] {
  const { attribute, range: item, function: function_ } = entry;
  const attributes = { start: item.start, end: function_.range.start };
  const at = text.slice(attributes.start, attributes.end).indexOf(attribute.arguments);
  const place = (word: string): TextRange => {
    const offset = Math.max(0, attribute.arguments.search(new RegExp(`\\b${word}\\b`)));
    const start = attributes.start + Math.max(0, at) + offset;
    return at === -1 ? entry.nameRange : { start, end: start + word.length };
  };
  const keys = [...attribute.arguments.replace(/"[^"]*"/g, '""').matchAll(/(?:^|,)\s*(\w+)\s*=/g)].map(
    (it) => it[1] ?? "",
  );
  const found: Mistake[] = keys
    .filter((it) => !known.test(it))
    .map((it) => ({ range: place(it), message: `\`#[${attributeName(entry)}]\` knows no argument \`${it}\`.` }));
  if (attributeName(entry) === "update" && /\bcomposite\s*=\s*true/.test(attribute.arguments)) {
    found.push({
      range: place("composite"),
      message: "`composite` is for queries: an update may call other canisters anyhow.",
    });
  }
  if (entry.method?.startsWith("<ic-cdk internal>") === true) {
    found.push({ range: place("name"), message: "Names that begin with `<ic-cdk internal>` are ic-cdk's own." });
  }
  return found;
}

function attributeName({ attribute }: EntryPoint): string {
  return attribute.path.slice(attribute.path.lastIndexOf(":") + 1);
}
