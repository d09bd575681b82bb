import type { CanisterModel } from "../analysis/canisterModel.ts";
import { indentationAt } from "./insertStatement.ts";
import {
  fieldOf,
  isBaseOnly,
  isForAnotherCanister,
  isReplicated,
  isSetLater,
  type OutcallRequest,
  outcallRequests,
  sendOnce,
} from "./outcallRequests.ts";
import type { QuickFix, Rule, TextEdit } from "./rule.ts";
import { isCdkAtLeast } from "./tasks.ts";

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
      if (isBaseOnly(canister, request, "transform") || isForAnotherCanister(request)) continue;
      if (field === undefined || request.inFunction.names.has("http_request_with_closure")) continue;
      report({
        confidence: "high",
        path: request.path,
        range: field.range,
        message:
          "Each node sends this request, and the outcall fails where the responses differ in a single byte, such as the `Date` " +
          "header. Give a transform that keeps only what is the same everywhere, or set `is_replicated: Some(false)`.",
        fixes: [...stripHeaders(canister, request), ...sendOnce(request)],
      });
    }
  },
};

const strippingQuery = "strip_headers";

/** Gives the request the crate's own transform, or a new one that keeps status and body. */
function stripHeaders(canister: CanisterModel, request: OutcallRequest): QuickFix[] {
  const field = fieldOf(request, "transform");
  const { path, inFunction } = request;
  const known = canister.entryPoints.find(
    (it) => it.kind === "query" && it.function.parameters.some(({ type }) => /\bTransformArgs$/.test(type)),
  );
  if (field === undefined || (known === undefined && inFunction.implOf !== undefined)) return [];
  const crate = outcallCrate(canister);
  const name = known?.method ?? strippingQuery;
  const context = crate.isOld
    ? `${crate.path}::TransformContext::from_name("${name}".to_string(), vec![])`
    : `${crate.path}::transform_context_from_query("${name}".to_string(), vec![])`;
  const edits: TextEdit[] = [{ path, range: field.valueRange, newText: `Some(${context})` }];
  if (known === undefined) {
    const indentation = indentationAt(canister.textOf(path), inFunction.range.start);
    const end = { start: inFunction.range.end, end: inFunction.range.end };
    const result = `${crate.path}::${crate.isOld ? "HttpResponse" : "HttpRequestResult"}`;
    const lines = [
      "#[ic_cdk::query(hidden = true)]",
      `fn ${strippingQuery}(args: ${crate.path}::TransformArgs) -> ${result} {`,
      `    ${result} { headers: vec![], ..args.response }`,
      "}",
    ];
    edits.push({ path, range: end, newText: `\n${lines.map((it) => `\n${indentation}${it}`).join("")}` });
  }
  const title = known === undefined ? "Strip the headers in a transform" : `Transform with \`${name}\``;
  return [{ title, kind: "review", edits }];
}

/** Where the types and functions of outcalls are in this version of ic-cdk. */
function outcallCrate(canister: CanisterModel): { readonly path: string; readonly isOld: boolean } {
  if (canister.versions.has("ic-cdk-management-canister")) return { path: "ic_cdk_management_canister", isOld: false };
  if (isCdkAtLeast(canister, 20)) return { path: "ic_cdk_management_canister", isOld: false };
  if (isCdkAtLeast(canister, 18)) return { path: "ic_cdk::management_canister", isOld: false };
  return { path: "ic_cdk::api::management_canister::http_request", isOld: true };
}
