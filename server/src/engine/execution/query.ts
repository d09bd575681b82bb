/**
 * Non-replicated queries: they run on the committed state, cost nothing, and leave nothing behind.
 * https://internetcomputer.org/docs/references/ic-interface-spec#query-call
 */
import type { Principal } from "../../base/principal.ts";
import { type CallContext, settle } from "../callContexts.ts";
import type { Canister, InstalledCode } from "../canister.ts";
import type { ExecutionOutcome } from "../embedder/contract.ts";
import {
  methodNotFound,
  type Reject,
  receiverNotFound,
  reject,
  stoppedForQueries,
  wasmModuleNotFound,
  withoutErrorCode,
} from "../errors.ts";
import { type ExecutionEnvironment, isManagement } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { hasManagementMethod } from "../management/methods.ts";
import { executeManagementQuery, instructionsOfManagementQuery } from "../management/queries.ts";
import { codeSeen, onStateBefore } from "../stateBefore.ts";
import type { CallResponse, TracePlace } from "../trace.ts";
import { executeCompositeQuery } from "./compositeQuery.ts";
import { inputOf, type MessageRun, resultOf, traceExecution } from "./messageExecution.ts";
import type { QueryGraph } from "./queryGraph.ts";
import { notRunning } from "./update.ts";

/** A call of a query method by a user, or by a composite query. */
export interface QueryMessage {
  readonly caller: Principal;
  readonly receiver: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  readonly place: TracePlace;
  /** Only for the query that a user sent. */
  readonly dataCertificate?: () => Uint8Array;
}

/** Evaluates a query and everything that it calls. */
export function executeQuery(env: ExecutionEnvironment, graph: QueryGraph, message: QueryMessage): CallResponse {
  if (isManagement(message.receiver, env.subnetId)) return executeManagementQuery(env, message);
  const target = queryTarget(env, message);
  if (target.kind === "refused") return rejected(target.reject);
  const response = executeTarget(env, graph, target);
  return graph.failure === undefined ? response : rejected(graph.failure);
}

/** Evaluates a query that a composite query calls; undefined where the call is never answered. */
export function executeCalledQuery(
  env: ExecutionEnvironment,
  graph: QueryGraph,
  message: QueryMessage,
): CallResponse | undefined {
  const charge = () => {
    graph.instructionsLeft -= limits.instructionsPerQueryCall;
  };
  if (isManagement(message.receiver, env.subnetId)) {
    // What the management canister does not have cannot be sent to it, and the network tells nobody.
    if (!hasManagementMethod(message.method)) return undefined;
    charge();
    graph.instructionsLeft -= instructionsOfManagementQuery(env, message.method);
    const response = executeManagementQuery(env, message);
    return response.kind === "reply" ? response : rejected(withoutErrorCode(response.reject));
  }
  const target = queryTarget(env, message);
  return target.kind === "refused" ? rejected(target.reject) : executeTarget(env, graph, target, charge);
}

/** A canister that has the query, or why the query is nobody's. */
type QueryTarget =
  | (QueryExecution & { readonly kind: "query" | "compositeQuery" })
  | { readonly kind: "refused"; readonly reject: Reject };

function queryTarget(env: ExecutionEnvironment, message: QueryMessage): QueryTarget {
  const refused = (reject: Reject) => ({ kind: "refused", reject }) as const;
  const canister = env.canister(message.receiver);
  if (canister === undefined) return refused(receiverNotFound(message.receiver));
  if (canister.state.kind === "stopped") return refused(stoppedForQueries(canister.id));
  const code = codeSeen(canister);
  if (code === undefined) return refused(wasmModuleNotFound(canister.id));
  const { queryMethods, compositeQueryMethods } = code.prepared.facts;
  if (compositeQueryMethods.has(message.method)) return { kind: "compositeQuery", canister, code, message };
  if (queryMethods.has(message.method)) return { kind: "query", canister, code, message };
  return refused(methodNotFound(canister.id, "query", message.method));
}

