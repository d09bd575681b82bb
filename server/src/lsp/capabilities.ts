import {
  BulkRegistration,
  type ClientCapabilities,
  CodeActionKind,
  CompletionRequest,
  DefinitionRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentSymbolRequest,
  ReferencesRequest,
  RenameRequest,
  SemanticTokensRegistrationType,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { candidTokensLegend } from "../features/candidSemanticTokens.ts";
import { fixAllKind } from "../features/codeActions.ts";
import { diagnosticSource } from "../features/diagnostics.ts";

/** What the client can do, as far as it changes what we do. */
export interface ClientAbilities {
  /** Asks for diagnostics itself; otherwise they are pushed to it. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesCodeLenses: boolean;
  readonly answersConfiguration: boolean;
  readonly registersConfiguration: boolean;
  readonly watchesFiles: boolean;
  readonly changesFolders: boolean;
  /** Takes edits with places to fill in. */
  readonly takesSnippets: boolean;
  /** Registers features for one language at a time, so that we do not offer to format somebody else's files. */
  readonly registersCandidFeatures: boolean;
  /** The same for what finds, renames and colours names. */
  readonly registersCandidNames: boolean;
}

/** Reads the abilities out of what the client sends with `initialize`. */
export function clientAbilities({ textDocument, workspace }: ClientCapabilities): ClientAbilities {
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    changesFolders: workspace?.workspaceFolders === true,
    takesSnippets: workspace?.workspaceEdit?.snippetEditSupport === true,
    registersCandidFeatures: [
      textDocument?.formatting,
      textDocument?.documentSymbol,
      textDocument?.definition,
      textDocument?.completion,
    ].every((it) => it?.dynamicRegistration === true),
    registersCandidNames: [
      textDocument?.references,
      textDocument?.rename,
      textDocument?.documentHighlight,
      textDocument?.semanticTokens,
    ].every((it) => it?.dynamicRegistration === true),
  };
}

/** What this server can do for a client. */
export function serverCapabilities(client: ClientAbilities): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    ...(client.pullsDiagnostics && {
      diagnosticProvider: { identifier: diagnosticSource, interFileDependencies: true, workspaceDiagnostics: false },
    }),
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
    codeLensProvider: { resolveProvider: false },
    hoverProvider: true,
    ...(!client.registersCandidFeatures && {
      completionProvider: {},
      definitionProvider: true,
      documentSymbolProvider: true,
      documentFormattingProvider: true,
    }),
    ...(!client.registersCandidNames && {
      documentHighlightProvider: true,
      referencesProvider: true,
      renameProvider: { prepareProvider: true },
      semanticTokensProvider: { legend: candidTokensLegend, full: true },
    }),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

/** The features that only Candid files have, for clients that register them by language. */
export function candidFeatures(client: ClientAbilities): BulkRegistration {
  const options = { documentSelector: [{ language: "candid" }, { pattern: "**/*.did" }] };
  const features = BulkRegistration.create();
  if (client.registersCandidFeatures) {
    features.add(CompletionRequest.type, options);
    features.add(DefinitionRequest.type, options);
    features.add(DocumentSymbolRequest.type, options);
    features.add(DocumentFormattingRequest.type, options);
  }
  if (client.registersCandidNames) {
    features.add(DocumentHighlightRequest.type, options);
    features.add(ReferencesRequest.type, options);
    features.add(RenameRequest.type, { ...options, prepareProvider: true });
    features.add(SemanticTokensRegistrationType.type, { ...options, legend: candidTokensLegend, full: true });
  }
  return features;
}
