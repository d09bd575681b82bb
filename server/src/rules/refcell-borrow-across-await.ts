import type { Rule } from "./rule.ts";

/** A borrow or lock is held while other messages are executed. */
export const refcellBorrowAcrossAwait: Rule = {
  id: "refcell-borrow-across-await",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "A `RefCell` borrow or a lock is alive at an `await` on a call.",
    why: "While the call is awaited, the canister executes other messages. The first one that borrows the same cell traps with a BorrowMutError; one that waits for the same lock traps, too, since nothing can release it.",
    instead: "End the borrow before the `await`: copy what is needed, use an inner block, or `drop` the guard.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      const seen = new Set<number>();
      for (const suspension of steps) {
        if (suspension.kind !== "suspension" || suspension.suspends !== "yes") continue;
        for (const { range, operation, receiver, name } of suspension.held) {
          const start = range.start + suspension.item.start;
          if (seen.has(start)) continue;
          seen.add(start);
          const isCell = operation.includes("borrow");
          const holder = name === undefined ? "until the end of the statement" : `in \`${name}\``;
          report({
            severity: isCell ? "error" : "warning",
            confidence: "high",
            path,
            range: { start, end: range.end + suspension.item.start },
            message: isCell
              ? `\`${receiver}\` stays borrowed ${holder} while the call is awaited: the next message that borrows it traps. End the borrow before the \`await\`.`
              : `\`${receiver}\` stays locked ${holder} while the call is awaited: the next message that locks it traps. Release it before the \`await\`.`,
            related: [{ path, range: suspension.range, message: "other messages are executed here" }],
          });
        }
      }
    }
  },
};
