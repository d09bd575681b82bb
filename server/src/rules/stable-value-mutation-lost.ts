import type { CanisterModel } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** A copy is changed, and the stored value stays what it was. */
export const stableValueMutationLost: Rule = {
  id: "stable-value-mutation-lost",
  severity: "error",
  docs: {
    what: "A value that `get` of a stable structure gave is changed, and never put back.",
    why: "A stable structure decodes a value anew at each `get`: what is changed is a copy. The change is gone when the function returns.",
    instead: "Put the value back with `insert` or `set` after the change.",
  },

  check(canister, report) {
    const names = stableNames(canister);
    if (names.size === 0) return;
    for (const inFunction of canister.functions) {
      if (inFunction.bodyRange === undefined) continue;
      const text = bodyText(canister, inFunction);
      for (const { variable, source, after } of copies(text)) {
        if (![...names].some((it) => new RegExp(`\\b${it}\\b`).test(source))) continue;
        const change = lostChange(text.slice(after), variable);
        if (change === undefined) continue;
        const start = inFunction.bodyRange.start + after + change.start;
        report({
          confidence: "high",
          path: inFunction.path,
          range: { start, end: start + change.length },
          message: `\`${variable}\` is a copy of what the stable structure holds: this change is lost. Put it back with \`insert\` after the change.`,
        });
      }
    }
  },
};

/** Statics and fields whose `get` gives copies. */
function stableNames({ state }: CanisterModel): ReadonlySet<string> {
  const isMap = (type: string) => /\bStable(BTreeMap|Vec|Cell)\b/.test(type);
  return new Set(
    state.flatMap((it) => [
      ...(isMap(it.type) ? [it.name] : []),
      ...it.fields.filter((field) => isMap(field.type)).map((field) => `${it.name}\\b[\\s\\S]*\\.\\s*${field.name}`),
    ]),
  );
}

interface Copy {
  readonly variable: string;
  readonly source: string;
  /** Where the variable's life begins. */
  readonly after: number;
}

function copies(text: string): Copy[] {
  const lets = [...text.matchAll(/\blet\s+mut\s+(\w+)\s*(?::[^=;]+)?=\s*([^;]*\.\s*get\s*\([^;]*);/g)];
  return lets.flatMap((match) => {
    const source = match[2] ?? "";
    // Only the value itself, whose last steps unwrap it.
    if (
      !/\.\s*get\s*\([^;]*\)\s*(\}|\))*\s*(\.\s*(unwrap|expect|unwrap_or_default|unwrap_or_else|ok_or|ok_or_else|clone)\b[^;]*|\?)\s*$/.test(
        source,
      )
    )
      return [];
    return [{ variable: match[1] ?? "", source, after: match.index + match[0].length }];
  });
}

/** The first change of a field where nothing but fields of the variable is used behind it. */
function lostChange(text: string, variable: string): { readonly start: number; readonly length: number } | undefined {
  const change = new RegExp(
    `(?<![.\\w])${variable}(?:\\s*\\.\\s*\\w+)+\\s*(?:[+\\-*/|&]?=(?!=)[^;]*|\\.\\s*(?:push|insert|push_str|extend)\\([^;]*\\));`,
  ).exec(text);
  if (change === null) return undefined;
  const isGivenOn = new RegExp(
    `(?<![.\\w])${variable}\\b(?!\\s*\\.\\s*\\w+)|(?<![.\\w])${variable}\\s*\\.\\s*(?!len\\b|is_empty\\b|iter\\b|contains\\b|get\\b|push\\b|push_str\\b|insert\\b|extend\\b)\\w+\\s*\\(`,
  ).test(text);
  if (isGivenOn) return undefined;
  return { start: change.index, length: change[0].length - 1 };
}
