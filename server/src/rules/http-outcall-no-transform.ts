import { fieldOf, isReplicated, isSetLater, outcallRequests } from "./outcallRequests.ts";
import type { Rule } from "./rule.ts";

/** The nodes cannot agree on what they were answered. */
export const httpOutcallNoTransform: Rule = {
  id: "http-outcall-no-transform",
  severity: "warning",
  docs: {
    what: "A replicated HTTPS outcall has no transform: `transform: None`.",
    why: "Every node of the subnet sends the request by itself, and two thirds of them must get the same bytes. Headers such as `Date` or a request id differ from one response to the next: then there is no agreement, and the call is rejected, most times or now and then.",
    instead:
      "Give a `#[query]` as the transform that clears the headers and keeps only what matters of the body, or let one node send the request, `is_replicated: Some(false)`, where its answer may be trusted.",
  },

  check(canister, report) {
    const requests = outcallRequests(canister).filter(
      (it) => fieldOf(it, "transform")?.value === "None" && isReplicated(it),
    );
    if (requests.length === 0 || isSetLater(canister, "transform") || isSetLater(canister, "is_replicated")) return;
    for (const request of requests) {
      const field = fieldOf(request, "transform");
      if (field === undefined || request.inFunction.names.has("http_request_with_closure")) continue;
      report({
        confidence: "high",
        path: request.path,
        range: field.range,
        message:
          "Each node sends this request, and the outcall fails where the responses differ in a single byte, such as the `Date` " +
          "header. Give a transform that keeps only what is the same everywhere, or set `is_replicated: Some(false)`.",
      });
    }
  },
};
