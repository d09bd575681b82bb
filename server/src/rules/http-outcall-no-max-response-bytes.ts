import type { CanisterModel } from "../analysis/canisterModel.ts";
import { fieldOf, isBaseOnly, isForAnotherCanister, isSetLater, outcallRequests } from "./outcallRequests.ts";
import type { Rule } from "./rule.ts";
import { commentsAt } from "./sourceText.ts";

/** An outcall is paid for two megabytes of response. */
export const httpOutcallNoMaxResponseBytes: Rule = {
  id: "http-outcall-no-max-response-bytes",
  severity: "warning",
  docs: {
    what: "An HTTPS outcall does not limit its response: `max_response_bytes: None`.",
    why: "The price of an outcall depends on the largest response that it allows, not on the one that comes. Without a limit that is 2 MB (2,000,000 bytes), some twenty billion cycles on a subnet of 13 nodes, where a few kilobytes would cost a hundredth.",
    instead: "Set `max_response_bytes` to a little more than the service sends, headers included.",
  },

  check(canister, report) {
    reportTooMuch(canister, report);
    const requests = outcallRequests(canister).filter((it) => fieldOf(it, "max_response_bytes")?.value === "None");
    if (requests.length === 0 || isSetLater(canister, "max_response_bytes")) return;
    for (const request of requests) {
      const field = fieldOf(request, "max_response_bytes");
      if (field === undefined || isBaseOnly(canister, request, "max_response_bytes") || isForAnotherCanister(request))
        continue;
      const { path } = request;
      const isMeant = meansIt.test(commentsAt(canister, path, field.range.start));
      report({
        ...(isMeant && { severity: "information" }),
        confidence: "high",
        path,
        range: field.range,
        message:
          "This outcall is charged for a response of 2 MB, whatever comes back. Set `max_response_bytes` to a little more than " +
          "the service sends, headers included.",
        fixes: [
          {
            title: "Allow 16 KiB",
            kind: "review",
            edits: [{ path, range: field.valueRange, newText: "Some(16_384)" }],
          },
        ],
      });
    }
  },
};

/** A comment at the field says that there shall be no limit. */
const meansIt =
  /\b(no|without( an?y?)?) (limit|maximum|bound)\b|\b(unlimited|unbounded|on purpose|deliberate(ly)?|intentional(ly)?)\b/i;

/** Bytes of a response that an outcall may ask for at most. */
const responseBytesMax = 2_000_000;

function reportTooMuch(canister: CanisterModel, report: Parameters<Rule["check"]>[1]): void {
  for (const request of outcallRequests(canister)) {
    const field = fieldOf(request, "max_response_bytes");
    const digits = /^Some\(\s*([\d_]+)(?:_?u64)?\s*\)$/.exec(field?.value.trim() ?? "")?.[1];
    if (field === undefined || digits === undefined || Number(digits.replaceAll("_", "")) <= responseBytesMax) continue;
    report({
      severity: "error",
      confidence: "high",
      path: request.path,
      range: field.range,
      message: `An outcall may ask for ${responseBytesMax} bytes at most: this one is rejected every time. Ask for a little more than the service sends, headers included.`,
    });
  }
}
