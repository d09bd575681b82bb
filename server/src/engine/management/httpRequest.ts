/**
 * HTTPS outcalls. Everything but the request itself happens here: what is refused, what it costs, the transform
 * function, the answer. That nodes would have to agree on the response is left out: there is one.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-http_request
 */
import { utf8Length } from "../../base/bytes.ts";
import { Principal } from "../../base/principal.ts";
import { messageForCanister, type Reject, reject } from "../errors.ts";
import { executeTransform } from "../execution/transform.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import type { HttpOutcallAnswer, HttpOutcallRequest, PendingHttpOutcall } from "../httpOutcalls.ts";
import { limits } from "../limits.ts";
import type { CallResponse } from "../trace.ts";
import { type HttpHeader, type HttpRequestArgument, httpMethods, httpShapes } from "./httpShapes.ts";
import { principalOf } from "./idl.ts";
import { invalidPayload, type ManagementMethod, type ManagementOutcome, noTarget, refuse } from "./managementMethod.ts";
import { insufficientRequestCycles } from "./refusals.ts";

/** Takes the fee and leaves the request to whoever answers it. */
export const httpRequest: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = httpShapes.request.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    const problem = problemOf(argument, call.caller);
    if (problem !== undefined) return refuse(reject("CanisterRejectedMessage", problem));
    return enqueue(env, call, requestOf(argument), argument);
  },
};

/** Answers the calls whose response has come, or never came. */
export function answerHttpRequests(env: ExecutionEnvironment): void {
  for (const { outcall, answer } of env.httpOutcalls.takeDue(env.timeNanos)) {
    env.respond(Principal.management, outcall.call, responseOf(env, outcall, answer), outcall.refund);
  }
}

function enqueue(
  env: ExecutionEnvironment,
  call: ManagementCall,
  request: HttpOutcallRequest,
  argument: HttpRequestArgument,
): ManagementOutcome {
  if (env.httpOutcalls.count >= limits.httpOutcallsInFlight) {
    return refuse(
      reject(
        "CanisterRejectedMessage",
        `max number (${limits.httpOutcallsInFlight}) of http requests in-flight reached.`,
      ),
    );
  }
  const fee = env.fees.httpRequest(BigInt(requestBytes(argument)), BigInt(request.maxResponseBytes));
  if (call.cycles < fee) return refuse(insufficientRequestCycles(call, fee));
  env.consume(env.canister(call.caller), "http_outcalls", fee);
  env.httpOutcalls.add({
    canisterId: call.caller,
    request,
    deadlineNanos: env.timeNanos + limits.httpOutcallTimeoutNanos,
    call,
    refund: call.cycles - fee,
  });
  return { kind: "later" };
}

function requestOf(it: HttpRequestArgument): HttpOutcallRequest {
  const transform = it.transform[0];
  return {
    url: it.url,
    method: httpMethods.find((method) => method in it.method) ?? "get",
    headers: it.headers,
    body: it.body[0] ?? new Uint8Array(0),
    maxResponseBytes: Number(it.max_response_bytes[0] ?? BigInt(limits.httpResponseBytes)),
    isReplicated: it.is_replicated[0] !== false,
    ...(transform === undefined ? {} : { transform: { method: transform.function[1], context: transform.context } }),
  };
}

/** Bytes that are paid for. */
function requestBytes(it: HttpRequestArgument): number {
  const transform = it.transform[0];
  return (
    utf8Length(it.url) +
    headerBytes(it.headers) +
    (it.body[0]?.length ?? 0) +
    (transform === undefined ? 0 : utf8Length(transform.function[1]) + transform.context.length)
  );
}

