import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import { withoutTexts } from "../analysis/textParts.ts";
import type { Rule } from "./rule.ts";
import { bodyText, closingOf } from "./sourceText.ts";

/** A secret in the canister's log. */
export const sensitiveLog: Rule = {
  id: "sensitive-log",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "A value that is named like a key, a password or a token is printed.",
    why: "What a canister prints goes to its log, which its settings can open to everybody, and to whoever runs a node. It stays there after an upgrade.",
    instead: 'Say only that it is there: `ic_cdk::println!("key set")`.',
  },

  check(canister, report) {
    for (const inFunction of reachableFunctions(canister).keys()) {
      for (const { name, start, end } of printedSecrets(canister, inFunction)) {
        report({
          confidence: "low",
          path: inFunction.path,
          range: { start, end },
          message: `\`${name}\` is printed to the canister's log, which may be open to everybody. Say only that it is there.`,
        });
      }
    }
  },
};

/** Calls that write to the canister's log. */
const prints =
  /\b(?:ic_cdk::)?(?:api::)?(?:(?:e?print(?:ln)?|log|info|debug|warn|error|trace)!|debug_print|print)\s*\(/g;

const secretName =
  /^(?:\w+_)?(api_?key|secret(_key)?|private_?key|mnemonic|seed_phrase|password|passwd|((access|auth|bearer|api|session|refresh)_)token|client_secret)$/i;

interface PrintedSecret {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

function* printedSecrets(canister: CanisterModel, inFunction: ModelFunction): Iterable<PrintedSecret> {
  const { start: from, end: to } = inFunction.bodyRange ?? { start: 0, end: 0 };
  if (!/key|secret|mnemonic|seed_phrase|passw|token/i.test(canister.textIn(inFunction.path, from, to))) return;
  const body = bodyText(canister, inFunction);
  const offset = inFunction.bodyRange?.start ?? 0;
  for (const match of body.matchAll(prints)) {
    const open = match.index + match[0].length - 1;
    const close = closingOf(withoutTexts(body), open);
    for (const it of printedNames(body.slice(open + 1, close))) {
      if (!secretName.test(it.name) && !isMadeOfSecret(body, it.name)) continue;
      const start = offset + open + 1 + it.at;
      yield { name: it.name, start, end: start + it.length };
    }
  }
}

/** `let url = format!("…?key={}", API_KEY);`: what is printed contains it. */
function isMadeOfSecret(body: string, name: string): boolean {
  const made = new RegExp(`\\blet\\s+(?:mut\\s+)?${name}\\b[^=;]*=\\s*format!\\(([^;]*)\\)\\s*;`).exec(body)?.[1];
  return made !== undefined && printedNames(made).some((it) => secretName.test(it.name));
}

/** The variables and fields whose value is printed: named in the format's braces, or handed to it as they are. */
function printedNames(text: string): { readonly name: string; readonly at: number; readonly length: number }[] {
  const inBraces = [...text.matchAll(/"(?:\\[\s\S]|[^"\\])*"/g)].flatMap((literal) =>
    [...literal[0].matchAll(/(?<!\{)\{(\w+)(?::[^{}]*)?\}/g)].map(({ 1: name = "", index }) => ({
      name,
      at: literal.index + index + 1,
      length: name.length,
    })),
  );
  const handed = [...withoutTexts(text).matchAll(/(?<=,|^)\s*(?:\w+\s*=\s*)?&?((?:\w+\s*\.\s*)*(\w+))\s*(?=,|$)/g)].map(
    ({ 0: whole, 1: path = "", 2: name = "", index }) => ({
      name,
      at: index + whole.indexOf(path),
      length: path.length,
    }),
  );
  return [...inBraces, ...handed];
}
