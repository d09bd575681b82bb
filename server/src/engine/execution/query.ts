/**
 * Non-replicated queries: they run on the committed state, cost nothing, and leave nothing behind.
 * https://internetcomputer.org/docs/references/ic-interface-spec#query-call
 */
import type { Principal } from "../../base/principal.ts";
import { type CallContext, settle } from "../callContexts.ts";
import type { Canister, InstalledCode } from "../canister.ts";
import type { ExecutionOutcome } from "../embedder/contract.ts";
import { canisterNotFound, methodNotFound, type Reject, reject, wasmModuleNotFound } from "../errors.ts";
import { type ExecutionEnvironment, isManagement } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { executeManagementQuery } from "../management/queries.ts";
import type { CallResponse, TracePlace } from "../trace.ts";
import { executeCompositeQuery } from "./compositeQuery.ts";
import { inputOf, type MessageRun, resultOf, traceExecution } from "./messageExecution.ts";
import { notRunning } from "./update.ts";

/** A call of a query method by a user, or by a composite query. */
export interface QueryMessage {
  readonly caller: Principal;
  readonly receiver: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
  readonly place: TracePlace;
  /** Only for the query that a user sent. */
  readonly dataCertificate?: Uint8Array;
}

/** What the executions of one query from a user have in common. */
export interface QueryGraph {
  /** Instructions left for the whole graph. */
  instructionsLeft: bigint;
  /** Canisters whose queries are being evaluated, outermost first. */
  readonly stack: readonly Principal[];
}

/** Evaluates a query and everything that it calls. */
export function executeQuery(env: ExecutionEnvironment, graph: QueryGraph, message: QueryMessage): CallResponse {
  if (isManagement(message.receiver, env.subnetId)) return executeManagementQuery(env, message);
  const canister = env.canister(message.receiver);
  if (canister === undefined) return rejected(canisterNotFound(message.receiver));
  const obstacle = obstacleOf(env, canister);
  if (obstacle !== undefined) return rejected(obstacle);
  const code = canister.code;
  if (code === undefined) return rejected(wasmModuleNotFound(canister.id));
  const { queryMethods, compositeQueryMethods } = code.prepared.facts;
  if (queryMethods.has(message.method)) return executePlainQuery(env, graph, { canister, code, message });
  if (compositeQueryMethods.has(message.method)) {
    return executeCompositeQuery(env, graph, { canister, code, message });
  }
  return rejected(methodNotFound(canister.id, "query", message.method));
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
  return action.kind === "respond" ? action.response : rejected(noQueryResponse(canister, context));
}

/** A query ended without reply or reject. */
export function noQueryResponse(canister: Canister, context: CallContext): Reject {
  const what = context.place.depth === 0 ? "reply to the call" : "produce a response";
  return reject("CanisterDidNotReply", `Canister ${canister.id.text} did not ${what}`);
}

function executePlainQuery(env: ExecutionEnvironment, graph: QueryGraph, it: QueryExecution): CallResponse {
  const { canister, code, message } = it;
  const context = queryContext(message);
  const run = queryRun(message, graph, "query");
  const outcome = code.instance.run(inputOf(env, canister, context, run), env.watch, true);
  graph.instructionsLeft -= outcome.instructions;
  traceExecution(env, canister, context, run, outcome, 0n);
  return responseOfQuery(canister, context, outcome, run.instructionLimit);
}

function obstacleOf(env: ExecutionEnvironment, canister: Canister): Reject | undefined {
  if (canister.state.kind !== "running") return notRunning(canister);
  if (canister.account.balance >= canister.freezingThreshold(env.fees)) return undefined;
  return reject(
    "CanisterOutOfCycles",
    `Canister ${canister.id.text} is unable to process query calls because it's frozen. Please top up the canister with cycles and try again.`,
  );
}

/** A graph for one query from a user. */
export function newQueryGraph(): QueryGraph {
  return { instructionsLeft: limits.instructionsPerQuery, stack: [] };
}
