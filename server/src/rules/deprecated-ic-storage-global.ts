import type { Rule } from "./rule.ts";

/** State in a store that is gone. */
export const deprecatedIcStorageGlobal: Rule = {
  id: "deprecated-ic-storage-global",
  severity: "information",
  isOptIn: true,
  isPerFunction: true,
  docs: {
    what: "State is kept by type: `ic_cdk::storage::get_mut`, `ic_kit::ic::get_mut`.",
    why: "These functions are gone from ic-cdk. They give mutable references as often as they are asked: two at once are undefined behaviour.",
    instead: "Keep the state in `thread_local! { static STATE: RefCell<…> }`.",
  },

  check(canister, report) {
    for (const { path, calls } of canister.functions) {
      const found = calls.filter(
        (it) => it.kind === "functionCall" && it.targets.length === 0 && gone.test(it.resolved),
      );
      const [call] = found;
      if (call === undefined) continue;
      const others = found.length - 1;
      report({
        confidence: "high",
        path,
        range: call.pathRange,
        message:
          `\`${call.path}\` is gone from ic-cdk, and gives the same state to two owners at once${others === 0 ? "" : `, here and at ${others} more ${others === 1 ? "place" : "places"} of the function`}. ` +
          "Keep it in a `thread_local!` with a `RefCell`.",
      });
    }
  },
};

const gone =
  /^(ic_cdk::storage|ic_cdk::export::storage|(?:ic_kit::)?ic)::(get|get_mut|get_maybe|with|with_mut|store|swap|take)$/;
