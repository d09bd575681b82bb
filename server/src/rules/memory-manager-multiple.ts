import { isTouched, localManagers, managerStatics } from "./managedMemory.ts";
import type { Rule } from "./rule.ts";

/** Two managers hand out the same pages. */
export const memoryManagerMultiple: Rule = {
  id: "memory-manager-multiple",
  severity: "error",
  docs: {
    what: "The crate makes two memory managers over the same stable memory.",
    why: "Each of them takes the whole memory for its own and writes its table to the first page. Structures of the one overwrite those of the other: the data is corrupted.",
    instead: "Keep one `MEMORY_MANAGER`, and give each structure a `MemoryId` of its own.",
  },

  check(canister, report) {
    const [first, ...others] = managerStatics(canister).filter((it) => isTouched(canister, it));
    if (first === undefined) return;
    for (const { variable, range } of others) {
      // A binary beside the library is another canister.
      if (!isSameTree(canister.files, first.variable.path, variable.path)) continue;
      report({
        confidence: "high",
        path: variable.path,
        range,
        message: `\`${variable.name}\` and \`${first.variable.name}\` both take all of stable memory for their own, and overwrite each other's data. Keep one manager, and a \`MemoryId\` for each structure.`,
        related: [{ path: first.variable.path, range: first.range, message: "the other manager" }],
      });
    }
    for (const { path, range } of localManagers(canister, first)) {
      report({
        confidence: "high",
        path,
        range,
        message: `This manager and \`${first.variable.name}\` both take all of stable memory for their own, and overwrite each other's data. Take the memory from \`${first.variable.name}\`, with a \`MemoryId\` of its own.`,
        related: [{ path: first.variable.path, range: first.range, message: "the other manager" }],
      });
    }
  },
};

function isSameTree(files: readonly string[], a: string, b: string): boolean {
  const isBinary = (path: string) => /[\\/]bin[\\/]|[\\/]main\.rs$/.test(path) && path !== files[0];
  return isBinary(a) === isBinary(b);
}
