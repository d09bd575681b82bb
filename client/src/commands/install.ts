import { readFile } from "node:fs/promises";
import { window } from "vscode";
import type { ProjectCanister } from "../../../server/src/protocol/language.ts";
import type { CallOutcome, InstallParams, InstallResult } from "../../../server/src/protocol/network.ts";
import { assertNever } from "../assertNever.ts";
import type { CanisterItem } from "../explorer/canisterItem.ts";
import { Obstacle } from "../obstacle.ts";
import type { Workbench } from "../workbench.ts";

/**
 * Installs a Wasm in one of the three modes, asking for the argument when the manifest's does not fit; undefined when
 * the user gives none.
 */
export async function installWasm(
  workbench: Workbench,
  canister: ProjectCanister,
  mode: InstallParams["mode"],
  wasmPath: string,
  subnet?: string,
): Promise<InstallResult | undefined> {
  const candid = canister.candidPath === undefined ? undefined : await readText(canister.candidPath);
  let argument = canister.initArgument;
  while (true) {
    const params: InstallParams = {
      name: canister.name,
      mode,
      wasmPath,
      ...(argument === undefined ? {} : { argument }),
      ...(candid === undefined ? {} : { candid }),
      ...(subnet === undefined ? {} : { subnet }),
    };
    const result = await workbench.activity.during(`${canister.name}: ${mode}`, () =>
      workbench.network.install(params),
    );
    await workbench.canisters.refreshStatus();
    if (result.outcome.kind !== "invalid") return result;
    argument = await askArgument(canister.name, mode, argument, result.outcome.message);
    if (argument === undefined) return undefined;
  }
}

/**
 * The subnet on which a new canister is to be created: asked where the network has several; `undefined` as the name means
 * that nobody needs to choose, `undefined` altogether that the user chose none.
 */
export async function chooseSubnet(
  workbench: Workbench,
  canister: CanisterItem,
): Promise<{ readonly name: string | undefined } | undefined> {
  const subnets = workbench.canisters.status?.subnets ?? [];
  if (canister.summary !== undefined || subnets.length < 2) return { name: undefined };
  const rows = subnets.map(({ name, nodes }) => ({ label: name, description: `${nodes} nodes` }));
  const title = `Install ${canister.name}`;
  const chosen = await window.showQuickPick(rows, { title, placeHolder: "Choose the subnet of the new canister" });
  return chosen === undefined ? undefined : { name: chosen.label };
}

/** @throws Obstacle when an install, reinstall or upgrade was rejected, with the reject's own message. */
export function expectInstalled(name: string, mode: InstallParams["mode"], outcome: CallOutcome): void {
  switch (outcome.kind) {
    case "replied":
      return;
    case "invalid":
      throw new Obstacle(`${name}: ${outcome.message}`);
    case "rejected":
      throw new Obstacle(
        `${sentence(mode)} ${name} was rejected, and everything is as it was before. ${outcome.errorCode ?? `Reject code ${outcome.rejectCode}`}: ${outcome.message}`,
      );
    default:
      assertNever(outcome);
  }
}

function sentence(mode: InstallParams["mode"]): string {
  switch (mode) {
    case "install":
      return "The installation of";
    case "reinstall":
      return "The reinstallation of";
    case "upgrade":
      return "The upgrade of";
  }
}

async function askArgument(
  name: string,
  mode: InstallParams["mode"],
  earlier: string | undefined,
  problem: string,
): Promise<string | undefined> {
  return await window.showInputBox({
    title: `Argument to ${mode} ${name}`,
    prompt: problem,
    value: earlier ?? "()",
    placeHolder: "Candid, e.g. (record { owner = null })",
    ignoreFocusOut: true,
  });
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
