import { commands, type Disposable } from "vscode";
import { lensCommands } from "../../../server/src/protocol/language.ts";
import { showFailure } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";
import { expectTrust } from "../workspaceTrust.ts";
import { addCycles } from "./addCycles.ts";
import { advanceTime } from "./advanceTime.ts";
import { buildCanister } from "./buildCanister.ts";
import { callMethod } from "./callMethod.ts";
import { cancelExecution } from "./cancelExecution.ts";
import { copyCanisterId } from "./copyCanisterId.ts";
import { createIdentity } from "./createIdentity.ts";
import { deleteCanister } from "./deleteCanister.ts";
import { explainRule } from "./explainRule.ts";
import { installCanister } from "./installCanister.ts";
import { loadSnapshot } from "./loadSnapshot.ts";
import { openCanister } from "./openCanister.ts";
import { openInterface } from "./openInterface.ts";
import { openSample } from "./openSample.ts";
import { reinstallCanister } from "./reinstallCanister.ts";
import { resetNetwork } from "./resetNetwork.ts";
import { selectIdentity } from "./selectIdentity.ts";
import { showCanisterLogs } from "./showCanisterLogs.ts";
import { startCanister } from "./startCanister.ts";
import { stopCanister } from "./stopCanister.ts";
import { takeSnapshot } from "./takeSnapshot.ts";
import { upgradeCanister } from "./upgradeCanister.ts";

type CommandHandler = (workbench: Workbench, argument: unknown) => Promise<void>;

/** Every command of the manifest and what it does. */
const handlers: Readonly<Record<string, CommandHandler>> = {
  [lensCommands.build]: buildCanister,
  [lensCommands.install]: installCanister,
  [lensCommands.upgrade]: upgradeCanister,
  [lensCommands.call]: callMethod,
  [lensCommands.explainRule]: explainRule,
  "canisterWorkbench.reinstallCanister": reinstallCanister,
  "canisterWorkbench.openCanister": openCanister,
  "canisterWorkbench.stopCanister": stopCanister,
  "canisterWorkbench.startCanister": startCanister,
  "canisterWorkbench.deleteCanister": deleteCanister,
  "canisterWorkbench.takeSnapshot": takeSnapshot,
  "canisterWorkbench.loadSnapshot": loadSnapshot,
  "canisterWorkbench.copyCanisterId": copyCanisterId,
  "canisterWorkbench.openInterface": openInterface,
  "canisterWorkbench.showCanisterLogs": showCanisterLogs,
  "canisterWorkbench.addCycles": addCycles,
  "canisterWorkbench.selectIdentity": selectIdentity,
  "canisterWorkbench.createIdentity": createIdentity,
  "canisterWorkbench.advanceTime": advanceTime,
  "canisterWorkbench.cancelExecution": cancelExecution,
  "canisterWorkbench.resetNetwork": resetNetwork,
  "canisterWorkbench.openSample": openSample,
  "canisterWorkbench.restartServers": (workbench) => workbench.restartServers(),
  "canisterWorkbench.refresh": async ({ canisters }) => {
    await canisters.refreshDeclared();
    await canisters.refreshStatus();
  },
  "canisterWorkbench.showLog": async ({ log }) => log.show(),
};

/** What a folder in Restricted Mode may be asked for: nothing of these builds or executes anything. */
const readingOnly: ReadonlySet<string> = new Set([
  lensCommands.explainRule,
  "canisterWorkbench.openCanister",
  "canisterWorkbench.openSample",
  "canisterWorkbench.restartServers",
  "canisterWorkbench.refresh",
  "canisterWorkbench.showLog",
]);

/** Registers every command; what a command throws is shown to the user here, once. */
export function registerCommands(workbench: Workbench): Disposable[] {
  return Object.entries(handlers).map(([id, handler]) =>
    commands.registerCommand(id, async (argument: unknown) => {
      try {
        if (!readingOnly.has(id)) expectTrust();
        await handler(workbench, argument);
      } catch (error) {
        void showFailure(error, workbench.log);
      }
    }),
  );
}
