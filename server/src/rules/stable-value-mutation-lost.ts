import type { CanisterModel } from "../analysis/canisterModel.ts";
import { indentationAt } from "./insertStatement.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, closingOf } from "./sourceText.ts";

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
      for (const copy of copies(text)) {
        const { variable, source, after, until } = copy;
        const whole = `${lender(text.slice(0, after), source)}${source}`;
        if (![...names].some((it) => new RegExp(`\\b${it}\\b`).test(whole))) continue;
        const change = lostChange(text.slice(after, until), variable);
        if (change === undefined) continue;
        const start = inFunction.bodyRange.start + after + change.start;
        report({
          confidence: "high",
          path: inFunction.path,
          range: { start, end: start + change.length },
          message: `\`${variable}\` is a copy of what the stable structure holds: this change is lost. Put it back with \`insert\` after the change.`,
          fixes: putBack(copy, text, inFunction.path, inFunction.bodyRange.start),
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
  /** The end of the block that it lives in, where a pattern binds it. */
  readonly until?: number;
}

function copies(text: string): Copy[] {
  return [...boundCopies(text), ...matchedCopies(text), ...lentCopies(text)];
}

/** `let mut found = users.get(&id); if let Some(user) = &mut found { … }`, where nothing else uses what was found. */
function lentCopies(text: string): Copy[] {
  const lets = [...text.matchAll(/\blet\s+mut\s+(\w+)\s*(?::[^=;]+)?=\s*([^;]*\.\s*get\s*\([^;]*\))\s*;/g)];
  return lets.flatMap((match): Copy[] => {
    const [whole, found = "", source = ""] = match;
    const from = match.index + whole.length;
    const rest = text.slice(from);
    const lent = new RegExp(
      `\\blet\\s+Some\\((?:ref\\s+mut\\s+)?(\\w+)\\)\\s*=\\s*(?:&mut\\s+${found}|${found}\\s*\\.\\s*as_mut\\(\\))\\s*\\{`,
    ).exec(rest);
    // The block ends where its own bracket is closed.
    const uses = rest.slice(0, endOfBlock(rest)).match(new RegExp(`(?<![.\\w])${found}\\b`, "g")) ?? [];
    if (lent === null || uses.length !== 1) return [];
    const after = from + lent.index + lent[0].length;
    return [{ variable: lent[1] ?? "", source, after, until: closingOf(text, after - 1) }];
  });
}

/** Where the block ends that a text begins in the middle of. */
function endOfBlock(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && --depth < 0) return at;
  }
  return text.length;
}

