import type { TextRange } from "../base/textRange.ts";
import type { CanisterModel, Constant } from "./canisterModel.ts";

/** Where a constant is named. */
export interface ConstantUse {
  readonly path: string;
  readonly range: TextRange;
  /** The `impl` that it stands in, where `Self::` may be written. */
  readonly implOf?: { readonly type: string } | undefined;
}

/**
 * The constant that a name means where it is written: of the `impl` or module before it, `Self::SIZE` or `limits::SIZE`,
 * else the nearest of the file, else what the file brings in. Undefined where several modules have one of this name and
 * none of that tells.
 */
export function constantSeen(canister: CanisterModel, written: string, use: ConstantUse): Constant | undefined {
  const segments = written.trim().split(/\s*::\s*/);
  const name = segments.at(-1) ?? "";
  const qualifier = segments.at(-2);
  const named = canister.constants.filter((it) => it.name === name);
  if (qualifier === "Self")
    return only(
      named.filter((it) => it.implOf?.type === use.implOf?.type),
      use.path,
    );
  const ofType = named.filter((it) => qualifier !== undefined && it.implOf?.type === qualifier);
  if (ofType.length > 0) return only(ofType, use.path);
  const free = named.filter((it) => it.implOf === undefined);
  if (qualifier !== undefined && !/^(?:crate|self|super)$/.test(qualifier)) {
    const inModule = free.filter((it) => isModule(it.path, qualifier));
    return inModule.length > 0 ? only(inModule, use.path) : only(free, use.path);
  }
  if (free.length === 0) return undefined;
  const text = canister.textOf(use.path);
  if (qualifier === undefined || qualifier === "self") {
    const own = free
      .map((constant) => ({ constant, block: blockAround(text, constant.range.start) }))
      .filter(({ constant, block }) => constant.path === use.path && contains(block, use.range));
    // The innermost block has the last word.
    const nearest = own.toSorted((a, b) => b.block.start - a.block.start)[0];
    if (nearest !== undefined) return nearest.constant;
  }
  const brought = free.filter((it) => it.path !== use.path && isBroughtIn(text, name, it.path));
  return brought.length === 1 ? brought[0] : only(free, use.path);
}

/** The constant, unless there are others that are set to something else; one of the same file comes first. */
function only(constants: readonly Constant[], path: string): Constant | undefined {
  const own = constants.filter((it) => it.path === path);
  const [first, ...others] = own.length > 0 ? own : constants;
  return others.every((it) => it.init.trim() === first?.init.trim()) ? first : undefined;
}

/** `use crate::limits::SIZE`, `use super::limits::{MAX, SIZE}` or `use crate::limits::*`, for the file of `limits`. */
function isBroughtIn(text: string, name: string, path: string): boolean {
  return [...text.matchAll(/\buse\s+([^;]+);/g)].some(([, tree = ""]) =>
    [...tree.matchAll(/(\w+)(?=\s*::\s*(\*|\w+|\{[^{}]*\}))/g)].some(
      ([, module = "", names = ""]) =>
        isModule(path, module) && (names === "*" || new RegExp(`(?:\\b${name}\\b|\\*)`).test(names)),
    ),
  );
}

function isModule(path: string, module: string): boolean {
  return path.endsWith(`/${module}.rs`) || path.endsWith(`/${module}/mod.rs`);
}

/** The innermost braces around an offset; the whole text where there are none. */
function blockAround(text: string, offset: number): TextRange {
  let depth = 0;
  let start = offset - 1;
  for (; start >= 0; start--) {
    if (text[start] === "}") depth++;
    if (text[start] === "{" && --depth < 0) break;
  }
  if (start < 0) return { start: 0, end: text.length };
  depth = 0;
  for (let end = start; end < text.length; end++) {
    if (text[end] === "{") depth++;
    if (text[end] === "}" && --depth === 0) return { start, end };
  }
  return { start, end: text.length };
}

function contains(outer: TextRange, inner: TextRange): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
