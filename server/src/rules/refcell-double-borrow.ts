import type { DoubleBorrow } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";

/** A cell is borrowed while a borrow of the same cell is alive that forbids it. */
export const refcellDoubleBorrow: Rule = {
  id: "refcell-double-borrow",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "A `RefCell` or lock of a static is borrowed a second time while the first borrow is still alive.",
    why: "The second borrow traps each time the execution gets there: with a BorrowMutError or BorrowError for a cell, and for a lock since nothing else runs that could release it.",
    instead:
      "End the first borrow before the second: copy what is needed with a `let` of its own, or work with what is borrowed already.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      for (const step of steps) {
        if (step.kind !== "doubleBorrow") continue;
        const { range, variable, held, isCertain, through } = step;
        const first = { path, range: held.range, message: `\`${variable.name}\` is ${taken(held)} here` };
        const by = through && {
          path: through.by.path,
          range: through.by.range,
          message: `borrows \`${variable.name}\` with \`${step.operation}\``,
        };
        report({
          severity: isCertain ? "error" : "warning",
          confidence: isCertain ? "high" : "medium",
          path,
          range,
          message: messageOf(step),
          related: by === undefined ? [first] : [first, by],
        });
      }
    }
  },
};

function messageOf({ variable, operation, held, isCertain, through }: DoubleBorrow): string {
  const isLock = /lock|read$|write$/.test(operation) && !operation.includes("borrow");
  const still = `\`${variable.name}\` ${isCertain || through !== undefined ? "is still" : "may still be"} ${taken(held)}`;
  const fails = isLock ? "taking its lock again traps" : `borrowing it again traps with a ${errorOf(operation)}`;
  const end = isLock ? "Release it before." : "End the first borrow before.";
  if (through === undefined) return `${still} here: ${fails}. ${end}`;
  const does = isCertain ? "" : ", on some of its ways";
  const again = through.called === through.by.name ? "" : ` by way of \`${through.by.name}\``;
  return `${still} while \`${through.called}\` borrows it${again}${does}: ${fails}. ${end}`;
}

function errorOf(operation: string): string {
  return /^(try_|with_)?borrow$/.test(operation) ? "BorrowError" : "BorrowMutError";
}

function taken({ operation, isMutable }: DoubleBorrow["held"]): string {
  if (/^(try_)?(lock|read|write)$/.test(operation)) return "locked";
  return isMutable ? "borrowed mutably" : "borrowed";
}
