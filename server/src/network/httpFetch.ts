import type { HttpOutcallAnswer, HttpOutcallRequest } from "../engine/httpOutcalls.ts";

/** How long a server may take, in milliseconds; the IC's adapter waits as long. */
const fetchMillisMax = 30_000;

/**
 * Makes the request of a canister from this machine, as one node of the IC would: HTTPS only, redirects are given to
 * the canister as they are, at most so many bytes as it asked for are read. Never rejects: what goes wrong is the answer.
 */
export async function fetchHttpOutcall(
  request: HttpOutcallRequest,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<HttpOutcallAnswer> {
  const url = URL.canParse(request.url) ? new URL(request.url) : undefined;
  if (url === undefined) return refused(1, `Failed to parse URL: ${request.url}`);
  if (url.protocol !== "https:") return refused(1, "Url need to specify https scheme");
  try {
    const response = await fetch(url, {
      method: request.method.toUpperCase(),
      headers: request.headers.map(({ name, value }): [string, string] => [name, value]),
      ...(request.body.length > 0 && mayHaveBody(request.method) ? { body: new Uint8Array(request.body) } : {}),
      redirect: "manual",
      signal: AbortSignal.timeout(fetchMillisMax),
    });
    const headers = [...response.headers].map(([name, value]) => ({ name, value }));
    const body = await readAtMost(response, request.maxResponseBytes);
    if (body === undefined) return refused(1, `Http body exceeds size limit of ${request.maxResponseBytes} bytes.`);
    return { kind: "response", status: response.status, headers, body };
  } catch (error) {
    return isTimeout(error)
      ? refused(1, "Timeout expired")
      : refused(2, `Connecting to ${url.host} failed: ${reasonOf(error)}`);
  }
}

function mayHaveBody(method: HttpOutcallRequest["method"]): boolean {
  return method !== "get" && method !== "head";
}

async function readAtMost(response: Response, bytesMax: number): Promise<Uint8Array | undefined> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > bytesMax) return undefined;
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** What fetch wraps: the reason of the connection's failure, not "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function refused(rejectCode: 1 | 2, message: string): HttpOutcallAnswer {
  return { kind: "reject", rejectCode, message };
}
