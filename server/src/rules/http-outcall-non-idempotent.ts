import { asking } from "./callNames.ts";
import { fieldOf, isReplicated, outcallRequests, sendOnce } from "./outcallRequests.ts";
import type { Rule } from "./rule.ts";
import { bodyText, inAnyFile, withoutComments } from "./sourceText.ts";

/** What shall happen once happens once for each node. */
export const httpOutcallNonIdempotent: Rule = {
  id: "http-outcall-non-idempotent",
  severity: "warning",
  docs: {
    what: "A replicated HTTPS outcall sends a `POST`, `PUT` or `DELETE` without an idempotency key.",
    why: "Every node of the subnet sends the request: a service that does not know the requests to be one and the same creates thirteen orders, payments or mails, or 34 on a large subnet.",
    instead:
      "Send a header `Idempotency-Key` where the service knows it, or let one node send the request, `is_replicated: Some(false)`.",
  },

  check(canister, report) {
    const requests = outcallRequests(canister);
    if (requests.length === 0 || namesKeys.of(canister, "")) return;
    for (const request of requests) {
      const method = fieldOf(request, "method");
      if (method === undefined || !/(^|::)(POST|PUT|DELETE|Post|Put|Delete)$/.test(method.value)) continue;
      if (!isReplicated(request) || readsByPost.test(bodyText(canister, request.inFunction))) continue;
      if (readsByPost.test(`${request.inFunction.displayName} ${request.path}`)) continue;
      const { name } = request.inFunction;
      // A mere `get` says how it is sent, not what for.
      if (name.includes("_") && (asking.test(name) || sameAgain.test(name))) continue;
      report({
        confidence: "medium",
        path: request.path,
        range: method.range,
        message:
          "Each node of the subnet sends this request: without an idempotency key the service does it thirteen times or more. Send " +
          "an `Idempotency-Key` that the service knows, or set `is_replicated: Some(false)`.",
        fixes: sendOnce(request),
      });
    }
  },
};

const namesKeys = inAnyFile((text) => /idempoten/i.test(text) && /idempoten/i.test(withoutComments(text)));

/** What is posted only to ask: remote procedure calls of blockchains, queries, searches, and what is asked of a model. */
const readsByPost =
  /json_?rpc|envelope|cbor|\brpc|_rpc|rpc_|"method\\?"|eth_|get_?block|graphql|\bquery\b|search|moderat|classif|completion|chat|prompt|embedding|openai|llm|price|quote|balance|receipt/i;

/** What leaves the same behind, done once or thirteen times. */
const sameAgain = /^(copy|delete|remove|rename|replace|overwrite|sync|upsert)(_|$)/;
