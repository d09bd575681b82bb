import type { StateRead, StateVariable, StateWrite, Suspension } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";
import { awaitPlace, stateName } from "./stateNames.ts";

/** A reference into a `static mut` lives while other messages change what it refers to. */
export const staticMutRefAcrossAwait: Rule = {
  id: "static-mut-ref-across-await",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "A mutable reference into a `static mut` is made before an `await` and used behind it.",
    why: "While the call is awaited, other messages change the same state through references of their own. Two live mutable references to one place are undefined behaviour in Rust: the compiler may use values that it read before the `await`, and an element that was referred to may have moved.",
    instead: "Fetch the reference again behind the `await`, or keep the state in a `thread_local!` cell.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const reported = new Set<number>();
      for (const access of inFunction.steps) {
        if (access.kind !== "stateWrite" && access.kind !== "stateRead") continue;
        const suspension = inFunction.steps.find(
          (it): it is Suspension => it.kind === "suspension" && it.suspends === "yes" && isHeldAcross(access, it),
        );
        if (suspension === undefined || !isStaticMut(access.state.variable)) continue;
        const { heldSince = 0 } = access;
        if (reported.has(heldSince)) continue;
        reported.add(heldSince);
        const name = stateName({ variable: access.state.variable, field: "" });
        report({
          confidence: "high",
          path: inFunction.path,
          range: access.range,
          message:
            `This uses a reference into \`${name}\` that was made before the \`await\`: meanwhile other messages changed \`${name}\` ` +
            "through references of their own, which is undefined behaviour. Fetch the reference again behind the `await`.",
          related: [awaitPlace(inFunction, suspension, "other messages are executed here")],
        });
      }
    }
  },
};

function isHeldAcross({ at, heldSince }: StateWrite | StateRead, suspension: Suspension): boolean {
  if (heldSince === undefined || at.task !== suspension.at.task) return false;
  return heldSince <= suspension.at.order && suspension.at.order < at.order;
}

function isStaticMut({ origin, type, isMutable }: StateVariable): boolean {
  return origin === "plain" && isMutable && !/\b(RefCell|Cell|Mutex|RwLock|OnceCell|OnceLock|Atomic\w+)\b/.test(type);
}
