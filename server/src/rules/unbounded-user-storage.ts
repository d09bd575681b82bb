import type { CanisterModel, EntryPoint, ModelFunction, StateWrite } from "../analysis/canisterModel.ts";
import { lastName, splitAtCommas, withoutTexts } from "../analysis/textParts.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { entryName } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";
import { stateName } from "./stateNames.ts";
import { boundedTypes, unboundedPart, unboundedParts } from "./storedTypes.ts";

/** Anybody may fill the canister's memory. */
export const unboundedUserStorage: Rule = {
  id: "unbounded-user-storage",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "An update that everybody may call keeps a text, a list or bytes as they come, of any length.",
    why: "A message brings up to 2 MiB, and messages cost their sender nothing. Whoever repeats the call fills the memory: the canister pays for it, and stops working when it is full.",
    instead: "Refuse what is too long and callers who keep too much, let the caller be known first, or take a payment.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "update" || !entry.guards.every(isForKnown)) continue;
      const sized = entry.function.parameters.filter((it) => hasAnyLength(canister, it.type));
      if (sized.length === 0 || isLimited(canister, entry)) continue;
      const kept = keptArgument(canister, entry.function, sized);
      if (kept === undefined) continue;
      const what = `Everybody may call ${entryName(entry)}, which keeps \`${kept.parameter}\` in \`${stateName(kept.write.state)}\``;
      const isSized = isBounded(canister, kept.write);
      report({
        ...(isSized && { severity: "information" }),
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message: isSized
          ? `${what} each time: whoever repeats that fills the memory. Let callers keep so many, or pay for it.`
          : `${what} whatever its length: whoever repeats that fills the memory. Refuse what is too long, and callers who keep too much.`,
        related: [{ path: entry.path, range: kept.write.range, message: "kept here" }],
      });
    }
  },
};

/** A guard that refuses only those who are not signed in, by its name: everybody can make an identity. */
function isForKnown(guard: string): boolean {
  return /^(?:(?:caller_)?(?:is_)?not_anonymous\w*|(?:reject|no|deny|prevent|refuse)_anonymous\w*|(?:is_)?authenticated\w*|is_signed_in|logged_in)$/.test(
    lastName(guard),
  );
}

/** A text, a list or bytes, or a type of the crate that has some. */
function hasAnyLength(canister: CanisterModel, type: string): boolean {
  const plain = type
    .trim()
    .replace(/^Option\s*<([\s\S]*)>$/, "$1")
    .trim();
  if (/^(?:(?:std::\w+::)?(?:String|Vec\s*<.*>|BTreeMap\s*<.*>|HashMap\s*<.*>)|(?:\w+::)?ByteBuf)$/s.test(plain))
    return true;
  return /^(?:\w+::)*[A-Z]\w*$/.test(plain) && unboundedPart(canister, lastName(plain)) !== undefined;
}

/** Words of code that limits what is kept, or who keeps it. */
const limits = new RegExp(
  "valid|limit|max_|quota|inspect|ensure|assert|require|verify|truncat|too_|capacity|cycles_accept|throttle|captcha|controller|" +
    "authori[sz]|permission|admin|whitelist|registered|is_user|signature|proof|secret|" +
    "(^|_)(check|charge|payment|paid|deposit|fee|rate|allow|allowed|role|roles|owner|only|guard)(_|$|[A-Z])",
  "i",
);

