import { type ChildProcess, fork } from "node:child_process";
import { type Disposable, EventEmitter } from "vscode";
import {
  createMessageConnection,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  NotificationType,
  ResponseError,
} from "vscode-languageclient/node";
import type {
  NetworkMethod,
  NetworkNotifications,
  NetworkRequests,
  NetworkStatus,
  OutcallQuestion,
  Progress,
} from "../../server/src/protocol/network.ts";

/** What the network client needs from whoever puts the extension together. */
export interface NetworkClientOptions {
  /** The bundled network server. */
  readonly serverModule: string;
  /** Where the server keeps the network's state between runs. */
  readonly stateDirectory: string;
  /** Kinds of the subnets that a new network has, as the settings say now; undefined where they say nothing. */
  readonly subnets: () => readonly string[] | undefined;
  /** How the network charges for memory, as the settings say now; undefined where they say nothing. */
  readonly metering: () => string | undefined;
  /** Whether it limits installations and writes by round; undefined where the settings say nothing. */
  readonly rateLimits: () => boolean | undefined;
  /** Throws, in words for the user, where nothing may be executed. */
  readonly expectTrust: () => void;
  /** Takes every line that the server writes to stdout or stderr. */
  readonly log: (line: string) => void;
  /** Takes what the user has to know about the network's state on disk. */
  readonly notice: (message: string) => void;
  /** Called when the process ended although nobody asked it to. */
  readonly crashed: (crash: NetworkCrash) => void;
  /** Asks the user whether a canister's request may be made from this machine. */
  readonly mayRequest: (question: OutcallQuestion) => Promise<boolean>;
}

/** How the server's process ended, and whether it is started again by itself. */
export interface NetworkCrash {
  /** `exit code 134` or `signal SIGKILL`. */
  readonly how: string;
  readonly restarts: boolean;
}

interface RunningServer {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
}

/** How long a server may take to write its state when it is asked to end. */
const stopMillisMax = 4_500;

/**
 * The network server's process: started on first need, started again once after a crash, asked by one typed method per
 * request. A request that is under way when the process ends fails with a message that says so.
 */
export class NetworkClient implements Disposable {
  readonly #options: NetworkClientOptions;
  readonly #changed = new EventEmitter<void>();
  readonly #progress = new EventEmitter<Progress>();
  #server: RunningServer | undefined;
  #crashes = 0;
  #stopping = false;
  /** Set after a second crash: then only `stopServer`, behind a command of the user, makes the next start possible. */
  #broken: string | undefined;

  constructor(options: NetworkClientOptions) {
    this.#options = options;
  }

  /** Fires when the network's state changed: ask `status` again. */
  get onChanged() {
    return this.#changed.event;
  }

  /** Fires while a long message execution runs. */
  get onProgress() {
    return this.#progress.event;
  }

  /** Whether the server's process runs. */
  get running(): boolean {
    return this.#server !== undefined;
  }

  readonly status = (): Promise<NetworkStatus> => this.#request("network/status", {});
  readonly install = this.#method("network/install");
  readonly call = this.#method("network/call");
  readonly interface = this.#method("network/interface");
  readonly stop = this.#method("network/stop");
  readonly start = this.#method("network/start");
  readonly delete = this.#method("network/delete");
  readonly takeSnapshot = this.#method("network/takeSnapshot");
  readonly snapshots = this.#method("network/snapshots");
  readonly loadSnapshot = this.#method("network/loadSnapshot");
  readonly deleteSnapshot = this.#method("network/deleteSnapshot");
  readonly addCycles = this.#method("network/addCycles");
  readonly logs = this.#method("network/logs");
  readonly selectIdentity = this.#method("network/selectIdentity");
  readonly createIdentity = this.#method("network/createIdentity");
  readonly advanceTime = this.#method("network/advanceTime");
  readonly cancel = this.#method("network/cancel");
  readonly reset = this.#method("network/reset");

  /** Ends the server, giving it time to write its state; the next request starts it again. */
  async stopServer(): Promise<void> {
    const server = this.#server;
    this.#crashes = 0;
    this.#broken = undefined;
    if (server === undefined) return;
    this.#stopping = true;
    this.#server = undefined;
    const ended = new Promise<void>((resolve) => server.process.once("exit", () => resolve()));
    server.connection.dispose();
    if (server.process.connected) server.process.disconnect();
    const timer = setTimeout(() => server.process.kill(), stopMillisMax);
    await ended;
    clearTimeout(timer);
    this.#stopping = false;
    this.#changed.fire();
  }

  /** Ends the server without waiting for it; `stopServer` is the careful way. */
  dispose(): void {
    void this.stopServer();
    this.#changed.dispose();
    this.#progress.dispose();
  }

  #method<M extends NetworkMethod>(
    method: M,
  ): (params: NetworkRequests[M]["params"]) => Promise<NetworkRequests[M]["result"]> {
    return (params) => this.#request(method, params);
  }

  async #request<M extends NetworkMethod>(
    method: M,
    params: NetworkRequests[M]["params"],
  ): Promise<NetworkRequests[M]["result"]> {
    this.#options.expectTrust();
    if (this.#broken !== undefined) throw new Error(this.#broken);
    const { connection } = this.#running();
    try {
      return await connection.sendRequest<NetworkRequests[M]["result"]>(method, params);
    } catch (error) {
      if (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected) {
        throw new Error("The network server ended before it answered. What was committed before is kept; try again.");
      }
      throw error;
    }
  }

  #running(): RunningServer {
    this.#server ??= this.#launch();
    return this.#server;
  }

  #launch(): RunningServer {
    const { serverModule, stateDirectory, subnets, metering, rateLimits, log } = this.#options;
    const kinds = subnets();
    const profile = metering();
    const limits = rateLimits();
    const wishes = [
      ...(kinds === undefined ? [] : ["--subnets", kinds.join(",")]),
      ...(profile === undefined ? [] : ["--metering", profile]),
      ...(limits === undefined ? [] : ["--rate-limits", limits ? "on" : "off"]),
    ];
    const child = fork(serverModule, ["--state-directory", stateDirectory, ...wishes], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => log(text.trimEnd()));
    }
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.onNotification(notification("network/changed"), () => this.#changed.fire());
    connection.onNotification(notification("network/progress"), (progress) => this.#progress.fire(progress));
    connection.onNotification(notification("network/notice"), ({ message }) => this.#options.notice(message));
    connection.onRequest("network/mayRequest", async (question: OutcallQuestion) => ({
      allowed: await this.#options.mayRequest(question),
    }));
    connection.onError(([error]) => log(`connection: ${error.message}`));
    connection.listen();
    child.once("error", (error) => log(`cannot start the network server: ${error.message}`));
    child.once("exit", (code, signal) => this.#ended(child, code === null ? `signal ${signal}` : `exit code ${code}`));
    return { process: child, connection };
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#server?.process !== child) return;
    this.#server.connection.dispose();
    this.#server = undefined;
    if (this.#stopping) return;
    this.#crashes += 1;
    const restarts = this.#crashes === 1;
    this.#options.crashed({ how, restarts });
    if (restarts) this.#running();
    else this.#broken = `The network server ended unexpectedly (${how}). Run "ICP: Restart the Servers" to try again.`;
    this.#changed.fire();
  }
}

function notification<M extends keyof NetworkNotifications & string>(
  method: M,
): NotificationType<NetworkNotifications[M]> {
  return new NotificationType<NetworkNotifications[M]>(method);
}
