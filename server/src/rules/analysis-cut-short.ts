import { LineIndex } from "../base/lineIndex.ts";
import type { Rule } from "./rule.ts";

/** Files that cannot be read to their end, so that silence about them means nothing. */
export const analysisCutShort: Rule = {
  id: "analysis-cut-short",
  severity: "information",
  docs: {
    what: "A Rust file cannot be read to its end: something in it is no Rust, or newer than what Canister Workbench knows.",
    why: "Nothing is said about the function in which reading stopped. Rules about what a crate lacks, such as `missing-post-upgrade` and `missing-caller-check`, are silent for the whole crate, since it may stand there.",
    instead: "Mend the syntax. If cargo compiles the file, report it to Canister Workbench.",
  },

  check(canister, report) {
    for (const { path, offset } of canister.unreadable) {
      const lines = new LineIndex(canister.textOf(path));
      const { line } = lines.position(offset);
      const end = lines.offset({ line, character: 0 }) + lines.lineText(line).length;
      report({
        confidence: "high",
        path,
        range: { start: Math.min(offset, end), end },
        message: `The analysis of this file stopped at line ${line + 1}, which cannot be read. Rules about what the crate lacks are silent until it can.`,
      });
    }
  },
};