/** `if let Some(mut user) = users.get(&id) { … }`, and the case of a `match` or the rest behind a `let … else`. */
function matchedCopies(text: string): Copy[] {
  const ifs = text.matchAll(/\blet\s+Some\(mut\s+(\w+)\)\s*=\s*([^;{]*\.\s*get\s*\([^;{]*?)\s*(\{|else\b[^;]*;)/g);
  const cases = text.matchAll(/\bmatch\s+([^;{]*\.\s*get\s*\([^;{]*?)\s*\{[^{}]*\bSome\(mut\s+(\w+)\)\s*=>\s*\{/g);
  const within = (match: RegExpExecArray) => {
    const after = match.index + match[0].length;
    return match[0].endsWith("{") ? { after, until: closingOf(text, after - 1) } : { after };
  };
  return [
    ...[...ifs].map((it) => ({ variable: it[1] ?? "", source: it[2] ?? "", ...within(it) })),
    ...[...cases].map((it) => ({ variable: it[2] ?? "", source: it[1] ?? "", ...within(it) })),
  ];
}

/** The static that the variable at the beginning of a source was lent by: `USERS.with(|m| { … m.borrow().get(&id) … })`. */
function lender(before: string, source: string): string {
  let name = /^[&(*\s]*([a-z_]\w*)\b/.exec(source)?.[1];
  for (let depth = 0; name !== undefined && depth < 3; depth++) {
    const given = new RegExp(
      `(\\w+)\\s*\\.\\s*(?:with|with_borrow|with_borrow_mut)\\(\\s*(?:move\\s*)?\\|\\s*(?:mut\\s+)?${name}\\s*(?::[^|]*)?\\|(?![\\s\\S]*\\|\\s*${name}\\s*\\|)`,
    ).exec(before)?.[1];
    const borrowed = new RegExp(
      `\\blet\\s+(?:mut\\s+)?${name}\\s*=\\s*(\\w+)\\s*\\.\\s*(?:borrow|borrow_mut)\\(\\)`,
    ).exec(before)?.[1];
    if (given !== undefined && (borrowed === undefined || borrowed === name)) return `${given}.`;
    name = borrowed;
  }
  return "";
}

function boundCopies(text: string): Copy[] {
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

const changing = "push|push_back|insert|push_str|extend|append|retain|clear|remove|truncate|pop|dedup|sort\\\\w*";

/** The first change of a field where nothing but fields of the variable is used behind it. */
function lostChange(text: string, variable: string): { readonly start: number; readonly length: number } | undefined {
  const change = new RegExp(
    `(?<![.\\w])${variable}(?:\\s*\\.\\s*\\w+)+\\s*(?:[+\\-*/|&]?=(?!=)[^;]*|\\.\\s*(?:${changing})\\([^;]*\\));`,
  ).exec(text);
  if (change === null) return undefined;
  const isGivenOn = new RegExp(
    `(?<![.\\w])${variable}\\b(?!\\s*\\.\\s*\\w+)|(?<![.\\w])${variable}\\s*\\.\\s*(?!len\\b|is_empty\\b|iter\\b|contains\\b|get\\b|(?:${changing})\\b)\\w+\\s*\\(`,
  ).test(text);
  if (isGivenOn) return undefined;
  return { start: change.index, length: change[0].length - 1 };
}

/** Inserts the value where it came from, behind the last statement that uses it; only where its key is plainly written. */
function putBack({ variable, source, after }: Copy, text: string, path: string, offset: number): QuickFix[] {
  const got =
    /^\s*([\s\S]*?)\.\s*get\s*\(\s*&([\w.]+(?:\(\))?|\([\w.,\s]*\))\s*\)\s*(\)*)\s*(?:\.\s*(?:unwrap|expect|unwrap_or_default|ok_or)\b[^;]*|\?\s*)$/.exec(
      source,
    );
  const [, place = "", key = "", closing = ""] = got ?? [];
  const end = got === null ? undefined : endOfLastUse(text, after, variable);
  // Only closures and borrows that can be asked for writing as well.
  const isBorrowed = /\.\s*(with_borrow\s*\(\s*\|\s*\w+\s*\|)|\.\s*borrow\s*\(\s*\)/.test(place);
  if (end === undefined || !isBorrowed || closing.length !== opened(place)) return [];
  const writable = place.replace(/\bwith_borrow\b/, "with_borrow_mut").replace(/\bborrow\b(?=\s*\()/, "borrow_mut");
  const indentation = indentationAt(text, text.lastIndexOf("let", after));
  const separator =
    text.slice(after, end).includes("\n") || /^\s*\n/.test(text.slice(after)) ? `\n${indentation}` : " ";
  const newText = `${separator}${writable}.insert(${key}, ${variable})${closing};`;
  const range = { start: offset + end, end: offset + end };
  return [{ title: "Put the changed value back", kind: "review", edits: [{ path, range, newText }] }];
}

/** Parentheses that a text opens and does not close. */
function opened(text: string): number {
  return text.split("(").length - text.split(")").length;
}

/** The end of the last statement in a variable's block that names it; nothing where the block ends with it as its value. */
function endOfLastUse(text: string, after: number, variable: string): number | undefined {
  let depth = 0;
  let start = after;
  let last: number | undefined;
  const isUsed = (from: number, to: number) => new RegExp(`(?<![.\\w])${variable}\\b`).test(text.slice(from, to));
  for (let at = after; at < text.length; at++) {
    const character = text[at] ?? "";
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (depth < 0) return isUsed(start, at) ? undefined : last;
    if (depth > 0 || (character !== ";" && character !== "}")) continue;
    if (isUsed(start, at)) last = at + 1;
    start = at + 1;
  }
  return undefined;
}
