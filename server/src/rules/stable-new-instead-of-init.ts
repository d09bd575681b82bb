import type { CanisterModel } from "../analysis/canisterModel.ts";
import { lastName, splitAtCommas } from "../analysis/textParts.ts";
import { isTestCanister } from "./openEndpoints.ts";
import type { Rule } from "./rule.ts";
import { closingOf, inAnyFile, withoutComments } from "./sourceText.ts";

/** What lies in stable memory is overwritten at each start. */
export const stableNewInsteadOfInit: Rule = {
  id: "stable-new-instead-of-init",
  severity: "error",
  docs: {
    what: "A static makes a stable structure with `new` instead of `init`.",
    why: "`new` begins an empty structure and overwrites what its memory holds. The static is initialised after every upgrade, so that every upgrade empties it.",
    instead: "Make it with `init`, which opens what is there and begins anew only in an empty memory.",
  },

  check(canister, report) {
    if (isTestCanister(canister) || usesOtherCrate.of(canister, "")) return;
    for (const { path, range } of canister.state) {
      const text = withoutComments(canister.textIn(path, range.start, range.end));
      for (const match of text.matchAll(
        /\b((?:Stable)?(?:BTreeMap|BTreeSet|Vec|Cell|Log|MinHeap|Deque))\s*(?:::<[^()]*>)?\s*::\s*(new)\s*\(/g,
      )) {
        if (isOfHeap(canister.textOf(path), match[1] ?? "")) continue;
        const open = match.index + match[0].length - 1;
        const given = text.slice(open + 1, closingOf(text, open));
        if (given.trim() === "" || /VectorMemory|\bVec::|vec!/.test(given) || isMemoryId(canister, given)) continue;
        const start = range.start + match.index + match[0].lastIndexOf("new");
        const at = { start, end: start + "new".length };
        report({
          confidence: "high",
          path,
          range: at,
          message: `\`${match[1]}::new\` overwrites what its memory holds, and runs again after every upgrade. \`init\` opens what is there.`,
          fixes: [{ title: "Open it with `init`", kind: "safe", edits: [{ path, range: at, newText: "init" }] }],
        });
      }
    }
  },
};

/** A crate of the same name, whose structures are traits as well, opens with `new` what is there. */
const otherCrate =
  /\bic_stable_structures\b[^;]*\b(?:Cell|BTreeMap|Vec|Log|Multimap|UnboundedMap|RingBuffer|IterableSortedMap)Structure\b/;

const usesOtherCrate = inAnyFile((text) => otherCrate.test(text));

/** Structures of another crate take the id instead of the memory, and their `new` opens what is there. */
function isMemoryId({ constants }: CanisterModel, given: string): boolean {
  const first = splitAtCommas(given)[0] ?? "";
  if (/^(?:\w+::)*MemoryId::new\(/.test(first)) return true;
  return constants.some((it) => it.name === lastName(first) && /\bMemoryId$/.test(it.type.trim()));
}

/** Named like a structure of the standard library, and not imported from ic-stable-structures. */
function isOfHeap(text: string, name: string): boolean {
  return (
    !name.startsWith("Stable") && !new RegExp(`\\bic_stable_structures\\b[^;]*\\b${name}\\b(?!\\s+as\\b)`).test(text)
  );
}
