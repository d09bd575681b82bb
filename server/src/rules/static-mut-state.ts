import type { Rule } from "./rule.ts";

/** State behind an `unsafe` of its own. */
export const staticMutState: Rule = {
  id: "static-mut-state",
  severity: "warning",
  isOptIn: true,
  docs: {
    what: "State is kept in a `static mut`.",
    why: "Each access is `unsafe`, and two references at once are undefined behaviour: over an `await`, or through a function that takes one more. The compiler may assume that there are none.",
    instead: "Keep it in `thread_local! { static STATE: RefCell<…> }`, which finds the second borrow.",
  },

  check(canister, report) {
    for (const { name, path, nameRange, origin, range, type } of canister.state) {
      if (
        origin !== "plain" ||
        !/^\s*(pub\s*(\([^)]*\)\s*)?)?static\s+mut\b/.test(canister.textIn(path, range.start, range.end))
      )
        continue;
      // Buffers of allocators and of foreign functions.
      if (/^(?:(?:\w+::)*MaybeUninit\s*<\s*)?\[\s*[ui](?:8|16|32|64|size)\s*;/.test(type.trim())) continue;
      report({
        confidence: "high",
        path,
        range: nameRange,
        message: `Two references to \`${name}\` at once are undefined behaviour, and nothing finds them. Keep it in a \`thread_local!\` with a \`RefCell\`.`,
      });
    }
  },
};
