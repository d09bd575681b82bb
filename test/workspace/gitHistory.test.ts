/** Texts of the last commit, from a real repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { DiskFiles } from "../../server/src/workspace/diskFiles.ts";
import { GitHistory, hasRevision } from "../../server/src/workspace/gitHistory.ts";
import { withSettings } from "../../server/src/workspace/report.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();
const hasGit = spawnSync("git", ["--version"]).status === 0;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "history-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): void {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
  execFileSync("git", ["-C", folder, ...identity, ...args], { stdio: "ignore" });
}

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Clocks of file systems are coarse: what git wrote is made to look new. */
function touchHead(seconds: number): void {
  const time = new Date(Date.now() + seconds * 1000);
  utimesSync(path.join(folder, ".git", "HEAD"), time, time);
}

describe.skipIf(!hasGit)("the history of files", () => {
  test("is the commit's text, whatever stands on disk, and of the revision that was asked for", () => {
    git("init", "-q", "-b", "main");
    const file = write("a/b.did", "service : { one : () -> () }");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    git("tag", "v1");
    const history = new GitHistory();
    write("a/b.did", "service : { two : () -> () }");
    expect(history.textOf(file)).toBe("service : { one : () -> () }");
    git("commit", "-q", "-am", "two");
    touchHead(5);
    expect(history.textOf(file)).toBe("service : { two : () -> () }");
    expect(new GitHistory("v1").textOf(file)).toBe("service : { one : () -> () }");
  });

  test("of a second worktree is that of what is checked out there", () => {
    git("init", "-q", "-b", "main");
    write("a.did", "service : { one : () -> () }");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    git("worktree", "add", "-q", "--detach", "beside");
    const file = path.join(folder, "beside", "a.did");
    const history = new GitHistory();
    expect(history.textOf(file)).toBe("service : { one : () -> () }");
    writeFileSync(file, "service : { two : () -> () }");
    git("-C", path.join(folder, "beside"), "commit", "-q", "-am", "two");
    const time = new Date(Date.now() + 5000);
    utimesSync(path.join(folder, ".git/worktrees/beside/HEAD"), time, time);
    expect(history.textOf(file)).toBe("service : { two : () -> () }");
  });

  test("knows which revisions there are", () => {
    git("init", "-q", "-b", "main");
    expect(hasRevision(folder, "HEAD")).toBe(false);
    write("a.did", "service : {}");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    expect(["HEAD", "main", "HEAD^", "other", "--all"].filter((it) => hasRevision(folder, it))).toEqual([
      "HEAD",
      "main",
    ]);
    expect(hasRevision(tmpdir(), "HEAD")).toBe(false);
  });

  test("is empty for files and revisions that git does not know", () => {
    git("init", "-q", "-b", "main");
    const file = write("new.did", "service : {}");
    expect(new GitHistory().textOf(file)).toBeUndefined();
    expect(new GitHistory("no-such-revision").textOf(file)).toBeUndefined();
  });

  test("another branch, checked out under the server, is what everything is about from then on", () => {
    const cargo = '[package]\nname = "shop"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n';
    const manifest = '{ "canisters": { "shop": { "type": "rust", "package": "shop", "candid": "shop.did" } } }';
    git("init", "-q", "-b", "main");
    write("Cargo.toml", cargo);
    write("dfx.json", manifest);
    const rust = write("src/lib.rs", "#[ic_cdk::query]\nfn get() -> u64 { 1 }\nic_cdk::export_candid!();\n");
    const did = write("shop.did", "service : { get : () -> (nat64) query }");
    git("add", ".");
    git("commit", "-q", "-m", "main");
    git("checkout", "-q", "-b", "other");
    write("src/lib.rs", "#[ic_cdk::update]\nfn put(value: u64) { drop(value) }\nic_cdk::export_candid!();\n");
    write("shop.did", "service : { put : (text) -> () }");
    git("commit", "-q", "-am", "other");

    const disk = new DiskFiles("watched");
    const history = new GitHistory();
    const workspace = new Workspace({
      disk,
      path,
      environment: {},
      rustFacts: new RustFacts(parser),
      formerText: (file) => history.textOf(file),
    });
    workspace.setFolders([folder]);
    const told = (file: string) => withSettings(workspace.snapshot().reports(file), new Map()).map((it) => it.rule);
    expect(told(rust)).toEqual(["did-out-of-sync"]);
    expect(told(did)).toEqual([]);

    git("checkout", "-q", "main");
    touchHead(10);
    workspace.filesChanged([rust, did].map((it) => ({ path: it, kind: "changed" as const })));
    expect(told(rust)).toEqual([]);
    expect(told(did)).toEqual([]);

    write("shop.did", "service : { get : (text) -> (nat64) query }");
    workspace.filesChanged([{ path: did, kind: "changed" }]);
    expect(told(did)).toEqual(["did-upgrade-incompatible"]);
    expect(told(rust)).toEqual(["did-out-of-sync"]);

    git("checkout", "-q", "-f", "other");
    touchHead(20);
    workspace.filesChanged([rust, did].map((it) => ({ path: it, kind: "changed" as const })));
    expect(told(rust)).toEqual(["did-out-of-sync"]);
    expect(told(did)).toEqual([]);
  });
});

test("outside of a repository there is no history", () => {
  expect(new GitHistory().textOf(write("a.did", "service : {}"))).toBeUndefined();
});
