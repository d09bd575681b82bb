import {
  type CancellationToken,
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  type Connection,
  DefinitionRequest,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  DocumentHighlightRequest,
  DocumentSymbolRequest,
  ErrorCodes,
  FileChangeType,
  HoverRequest,
  PrepareRenameRequest,
  type ProtocolNotificationType,
  type ProtocolRequestType,
  ReferencesRequest,
  RenameRequest,
  RequestType0,
  ResponseError,
  SemanticTokensRequest,
  type TextDocumentPositionParams,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { candidCompletion } from "../features/candidCompletion.ts";
import { candidDefinition } from "../features/candidDefinition.ts";
import { candidDocumentSymbols } from "../features/candidDocumentSymbols.ts";
import { candidFormatting } from "../features/candidFormatting.ts";
import { candidHover } from "../features/candidHover.ts";
import { candidHighlights, candidReferences } from "../features/candidReferences.ts";
import { candidRename, candidRenameable } from "../features/candidRename.ts";
import { candidSemanticTokens } from "../features/candidSemanticTokens.ts";
import { codeActions } from "../features/codeActions.ts";
import { codeLens } from "../features/codeLens.ts";
import { entryPointHover } from "../features/entryPointHover.ts";
import { toTextRange } from "../features/ranges.ts";
import { type ProjectCanistersResult, projectCanistersRequest } from "../protocol/language.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { addressOf, pathOf } from "./addresses.ts";
import type { Session } from "./session.ts";

/** What a request may use: the workspace as it is when the request arrives, and the session it came through. */
interface Question<Params> {
  readonly params: Params;
  readonly snapshot: Snapshot;
  readonly session: Session;
  readonly cancelled: () => boolean;
}

type Row = (connection: Connection, session: () => Session | undefined) => void;

/** Everything the server answers and listens to. */
export const handlers: readonly Row[] = [
  request(DocumentDiagnosticRequest.type, fullReport([]), (it) => {
    const path = pathOf(it.params.textDocument.uri);
    return fullReport(it.session.diagnostics(it.snapshot, path, it.cancelled));
  }),
  request(CodeActionRequest.type, [], ({ params, snapshot, session }) => {
    const path = pathOf(params.textDocument.uri);
    const range = toTextRange(snapshot.lineIndex(path), params.range);
    const { only, diagnostics: about } = params.context;
    const { takesSnippets } = session.client;
    const question = { path, range, diagnostics: about, takesSnippets, ...(only && { only }) };
    return codeActions(snapshot, question, session.ruleSettings(path), addressOf);
  }),
  request(HoverRequest.type, null, ({ params, snapshot }) => {
    const { path, offset } = place(snapshot, params);
    return candidHover(snapshot, path, offset) ?? entryPointHover(snapshot, path, offset, addressOf) ?? null;
  }),
  request(DefinitionRequest.type, null, ({ params, snapshot }) => {
    const { path, offset } = place(snapshot, params);
    return candidDefinition(snapshot, path, offset, addressOf) ?? null;
  }),
  request(ReferencesRequest.type, [], ({ params, snapshot }) => {
    const withDeclaration = params.context.includeDeclaration;
    return candidReferences(snapshot, { ...place(snapshot, params), withDeclaration }, addressOf);
  }),
  request(DocumentHighlightRequest.type, [], ({ params, snapshot }) => {
    const { path, offset } = place(snapshot, params);
    return candidHighlights(snapshot, path, offset);
  }),
  request(PrepareRenameRequest.type, null, ({ params, snapshot }) => {
    const { path, offset } = place(snapshot, params);
    return candidRenameable(snapshot, path, offset) ?? null;
  }),
  request(RenameRequest.type, null, ({ params, snapshot }) => {
    const { newName } = params;
    const answer = candidRename(snapshot, { ...place(snapshot, params), newName }, addressOf);
    return typeof answer === "string" ? new ResponseError(ErrorCodes.InvalidParams, answer) : answer;
  }),
  request(SemanticTokensRequest.type, { data: [] }, (it) =>
    candidSemanticTokens(it.snapshot, pathOf(it.params.textDocument.uri)),
  ),
  request(CompletionRequest.type, [], ({ params, snapshot }) => {
    const { path, offset } = place(snapshot, params);
    return candidCompletion(snapshot, path, offset);
  }),
  request(DocumentSymbolRequest.type, [], (it) =>
    candidDocumentSymbols(it.snapshot, pathOf(it.params.textDocument.uri)),
  ),
  request(DocumentFormattingRequest.type, [], (it) =>
    candidFormatting(it.snapshot, pathOf(it.params.textDocument.uri)),
  ),
  request(CodeLensRequest.type, [], (it) => codeLens(it.snapshot, pathOf(it.params.textDocument.uri))),
  projectCanisters,
  notification(DidOpenTextDocumentNotification.type, (session, { textDocument: it }) => {
    session.open(TextDocument.create(it.uri, it.languageId, it.version, it.text));
  }),
  notification(DidChangeTextDocumentNotification.type, (session, { textDocument, contentChanges }) => {
    session.change(textDocument.uri, textDocument.version, contentChanges);
  }),
  notification(DidCloseTextDocumentNotification.type, (session, { textDocument }) => session.close(textDocument.uri)),
  notification(DidSaveTextDocumentNotification.type, (session, { textDocument }) => {
    session.workspace.filesChanged([{ path: pathOf(textDocument.uri), kind: "changed" }]);
    session.saved(textDocument.uri);
  }),
  notification(DidChangeWatchedFilesNotification.type, (session, { changes }) => {
    const kinds = { [FileChangeType.Created]: "created", [FileChangeType.Deleted]: "deleted" } as const;
    const told = changes.map(
      (it) => ({ path: pathOf(it.uri), kind: it.type === 2 ? "changed" : kinds[it.type] }) as const,
    );
    if (session.workspace.filesChanged(told)) session.refresh();
  }),
  notification(DidChangeConfigurationNotification.type, (session, { settings }) => {
    const section: unknown = settings?.canisterWorkbench;
    // What is told are the settings of the workspace; those of folders have to be asked for.
    if (section === undefined || session.client.answersConfiguration) session.forget(session.readSettings());
    else session.applySettings(section);
  }),
];

/** A request answered from its parameters and the snapshot. A mistake of ours is logged and costs only this answer. */
function request<Params, Result, Partial, Failure, Options>(
  type: ProtocolRequestType<Params, Result, Partial, Failure, Options>,
  otherwise: NoInfer<Result>,
  answer: (question: Question<Params>) => NoInfer<Result> | ResponseError<void>,
): Row {
  return (connection, session) => {
    connection.onRequest<unknown, void>(type.method, (params: Params, token: CancellationToken) => {
      const current = session();
      if (current === undefined) return otherwise;
      const cancelled = () => token.isCancellationRequested;
      try {
        return answer({ params, snapshot: current.workspace.snapshot(), session: current, cancelled });
      } catch (error) {
        connection.console.error(`canister-workbench: ${type.method} failed: ${describe(error)}`);
        return otherwise;
      }
    });
  };
}

function notification<Params, Options>(
  type: ProtocolNotificationType<Params, Options>,
  take: (session: Session, params: Params) => void,
): Row {
  return (connection, session) => {
    connection.onNotification(type, (params) => {
      const current = session();
      if (current === undefined) return;
      try {
        take(current, params);
      } catch (error) {
        connection.console.error(`canister-workbench: ${type.method} failed: ${describe(error)}`);
      }
    });
  };
}

function place(snapshot: Snapshot, { textDocument, position }: TextDocumentPositionParams) {
  const path = pathOf(textDocument.uri);
  return { path, offset: snapshot.lineIndex(path).offset(position) };
}

function fullReport(items: Diagnostic[]): DocumentDiagnosticReport {
  return { kind: "full", items };
}

function projectCanisters(connection: Connection, session: () => Session | undefined): void {
  const type = new RequestType0<ProjectCanistersResult, void>(projectCanistersRequest);
  connection.onRequest(type, () => ({ canisters: session()?.workspace.snapshot().project.canisters ?? [] }));
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
