import type { TextRange } from "../base/textRange.ts";
import type { ModelFunction, StateWrite } from "./canisterModel.ts";
import type { IndexedFunction } from "./crateIndex.ts";

/**
 * Where a function writes: the range of `at` counts from the beginning of its item, or its name stands for it. The place stays right wherever
 * the function moves, and where the write does in it, so whoever names it needs not be linked again for that; who reads it has looked at where
 * `model` stands.
 */
export function writer(
  name: string,
  by: IndexedFunction,
  at: { readonly range: TextRange } | "name",
  model: ModelFunction | undefined,
): NonNullable<StateWrite["through"]> {
  return {
    name,
    path: by.path,
    get range() {
      if (at === "name") return model?.nameRange ?? by.facts.nameRange;
      const start = model === undefined ? by.start : model.range.start - by.facts.range.start;
      return { start: start + at.range.start, end: start + at.range.end };
    },
  };
}
