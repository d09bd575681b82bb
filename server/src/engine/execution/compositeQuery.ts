/**
 * Composite queries: they may call queries of other canisters. What the entry point and its callbacks write stays
 * visible among them and is discarded at the end.
 * https://internetcomputer.org/docs/references/ic-interface-spec#composite-query
 */
import { Principal } from "../../base/principal.ts";
import type { CallContext } from "../callContexts.ts";
import type { CallbackFunction, ExecutionOutcome, OutgoingCalls, OutgoingRequest } from "../embedder/contract.ts";
import { messageForCanister, type Reject, reject, withFailedCleanup } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import type { CallResponse } from "../trace.ts";
import { emptyPayload, inputOf, type MessageRun, rejectOf, resultOf, traceExecution } from "./messageExecution.ts";
import {
  countQuery,
  executeCalledQuery,
  noQueryResponse,
  type QueryExecution,
  queryContext,
  queryRun,
  rejected,
} from "./query.ts";
import type { QueryGraph } from "./queryGraph.ts";

/** Calls of queries cost nothing and wait in no queue. */
const freeCalls: OutgoingCalls = { canEnqueue: () => true, costOfCall: () => 0n };

/**
 * Evaluates a composite query with all the queries that it calls, depth first. `executed` is told when its entry point has
 * ended. Where the whole graph fails, the graph has the reason and the response is nobody's.
 */
export function executeCompositeQuery(
  env: ExecutionEnvironment,
  graph: QueryGraph,
  it: QueryExecution,
  executed: () => void,
): CallResponse {
  return new CompositeExecution(env, graph, it).evaluate(executed);
}

/** A composite query that waits for its calls. */
class CompositeExecution {
  readonly #env: ExecutionEnvironment;
  readonly #graph: QueryGraph;
  readonly #it: QueryExecution;
  readonly #context: CallContext;
  readonly #waiting: OutgoingRequest[] = [];
  #response: CallResponse | undefined;

  constructor(env: ExecutionEnvironment, graph: QueryGraph, it: QueryExecution) {
    this.#env = env;
    this.#graph = graph;
    this.#it = it;
    this.#context = queryContext(it.message);
  }

  evaluate(executed: () => void): CallResponse {
    const response = this.#evaluate(executed);
    countQuery(this.#it.canister, this.#it.message, this.#context.instructions, response);
    return response;
  }

  #evaluate(executed: () => void): CallResponse {
    const entry = { ...queryRun(this.#it.message, this.#graph, "composite_query"), outgoingCalls: freeCalls };
    this.#take(this.#execute(entry), entry.instructionLimit);
    executed();
    const none = rejected(noQueryResponse(this.#it.canister));
    // Nothing can change a response any more: calls that wait after it are not made.
    while (this.#response === undefined) {
      if (this.#isOver()) return none;
      const request = this.#waiting.shift();
      if (request === undefined) return none;
      const response = this.#call(request);
      if (this.#isOver()) return none;
      if (response === undefined) continue;
      this.#context.outstandingCalls = this.#waiting.length;
      this.#executeCallback(request, response);
    }
    return this.#response;
  }

  /** Whether the graph has failed, or exceeds a limit now. */
  #isOver(): boolean {
    const graph = this.#graph;
    if (graph.depth >= limits.queryCallDepth) graph.failure ??= tooDeep;
    else if (graph.instructionsLeft <= 0n) graph.failure ??= tooManyInstructions;
    return graph.failure !== undefined;
  }

  #take(outcome: ExecutionOutcome, limit: bigint): void {
    this.#waiting.push(...outcome.changes.requests);
    this.#context.outstandingCalls = this.#waiting.length;
    const result = resultOf(this.#it.canister, outcome, limit);
    if (this.#response !== undefined || result.kind === "noResponse") return;
    if (result.kind === "respond") {
      this.#response = result.response;
      this.#context.responded = true;
    } else if (this.#waiting.length === 0) {
      this.#response = rejected(result.reject);
    }
  }

  #call(request: OutgoingRequest): CallResponse | undefined {
    const { canister, message } = this.#it;
    this.#graph.depth++;
    const response = executeCalledQuery(this.#env, this.#graph, {
      caller: canister.id,
      receiver: Principal.ofBytes(request.callee),
      method: request.method,
      argument: request.argument,
      place: { root: message.place.root, depth: message.place.depth + 1 },
    });
    this.#graph.depth--;
    return response;
  }

  #executeCallback(request: OutgoingRequest, response: CallResponse): void {
    const isReply = response.kind === "reply";
    const run = this.#run(isReply ? "compositeReplyCallback" : "compositeRejectCallback", request, {
      callback: isReply ? request.onReply : request.onReject,
      response,
    });
    const earlierInstructions = this.#context.instructions;
    const outcome = this.#execute(run);
    if (outcome.kind === "returned" || request.onCleanup === undefined) {
      this.#take(outcome, run.instructionLimit);
      return;
    }
    const cleanup = {
      ...this.#run("compositeCleanup", request, { callback: request.onCleanup, response }),
      earlierInstructions,
    };
    const cleaned = this.#execute(cleanup);
    const { canister } = this.#it;
    const failed = rejectOf(canister, outcome, run.instructionLimit);
    const final =
      cleaned.kind === "returned"
        ? failed
        : withFailedCleanup(canister.id, failed, rejectOf(canister, cleaned, cleanup.instructionLimit));
    if (this.#response === undefined && this.#waiting.length === 0) this.#response = rejected(final);
  }

  #run(
    mode: "compositeReplyCallback" | "compositeRejectCallback" | "compositeCleanup",
    request: OutgoingRequest,
    it: { readonly callback: CallbackFunction; readonly response: CallResponse },
  ): MessageRun {
    const { callback, response } = it;
    const isReply = response.kind === "reply";
    return {
      mode,
      entryPoint: { kind: "callback", functionIndex: callback.functionIndex, environment: callback.environment },
      method: request.method,
      payload: isReply ? response.data : emptyPayload,
      instructionLimit: this.#graph.instructionsLeft,
      discardChanges: true,
      rejectCode: isReply ? 0 : response.reject.rejectCode,
      rejectMessage: isReply ? "" : messageForCanister(response.reject),
      cyclesRefunded: 0n,
      deadlineNanos: 0n,
      outgoingCalls: freeCalls,
    };
  }

  #execute(run: MessageRun): ExecutionOutcome {
    const { canister, code } = this.#it;
    const outcome = code.instance.run(inputOf(this.#env, canister, this.#context, run), this.#env.watch, false);
    this.#graph.instructionsLeft -= outcome.instructions;
    this.#context.instructions += outcome.instructions;
    traceExecution(this.#env, canister, this.#context, run, outcome, 0n);
    return outcome;
  }
}

const tooDeep: Reject = reject("QueryCallGraphTooDeep", "Composite query calls exceeded the maximum call depth.");

const tooManyInstructions: Reject = reject(
  "QueryCallGraphTotalInstructionLimitExceeded",
  "Composite query calls exceeded the instruction limit.",
);
