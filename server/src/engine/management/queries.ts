import type { Principal } from "../../base/principal.ts";
import { reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import type { CallResponse } from "../trace.ts";
import { answerStatus } from "./canisterStatus.ts";
import { fetchCanisterLogs } from "./fetchCanisterLogs.ts";

/** A query of the management canister, by a user or by a composite query. */
export interface ManagementQuery {
  readonly caller: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
}

/** Methods that change nothing and can be called as queries. */
const queries = new Map([
  ["canister_status", answerStatus],
  ["fetch_canister_logs", fetchCanisterLogs],
]);

/** Answers a query of the management canister. */
export function executeManagementQuery(env: ExecutionEnvironment, call: ManagementQuery): CallResponse {
  const query = queries.get(call.method);
  if (query === undefined) {
    const message = `Query method ${call.method} not found on the management canister of this engine.`;
    return { kind: "reject", reject: reject("CanisterMethodNotFound", message) };
  }
  const outcome = query(env, call);
  return outcome.kind === "reply" ? { kind: "reply", data: outcome.data } : { kind: "reject", reject: outcome.reject };
}
