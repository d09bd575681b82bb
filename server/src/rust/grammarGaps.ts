/**
 * Right Rust that the grammar cannot read, and over which it loses the items around it, with what the analysis does not
 * need replaced by spaces: generics of patterns, attributes before an expression, lifetimes before a trait. The length stays.
 */
export function withoutGrammarGaps(text: string): string {
  return withoutLeadingLifetimes(withoutExpressionAttributes(withoutPatternGenerics(text)));
}

/** `Name::<T> { .. }` as a pattern. */
function withoutPatternGenerics(text: string): string {
  return text.replace(/::<[^<>(){};]*>(?=\s*\{)/g, blank);
}

/** `Box<dyn 'static + Trait>`, which is `Box<dyn Trait + 'static>`. */
function withoutLeadingLifetimes(text: string): string {
  return text.includes("dyn '") ? text.replace(/(?<=\bdyn )'\w+\s*\+/g, blank) : text;
}

/** `static A: T = #[allow(..)] expression;`, `0 => #[allow(..)] expression`, `|x| #[allow(..)] expression`. */
function withoutExpressionAttributes(text: string): string {
  const parts: string[] = [];
  let kept = 0;
  for (let start = text.indexOf("#["); start !== -1; start = text.indexOf("#[", start + 2)) {
    if (start < kept || !isBeforeExpression(text, start)) continue;
    const end = attributesEnd(text, start);
    if (end === undefined) break;
    parts.push(text.slice(kept, start), blank(text.slice(start, end)));
    kept = end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(kept);
}

function isBeforeExpression(text: string, start: number): boolean {
  let last = start - 1;
  while (last >= 0 && " \t\r\n".includes(text.charAt(last))) last--;
  const sign = text.charAt(last);
  if (sign !== "=" && sign !== "|" && !(sign === ">" && text.charAt(last - 1) === "=")) return false;
  // `// =====` above an item.
  return !text.slice(text.lastIndexOf("\n", last) + 1, last).includes("//");
}

/** Where the attributes end that begin at an offset. */
function attributesEnd(text: string, start: number): number | undefined {
  attributes.lastIndex = start;
  return attributes.exec(text) === null ? undefined : attributes.lastIndex;
}

/** Attributes behind one another, with brackets two deep. */
const attributes = /#\[(?:[^[\]]|\[(?:[^[\]]|\[[^[\]]*\])*\])*\](?:\s*#\[(?:[^[\]]|\[[^[\]]*\])*\])*/y;

function blank(text: string): string {
  return text.replace(/\S/g, " ");
}
