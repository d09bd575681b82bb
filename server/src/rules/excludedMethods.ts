import { withoutComments } from "./sourceText.ts";

/** Tells of a name whether some texts have a method of it that a build with other features, or of tests, brings in. */
export function excludedMethods(texts: () => readonly string[]): (name: string) => boolean {
  let known: readonly string[] | undefined;
  return (name) => {
    known ??= texts()
      .filter((it) => /\bcfg\b/.test(it))
      .map(withoutComments);
    return known.some((it) => it.includes(name) && hasMethod(it, name));
  };
}

function hasMethod(text: string, name: string): boolean {
  const plain = name.replace(/[^\w]/g, "");
  if (new RegExp(`\\bname\\s*=\\s*"${plain}"|"canister_(?:query|update|composite_query) ${plain}"`).test(text))
    return true;
  return [...text.matchAll(new RegExp(`\\bfn\\s+${plain}\\b`, "g"))].some(({ index }) => {
    const before = text.slice(Math.max(0, index - 600), index);
    const attributes = /(?:#\[[^\]]*\]\s*)+(?:pub(?:\([^)]*\))?\s+)?(?:async\s+)?$/.exec(before)?.[0] ?? "";
    return /\b(cfg|update|query|export_name)\b/.test(attributes);
  });
}
