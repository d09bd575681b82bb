import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type ClientCapabilities,
  type ConfigurationItem,
  type ConfigurationParams,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type LogMessageParams,
  MessageType,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Registration,
  type RegistrationParams,
  type ServerCapabilities,
  StreamMessageReader,
  StreamMessageWriter,
  type UnregistrationParams,
} from "vscode-languageserver-protocol/node";
import { URI } from "vscode-uri";
import { projectRoot } from "./sourceFiles.ts";

/** A real language server over stdio, with a folder of its own. */
export interface TestServer {
  readonly connection: ProtocolConnection;
  readonly capabilities: ServerCapabilities;
  readonly folder: string;
  /** Texts that the server published by itself, by address; only without pull. */
  readonly published: Map<string, PublishDiagnosticsParams>;
  /** Errors and warnings that the server logged, and what it wrote to standard error. */
  readonly log: string[];
  /** What the server registered by itself. */
  readonly registrations: Registration[];
  uri(file: string): string;
  /** Writes the file to disk. */
  write(file: string, text: string): void;
  open(file: string, text: string, languageId?: string): Promise<void>;
  /** Replaces the first occurrence of some text of an open document, as typing does. */
  edit(file: string, text: string, version: number): Promise<void>;
  diagnostics(file: string): Promise<Diagnostic[]>;
  stop(): Promise<void>;
}

/** What VS Code can do, as far as it matters here. */
export const pullingClient: ClientCapabilities = {
  textDocument: { diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false } },
  workspace: { configuration: false, workspaceFolders: true, diagnostics: { refreshSupport: true } },
};

/** How a test's server is started. */
export interface TestServerOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  /** Folders of the workspace, below the server's own; that one alone unless told. */
  readonly folders?: readonly string[];
  /** What the client answers when it is asked for settings; it has to be able to. */
  readonly configuration?: (item: ConfigurationItem) => unknown;
  /** The server's script; the source itself unless told. */
  readonly script?: string;
}

/** Starts a server, initializes it, and leaves it to the test to stop it. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "canister-workbench-")));
  const uri = (file: string) => URI.file(join(folder, file)).toString();
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(options.files ?? {})) write(file, text);

  const script = options.script ?? join(projectRoot, "server/src/languageServer.ts");
  const process_ = spawn(process.execPath, [script, "--stdio"], { stdio: "pipe" });
  const log: string[] = [];
  const published = new Map<string, PublishDiagnosticsParams>();
  const registrations: Registration[] = [];
  const connection = connect(process_, log, published);
  connection.onRequest("client/registerCapability", (params: RegistrationParams) => {
    registrations.push(...params.registrations);
    return null;
  });
  connection.onRequest("client/unregisterCapability", ({ unregisterations }: UnregistrationParams) => {
    const gone = new Set(unregisterations.map((it) => it.id));
    registrations.splice(0, registrations.length, ...registrations.filter((it) => !gone.has(it.id)));
    return null;
  });
  connection.onRequest("workspace/configuration", ({ items }: ConfigurationParams) =>
    items.map((it) => options.configuration?.(it) ?? null),
  );
  const { capabilities } = await connection.sendRequest<{ capabilities: ServerCapabilities }>("initialize", {
    processId: process.pid,
    rootUri: URI.file(folder).toString(),
    workspaceFolders: (options.folders ?? ["."]).map((it) => ({ uri: uri(it), name: it })),
    capabilities: options.capabilities ?? pullingClient,
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification("initialized", {});

  return {
    connection,
    capabilities,
    folder,
    published,
    log,
    registrations,
    uri,
    write,
    open: (file, text, languageId = languageOf(file)) =>
      connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri: uri(file), languageId, version: 1, text },
      }),
    edit: (file, text, version) =>
      connection.sendNotification("textDocument/didChange", {
        textDocument: { uri: uri(file), version },
        contentChanges: [{ text }],
      }),
    async diagnostics(file) {
      const params = { textDocument: { uri: uri(file) } };
      const report = await connection.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", params);
      return report.kind === "full" ? report.items : [];
    },
    async stop() {
      const ended = new Promise((resolve) => process_.once("exit", resolve));
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await ended;
      connection.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function connect(
  child: ChildProcessWithoutNullStreams,
  log: string[],
  published: Map<string, PublishDiagnosticsParams>,
): ProtocolConnection {
  child.stderr.on("data", (chunk: Buffer) => log.push(chunk.toString("utf8")));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onNotification("window/logMessage", ({ type, message }: LogMessageParams) => {
    if (type <= MessageType.Warning) log.push(message);
  });
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params);
  });
  connection.onRequest("workspace/diagnostic/refresh", () => null);
  connection.listen();
  return connection;
}

function languageOf(file: string): string {
  if (file.endsWith(".rs")) return "rust";
  if (file.endsWith(".did")) return "candid";
  return file.endsWith(".json") ? "json" : file.endsWith(".toml") ? "toml" : "yaml";
}