/** The method or what it calls asks about the length, the number or the caller. */
function isLimited(canister: CanisterModel, { function: method, attribute }: EntryPoint): boolean {
  if (method.attributes.some((it) => it.path !== attribute.path && !harmlessAttributes.test(it.path))) return true;
  const reached = new Set([method]);
  for (const next of reached) for (const it of next.summary.callees) reached.add(it);
  if (method.summary.asksForCaller && !isOnlyKept(bodyText(canister, method)) && [...reached].some(decidesByCaller)) {
    return true;
  }
  return [...reached].some((it) => {
    if (it.hasError || (it !== method && limits.test(it.name))) return true;
    if (it.texts.some(({ value }) => /\bunauthori[sz]ed\b/i.test(value))) return true;
    if (it.calls.some((call) => limits.test(lastName(call.path)))) return true;
    const code = withoutTexts(bodyText(canister, it));
    // The lengths that a function compares are those of what it is given.
    const isGiven =
      it === method ||
      it.parameters.some(
        ({ type }) => hasAnyLength(canister, type.replace(/^&\s*(?:mut\s+)?/, "")) || /\bstr\b|\[/.test(type),
      );
    return (isGiven && comparesLength.test(code)) || conditionsOf(code).some(decides);
  });
}

/** A condition on a limit, a permission, or on who calls, other than that somebody is signed in. */
function decides(condition: string): boolean {
  if (limits.test(condition)) return true;
  return (
    /\b(?:caller|principal)\w*(?:\(\))?\s*[=!]=|[=!]=\s*&?(?:\w+::)*(?:msg_)?caller\b/.test(condition) &&
    !/anonymous/.test(condition)
  );
}

/** What decides on a way: behind `if`, `while` and `match`, and in macros that assert. Names of fields and cases elsewhere decide nothing. */
function conditionsOf(code: string): string[] {
  const branches = [...code.matchAll(/\b(?:if|while|match)\s+([^{]*)\{/g)].map((it) => it[1] ?? "");
  const macros = [...code.matchAll(/\b((?:ensure|require|assert\w*|bail)!)\s*\(/g)].map((it) => it[1] ?? "");
  return [...branches, ...macros];
}

/** Somebody is turned away: not only those who are not signed in, or who have an entry already. */
function decidesByCaller({ steps }: ModelFunction): boolean {
  return steps.some(
    (it) =>
      it.kind === "check" &&
      it.readsCaller &&
      !/anonymous\(\)/.test(it.text) &&
      !(/\bis_some\(|\bcontains(_key)?\(|\bSome\(/.test(it.text) && !/!\s*[^!]*contains|is_none/.test(it.text)),
  );
}

const comparesLength =
  /\b(?:len|count|chars)\(\)[^;{}]{0,40}(?:[<>]|[=!]=(?!\s*0\b))|[<>]=?[^;{}]{0,40}\b(?:len|count)\(\)|\bMAX_|\b(?:len|count)\(\)[^;{}]{0,20}\bmin\(/;

const harmlessAttributes =
  /^((ic_cdk|ic_cdk_macros|ic_cdk::macros|candid)::)?(update|candid_method|allow|expect|must_use|inline|deprecated|doc)$/;

/** The caller is a key or a field of what is kept, and compared with nobody but the anonymous one. */
function isOnlyKept(body: string): boolean {
  const callers = /\b(?:\w+::)*(?:msg_)?caller\(\)/g;
  const variable = /\blet\s+(\w+)(?:\s*:[^=;]+)?\s*=\s*(?:\w+::)*(?:msg_)?caller\(\)\s*;/.exec(body);
  const rest = variable === null ? body : body.replace(variable[0], "");
  const uses =
    variable === null ? [...rest.matchAll(callers)] : [...rest.matchAll(new RegExp(`\\b${variable[1]}\\b`, "g"))];
  return uses.every((use) => {
    const before = rest.slice(Math.max(0, use.index - 60), use.index);
    const after = rest.slice(use.index + use[0].length);
    if (/(?:==|!=)\s*(?:candid::)?Principal::anonymous\(\)/.test(after.slice(0, 50))) return true;
    if (/\b(?:insert|entry)\(\s*$/.test(before)) return /^\s*[,)]/.test(after);
    return isField(rest, use.index) && /^\s*[,}]/.test(after);
  });
}

/** Whether the place lies between the braces of a struct literal, and in no bracket within. */
function isField(text: string, at: number): boolean {
  let depth = 0;
  for (let index = at - 1; index >= 0; index--) {
    const character = text[index] ?? "";
    if (")]}".includes(character)) depth++;
    if ("([{".includes(character) && depth-- === 0)
      return character === "{" && /[A-Z]\w*\s*$/.test(text.slice(0, index));
  }
  return false;
}

/** The first write that puts an argument, as it came, into a collection. */
function keptArgument(
  canister: CanisterModel,
  method: ModelFunction,
  parameters: readonly { readonly name: string; readonly type: string }[],
): { readonly write: StateWrite; readonly parameter: string } | undefined {
  const body = bodyText(canister, method);
  for (const { name, type } of parameters) {
    const fields = unboundedParts(canister, lastName(type.trim())).map((it) => it.field);
    const carriers = [name, ...variablesWith(body, name, fields)];
    // A field of an argument that is a struct is as long as its sender likes, too.
    const kept = `(?<![.\\w])(?:${carriers.join("|")})\\b`;
    const mentions = new RegExp(
      fields.length === 0
        ? `${kept}(?!\\s*\\.\\s*(?!clone|into|to_|as_)\\w)`
        : `${kept}(?:\\.(?:${fields.join("|")})\\b)?(?!\\s*\\.\\s*(?!clone|into|to_|as_)\\w)`,
    );
    const write = method.steps.find((it): it is StateWrite => {
      if (it.kind !== "stateWrite" || (it.effect !== "insert" && it.effect !== "push")) return false;
      if (
        isPaidFor(body) ||
        isFound(body, name) ||
        isLookedAt(method, it, name) ||
        (it.through !== undefined && isLookedUp(canister, method, name))
      )
        return false;
      // What is read from a text is as long as its own kind is.
      const text = keptText(it, method).replace(
        /\b(?:from_text|from_str|parse\w*|decode\w*|from_slice)\s*\([^()]*\)/g,
        "",
      );
      return it.state.variable.isMutable && mentions.test(text);
    });
    if (write !== undefined) return { write, parameter: name };
  }
  return undefined;
}

/** The values of a stable map promise a largest size: a longer one is refused, but any number is kept. */
function isBounded(canister: CanisterModel, { state: { variable } }: StateWrite): boolean {
  const held = splitAtCommas(/<([\s\S]*)>/.exec(variable.type.replace(/^[\s\S]*?\b\w*Map\s*(?=<)/, ""))?.[1] ?? "")[1];
  return variable.isStable && held !== undefined && boundedTypes(canister).some((it) => it.name === lastName(held));
}

/** An entry is compared with a price and reduced by it. */
function isPaidFor(body: string): boolean {
  return /\bif\s+\*?[\w.]+\s*<\s*(\w+)\b[\s\S]*?-=\s*\1\b/.test(body);
}

/** Only what is there already is written again: `posts.get(&id).ok_or("no such post")?`. */
function isFound(body: string, name: string): boolean {
  return new RegExp(
    `\\.\\s*(?:get|get_mut|remove)\\(\\s*&?(?:[\\w:]+\\()?${name}\\b[^;{}]*(?:\\.\\s*(?:ok_or|ok_or_else|expect|unwrap)\\(|\\?)`,
  ).test(body);
}

/** Before the write, something is decided by the argument, other than whether it is empty: whether its like is there, say. */
function isLookedAt({ steps }: ModelFunction, write: StateWrite, name: string): boolean {
  const mentions = new RegExp(`\\b${name}\\b(?![\\w.()]*(?:\\bis_empty\\(\\)|…))`);
  return steps.some((it) => it.kind === "check" && it.at.order < write.at.order && mentions.test(it.text));
}

/** What the method calls looks up the argument: only what is there already is written again. */
function isLookedUp(canister: CanisterModel, method: ModelFunction, name: string): boolean {
  const reached = new Set(method.summary.callees);
  for (const next of reached) for (const it of next.summary.callees) reached.add(it);
  const lookUp = new RegExp(
    `\\b(?:get|find|load|fetch|exists|contains|has)\\w*\\(\\s*&?(?:\\w+\\s*,\\s*)*&?${name}\\b`,
  );
  return [...reached].some(
    (it) => it.parameters.some((parameter) => parameter.name === name) && lookUp.test(bodyText(canister, it)),
  );
}

/** What is written: where another function writes, its arguments. */
function keptText(write: StateWrite, method: ModelFunction): string {
  if (write.through === undefined) return write.value;
  const call = method.steps.find((it) => it.kind === "functionCall" && it.at === write.at);
  return call?.kind === "functionCall" ? call.arguments.map((it) => it.text).join(", ") : "";
}

/** Values that are made of the argument: `let post = Post { text, author };`, `let user = User::new(name);`. */
function variablesWith(body: string, name: string, fields: readonly string[]): string[] {
  const bindings = body.matchAll(
    /\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=\s*((?:\w+::)*[A-Z]\w*(?:\s*\{[^;]*\}|(?:::(?:new|from))?\([^;]*\)))\s*;/g,
  );
  const part = fields.length === 0 ? "" : `(?:\\.(?:${fields.join("|")}))?`;
  const isKept = new RegExp(`(?<![.\\w])${name}${part}\\s*(?:,|\\}|\\)|\\.\\s*(?:clone|into|to_\\w+)\\(\\))`);
  const made = [...bindings].flatMap(([, variable = "", value = ""]) => (isKept.test(value) ? [variable] : []));
  // Each element of a list, and the text without the space around it.
  const elements = [
    ...body.matchAll(new RegExp(`\\bfor\\s+(?:mut\\s+)?(\\w+)\\s+in\\s+&?(?:mut\\s+)?${name}\\b`, "g")),
    ...body.matchAll(
      new RegExp(`\\b${name}\\s*\\.\\s*(?:into_)?iter\\(\\)[^;|]*\\|\\s*(?:mut\\s+)?(\\w+)\\s*\\|`, "g"),
    ),
    ...body.matchAll(
      new RegExp(
        `\\blet\\s+(?:mut\\s+)?(\\w+)(?:\\s*:[^=;]+)?\\s*=\\s*${name}(?:\\s*\\.\\s*(?:trim|to_string|to_lowercase|to_uppercase|clone|into)\\(\\))*\\s*;`,
        "g",
      ),
    ),
  ].map((it) => it[1] ?? "");
  return [...made, ...elements];
}
