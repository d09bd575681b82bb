/** A canister's request made from this machine, against a fetch that a test gives: no test goes out to the world. */
import { describe, expect, test } from "vitest";
import type { HttpOutcallRequest } from "../../server/src/engine/httpOutcalls.ts";
import { fetchHttpOutcall } from "../../server/src/network/httpFetch.ts";

const request: HttpOutcallRequest = {
  url: "https://example.com/a?b=c",
  method: "post",
  headers: [{ name: "x-a", value: "1" }],
  body: new TextEncoder().encode("hello"),
  maxResponseBytes: 10,
  isReplicated: true,
};

/** A fetch that answers with this, and what it was asked. */
function answering(response: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push({ url: String(url), init: init ?? {} });
    return await response();
  };
  return { fetch, asked };
}

describe("a request", () => {
  test("goes out as the canister wrote it, and the response comes back as it is", async () => {
    const { fetch, asked } = answering(() => new Response("0123456789", { status: 201, headers: { "X-B": "2" } }));
    const answer = await fetchHttpOutcall(request, fetch);
    expect(asked[0]).toMatchObject({
      url: "https://example.com/a?b=c",
      init: { method: "POST", headers: [["x-a", "1"]], redirect: "manual" },
    });
    expect(new TextDecoder().decode(asked[0]?.init.body as Uint8Array)).toBe("hello");
    expect(answer).toMatchObject({ kind: "response", status: 201 });
    expect(answer.kind === "response" && answer.headers).toContainEqual({ name: "x-b", value: "2" });
    expect(answer.kind === "response" && new TextDecoder().decode(answer.body)).toBe("0123456789");
  });

  test("reads no more than the canister asked for", async () => {
    const { fetch } = answering(() => new Response("0123456789x"));
    expect(await fetchHttpOutcall(request, fetch)).toEqual({
      kind: "reject",
      rejectCode: 1,
      message: "Http body exceeds size limit of 10 bytes.",
    });
  });

  test("sends no body with GET", async () => {
    const { fetch, asked } = answering(() => new Response(null, { status: 204 }));
    const answer = await fetchHttpOutcall({ ...request, method: "get" }, fetch);
    expect(asked[0]?.init.body).toBeUndefined();
    expect(answer).toMatchObject({ kind: "response", status: 204, body: new Uint8Array(0) });
  });

  test.each([
    ["http://example.com/", "Url need to specify https scheme"],
    ["file:///etc/passwd", "Url need to specify https scheme"],
    ["no url", "Failed to parse URL: no url"],
  ])("to %s is not made", async (url, message) => {
    const { fetch, asked } = answering(() => new Response(""));
    expect(await fetchHttpOutcall({ ...request, url }, fetch)).toEqual({ kind: "reject", rejectCode: 1, message });
    expect(asked).toEqual([]);
  });

  test("that gets no answer tells why", async () => {
    const late = answering(() => Promise.reject(new DOMException("late", "TimeoutError")));
    expect(await fetchHttpOutcall(request, late.fetch)).toMatchObject({ rejectCode: 1, message: "Timeout expired" });
    const refused = answering(() =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") })),
    );
    expect(await fetchHttpOutcall(request, refused.fetch)).toMatchObject({
      rejectCode: 2,
      message: "Connecting to example.com failed: ECONNREFUSED",
    });
  });
});
