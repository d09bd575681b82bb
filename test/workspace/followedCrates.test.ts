/** A workspace that follows what happens to its files says what one says that sees them for the first time. */
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { type FileChange, Workspace } from "../../server/src/workspace/workspace.ts";
import { editCrate } from "../support/crateEdits.ts";
import { Dice } from "../support/dice.ts";
import { crateTexts, generateCrate } from "../support/generatedCrate.ts";
import { memoryFiles } from "../support/memoryFiles.ts";
import { loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

function manifest(version: string, name: string): string {
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\ncandid = "0.10"\nic-cdk = "${version}"\n`;
}

function open(files: Readonly<Record<string, string>>): Workspace {
  const disk = {
    readText: (path: string) => memoryFiles(files).readText(path),
    list: (path: string) => memoryFiles(files).list(path),
    exists: (path: string) => memoryFiles(files).exists(path),
    forget: () => {},
  };
  const workspace = new Workspace({ disk, path: posix, environment: {}, rustFacts: new RustFacts(parser) });
  workspace.setFolders(["/p"]);
  return workspace;
}

function said(workspace: Workspace, files: Readonly<Record<string, string>>): Record<string, string> {
  const snapshot = workspace.snapshot();
  const rust = Object.keys(files).filter((it) => it.endsWith(".rs"));
  return Object.fromEntries(rust.map((it) => [it, JSON.stringify(snapshot.reports(it))]));
}

describe("a workspace", () => {
  for (let seed = 1; seed <= 4; seed++) {
    test(`says of files that come, change and go what they say, seed ${seed}`, () => {
      const dice = new Dice(seed);
      const crate = generateCrate(dice, { files: 8, modulesOfArea: 3, functionsOfModule: 5 });
      let cargo = manifest("0.20", "ledger");
      const files: Record<string, string> = {};
      const write = (): FileChange[] => {
        const texts = Object.entries(crateTexts(crate)).map(([path, text]) => [`/p/${path}`, text] as const);
        const wanted = new Map<string, string>([...texts, ["/p/Cargo.toml", cargo]]);
        const changes: FileChange[] = [];
        for (const path of Object.keys(files)) {
          if (wanted.has(path)) continue;
          delete files[path];
          changes.push({ path, kind: "deleted" });
        }
        for (const [path, text] of wanted) {
          if (files[path] === text) continue;
          changes.push({ path, kind: files[path] === undefined ? "created" : "changed" });
          files[path] = text;
        }
        return changes;
      };
      write();
      const workspace = open(files);
      const told: string[] = [];
      let most = 0;
      for (let edit = 0; edit < 15; edit++) {
        const followed = said(workspace, files);
        expect(followed, `edit ${edit}: ${told.slice(-2).join(", ")}`).toEqual(said(open(files), files));
        most = Math.max(most, Object.values(followed).filter((it) => it !== "[]").length);
        if (dice.chance(15)) cargo = manifest(dice.chance(50) ? "0.20" : "0.17", dice.chance(70) ? "ledger" : "other");
        for (let more = 1 + dice.roll(3); more > 0; more--) told.push(editCrate(dice, crate));
        workspace.filesChanged(write());
      }
      expect(most).toBeGreaterThan(1);
    });
  }
});
