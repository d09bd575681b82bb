/** Entry point of process 1: the language server, spoken to over IPC or, with `--stdio`, over its standard streams. */
import path from "node:path";
import { createConnection, type InitializeParams, ProposedFeatures } from "vscode-languageserver/node";
import { RustFacts } from "./analysis/rustFacts.ts";
import { productVersion } from "./commandLine/packageFiles.ts";
import { pathOf } from "./lsp/addresses.ts";
import { clientAbilities, serverCapabilities } from "./lsp/capabilities.ts";
import { handlers } from "./lsp/handlers.ts";
import { Session } from "./lsp/session.ts";
import { DiskFiles } from "./workspace/diskFiles.ts";
import { GitHistory } from "./workspace/gitHistory.ts";
import { loadInstalledRustParser } from "./workspace/parserFiles.ts";
import { Workspace } from "./workspace/workspace.ts";

const connection = createConnection(ProposedFeatures.all);
let session: Session | undefined;
const loading = loadRustFacts();

connection.onInitialize(async (params) => {
  const rustFacts = await loading;
  const client = clientAbilities(params.capabilities);
  const disk = new DiskFiles(client.watchesFiles ? "watched" : "checked");
  const history = new GitHistory();
  const workspace = new Workspace({
    disk,
    path,
    environment: process.env,
    formerText: (file) => history.textOf(file),
    ...(rustFacts && { rustFacts }),
  });
  workspace.setFolders(foldersOf(params));
  session = new Session(connection, workspace, client);
  session.takeSettings(params.initializationOptions);
  return {
    capabilities: serverCapabilities(client),
    serverInfo: { name: "canister-workbench", version: productVersion() },
  };
});

connection.onInitialized(() => {
  if (session === undefined) return;
  connection.console.info(`canister-workbench ${productVersion()}, language server on Node ${process.versions.node}`);
  session.forget(session.register());
  session.forget(session.readSettings());
});

for (const register of handlers) register(connection, () => session);
connection.listen();

/** Without the parser, everything but Rust still works; the log says what is wrong. */
async function loadRustFacts(): Promise<RustFacts | undefined> {
  try {
    return new RustFacts(await loadInstalledRustParser());
  } catch (error) {
    connection.console.error(
      `canister-workbench: Rust files are not checked, the parser cannot be loaded: ${String(error)}`,
    );
    return undefined;
  }
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const addresses = workspaceFolders?.map((it) => it.uri) ?? (rootUri === null ? [] : [rootUri]);
  return addresses.filter((it) => it.startsWith("file:")).map(pathOf);
}
