import type { CodeLens, Command } from "vscode-languageserver-types";
import type { TextRange } from "../base/textRange.ts";
import { type LensTarget, lensCommands, type ProjectCanister } from "../protocol/language.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { toRange } from "./ranges.ts";

/** The lenses of a Rust file: what can be done with its canister, and a call above every method. */
export function codeLens(snapshot: Snapshot, path: string): CodeLens[] {
  const crate = snapshot.crateOf(path);
  if (crate === undefined) return [];
  const { cargoPackage } = crate;
  const canisters = snapshot.project.canisters.filter((it) => it.source.crateDirectory === cargoPackage.directory);
  const entryPoints = snapshot.entryPoints(path);
  const lenses: CodeLens[] = [];
  const place = (range: TextRange, command: Command) => {
    const start = toRange(snapshot.lineIndex(path), range).start;
    lenses.push({ range: { start, end: start }, command });
  };
  for (const canister of canisters) {
    const suffix = canisters.length > 1 ? ` ${canister.name}` : "";
    if (path === cargoPackage.rootFile) {
      const top = entryPoints[0]?.range ?? { start: 0, end: 0 };
      for (const command of canisterCommands(canister, suffix)) place(top, command);
    }
    for (const { method, range } of entryPoints) {
      if (method !== undefined) place(range, lensCommand(`▶ Call${suffix}`, lensCommands.call, canister, method));
    }
  }
  return lenses;
}

function canisterCommands(canister: ProjectCanister, suffix: string): Command[] {
  return [
    lensCommand(`▶ Install${suffix}`, lensCommands.install, canister),
    lensCommand(`Upgrade${suffix}`, lensCommands.upgrade, canister),
    lensCommand(`Build${suffix}`, lensCommands.build, canister),
  ];
}

function lensCommand(title: string, command: string, canister: ProjectCanister, method?: string): Command {
  const target: LensTarget = {
    canister: canister.name,
    projectDirectory: canister.projectDirectory,
    ...(method !== undefined && { method }),
  };
  return { title, command, arguments: [target] };
}
