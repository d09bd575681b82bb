import { Principal } from "../../base/principal.ts";
import { canisterNotFound, methodNotFound, wasmModuleNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { codeSeen, onStateBefore } from "../stateBefore.ts";
import type { CallResponse, TracePlace } from "../trace.ts";
import { inputOf, type MessageRun, traceExecution } from "./messageExecution.ts";
import { queryContext, queryRun, rejected, responseOfQuery } from "./query.ts";
import { QueryGraph } from "./queryGraph.ts";

/**
 * Runs the query method that a canister gave with an HTTPS outcall, on the response and for nothing; its changes are
 * discarded. https://internetcomputer.org/docs/references/ic-interface-spec#ic-http_request
 */
export function executeTransform(
  env: ExecutionEnvironment,
  it: {
    readonly canisterId: Principal;
    readonly method: string;
    readonly argument: Uint8Array;
    readonly place: TracePlace;
  },
): CallResponse {
  const canister = env.canister(it.canisterId);
  if (canister === undefined) return rejected(canisterNotFound(it.canisterId));
  const code = codeSeen(canister);
  if (code === undefined) return rejected(wasmModuleNotFound(canister.id));
  if (!code.prepared.facts.queryMethods.has(it.method))
    return rejected(methodNotFound(canister.id, "query", it.method));
  const message = { ...it, caller: Principal.management, receiver: canister.id };
  const context = queryContext(message);
  const run: MessageRun = {
    ...queryRun(message, new QueryGraph(env.limits.instructionsPerQuery), "query"),
    mode: "transform",
  };
  const outcome = onStateBefore(canister, () =>
    code.instance.run(inputOf(env, canister, context, run), env.watch, true),
  );
  traceExecution(env, canister, context, run, outcome, 0n);
  return responseOfQuery(canister, context, outcome, run.instructionLimit);
}