function problemOf(it: HttpRequestArgument, caller: Principal): string | undefined {
  const transform = it.transform[0];
  if (transform !== undefined) {
    const actual = principalOf(transform.function[0]);
    if (actual.key !== caller.key) return `transform principal id expected to be ${caller.text}, got ${actual.text}`;
  }
  if (utf8Length(it.url) > limits.httpUrlBytes) return `url size ${utf8Length(it.url)} exceeds ${limits.httpUrlBytes}`;
  const problem = problemOfMessage(it.headers, it.body[0]?.length ?? 0);
  if (problem !== undefined) return problem;
  const wanted = it.max_response_bytes[0];
  if (wanted !== undefined && wanted > BigInt(limits.httpResponseBytes)) {
    return `max_response_bytes expected to be in the range [0..${limits.httpResponseBytes}], got ${wanted}`;
  }
  const changes = "put" in it.method || "delete" in it.method || "patch" in it.method;
  return changes && it.is_replicated[0] !== false
    ? "The requested HTTP method is only allowed for non-replicated requests."
    : undefined;
}

/** What is wrong with the headers and the size of a request or a response. */
function problemOfMessage(headers: readonly HttpHeader[], bodyBytes: number): string | undefined {
  const { httpHeaders, httpHeaderBytes, httpHeadersBytes, httpRequestBytes } = limits;
  if (headers.length > httpHeaders) return `number of all http headers ${headers.length} exceeds ${httpHeaders}`;
  for (const part of ["name", "value"] as const) {
    const longest = Math.max(0, ...headers.map((it) => utf8Length(it[part])));
    if (longest > httpHeaderBytes) {
      return `number of bytes to represent some http header ${part} ${longest} exceeds ${httpHeaderBytes}`;
    }
  }
  const headersBytes = headerBytes(headers);
  if (headersBytes > httpHeadersBytes) {
    return `total number of bytes to represent all http header names and values ${headersBytes} exceeds ${httpHeadersBytes}`;
  }
  const total = headersBytes + bodyBytes;
  return total > httpRequestBytes
    ? `total number of bytes to represent all http header names and values and http body ${total} exceeds ${httpRequestBytes}`
    : undefined;
}

function responseOf(env: ExecutionEnvironment, outcall: PendingHttpOutcall, answer: HttpOutcallAnswer): CallResponse {
  if (answer.kind === "reject") return rejected({ rejectCode: answer.rejectCode, message: answer.message });
  const { transform, maxResponseBytes } = outcall.request;
  const problem = problemOfSize(answer, maxResponseBytes) ?? problemOfMessage(answer.headers, answer.body.length);
  if (problem !== undefined) return rejected({ rejectCode: 1, message: problem });
  const response = { status: BigInt(answer.status), headers: answer.headers, body: answer.body };
  if (transform === undefined) return { kind: "reply", data: httpShapes.result.encode(response) };
  const transformed = executeTransform(env, {
    canisterId: outcall.canisterId,
    method: transform.method,
    argument: httpShapes.transform.encode({ response, context: transform.context }),
    place: outcall.call.place,
  });
  if (transformed.kind === "reject") {
    const { rejectCode } = transformed.reject;
    return rejected({ rejectCode, message: messageForCanister(transformed.reject) });
  }
  return transformed.data.length > maxResponseBytes
    ? rejected({ rejectCode: 1, message: `Transformed http response exceeds limit: ${maxResponseBytes}` })
    : transformed;
}

function problemOfSize(
  answer: HttpOutcallAnswer & { readonly kind: "response" },
  bytesMax: number,
): string | undefined {
  const headersBytes = headerBytes(answer.headers);
  if (headersBytes > bytesMax) return `Header size exceeds specified response size limit ${bytesMax}`;
  return headersBytes + answer.body.length > bytesMax
    ? `Http body exceeds size limit of ${bytesMax} bytes.`
    : undefined;
}

function rejected(it: Reject): CallResponse {
  return { kind: "reject", reject: it };
}

function headerBytes(headers: readonly HttpHeader[]): number {
  return headers.reduce((sum, { name, value }) => sum + utf8Length(name) + utf8Length(value), 0);
}
