import { misses, repliesItself } from "../analysis/replies.ts";
import type { Rule } from "./rule.ts";

/** A method that has to send its reply itself, and does not on every way. */
export const manualReplyMissing: Rule = {
  id: "manual-reply-missing",
  severity: "error",
  docs: {
    what: "A method with `manual_reply = true`, or an export of its own, can end without `msg_reply`, `msg_reject` or a trap.",
    why: "Nobody else sends the reply. The caller is told that the canister did not reply, although what the method has changed stays.",
    instead: "Send exactly one reply or reject on every way through the method.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints.filter(repliesItself)) {
      const missed = misses(entry.function);
      if (missed === undefined) continue;
      const when = missed === "always" ? "sends no reply" : "can end without a reply";
      const why =
        entry.attribute.path === "export_name" ? "a raw export replies itself" : "with `manual_reply` nobody else does";
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message: `\`${entry.function.name}\` ${when}, and ${why}: its caller gets the error \`canister did not reply\`. Call \`msg_reply\` or \`msg_reject\` on every way.`,
      });
    }
  },
};
