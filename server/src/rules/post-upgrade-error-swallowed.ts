import type { CanisterModel, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import { splitAtCommas, withoutTexts } from "../analysis/textParts.ts";
import { type CallReached, callsReached } from "./callsReached.ts";
import { isTestCanister } from "./openEndpoints.ts";
import { wayPlaces } from "./reach.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText, closingOf, slicesOf } from "./sourceText.ts";

/** An upgrade that cannot read its data goes on without it. */
export const postUpgradeErrorSwallowed: Rule = {
  id: "post-upgrade-error-swallowed",
  severity: "error",
  docs: {
    what: "`#[post_upgrade]` goes on with empty state where the saved one cannot be restored.",
    why: "A trap in `post_upgrade` undoes the upgrade, and nothing is lost. An ignored error starts the new version empty, and the next upgrade overwrites what was saved: all data is gone.",
    instead: "Trap on the error: `expect`. Then the old version stays, and the new one can be mended.",
  },

  check(canister, report) {
    if (isTestCanister(canister)) return;
    for (const entry of canister.entryPoints.filter((it) => it.kind === "postUpgrade")) {
      for (const reached of callsReached(entry.function)) {
        const { call, inFunction } = reached;
        if (!restores(canister, call, inFunction)) continue;
        const how = swallowed(canister, reached);
        if (how === undefined || answersTo(canister, reached, how)) continue;
        report({
          ...(isMeant(canister, inFunction) && { severity: "information" }),
          confidence: "high",
          path: inFunction.path,
          range: how.range,
          message:
            `If what was saved cannot be read, ${how.text} starts the new version without it, and all data is lost. Trap instead ` +
            "(`expect`): the upgrade is undone, and the data stays.",
          related: [
            ...wayPlaces({ ...reached, found: call }),
            { path: entry.path, range: entry.nameRange, message: "runs after each upgrade" },
          ],
          fixes: how.fixes,
        });
      }
    }
  },
};

/**
 * The way of the error gives `false`, `None` or an error to the caller, who traps because of it:
 * `if !restore() { trap("…") }`.
 */
function answersTo(canister: CanisterModel, { way, inFunction }: CallReached, { given = "" }: Swallowing): boolean {
  const caller = way.at(-1);
  if (caller === undefined || !/^\{?\s*(?:return\s+)?(?:false|None|Err\b[\s\S]*)\s*;?\s*\}?$/.test(given.trim()))
    return false;
  if (!/^(?:bool|(?:\w+::)*(?:Option|Result)\b)/.test(inFunction.returnType.trim())) return false;
  const text = bodyText(canister, caller.inFunction);
  const start = caller.call.whole.start - (caller.inFunction.bodyRange?.start ?? 0);
  const line = text.slice(Math.max(0, text.lastIndexOf(";", start), text.lastIndexOf("{", start)), start);
  const rest = text.slice(start, start + 400);
  if (/\bassert!\s*\(/.test(line)) return true;
  const name = /\blet\s+(\w+)\s*=\s*$/.exec(line)?.[1];
  const asked = name === undefined ? /^[^;{]*/.exec(rest)?.[0] : undefined;
  const block = name === undefined ? blockBehind(rest, (asked ?? "").length) : "";
  if (name !== undefined)
    return new RegExp(`\\b${name}\\b[^;{]*\\{[^}]*${traps.source}|assert!\\([^)]*\\b${name}\\b`).test(rest);
  return traps.test(asked ?? "") || traps.test(block);
}

function blockBehind(text: string, open: number): string {
  return text[open] === "{" ? text.slice(open, closingOf(text, open) + 1) : "";
}

/** The call brings saved state back; what decodes does so where stable memory is read beside it. */
function restores(canister: CanisterModel, call: FunctionCall, inFunction: ModelFunction): boolean {
  // Values that may be missing are no loss.
  if (call.cdk === "stableRestore") {
    const values = splitAtCommas(/^(?:::)?<\s*\(([\s\S]*)\)\s*>$/.exec(call.typeArguments)?.[1] ?? "");
    return values.length === 0 || !values.every((it) => it.trim() === "" || /^(?:\w+::)*Option\s*</.test(it.trim()));
  }
  if (call.targets.length > 0) return false;
  if (!/(^|::|\.)(decode_one|decode_args|from_reader|from_slice|deserialize|deserialize_from)$/.test(call.path))
    return false;
  const text = bodyText(canister, inFunction);
  return /\bstable(64)?_read\b|\bstable_bytes\b|\bStableReader\b|\bstable::/.test(text);
}

/** A comment in the function says that the state may be lost. */
function isMeant(canister: CanisterModel, { path, bodyRange }: ModelFunction): boolean {
  const text = canister.textIn(path, bodyRange?.start ?? 0, bodyRange?.end ?? 0);
  return [...text.matchAll(/\/\/[^\n]*/g)].some(([comment]) => meansIt.test(comment));
}

const meansIt =
  /\bbest[- ]effort\b|\bmake an effort\b|\bgive up\b|\bstart(s|ing)? (over|afresh|fresh|empty|anew|with empty)\b|\bintentional(ly)?\b|\bon purpose\b/i;

interface Swallowing {
  readonly text: string;
  readonly range: { readonly start: number; readonly end: number };
  readonly fixes: readonly QuickFix[];
  /** What the way of the error gives, where that can be told. */
  readonly given?: string;
}

/** The text of a function's body, its messages aside, and where it begins in its file. */
interface Body {
  readonly base: number;
  readonly text: string;
}

function swallowed(canister: CanisterModel, { call, inFunction }: CallReached): Swallowing | undefined {
  const link = call.chain.find((it) => /^(unwrap_or_default|unwrap_or_else|unwrap_or|ok)$/.test(it.name));
  const source = slicesOf(canister, inFunction.path);
  if (link !== undefined) {
    const range = { start: link.range.start + call.item.start, end: link.range.end + call.item.start };
    const text = source.slice(range.start, range.end);
    const after = call.chain.slice(call.chain.indexOf(link) + 1).map((it) => it.name);
    if (
      traps.test(text) ||
      (link.name === "ok" && after.some((it) => it === "unwrap" || it === "expect" || it === "?"))
    ) {
      return undefined;
    }
    // An older format is tried, which may trap by itself.
    if (/decode|restore|from_(slice|reader)|deserialize/.test(text)) return undefined;
    const edit = { path: inFunction.path, range, newText: 'expect("the saved state can be read")' };
    const isLast = after.length === 0 && link.name !== "ok";
    return {
      text: `\`${link.name}\``,
      range,
      fixes: isLast ? [{ title: "Trap with `expect`", kind: "review", edits: [edit] }] : [],
    };
  }
  const base = inFunction.bodyRange?.start ?? 0;
  // What a message says is no code: `println!("could not restore the state")`.
  const body = { base, text: withoutTexts(bodyText(canister, inFunction)) };
  return swallowedByVariable(call, body) ?? swallowedByMatch(call, body);
}

/** `let restored = stable_restore();  restored.map(|(s,)| s).unwrap_or_default()`. */
function swallowedByVariable(call: FunctionCall, { base, text }: Body): Swallowing | undefined {
  const name = /\blet\s+(\w+)(?:\s*:[^=;]+)?\s*=\s*$/.exec(text.slice(0, call.whole.start - base))?.[1];
  if (name === undefined) return undefined;
  const rest = text.slice(call.whole.end - base);
  const found = new RegExp(
    `\\b${name}\\s*(?:\\.\\s*(?:map|and_then)\\([^;{}]*?\\)\\s*)?\\.\\s*(unwrap_or_default\\(\\)|unwrap_or\\([^;]*?\\)|unwrap_or_else\\(\\|[^;]*?\\))\\s*[;)]`,
  ).exec(rest);
  const how = found?.[1];
  if (found === null || how === undefined || traps.test(how.replace(/^unwrap_or\w*\(/, "")) || restoring.test(how))
    return undefined;
  const start = call.whole.end + found.index + found[0].lastIndexOf(how);
  return { text: `\`${/^\w+/.exec(how)?.[0] ?? ""}\``, range: { start, end: start + how.length }, fixes: [] };
}

/** `if let Ok(x) = restore() { … }` without an `else`, and `match restore() { Err(_) => … }` that does not trap. */
function swallowedByMatch(call: FunctionCall, { base, text }: Body): Swallowing | undefined {
  const { start: from, end: to } = lookedAt(text, call.whole.start - base, call.whole.end - base);
  const before = text.slice(0, from);
  const open = text.indexOf("{", to);
  if (open === -1 || text.slice(to, open).trim() !== "") return undefined;
  const block = text.slice(open, closingOf(text, open) + 1);
  const range = { start: call.whole.start, end: call.whole.end };
  if (/\bif\s+let\s+(Result::)?Ok\s*\([^=]*=\s*$/.test(before)) {
    const rest = text.slice(open + block.length);
    if (/^\s*else\b/.test(rest)) {
      const other = rest.slice(rest.indexOf("{"), closingOf(rest, rest.indexOf("{")) + 1);
      if (traps.test(other) || restoring.test(other)) return undefined;
    } else if (restoring.test(rest) || traps.test(rest)) return undefined;
    return { text: "`if let Ok`", range, fixes: [] };
  }
  if (!/\bmatch\s*$/.test(before)) return undefined;
  const arm = /(\bErr\s*\([^)]*\)|(?<=[,{}]\s*)_)\s*=>\s*/.exec(block);
  if (arm === null) return undefined;
  const start = arm.index + arm[0].length;
  const end = block[start] === "{" ? closingOf(block, start) + 1 : armEnd(block, start);
  const given = block.slice(start, end);
  // To set the state to an empty one is no other attempt.
  const tried = given.replace(/\b\w+\(\s*(?:[\w:]*\b(?:default|new|empty)\(\))\s*\)/g, "");
  if (traps.test(tried) || restoring.test(tried)) return undefined;
  // What the case of the error does is the mistake.
  const armStart = base + open + arm.index;
  const atArm = { start: armStart, end: armStart + arm[0].trimEnd().length };
  return { text: "this `match`", range: atArm, fixes: [], given };
}

/** Where the result is looked at: the call itself, or the variable that keeps it, `let read = restore(); match read { … }`. */
function lookedAt(text: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const name = /\blet\s+(\w+)(?:\s*:[^=;]+)?\s*=\s*$/.exec(text.slice(0, start))?.[1];
  if (name === undefined || !/^\s*;/.test(text.slice(end))) return { start, end };
  const use = new RegExp(`(\\bmatch\\s+|\\bif\\s+let\\s+(?:Result::)?Ok\\s*\\([^=]*=\\s*)${name}(?=\\s*\\{)`).exec(
    text.slice(end),
  );
  if (use === null) return { start, end };
  const found = end + use.index + (use[1] ?? "").length;
  return { start: found, end: found + name.length };
}

function armEnd(block: string, start: number): number {
  let at = start;
  while (at < block.length && block[at] !== "," && block[at] !== "}") {
    at = "([{".includes(block[at] ?? "") ? closingOf(block, at) + 1 : at + 1;
  }
  return at;
}

const traps = /\b(trap|panic!|unreachable!|todo!|unwrap\(|expect\(|assert)/;
const restoring = /decode|restore|migrat|legacy|from_(slice|reader)|deserialize|\bErr\(/i;
