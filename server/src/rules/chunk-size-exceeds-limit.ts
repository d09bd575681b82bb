import type { Rule } from "./rule.ts";

/** A piece that no message can carry. */
export const chunkSizeExceedsLimit: Rule = {
  id: "chunk-size-exceeds-limit",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "A constant for the size of chunks is more than a message, or `upload_chunk`, takes.",
    why: "A message has at most 2 MiB, the names and numbers around the chunk included. A chunk of the management canister's `upload_chunk` has at most 1 MiB. Larger ones are rejected.",
    instead: "Take 1_900_000 bytes for messages of your own, and 1_048_576 for `upload_chunk`.",
  },

  check(canister, report) {
    for (const { name, init, path, range } of canister.constants) {
      if (!/(^|_)CHUNK(_|$)/.test(name) || !/SIZE|BYTES|LEN|^CHUNK$/.test(name)) continue;
      // What is cut for a file or for the heap goes into no message.
      if (/STABLE|HEAP|PAGE|BUFFER|FILE|HASH/.test(name)) continue;
      const bytes = product(init);
      if (bytes === undefined || bytes <= 1_048_576) continue;
      const uploads = canister.functions.some(
        (it) => it.names.has("upload_chunk") && it.names.has("install_chunked_code"),
      );
      const limit = uploads ? 1_048_576 : 2_000_000;
      if (bytes <= limit) continue;
      report({
        confidence: "high",
        path,
        range,
        message: uploads
          ? `\`upload_chunk\` takes at most 1048576 bytes, and these are ${bytes}.`
          : `A message takes at most 2 MiB, all that is around the chunk included, and this chunk has ${bytes} bytes. Take 1_900_000.`,
      });
    }
  },
};

/** The value of a product of numbers. */
function product(text: string): number | undefined {
  const factors = text.split("*").map((it) => /^([\d_]+)(?:u\d+|usize)?$/.exec(it.trim())?.[1]?.replaceAll("_", ""));
  if (factors.some((it) => it === undefined)) return undefined;
  return factors.reduce((value, it) => value * Number(it), 1);
}
