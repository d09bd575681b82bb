/** Entry point of process 2: the network server, spoken to over IPC (`fork`) or, with `--stdio`, over standard streams. */
import { parseArgs } from "node:util";
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import { productVersion } from "./commandLine/packageFiles.ts";
import type { AnsweredMethod } from "./network/network.ts";
import { NetworkError } from "./network/networkError.ts";
import { NetworkHost } from "./network/networkHost.ts";
import type { OutcallOnWire } from "./network/outcallPort.ts";
import { questionOf, refusedText } from "./network/outcallQuestion.ts";
import type { NetworkNotifications, NetworkQuestions, NetworkRequests } from "./protocol/network.ts";

/** JSON-RPC: the request was understood and could not be answered. */
const requestFailed = -32803;

/** Every request but `network/cancel`, which must not wait behind the one that it cancels. */
const answered: Readonly<Record<AnsweredMethod, true>> = {
  "network/status": true,
  "network/install": true,
  "network/call": true,
  "network/interface": true,
  "network/stop": true,
  "network/start": true,
  "network/delete": true,
  "network/uninstall": true,
  "network/takeSnapshot": true,
  "network/snapshots": true,
  "network/loadSnapshot": true,
  "network/deleteSnapshot": true,
  "network/addCycles": true,
  "network/logs": true,
  "network/selectIdentity": true,
  "network/createIdentity": true,
  "network/advanceTime": true,
  "network/reset": true,
};

/** Requests that leave everything as it is: nobody needs to look again after them. */
const readers: ReadonlySet<string> = new Set([
  "network/status",
  "network/interface",
  "network/logs",
  "network/snapshots",
]);

const { values } = parseArgs({
  options: {
    "state-directory": { type: "string" },
    program: { type: "string", default: "the editor" },
    subnets: { type: "string" },
    metering: { type: "string" },
    "rate-limits": { type: "string" },
    stdio: { type: "boolean", default: false },
  },
});
const directory = values["state-directory"];
if (directory === undefined) {
  process.stderr.write("networkServer: --state-directory FOLDER is missing.\n");
  process.exit(2);
}

const connection = connect();
const host = new NetworkHost({
  directory,
  program: values.program,
  ...(values.subnets !== undefined && { subnets: values.subnets.split(",") }),
  choices: {
    ...(values.metering !== undefined && { metering: values.metering }),
    ...(values["rate-limits"] !== undefined && { rateLimits: values["rate-limits"] === "on" }),
  },
  worker: new URL(import.meta.url.endsWith(".ts") ? "./networkWorker.ts" : "./networkWorker.cjs", import.meta.url),
  versions: { engine: productVersion(), node: process.versions.node, v8: process.versions.v8 },
  changed: () => notify("network/changed", {}),
  progress: (progress) => notify("network/progress", progress),
  notice: (message) => notify("network/notice", { message }),
  mistake: (stack) => process.stderr.write(`${stack}\n`),
  mayRequest,
});

for (const method of Object.keys(answered).filter(isAnswered)) serve(method);
connection.onRequest("network/cancel", () => ({ cancelled: host.cancel() }));
connection.onClose(end);
process.on("disconnect", end);
process.on("SIGTERM", end);
process.on("SIGINT", end);
connection.listen();

function serve(method: AnsweredMethod): void {
  connection.onRequest(method, async (params: NetworkRequests[AnsweredMethod]["params"]): Promise<object> => {
    try {
      const result = await host.request(method, params);
      if (!readers.has(method)) notify("network/changed", {});
      return result;
    } catch (error) {
      throw new ResponseError(codeOf(error), error instanceof Error ? error.message : String(error));
    }
  });
}

/** Asks the client, which asks the user; a client that knows no such question does not allow it. */
async function mayRequest(outcall: OutcallOnWire): Promise<true | string> {
  const question = questionOf(outcall);
  const refused = refusedText(question, "The editor asks for each server: allow this one there and call again.");
  try {
    const answer: NetworkQuestions["network/mayRequest"]["result"] = await connection.sendRequest(
      "network/mayRequest",
      question,
    );
    return answer.allowed ? true : refused;
  } catch {
    return refused;
  }
}

function connect(): MessageConnection {
  if (values.stdio) {
    return createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
  }
  if (process.send === undefined) {
    process.stderr.write("networkServer: start it with an IPC channel, or with --stdio.\n");
    process.exit(2);
  }
  return createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
}

function notify<M extends keyof NetworkNotifications>(method: M, params: NetworkNotifications[M]): void {
  connection.sendNotification(method, params).catch(() => {
    // Nobody listens any more: the process is about to end.
  });
}

function codeOf(error: unknown): number {
  return error instanceof NetworkError && error.code !== undefined ? error.code : requestFailed;
}

function isAnswered(method: string): method is AnsweredMethod {
  return method in answered;
}

/** Writes the state and ends, however the other side went away. */
function end(): void {
  void host.close().finally(() => process.exit(0));
}
