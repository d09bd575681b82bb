/** One attribute of an item: `#[path(arguments)]` or `#[path = arguments]`. */
export interface AttributeFacts {
  /** As written, `unsafe(…)` taken off: `ic_cdk::update`. */
  readonly path: string;
  /** What stands in the parentheses or behind `=`; empty where there is nothing. */
  readonly arguments: string;
}

/** Takes the text of some attributes apart. */
export function readAttributes(text: string): AttributeFacts[] {
  const attributes: AttributeFacts[] = [];
  for (let at = text.indexOf("["); at !== -1; at = text.indexOf("[", at)) {
    const end = closing(text, at);
    attributes.push(...readAttribute(text.slice(at + 1, end).trim()));
    at = end + 1;
  }
  return attributes;
}

/** One attribute; with what `cfg_attr` adds to it where a canister is compiled. */
function readAttribute(inner: string): AttributeFacts[] {
  const match = /^(?:unsafe\s*\(\s*)?([\w:\s]+?)\s*(?:\(([\s\S]*)\)|=\s*([\s\S]*?)\)?)?$/.exec(inner);
  if (match?.[1] === undefined) return [];
  const attribute = { path: match[1].replace(/\s/g, ""), arguments: (match[2] ?? match[3] ?? "").trim() };
  if (attribute.path !== "cfg_attr") return [attribute];
  const [predicate = "", ...added] = splitArguments(attribute.arguments);
  if (evaluate(predicate, undefined) !== true) return [attribute];
  return [attribute, ...added.flatMap((it) => readAttribute(it.trim()))];
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const unit = text[i];
    if (unit === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
    } else if (unit === "[") depth++;
    else if (unit === "]" && --depth === 0) return i;
  }
  return text.length;
}

/** The values of `key = "value"` among an attribute's arguments; a key may be repeated. */
export function argumentValues(attribute: AttributeFacts, key: string): string[] {
  const pattern = new RegExp(`(?:^|,)\\s*${key}\\s*=\\s*(?:"([^"]*)"|([\\w:]+))`, "g");
  return [...attribute.arguments.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? "");
}

/** Whether an attribute looks like one of ic-cdk that makes a function an entry point, whatever it is imported as. */
export function isEntryAttribute({ path }: AttributeFacts): boolean {
  return /(^|::)(update|query|init|pre_upgrade|post_upgrade|heartbeat|inspect_message|on_low_wasm_memory)$/.test(path);
}

/** Whether a lint is allowed by some attributes. */
export function allowsLint(attributes: readonly AttributeFacts[], lint: string): boolean {
  return attributes.some(
    (it) => (it.path === "allow" || it.path === "expect") && new RegExp(`\\b${lint}\\b`).test(it.arguments),
  );
}

/**
 * Whether what has these attributes is left out of a canister: tests, code for hosts, features that are off. Without
 * `features`, nothing is said about those.
 */
export function isExcluded(attributes: string, features: readonly string[] | undefined): boolean {
  return readAttributes(attributes).some((it) => {
    if (/(^|::)(test|bench|test_case|rstest|proptest)$/.test(it.path)) return true;
    return it.path === "cfg" && evaluate(it.arguments, features) === false;
  });
}

/** What a `cfg` predicate says for a canister; `undefined` where only the build knows. */
function evaluate(predicate: string, features: readonly string[] | undefined): boolean | undefined {
  const text = predicate.trim().replace(/,$/, "");
  const compound = /^(not|all|any)\s*\(([\s\S]*)\)$/.exec(text);
  if (compound !== null) {
    const parts = splitArguments(compound[2] ?? "").map((it) => evaluate(it, features));
    switch (compound[1]) {
      case "not":
        return parts[0] === undefined ? undefined : !parts[0];
      case "all":
        return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
      default:
        return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
    }
  }
  if (text === "test" || text === "windows" || text === "unix" || text === "doc" || text === "debug_assertions") {
    return false;
  }
  const pair = /^(\w+)\s*=\s*"([^"]*)"$/.exec(text);
  switch (pair?.[1]) {
    case "feature":
      return features?.includes(pair[2] ?? "");
    case "target_arch":
      return pair[2] === "wasm32";
    case "target_family":
      return pair[2] === "wasm";
    case "target_os":
      return pair[2] === "unknown";
    default:
      return undefined;
  }
}

/** Splits at the commas that stand in no parentheses. */
function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const unit = text[i];
    if (unit === "(") depth++;
    else if (unit === ")") depth--;
    else if (i === text.length || (unit === "," && depth === 0)) {
      if (text.slice(start, i).trim() !== "") parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}
