/** Entry point of process 1: the language server, spoken to over IPC or, with `--stdio`, over its standard streams. */
import path from "node:path";
import { createConnection, type InitializeParams, ProposedFeatures } from "vscode-languageserver/node";
import { pathOf } from "./lsp/addresses.ts";
import { clientAbilities, serverCapabilities } from "./lsp/capabilities.ts";
import { handlers } from "./lsp/handlers.ts";
import { Session } from "./lsp/session.ts";
import { DiskFiles } from "./workspace/diskFiles.ts";
import { Workspace } from "./workspace/workspace.ts";

const connection = createConnection(ProposedFeatures.all);
let session: Session | undefined;

connection.onInitialize((params) => {
  const client = clientAbilities(params.capabilities);
  const disk = new DiskFiles(client.watchesFiles ? "watched" : "checked");
  const workspace = new Workspace({ disk, path, environment: process.env });
  workspace.setFolders(foldersOf(params));
  session = new Session(connection, workspace, client);
  session.applySettings(params.initializationOptions);
  return {
    capabilities: serverCapabilities(client),
    serverInfo: { name: "canister-workbench" },
  };
});

connection.onInitialized(() => {
  if (session === undefined) return;
  session.forget(session.register());
  session.forget(session.readSettings());
});

for (const register of handlers) register(connection, () => session);
connection.listen();

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  const addresses = workspaceFolders?.map((it) => it.uri) ?? (rootUri === null ? [] : [rootUri]);
  return addresses.filter((it) => it.startsWith("file:")).map(pathOf);
}
