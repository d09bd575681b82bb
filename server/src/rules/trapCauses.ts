import type { CanisterModel, ModelFunction, StateRef, Suspension, TrapPoint } from "../analysis/canisterModel.ts";
import { Derived } from "../analysis/derived.ts";
import type { TextRange } from "../base/textRange.ts";
import { callersOf } from "./callers.ts";
import { closingOf, slicesOf, type TextSlices, withoutComments } from "./sourceText.ts";

type PlacedTrap = Pick<TrapPoint, "range" | "construct">;

/**
 * Whether the reply that was awaited, or another message meanwhile, can change whether the trap happens. What follows from arguments and from what was
 * known before alone, does so every time.
 */
export function dependsOnOthers(
  text: TextSlices,
  inFunction: ModelFunction,
  awaited: Suspension,
  trap: PlacedTrap,
): boolean {
  if (!/^(unwrap|expect|index|assert\w*!|[/%])/.test(trap.construct)) return true;
  const first = inFunction.range.start;
  const before = text.slice(first, awaited.range.start);
  const start = first + Math.max(before.lastIndexOf(";"), before.lastIndexOf("{"), before.lastIndexOf("}")) + 1;
  const body = withoutComments(text.slice(start, trap.range.end));
  const changed = new Set<string>();
  const isChanged = (range: TextRange) => {
    const expression = body.slice(range.start - start, range.end - start);
    if (/\.await\b/.test(expression)) return true;
    const names: readonly string[] = expression.match(/\b[a-z_]\w*/g) ?? [];
    if (names.some((it) => changed.has(it))) return true;
    return touchesState(inFunction, awaited, range);
  };
  const bound = [...body.matchAll(binding), ...body.matchAll(loop), ...body.matchAll(closure)];
  const asked = [...body.matchAll(matched)];
  for (const found of [...bound, ...asked].sort((a, b) => a.index - b.index)) {
    const [whole] = found;
    const [pattern = "", value = ""] = found.slice(1).filter((it) => it !== undefined);
    const from = start + found.index + whole.length;
    const isClosure = whole.startsWith("|");
    if (!isClosure && !isChanged({ start: from, end: from + value.length })) continue;
    const patterns = pattern === "match" ? armsOf(body, found.index + whole.length + value.length) : pattern;
    for (const name of patterns.match(/\b[a-z_]\w*/g) ?? []) changed.add(name);
  }
  return isChanged(trap.range);
}

