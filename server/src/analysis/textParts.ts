/** Splits a text at the commas that stand in no brackets or strings; empty parts are left out. */
export function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const unit = text[i];
    if (unit === '"') i = endOfString(text, i);
    else if (unit === "(" || unit === "[" || unit === "{" || unit === "<") depth++;
    else if (unit === ")" || unit === "]" || unit === "}" || (unit === ">" && !/[-=]/.test(text[i - 1] ?? ""))) depth--;
    else if (i >= text.length || (unit === "," && depth <= 0)) {
      const part = text.slice(start, i).trim();
      if (part !== "") parts.push(part);
      start = i + 1;
    }
  }
  return parts;
}

/** The parts of `(a, b)`; undefined for what is no tuple: `(a)` is not. */
export function tupleParts(text: string): string[] | undefined {
  const inner = /^\(([\s\S]*)\)$/.exec(text.trim())?.[1];
  if (inner === undefined || endOfBrackets(text.trim(), 0) !== text.trim().length) return undefined;
  const parts = splitAtCommas(inner);
  return parts.length === 1 && !/,\s*$/.test(inner) ? undefined : parts;
}

/** Offset behind the bracket that closes the one at an offset; the text's end where none does. */
export function endOfBrackets(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const unit = text[i];
    if (unit === '"') i = endOfString(text, i);
    else if (unit === "(" || unit === "[" || unit === "{") depth++;
    else if ((unit === ")" || unit === "]" || unit === "}") && --depth === 0) return i + 1;
  }
  return text.length;
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

/** The last name of a path: `transfer` of `ledger::transfer`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf(":") + 1);
}

/** The same text with spaces for what its string literals say: offsets stay, and no word of a message is code. */
export function withoutTexts(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (literal) => `"${" ".repeat(literal.length - 2)}"`);
}
