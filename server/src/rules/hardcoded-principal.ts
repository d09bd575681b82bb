import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { FunctionIndex } from "../analysis/functionIndex.ts";
import type { TextRange } from "../base/textRange.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { isCdkAtLeast } from "./tasks.ts";

/** Text of a principal: groups of five letters and digits. */
const principal = /^(?:[a-z2-7]{5}-){2,}[a-z2-7]{1,5}$/;

/** Canisters on the subnets of the NNS, of system services and of Bitcoin, which are the same for everybody. */
const wellKnown = /^(aaaaa-aa|\w{5}-\w{5}-(aaaaa-aa|aaaaq-qa|aaaar-q|aaaan-aaa)\w*-(\w+-)?cai|2vxsx-fae)$/;

/** A principal of one deployment stands in the source. */
export const hardcodedPrincipal: Rule = {
  id: "hardcoded-principal",
  severity: "hint",
  docs: {
    what: "The principal of a user or of another own canister stands in the source.",
    why: "It differs between local networks, test and production: the same Wasm calls or trusts somebody else there. To change it takes an upgrade.",
    instead:
      'Take it from the init argument or from the environment, `ic_cdk::api::env_var_value("PUBLIC_CANISTER_ID:…")`.',
  },

  check(canister, report) {
    const message = (text: string) =>
      `\`${text}\` is written into the code: on another network it is somebody else. Take it from the init argument, or from ` +
      "an environment variable of the canister.";
    for (const [inFunction, texts] of ownPrincipals.of(canister)) {
      const { path } = inFunction;
      for (const { value, range, givenTo } of texts) {
        const fixes = fromEnvironment(canister, inFunction, value, range, givenTo);
        report({ confidence: "high", path, range, message: message(value), fixes });
      }
    }
    for (const { path, range, init } of canister.constants) {
      for (const match of init.matchAll(/"([a-z2-7-]+)"/g)) {
        const text = match[1] ?? "";
        if (!isOwn(text)) continue;
        const at = canister.textIn(path, range.start, range.end + match[0].length).indexOf(match[0]);
        if (at === -1) continue;
        const start = range.start + at;
        report({ confidence: "high", path, range: { start, end: start + match[0].length }, message: message(text) });
      }
    }
  },
};

const ownPrincipals = new FunctionIndex(({ texts }) =>
  texts.filter(
    ({ value, givenTo }) => isOwn(value) && /from_text$|from_str$|parse$|principal|canister|^$/i.test(givenTo),
  ),
);

function isOwn(text: string): boolean {
  return principal.test(text) && !wellKnown.test(text) && (text.endsWith("-cai") || text.length > 40);
}

/** Reads the principal from an environment variable of the canister, which ic-cdk 0.19 can. */
function fromEnvironment(
  canister: CanisterModel,
  { path, name, bodyRange, returnType }: ModelFunction,
  value: string,
  range: TextRange,
  givenTo: string,
): QuickFix[] {
  const isParsed = /(^|::|\.)from_(text|str)$/.test(givenTo);
  if (!isCdkAtLeast(canister, 19) || !isParsed || bodyRange === undefined) return [];
  const before = canister.textIn(path, bodyRange.start, range.start);
  // What it is called tells what it is: a variable, or a function that gives nothing else.
  const variableName = /\blet\s+(?:mut\s+)?(\w+)\s*(?::[^=;]+)?=\s*[^;]*$/.exec(before)?.[1];
  const named = variableName ?? (/^(\w+::)*(Principal|CanisterId)$/.test(returnType.trim()) ? name : undefined);
  if (named === undefined) return [];
  const plain = named.replace(/^_+|^get_/, "").replace(/(_canister|_principal|_id)+$/, "");
  const variable = value.endsWith("-cai") ? `PUBLIC_CANISTER_ID:${plain}` : plain.toUpperCase();
  const text = `${givenTo.endsWith("from_str") ? "&" : ""}ic_cdk::api::env_var_value("${variable}")`;
  const edits = [{ path, range, newText: text }];
  return [{ title: `Read it from the environment variable "${variable}"`, kind: "review", edits }];
}
