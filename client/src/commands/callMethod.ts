import { commands, type QuickPickItem, window } from "vscode";
import type { MethodForm } from "../../../server/src/protocol/callForm.ts";
import { type CanisterItem, isInstalled } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";
import { commandTarget, pickCanister } from "./pickCanister.ts";

/** Shows the call form of a method; a method without arguments is called at once where a lens or a button asks. */
export async function callMethod(workbench: Workbench, argument: unknown): Promise<void> {
  const target = commandTarget(workbench, argument);
  if (target.canister !== undefined && !isInstalled(target.canister)) throw notInstalled(target.canister, argument);
  const canister = await pickCanister(workbench, target, {
    title: "Call a Method",
    fits: isInstalled,
    none: "no canister is installed yet. Install one first.",
  });
  if (canister === undefined) return;
  const { form } = await workbench.network.interface({ canister: canister.name });
  const method =
    target.method === undefined
      ? await pickMethod(canister, form.methods)
      : form.methods.find((it) => it.name === target.method);
  if (method === undefined && target.method !== undefined) {
    throw new Obstacle(
      `The installed ${canister.name} has no method ${target.method}. Build and upgrade it to call what its source says now.`,
    );
  }
  if (method === undefined) return;
  await workbench.panel.show(canister, method.name);
  if (target.direct && method.arguments.length === 0) await sendCall(workbench, canister, method.name, "()");
}

/** Calls a method and keeps the outcome in the session's call history. */
export async function sendCall(
  workbench: Workbench,
  canister: CanisterItem,
  method: string,
  argument: string,
): Promise<void> {
  const call = { canister: canister.name, method, argument };
  const identity = workbench.canisters.status?.selectedIdentity ?? "";
  const id = workbench.calls.begin({ ...call, identity, startedMillis: Date.now() });
  await workbench.panel.refresh();
  try {
    const outcome = await workbench.activity.during(`${canister.name}: ${method}`, () => workbench.network.call(call));
    workbench.calls.end(id, outcome);
  } catch (error) {
    workbench.calls.end(id, { kind: "invalid", message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await workbench.canisters.refreshStatus();
  }
}

async function pickMethod(canister: CanisterItem, methods: readonly MethodForm[]): Promise<MethodForm | undefined> {
  const rows = methods.map((method): QuickPickItem & { method: MethodForm } => ({
    method,
    label: method.name,
    description: `${method.mode === "update" ? "" : `${method.mode.replace("_", " ")} `}${method.results}`,
  }));
  return (await window.showQuickPick(rows, { title: `Call ${canister.name}`, placeHolder: "Choose a method" }))?.method;
}

function notInstalled(canister: CanisterItem, argument: unknown): Obstacle {
  return new Obstacle(`${canister.name} is not installed yet, so it cannot be called.`, [
    { title: "Install", run: () => commands.executeCommand("canisterWorkbench.installCanister", argument) },
  ]);
}
