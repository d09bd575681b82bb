import type { CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { isTestCanister } from "./openEndpoints.ts";
import type { Rule } from "./rule.ts";

/** A page that the gateway does not give to browsers. */
export const httpResponseUncertified: Rule = {
  id: "http-response-uncertified",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "`http_request` answers with content, and nothing in the crate certifies it.",
    why: "One node alone answers a query. The gateway therefore asks for a certificate in the header `IC-Certificate`, and shows an error page where there is none; only the `raw.` domain, which trusts the node, gives the content.",
    instead:
      "Certify the responses with `ic-http-certification` or `ic-asset-certification`, skip certification by its header for what nobody relies on, or answer `upgrade: Some(true)`.",
  },

  check(canister, report) {
    const entry = canister.entryPoints.find((it) => it.kind === "query" && it.method === "http_request");
    if (entry === undefined || isTestCanister(canister) || canister.hasError) return;
    const { parameters, returnType } = entry.function;
    if (parameters.length !== 1 || !/Request$/.test(parameters[0]?.type.trim() ?? "")) return;
    if (!/Response/.test(returnType)) return;
    const reached = reachedFunctions(entry.function);
    if (mayCertify(canister) || leavesIt(canister, reached)) return;
    if (!servesContent(reached)) return;
    report({
      confidence: "medium",
      path: entry.path,
      range: entry.nameRange,
      message:
        "No response of `http_request` is certified: the gateway shows browsers an error page instead, except under the `raw.` domain. " +
        "Add the header `IC-Certificate` (crate `ic-http-certification`), or skip certification where nobody relies on the content.",
    });
  },
};

/** The function and all of the crate that it may call. */
function reachedFunctions(from: ModelFunction): ReadonlySet<ModelFunction> {
  const reached = new Set([from]);
  for (const next of reached) for (const it of next.summary.callees) reached.add(it);
  return reached;
}

/** The crate certifies something, or uses a crate that does it for its responses. */
function mayCertify({ functions, versions, constants }: CanisterModel): boolean {
  const certifying = [...versions.keys()].filter((it) => /certifi|ic-assets?$/.test(it));
  // Of ic-http-certification, the types of a request and a response certify nothing by themselves.
  if (certifying.some((it) => it !== "ic-http-certification")) return true;
  if (constants.some((it) => /certificate/i.test(`${it.name} ${it.init}`))) return true;
  return functions.some(
    (it) =>
      it.summary.setsCertifiedData ||
      [...it.names].some(
        (name) => /certif(?!ication$)|Certification|CelBuilder/i.test(name) && name !== "ic_http_certification",
      ) ||
      it.texts.some(({ value }) => /^ic-certificate(-expression)?$/i.test(value)),
  );
}

/** Answered by an update, which all nodes agree on, or not answered at all; not where answers with content are left as they are. */
function leavesIt(canister: CanisterModel, reached: ReadonlySet<ModelFunction>): boolean {
  const texts = [...reached].map(({ path, range }) => canister.textIn(path, range.start, range.end));
  const isLeft = texts.some((it) => /\bupgrade\s*:\s*Some\(\s*true\s*\)|\bwith_upgrade\b|\bbuild_update\b/.test(it));
  const answers = texts.some((it) =>
    /\bstatus_code\s*:\s*200\b[^}]*\bupgrade\s*:\s*(?:None|Some\(\s*false\s*\))/.test(it),
  );
  return isLeft && !answers;
}

/** What operators read, over `raw.` or by a tool of their own. */
const operationalPath =
  /^\/?(metrics|logs?|traces?|health\w*|status|dashboard|stats|errors?|ready|version|info|canister.*|__.*)([/?].*)?$/;
const operationalContent = /metrics|prometheus|(^|_)logs?(_|$)|trace|canbench|health|dashboard/i;
const operationalName = /metrics|prometheus|(^|_)logs?(_|$)|trace|canbench|health|dashboard|not_found|404/i;

/** Some path is answered that is made for browsers. */
function servesContent(reached: ReadonlySet<ModelFunction>): boolean {
  const functions = [...reached];
  if (functions.some((it) => it.names.has("StreamingStrategy") || it.names.has("streaming_strategy"))) {
    if (functions.some(({ names }) => names.has("mime_type") || names.has("content_type"))) return true;
  }
  const paths = functions.flatMap((it) =>
    it.texts.filter(({ value }) => /^\/[\w/.-]+$/.test(value)).map(({ value }) => value),
  );
  if (paths.length > 0) return paths.some((it) => !operationalPath.test(it));
  // An answer for what is not found is no content, but stands beside some.
  const answersAll = functions.some(
    (it) => it.names.has("ok") || it.texts.some(({ value }) => /json|html/.test(value)),
  );
  const name = answersAll ? operationalContent : operationalName;
  return !functions.some((it) => [it.name, ...it.names].some((known) => name.test(known)));
}
