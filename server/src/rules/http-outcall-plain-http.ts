import { FunctionIndex } from "../analysis/functionIndex.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import { outcallRequests } from "./outcallRequests.ts";
import type { Rule } from "./rule.ts";

/** No node sends a request that is not encrypted. */
export const httpOutcallPlainHttp: Rule = {
  id: "http-outcall-plain-http",
  severity: "error",
  docs: {
    what: "An HTTPS outcall goes to a `http://` address, or to one of a local network.",
    why: "The management canister accepts only `https://` addresses, and the nodes reach public ones only: the call is rejected.",
    instead: "Use the service's `https://` address, and a public host.",
  },

  check(canister, report) {
    const senders = new Set(outcallRequests(canister).map((it) => it.inFunction));
    for (const [inFunction, texts] of badAddresses.of(canister)) {
      if (!reachableFunctions(canister).has(inFunction)) continue;
      for (const { value, range, givenTo } of texts) {
        if (!(senders.has(inFunction) || givenTo === "url")) continue;
        const { path } = inFunction;
        const isPlain = value.startsWith("http://") && !localHost.test(value);
        const start = canister.textOf(path).indexOf("http://", range.start);
        report({
          confidence: "high",
          path,
          range,
          message: isPlain
            ? "The management canister rejects outcalls to addresses that do not begin with `https://`. Use the encrypted address."
            : "No node can reach a host of a local network: the outcall fails. Use a public host with an `https://` address.",
          fixes: isPlain
            ? [
                {
                  title: "Use `https://`",
                  kind: "safe",
                  edits: [{ path, range: { start, end: start + "http://".length }, newText: "https://" }],
                },
              ]
            : [],
        });
      }
    }
  },
};

const localHost = /^https?:\/\/(localhost|127\.|10\.\d|192\.168\.)/;
const badAddress = /^http:\/\/[\w[]|^https:\/\/(localhost|127\.|10\.\d|192\.168\.)/;

const badAddresses = new FunctionIndex(({ texts }) => texts.filter((it) => badAddress.test(it.value)));
