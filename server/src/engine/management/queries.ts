import { reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import type { CallResponse } from "../trace.ts";
import { answerInfo } from "./canisterInfo.ts";
import { answerMetrics } from "./canisterMetrics.ts";
import { answerStatus } from "./canisterStatus.ts";
import { answerLogs } from "./fetchCanisterLogs.ts";
import { answerCanisters } from "./listCanisters.ts";
import type { ManagementQuery } from "./managementMethod.ts";

/** Methods that change nothing and can be called as queries. */
const queries = new Map([
  ["canister_info", answerInfo],
  ["canister_metrics", answerMetrics],
  ["canister_status", answerStatus],
  ["fetch_canister_logs", answerLogs],
  ["list_canisters", answerCanisters],
]);

/** Instructions that the management canister needs for a query which a composite query calls. */
export function instructionsOfManagementQuery(env: ExecutionEnvironment, method: string): bigint {
  if (method !== "list_canisters") return 0n;
  return limits.instructionsPerList + BigInt(env.canisters.size) * limits.instructionsPerListedCanister;
}

/** Answers a query of the management canister. */
export function executeManagementQuery(env: ExecutionEnvironment, call: ManagementQuery): CallResponse {
  const query = queries.get(call.method);
  if (query === undefined) {
    return { kind: "reject", reject: reject("CanisterMethodNotFound", `Query method ${call.method} not found.`) };
  }
  const outcome = query(env, call);
  return outcome.kind === "reply" ? { kind: "reply", data: outcome.data } : { kind: "reject", reject: outcome.reject };
}
