import type { Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** A transform that leaves in what differs. */
export const transformKeepsHeaders: Rule = {
  id: "transform-keeps-headers",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "The transform of an HTTPS outcall gives the response on with its headers.",
    why: "Headers such as `Date`, cookies and request ids differ from one node's response to the next: the nodes do not agree, and the outcall fails.",
    instead: "Clear them: `HttpRequestResult { headers: vec![], ..args.response }`, or keep the few that matter.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      if (
        entry.kind !== "query" ||
        !entry.function.parameters.some((it) => /(^|::)TransformArgs$/.test(it.type.trim()))
      )
        continue;
      const body = bodyText(canister, entry.function);
      const early = /\breturn\s+\w+\s*\.\s*response\s*;/.exec(body);
      const isLeft = early !== null && !/\.\s*headers\b\s*(?:=|\.\s*(?:clear|retain))/.test(body.slice(0, early.index));
      if (
        !isLeft &&
        (/headers|HttpRequestResult|HttpResponse|Default|\btransform\w*\s*\(|sanitize|clean|strip/.test(body) ||
          !/\.\s*response\b/.test(body))
      )
        continue;
      report({
        confidence: "medium",
        path: entry.path,
        range: entry.nameRange,
        message:
          "The headers of the response stay, and some of them differ from node to node: the outcall fails. Clear them, `headers: vec![]`.",
      });
    }
  },
};
