import { basename } from "node:path";
import { commands, window, workspace } from "vscode";
import type { ProjectCanister } from "../../../server/src/protocol/language.ts";
import { Obstacle } from "../obstacle.ts";
import { readSettings } from "../settings.ts";
import { newestWasm, sourceNewerThan } from "../wasmFiles.ts";
import type { Workbench } from "../workbench.ts";

/**
 * The Wasm to install for a canister: what was built last, or a new build where there is none or a source is newer.
 * A failed or cancelled build yields undefined: then nothing is installed.
 * @throws Obstacle when there is no Wasm and nothing to build it with.
 */
export async function obtainWasm(workbench: Workbench, canister: ProjectCanister): Promise<string | undefined> {
  const wasm = await newestWasm(canister);
  const newer = wasm === undefined ? undefined : await sourceNewerThan(canister, wasm);
  if (wasm !== undefined && (newer === undefined || !readSettings().buildBeforeInstall)) return wasm.path;
  if (canister.build === undefined) throw nothingToInstall(canister);
  try {
    return await buildOrSay(workbench, canister);
  } catch (error) {
    if (wasm === undefined || newer === undefined || !(error instanceof Obstacle)) throw error;
    const anyway = "Install the Old One";
    const chosen = await window.showWarningMessage(
      `${basename(wasm.path)} is older than ${workspace.asRelativePath(newer)}. ${error.message}`,
      ...error.remedies.map((it) => it.title),
      anyway,
    );
    await error.remedies.find((it) => it.title === chosen)?.run();
    return chosen === anyway ? wasm.path : undefined;
  }
}

/** Builds a canister; a failed build is said with a way to its errors, and yields undefined. */
export async function buildOrSay(workbench: Workbench, canister: ProjectCanister): Promise<string | undefined> {
  const outcome = await workbench.builds.build(canister);
  switch (outcome.kind) {
    case "built":
      workbench.log.info(`built ${canister.name}: ${outcome.wasm.path}`);
      return outcome.wasm.path;
    case "cancelled":
      workbench.log.info(`the build of ${canister.name} was cancelled`);
      return undefined;
    case "failed":
      throw new Obstacle(
        `Building ${canister.name} failed${outcome.exitCode === undefined ? "" : ` (exit code ${outcome.exitCode})`}; nothing was installed.`,
        [
          { title: "Show Problems", run: showProblems },
          { title: "Show Terminal", run: showTerminal },
        ],
      );
  }
}

async function showProblems(): Promise<void> {
  await commands.executeCommand("workbench.actions.view.problems");
}

async function showTerminal(): Promise<void> {
  await commands.executeCommand("workbench.action.terminal.focus");
}

function nothingToInstall(canister: ProjectCanister): Obstacle {
  if (canister.source.kind === "custom") {
    return new Obstacle(
      `${canister.name} is built by steps that only its own tool can run: ${canister.source.explanation} Build it there; its Wasm is then found here.`,
    );
  }
  return new Obstacle(
    canister.wasmPath === undefined
      ? `${canister.name} names no Wasm in ${canister.manifestPath}.`
      : `${canister.manifestPath} says that the Wasm of ${canister.name} is ${canister.wasmPath}, but there is no such file.`,
  );
}
