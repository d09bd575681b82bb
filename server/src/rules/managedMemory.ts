import type { CanisterModel, StateVariable } from "../analysis/canisterModel.ts";
import type { TextRange } from "../base/textRange.ts";
import { closingOf, withoutComments } from "./sourceText.ts";

/** A static that holds a memory manager over all of stable memory. */
export interface ManagerStatic {
  readonly variable: StateVariable;
  /** The call that makes it. */
  readonly range: TextRange;
}

/** Statics of the crate that make a memory manager over the canister's stable memory itself. */
export function managerStatics(canister: CanisterModel): ManagerStatic[] {
  return canister.state.flatMap((variable) => {
    const text = staticText(canister, variable);
    return [...text.matchAll(/\bMemoryManager\s*(?:::<[^()]*>)?\s*::\s*init(?:_with_bucket_size)?\s*\(/g)].flatMap(
      (match) => {
        const end = closingOf(text, match.index + match[0].length - 1) + 1;
        if (
          !/^\S*\(\s*(\w+::)*(DefaultMemoryImpl|Ic0StableMemory)\b/.test(
            text.slice(match.index, end).replace(/\s+/g, ""),
          )
        )
          return [];
        const { start } = variable.range;
        return [{ variable, range: { start: start + match.index, end: start + end } }];
      },
    );
  });
}

/** The declaration of a static without its comments, as long as its range. */
export function staticText(canister: CanisterModel, { path, range }: StateVariable): string {
  return withoutComments(canister.textOf(path).slice(range.start, range.end));
}
