import type { CanisterModel, ModelFunction, PlacedField } from "../analysis/canisterModel.ts";
import { callersOf } from "./callers.ts";
import { asking } from "./callNames.ts";
import { fieldOf, isReplicated, type OutcallRequest, outcallRequests, sendOnce } from "./outcallRequests.ts";
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
      if (method === undefined || !isReplicated(request)) continue;
      const posting = changing.test(method.value) ? [request.inFunction] : givenByCallers(canister, request, method);
      if (!posting.some((it) => isSentToChange(canister, it))) continue;
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

const changing = /(^|::)(POST|PUT|DELETE|Post|Put|Delete)$/;

/** Callers of a function that sends what it is told, `send(url, HttpMethod::POST, body)`, which have it change something. */
function givenByCallers(
  canister: CanisterModel,
  { inFunction }: OutcallRequest,
  { name, value }: PlacedField,
): ModelFunction[] {
  const given = value.trim() === "" ? name : value.trim();
  const place = inFunction.parameters.filter((it) => it.name !== "self").findIndex((it) => it.name === given);
  if (place === -1) return [];
  return callersOf(canister, inFunction).filter(({ steps }) =>
    steps.some(
      (it) =>
        it.kind === "functionCall" &&
        it.targets.includes(inFunction) &&
        changing.test(it.arguments[place]?.text.trim() ?? ""),
    ),
  );
}

/**
 * Whether what is posted changes something elsewhere, as far as bodies and names tell: where a function sends whatever it is
 * given, its callers know.
 */
function isSentToChange(canister: CanisterModel, sending: ModelFunction, depth = 0): boolean {
  const { name, displayName, path, parameters } = sending;
  const body = bodyText(canister, sending);
  if (readsByPost.test(body) || signedOnce.test(body) || readsByPost.test(`${displayName} ${path}`)) return false;
  // A mere `get` says how it is sent, not what for.
  if (name.includes("_") && (asking.test(name) || sameAgain.test(name))) return false;
  const isTold = parameters.some((it) => /^(?:body|payload|json|data|request_body|req_body)$/.test(it.name));
  const callers = isTold && depth < 3 ? callersOf(canister, sending) : [];
  return callers.length === 0 || callers.some((it) => isSentToChange(canister, it, depth + 1));
}

/** What is posted only to ask: remote procedure calls of blockchains, queries, searches, and what is asked of a model. */
const readsByPost =
  /json_?rpc|envelope|cbor|\brpc|_rpc|rpc_|"method\\?"|eth_|get_?block|graphql|\bquery\b|search|moderat|classif|completion|chat|prompt|embedding|openai|llm|price|quote|balance|receipt/i;

/** A signed transaction is known by its id: the blockchain takes it once. */
const signedOnce = /broadcast|sign(?:ed)?_?tx|signed_?transaction|send_?raw|raw_?transaction/i;

/** What leaves the same behind, done once or thirteen times. */
const sameAgain = /^(copy|delete|remove|rename|replace|overwrite|sync|upsert)(_|$)/;
