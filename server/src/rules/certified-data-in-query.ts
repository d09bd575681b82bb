import type { FunctionCall, Step } from "../analysis/canisterModel.ts";
import { entryName, findReached, isDeferred, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";

/** A query cannot certify anything. */
export const certifiedDataInQuery: Rule = {
  id: "certified-data-in-query",
  severity: "error",
  isOptIn: true,
  docs: {
    what: "A query sets the certified data, or an update unwraps the certificate that only queries have.",
    why: "`certified_data_set` traps in a query. `data_certificate` answers `None` in an update, so that to unwrap it traps.",
    instead: "Set the certified data where the state changes, in updates, and read the certificate in queries.",
  },

  check(canister, report) {
    const isRead = canister.functions.some(({ steps }) => steps.some((it) => unwraps(it) !== undefined));
    for (const entry of canister.entryPoints) {
      const isQuery = entry.kind === "query" || entry.kind === "compositeQuery";
      if (!isQuery && (entry.kind !== "update" || !isRead)) continue;
      if (isQuery && !entry.function.summary.setsCertifiedData) continue;
      const reached = findReached(
        entry.function,
        (step, inFunction) => (isDeferred(step, inFunction) ? undefined : isQuery ? sets(step) : unwraps(step)),
        (call, inFunction) => !call.isHandedOn && !isDeferred(call, inFunction),
      );
      if (reached === undefined) continue;
      const { found, inFunction } = reached;
      report({
        confidence: "high",
        path: inFunction.path,
        range: found.pathRange,
        message: isQuery
          ? `${entryName(entry)} is a query, where \`${found.path}\` traps. Set the certified data in the update that changes the state.`
          : `${entryName(entry)} is an update, where \`${found.path}\` answers \`None\`: to unwrap it traps. Read the certificate in a query.`,
        related: wayPlaces(reached),
      });
    }
  },
};

function sets(step: Step): FunctionCall | undefined {
  return step.kind === "functionCall" && step.cdk === "certifiedData" ? step : undefined;
}

function unwraps(step: Step): FunctionCall | undefined {
  if (step.kind !== "functionCall" || step.targets.length > 0 || !/^ic_cdk::api::data_certificate$/.test(step.resolved))
    return undefined;
  return /^(unwrap|expect)$/.test(step.chain[0]?.name ?? "") ? step : undefined;
}