/** `executed` is told when the entry point has ended, before what it called is evaluated. */
function executeTarget(
  env: ExecutionEnvironment,
  graph: QueryGraph,
  it: QueryExecution & { readonly kind: "query" | "compositeQuery" },
  executed: () => void = () => undefined,
): CallResponse {
  const obstacle = obstacleOf(env, it.canister);
  if (obstacle !== undefined) {
    executed();
    return rejected(obstacle);
  }
  const { instance } = it.code;
  return onStateBefore(it.canister, () =>
    it.kind === "query"
      ? graph.onCommittedState(instance, () => executePlainQuery(env, graph, it, executed))
      : graph.holding(instance, () => executeCompositeQuery(env, graph, it, executed)),
  );
}

/** A query on a canister that can execute it. */
export interface QueryExecution {
  readonly canister: Canister;
  readonly code: InstalledCode;
  readonly message: QueryMessage;
}

/** A response that is a reject. */
export function rejected(it: Reject): CallResponse {
  return { kind: "reject", reject: it };
}

/** A call context that is not the canister's: it is gone with the query. */
export function queryContext(it: {
  readonly caller: Principal;
  readonly method: string;
  readonly place: TracePlace;
}): CallContext {
  return {
    id: 0,
    origin: { kind: "ingress", ingressId: "", caller: it.caller },
    method: it.method,
    place: it.place,
    cyclesAvailable: 0n,
    responded: false,
    deleted: false,
    outstandingCalls: 0,
    instructions: 0n,
  };
}

/** A run of a query's entry point, in the mode and with the limit given. */
export function queryRun(message: QueryMessage, graph: QueryGraph, kind: "query" | "composite_query"): MessageRun {
  return {
    mode: kind === "query" ? "nonReplicatedQuery" : "compositeQuery",
    entryPoint: { kind: "export", name: `canister_${kind} ${message.method}` },
    method: message.method,
    payload: message.argument,
    instructionLimit: graph.instructionsLeft,
    discardChanges: true,
    rejectCode: 0,
    rejectMessage: "",
    cyclesRefunded: 0n,
    deadlineNanos: 0n,
    ...(message.dataCertificate === undefined ? {} : { dataCertificate: message.dataCertificate }),
  };
}

/** The response of a query that waits for nothing more. */
export function responseOfQuery(
  canister: Canister,
  context: CallContext,
  outcome: ExecutionOutcome,
  limit: bigint,
): CallResponse {
  const action = settle(context, resultOf(canister, outcome, limit));
  return action.kind === "respond" ? action.response : rejected(noQueryResponse(canister));
}

/** A query ended without reply or reject. */
export function noQueryResponse(canister: Canister): Reject {
  return reject("CanisterDidNotReply", `Canister ${canister.id.text} did not produce a response`);
}

function executePlainQuery(
  env: ExecutionEnvironment,
  graph: QueryGraph,
  it: QueryExecution,
  executed: () => void,
): CallResponse {
  const { canister, code, message } = it;
  const context = queryContext(message);
  const run = queryRun(message, graph, "query");
  const outcome = code.instance.run(inputOf(env, canister, context, run), env.watch, true);
  graph.instructionsLeft -= outcome.instructions;
  executed();
  traceExecution(env, canister, context, run, outcome, 0n);
  const response = responseOfQuery(canister, context, outcome, run.instructionLimit);
  countQuery(canister, message, outcome.instructions, response);
  return response;
}

/** Takes note of a query for canister_status; `instructions` are those of this canister alone. */
export function countQuery(
  canister: Canister,
  message: QueryMessage,
  instructions: bigint,
  response: CallResponse,
): void {
  const { calls, requestBytes, responseBytes, ...before } = canister.queryStats;
  const replyBytes = response.kind === "reply" ? response.data.length : 0;
  canister.queryStats = {
    calls: calls + 1n,
    instructions: before.instructions + instructions,
    requestBytes: requestBytes + BigInt(message.argument.length),
    responseBytes: responseBytes + BigInt(replyBytes),
  };
}

function obstacleOf(env: ExecutionEnvironment, canister: Canister): Reject | undefined {
  if (canister.state.kind !== "running") return notRunning(canister);
  if (canister.account.balance >= canister.freezingThreshold(env.fees)) return undefined;
  return reject(
    "CanisterOutOfCycles",
    `Canister ${canister.id.text} is unable to process query calls because it's frozen. Please top up the canister with cycles and try again.`,
  );
}
