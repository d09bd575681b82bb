/** HTTPS outcalls: what is refused, what they cost, transform functions, answers and time-outs. Section 2.2. */
import { describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { cyclesText } from "../../server/src/engine/cycles/cyclesText.ts";
import type { HttpOutcallAnswer } from "../../server/src/engine/httpOutcalls.ts";
import { type HttpRequestArgument, httpShapes } from "../../server/src/engine/management/httpShapes.ts";
import { principalOnWire } from "../../server/src/engine/management/idl.ts";
import { Subnet } from "../../server/src/engine/subnet.ts";
import { embedder, rejectText, replied, repliedText, TestNetwork } from "../support/engine.ts";
import { concat, ops, utf8 } from "../support/universalCanister.ts";

const forward = concat(ops.appendArgument(), ops.reply());
const forwardReject = concat(ops.appendRejectMessage(), ops.reply());
const plain: HttpRequestArgument = {
  url: "https://example.com/",
  max_response_bytes: [1000n],
  method: { get: null },
  headers: [],
  body: [],
  transform: [],
  is_replicated: [],
};
const found: HttpOutcallAnswer = {
  kind: "response",
  status: 200,
  headers: [{ name: "content-type", value: "text/plain" }],
  body: utf8("hello"),
};
/** (3 000 000 + 60 000 · 13 + 400 · request + 800 · 1000) · 13 */
const feeOf = (requestBytes: number) => (3_780_000n + 400n * BigInt(requestBytes) + 800_000n) * 13n;
const fee = feeOf(plain.url.length);

/** A canister that has made a request, and what it will have replied. */
function asking(given: Partial<HttpRequestArgument> = {}, cycles = 10n ** 12n) {
  const network = new TestNetwork();
  const canister = network.universal();
  const sent = network.send(canister, requesting({ ...plain, ...given }, cycles));
  network.subnet.executeUntilIdle(10);
  const reply = () => {
    network.subnet.executeUntilIdle(10);
    const response = network.responseOf(sent);
    return response === undefined ? undefined : repliedText(response);
  };
  const result = () => {
    network.subnet.executeUntilIdle(10);
    return httpShapes.result.decode(replied(network.responseOf(sent)!));
  };
  return { network, canister, sent, reply, result };
}

function requesting(argument: HttpRequestArgument, cycles: bigint) {
  return ops.call({
    callee: Principal.management.bytes,
    method: "http_request",
    data: httpShapes.request.encode(argument),
    onReply: forward,
    onReject: forwardReject,
    cycles,
  });
}

describe("an outcall", () => {
  test("is seen from outside, and its response goes to the canister", () => {
    const { network, canister, result, reply } = asking({ method: { post: null }, body: [utf8("body")] });
    const [outcall] = network.subnet.httpOutcalls();
    expect(outcall).toMatchObject({
      id: 0,
      request: { url: plain.url, method: "post", maxResponseBytes: 1000, isReplicated: true },
    });
    expect(outcall?.canisterId.text).toBe(canister.text);
    expect(reply()).toBeUndefined();
    expect(network.subnet.answerHttpOutcall(0, found)).toBe(true);
    expect(network.subnet.answerHttpOutcall(0, found)).toBe(false);
    expect(result()).toMatchObject({ status: 200n, headers: [{ name: "content-type", value: "text/plain" }] });
    expect(network.subnet.httpOutcalls()).toEqual([]);
    expect(network.subnet.answerHttpOutcall(0, found)).toBe(false);
  });

  test("may be rejected from outside", () => {
    const { network, reply } = asking();
    network.subnet.answerHttpOutcall(0, { kind: "reject", rejectCode: 1, message: "Timeout expired" });
    expect(reply()).toBe("Timeout expired");
  });

  test("times out after 60 seconds, not before", () => {
    const { network, reply } = asking();
    const due = network.subnet.httpOutcalls()[0]!.deadlineNanos;
    expect(network.subnet.nextTimer()).toBe(due);
    network.subnet.advanceTime(due - network.subnet.timeNanos - 10n);
    network.subnet.executeRound();
    expect(reply()).toBeUndefined();
    network.subnet.advanceTime(10n);
    expect(reply()).toBe("Canister http request timed out");
  });

  test("survives a restart", () => {
    const { network, sent } = asking();
    const restored = new TestNetwork(
      Subnet.restore({ embedder, seed: Uint8Array.of(1), timeNanos: 0n }, network.subnet.state("full")),
    );
    expect(restored.subnet.httpOutcalls()).toHaveLength(1);
    restored.subnet.answerHttpOutcall(0, found);
    restored.subnet.executeUntilIdle(10);
    expect(httpShapes.result.decode(replied(restored.responseOf(sent)!))?.status).toBe(200n);
  });

  test("is for canisters only", () => {
    const network = new TestNetwork();
    expect(rejectText(network.management("http_request", httpShapes.request.encode(plain)))).toContain(
      "ic00 method http_request can not be called via ingress messages",
    );
  });
});

describe("the fee", () => {
  test("at N and at N - 1; the rest of the cycles comes back", () => {
    const short = asking({}, fee - 1n);
    expect(short.reply()).toBe(
      `IC0406: http_request request sent with ${cyclesText(fee - 1n)} cycles, but ${cyclesText(fee)} cycles are required.`,
    );
    const exact = asking({}, fee + 11n);
    exact.network.subnet.takeTrace();
    exact.network.subnet.answerHttpOutcall(0, found);
    exact.reply();
    expect(
      exact.network.subnet.takeTrace().find((it) => it.kind === "responded" && it.method === "http_request"),
    ).toMatchObject({ refund: 11n });
  });

  test("counts url, headers, body and transform", () => {
    const given = { headers: [{ name: "ab", value: "cde" }], body: [utf8("12345678")] as const };
    const needed = feeOf(plain.url.length + 5 + 8);
    expect(asking(given, needed - 1n).reply()).toContain(`but ${cyclesText(needed)} cycles are required`);
    expect(asking(given, needed).reply()).toBeUndefined();
  });

  test("is for 2 000 000 bytes unless the canister says less", () => {
    const needed = (3_780_000n + 400n * BigInt(plain.url.length) + 800n * 2_000_000n) * 13n;
    expect(asking({ max_response_bytes: [] }, needed - 1n).reply()).toContain(`but ${cyclesText(needed)} cycles`);
  });
});

describe("a request that is refused", () => {
  const header = (name: number, value: number) => ({ name: "n".repeat(name), value: "v".repeat(value) });
  const headers = (count: number, bytes: number) => Array.from({ length: count }, () => header(1, bytes - 1));
  test.each<[string, Partial<HttpRequestArgument>, Partial<HttpRequestArgument>, string]>([
    ["url", { url: "u".repeat(8192) }, { url: "u".repeat(8193) }, "url size 8193 exceeds 8192"],
    ["headers", { headers: headers(64, 2) }, { headers: headers(65, 2) }, "number of all http headers 65 exceeds 64"],
    [
      "header name",
      { headers: [header(8192, 0)] },
      { headers: [header(8193, 0)] },
      "number of bytes to represent some http header name 8193 exceeds 8192",
    ],
    [
      "header value",
      { headers: [header(1, 8192)] },
      { headers: [header(1, 8193)] },
      "number of bytes to represent some http header value 8193 exceeds 8192",
    ],
    [
      "all headers",
      { headers: headers(6, 8192) },
      { headers: [...headers(6, 8192), header(1, 0)] },
      "total number of bytes to represent all http header names and values 49153 exceeds 49152",
    ],
    [
      "body",
      { body: [new Uint8Array(2_000_000)] },
      { body: [new Uint8Array(2_000_001)] },
      "total number of bytes to represent all http header names and values and http body 2000001 exceeds 2000000",
    ],
    [
      "response",
      { max_response_bytes: [2_000_000n] },
      { max_response_bytes: [2_000_001n] },
      "max_response_bytes expected to be in the range [0..2000000], got 2000001",
    ],
    [
      "PUT",
      { method: { put: null }, is_replicated: [false] },
      { method: { put: null } },
      "The requested HTTP method is only allowed for non-replicated requests.",
    ],
    [
      "DELETE",
      { method: { delete: null }, is_replicated: [false] },
      { method: { delete: null }, is_replicated: [true] },
      "The requested HTTP method is only allowed for non-replicated requests.",
    ],
  ])("%s", (_what, most, more, text) => {
    expect(asking(most).reply()).toBeUndefined();
    expect(asking(more).reply()).toBe(`IC0406: ${text}`);
  });

  test("3,000 wait at a time", () => {
    const network = new TestNetwork();
    const callers = Array.from({ length: 7 }, () => network.universal());
    const small = requesting({ ...plain, max_response_bytes: [0n] }, fee);
    for (const caller of callers) network.send(caller, concat(...Array.from({ length: 450 }, () => small)));
    network.subnet.executeUntilIdle(50);
    expect(network.subnet.httpOutcalls()).toHaveLength(3000);
  });
});

describe("a response that is refused", () => {
  const sized = (bytes: number): HttpOutcallAnswer => ({ ...found, headers: [], body: new Uint8Array(bytes) });
  const withHeader = (bytes: number): HttpOutcallAnswer => ({
    ...found,
    headers: [{ name: "n", value: "v".repeat(bytes - 1) }],
    body: new Uint8Array(0),
  });
  test.each([
    ["body", sized(1000), sized(1001), "Http body exceeds size limit of 1000 bytes."],
    ["headers", withHeader(1000), withHeader(1001), "Header size exceeds specified response size limit 1000"],
  ])("%s", (_what, most, more, text) => {
    const good = asking();
    good.network.subnet.answerHttpOutcall(0, most);
    expect(good.result()?.status).toBe(200n);
    const bad = asking();
    bad.network.subnet.answerHttpOutcall(0, more);
    expect(bad.reply()).toBe(text);
  });
});

describe("a transform function", () => {
  const transformed = (script: Uint8Array, answer: HttpOutcallAnswer = found, maxBytes = 1000n) => {
    const network = new TestNetwork();
    const canister = network.universal({ keptQuery: true });
    network.update(canister, concat(ops.keep("globalTimer", script), ops.reply()));
    const argument: HttpRequestArgument = {
      ...plain,
      max_response_bytes: [maxBytes],
      transform: [{ function: [principalOnWire(canister), "kept"], context: utf8("context") }],
    };
    const sent = network.send(canister, requesting(argument, 10n ** 12n));
    network.subnet.executeUntilIdle(10);
    network.subnet.takeTrace();
    network.subnet.answerHttpOutcall(0, answer);
    network.subnet.executeUntilIdle(10);
    return { network, text: repliedText(network.responseOf(sent)!), data: replied(network.responseOf(sent)!) };
  };

  test("gets the response and the context, and its reply is what the canister gets", () => {
    const echo = concat(ops.appendArgument(), ops.reply());
    const { network, data } = transformed(echo);
    const seen = httpShapes.transform.decode(data);
    expect(seen?.response.status).toBe(200n);
    expect(new TextDecoder().decode(new Uint8Array(seen?.context ?? []))).toBe("context");
    expect(network.subnet.takeTrace().find((it) => it.kind === "executed" && it.mode === "transform")).toMatchObject({
      outcome: "returned",
      committed: false,
    });
  });

  test("is called by the management canister", () => {
    expect(transformed(concat(ops.appendCaller(), ops.reply())).data).toHaveLength(0);
  });

  test("that traps, rejects or does not answer makes the call fail", () => {
    expect(transformed(ops.trap("no")).text).toContain("IC0503: Error from Canister");
    expect(transformed(ops.reject("not this")).text).toBe("not this");
    expect(transformed(ops.set(0, 1)).text).toContain("IC0506: ");
  });

  test("may give as many bytes as the response may have", () => {
    const sized = (bytes: number) => transformed(ops.reply(new Uint8Array(bytes)), found, 500n).text;
    expect(sized(500)).toHaveLength(500);
    expect(sized(501)).toBe("Transformed http response exceeds limit: 500");
  });

  test("of another canister is refused, one that is no query fails", () => {
    const other = Principal.fromText("lz3um-vp777-77777-aaaba-cai")!;
    const wrong = asking({ transform: [{ function: [principalOnWire(other), "query"], context: utf8("") }] });
    expect(wrong.reply()).toBe(
      `IC0406: transform principal id expected to be ${wrong.canister.text}, got ${other.text}`,
    );
    const network = new TestNetwork();
    const canister = network.universal();
    const missing: HttpRequestArgument = {
      ...plain,
      transform: [{ function: [principalOnWire(canister), "update"], context: utf8("") }],
    };
    const sent = network.send(canister, requesting(missing, 10n ** 12n));
    network.subnet.executeUntilIdle(10);
    network.subnet.answerHttpOutcall(0, found);
    network.subnet.executeUntilIdle(10);
    expect(repliedText(network.responseOf(sent)!)).toContain("has no query method 'update'");
  });
});
