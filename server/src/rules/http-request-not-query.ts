import type { QuickFix, Rule } from "./rule.ts";

/** The gateway finds no web page. */
export const httpRequestNotQuery: Rule = {
  id: "http-request-not-query",
  severity: "error",
  isOptIn: true,
  docs: {
    what: "`http_request` is an update.",
    why: "HTTP gateways ask `http_request` as a query; where it is an update, the browser gets an error. A request that needs an update is sent again to `http_request_update`, when the query answers `upgrade: Some(true)`.",
    instead: "Make it a query, and answer `upgrade: Some(true)` for what `http_request_update` shall do.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints) {
      if (entry.kind !== "update" || entry.method !== "http_request") continue;
      const { parameters, returnType, isAsync } = entry.function;
      if (
        parameters.length !== 1 ||
        !/HttpRequest$/.test(parameters[0]?.type.trim() ?? "") ||
        !/HttpResponse/.test(returnType)
      )
        continue;
      const attribute = /#\[\s*(?:ic_cdk(?:_macros|::macros)?::)?(update)\b/.exec(
        canister.textIn(entry.path, entry.range.start, entry.nameRange.start),
      );
      const start = attribute === null ? -1 : entry.range.start + attribute.index + attribute[0].lastIndexOf("update");
      const fix: QuickFix = {
        title: "Make it a query",
        kind: "review",
        edits: [{ path: entry.path, range: { start, end: start + "update".length }, newText: "query" }],
      };
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message:
          "HTTP gateways ask `http_request` as a query: as an update no browser reaches it. Make it a query, and answer `upgrade: Some(true)` for what needs an update.",
        fixes: attribute === null || isAsync ? [] : [fix],
      });
    }
  },
};