const binding = /(?:\blet\s+([^=;]*?)|\b([a-z_]\w*)\s*[-+*/]?)=(?![=>])(?=([^;]*))/g;
const loop = /\bfor\s+([^{;]*?)\s+in\s+(?=([^{]*))/g;
const closure = /\|([^|;{}]*)\|/g;
const matched = /\b(match)\s+(?=([^{;]*))/g;

function armsOf(body: string, open: number): string {
  const arms = body.slice(open + 1, closingOf(body, open));
  return (arms.match(/[^,{};]*(?==>)/g) ?? []).join(" ");
}

/** State that is read or written there behind the `await`, by functions that are called there, too. */
function touchesState({ steps }: ModelFunction, { at }: Suspension, { start, end }: TextRange): boolean {
  return steps.some(
    (it) =>
      (it.kind === "stateRead" || it.kind === "stateWrite") &&
      it.at.order > at.order &&
      it.range.start < end &&
      start < it.range.end,
  );
}

/**
 * A static that is an `Option` and is unwrapped as a whole, that nothing empties, and that this function has unwrapped before or an install and every
 * upgrade fill.
 */
export function isFilledStatic(canister: CanisterModel, inFunction: ModelFunction, { range }: PlacedTrap): boolean {
  const text = slicesOf(canister, inFunction.path);
  const unwrapped = sameAccess(text.slice(range.start, range.end));
  const receiver = /^(\w+(?:\.\w+\(\))*)\.(?:unwrap|expect)\(/.exec(unwrapped)?.[1];
  if (receiver === undefined) return false;
  const used = inFunction.steps.find(
    (it) =>
      (it.kind === "stateRead" || it.kind === "stateWrite") && it.range.start < range.end && range.start < it.range.end,
  );
  if (used?.kind !== "stateRead" && used?.kind !== "stateWrite") return false;
  const { variable } = used.state;
  if (!/\bOption\s*</.test(variable.type) || /\b(\w*Map|\w*Vec|VecDeque)\s*</.test(variable.type)) return false;
  if (isEmptied.of(canister, variable)) return false;
  const isUnwrappedBefore = inFunction.steps.some(
    (it) =>
      (it.kind === "stateRead" || it.kind === "stateWrite") &&
      it.range.end <= range.start &&
      it.state.variable === variable &&
      sameAccess(text.slice(it.range.start, it.range.end)).startsWith(receiver),
  );
  const before = sameAccess(text.slice(inFunction.bodyRange?.start ?? range.start, range.start));
  if (isUnwrappedBefore && (before.includes(`${receiver}.unwrap(`) || before.includes(`${receiver}.expect(`)))
    return true;
  return (["init", "postUpgrade"] as const).every((kind) =>
    canister.entryPoints.some(
      (it) =>
        it.kind === kind &&
        it.function.summary.writes.some(
          (write) => write.state.variable === variable && write.state.field === "" && write.effect === "assign",
        ),
    ),
  );
}

/** To look and to change is the same here. */
function sameAccess(text: string): string {
  return text
    .replace(/\s+/g, "")
    .replace(/\b(as|borrow|with_borrow|get)_mut\b|\bas_ref\b/g, (it) =>
      it.startsWith("as_") ? "as_ref" : it.slice(0, -"_mut".length),
    );
}

const isEmptied = new Derived((canister, variable: StateRef["variable"]) =>
  canister.functions.some((it) => empties(it, variable) && !isOfPreUpgrade(canister, it)),
);

function empties({ steps }: ModelFunction, variable: StateRef["variable"]): boolean {
  return steps.some(
    (it) =>
      it.kind === "stateWrite" &&
      it.state.variable === variable &&
      it.state.field === "" &&
      (/^(take|remove)/.test(it.operation) || /^\(?(None|Default::default\(\)|Option::None)\b/.test(it.value.trim())),
  );
}

/** What it empties is gone with the canister's old code. */
function isOfPreUpgrade(canister: CanisterModel, inFunction: ModelFunction): boolean {
  const hooks = canister.entryPoints.filter((it) => it.kind === "preUpgrade").map((it) => it.function);
  if (hooks.includes(inFunction)) return true;
  const callers = callersOf(canister, inFunction);
  return callers.length > 0 && callers.every((it) => hooks.includes(it));
}

/** A variable that begins as `None`, and that every turn of a loop over something that is not empty sets, or else it returns. */
export function isSetByEveryTurn(text: TextSlices, { bodyRange }: ModelFunction, { range }: PlacedTrap): boolean {
  const name = /^([a-z_]\w*)\s*\.\s*(?:unwrap|expect)\b[^.]*$/.exec(text.slice(range.start, range.end))?.[1];
  if (name === undefined || bodyRange === undefined) return false;
  const before = withoutComments(text.slice(bodyRange.start, range.start));
  if (!new RegExp(`\\blet\\s+mut\\s+${name}\\b[^=;]*=\\s*None\\s*;`).test(before)) return false;
  const found = [...before.matchAll(/\bfor\s+[^{;]*?\s+in\s+([^{;]*)\{/g)].findLast((it) => {
    const close = closingOf(before, it.index + it[0].length - 1);
    return close < before.length && before.slice(it.index, close).includes(name);
  });
  if (found === undefined) return false;
  const open = found.index + found[0].length - 1;
  const list = (found[1] ?? "").trim().replace(/^&(mut\s+)?|\.(into_)?iter(_mut)?\(\)$/g, "");
  const isFilled =
    /^\d+\s*\.\.(=?\s*[1-9]\d*|\s*[A-Z_]+)$/.test(list) || before.slice(0, open).includes(`${list}.is_empty()`);
  const turn = before.slice(open + 1, closingOf(before, open));
  if (!isFilled || /\b(continue|break)\b/.test(turn)) return false;
  return isSetOnEveryWay(turn.trim(), new RegExp(`\\b${name}\\s*=\\s*Some\\b|\\breturn\\b`));
}

/** What ends the block is a `match` or an `if` with `else`, and each of its ways does it. */
function isSetOnEveryWay(block: string, doing: RegExp): boolean {
  const start = Math.max(lastStatement(block), 0);
  const last = block.slice(start).trim().replace(/;$/, "");
  const open = last.indexOf("{");
  if (open === -1) return doing.test(last);
  if (last.startsWith("match"))
    return armBodies(last.slice(open + 1, closingOf(last, open))).every((it) => doing.test(it));
  if (!last.startsWith("if") || !/\belse\s*\{/.test(last)) return false;
  const ways: string[] = [];
  for (let at = open; at !== -1 && at < last.length; ) {
    const close = closingOf(last, at);
    ways.push(last.slice(at, close));
    at = last.indexOf("{", close);
  }
  return ways.every((it) => doing.test(it));
}

/** Where the last statement of a block begins. */
function lastStatement(block: string): number {
  let start = 0;
  for (let at = 0; at < block.length; at++) {
    if ("([{".includes(block[at] ?? "")) at = closingOf(block, at);
    if (block[at] === ";" && block.slice(at + 1).trim() !== "") start = at + 1;
  }
  return start;
}

/** What stands behind the arrows. */
function armBodies(arms: string): readonly string[] {
  const bodies: string[] = [];
  let start = 0;
  for (let at = 0; at < arms.length; at++) {
    if (arms.startsWith("=>", at)) start = at + 2;
    const isBlock = arms[at] === "{" && arms.slice(start, at).trim() === "";
    if ("([{".includes(arms[at] ?? "")) at = closingOf(arms, at);
    if (arms[at] !== "," && !(isBlock && start > 0)) continue;
    if (start > 0) bodies.push(arms.slice(start, at + 1));
    start = 0;
  }
  return start > 0 ? [...bodies, arms.slice(start)] : bodies;
}
