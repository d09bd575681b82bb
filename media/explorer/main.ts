/** The script of the canister panel: takes messages of the extension, draws them, and sends what the user asks for. */
import type { FromWebview, PanelState, ToWebview } from "../../client/src/explorer/messages.ts";
import { CanisterPanel } from "./canisterPanel.ts";

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const host = document.getElementById("panel");
if (host !== null) {
  const vscode = acquireVsCodeApi();
  const panel = new CanisterPanel(host, {
    send: (message) => vscode.postMessage(message),
    remember: (state) => vscode.setState(state),
  });
  window.addEventListener("message", (event: MessageEvent<ToWebview>) => panel.receive(event.data));
  vscode.postMessage({ kind: "ready" });
}
