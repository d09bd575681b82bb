import { fileSystemMemories, type MemoryUse, memoryUses } from "./memoryUses.ts";
import type { Rule } from "./rule.ts";

/** Two structures write to the same memory. */
export const memoryIdReused: Rule = {
  id: "memory-id-reused",
  severity: "error",
  docs: {
    what: "Two stable structures are made in the same virtual memory: their `MemoryId` is equal.",
    why: "Each structure takes the whole memory for its own. The second one that writes overwrites the data of the first.",
    instead:
      "Give each structure, and each of the two memories of a `StableLog`, an id of its own, best as constants that stand together.",
  },

  check(canister, report) {
    const known = new Map<string, MemoryUse>();
    for (const use of memoryUses(canister)) {
      const first = known.get(use.key);
      if (first === undefined) {
        known.set(use.key, use);
        continue;
      }
      report({
        confidence: "high",
        path: use.path,
        range: use.range,
        message: `\`${use.owner}\` lies in the same memory as \`${first.owner}\` (\`MemoryId\` ${use.id}): they overwrite each other's data. Give it an id of its own.`,
        related: [{ path: first.path, range: first.range, message: `the memory of \`${first.owner}\`` }],
      });
    }
    for (const { key, id, path, range } of fileSystemMemories(canister)) {
      const first = known.get(key);
      if (first === undefined) continue;
      report({
        confidence: "high",
        path: first.path,
        range: first.range,
        message: `\`${first.owner}\` lies in the memory that files lie in (\`MemoryId\` ${id}): they overwrite each other's data. Give it an id of its own.`,
        related: [{ path, range, message: "the memory of the file system" }],
      });
      return;
    }
  },
};
