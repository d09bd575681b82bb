import type { FunctionCall } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";

/** State in a store that is gone. */
export const deprecatedIcStorageGlobal: Rule = {
  id: "deprecated-ic-storage-global",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "State is kept by type: `ic_cdk::storage::get_mut`, `ic_kit::ic::get_mut`.",
    why: "These functions are gone from ic-cdk. They give mutable references as often as they are asked: two at once are undefined behaviour.",
    instead: "Keep the state in `thread_local! { static STATE: RefCell<…> }`.",
  },

  check(canister, report) {
    const places = new Map<string, { readonly call: FunctionCall; count: number }>();
    for (const { path, calls } of canister.functions) {
      for (const call of calls) {
        if (call.kind !== "functionCall" || call.targets.length > 0 || !gone.test(call.resolved)) continue;
        const known = places.get(path);
        if (known === undefined) places.set(path, { call, count: 1 });
        else known.count++;
      }
    }
    for (const [path, { call, count }] of places) {
      report({
        confidence: "high",
        path,
        range: call.pathRange,
        message:
          `\`${call.path}\` is gone from ic-cdk, and gives the same state to two owners at once${count === 1 ? "" : `, here and at ${count - 1} more ${count === 2 ? "place" : "places"} of the file`}. ` +
          "Keep it in a `thread_local!` with a `RefCell`.",
      });
    }
  },
};

const gone =
  /^(ic_cdk::storage|ic_cdk::export::storage|(?:ic_kit::)?ic)::(get|get_mut|get_maybe|with|with_mut|store|swap|take)$/;
