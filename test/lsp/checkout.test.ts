/** Another branch is checked out while the server runs: what it says is what a server says that starts only then. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { FileChangeType } from "vscode-languageserver-protocol";
import { pullingClient, startServer, type TestServer } from "../support/languageClient.ts";

const cargo = (cdk: string) =>
  `[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\ncandid = "0.10"\nic-cdk = "${cdk}"\n`;
const head = "use crate::stock;\nuse candid::Principal;\n";
const buy =
  '#[ic_cdk::update]\nasync fn buy(from: Principal) {\n    stock::take();\n    let _ = ic_cdk::call::Call::bounded_wait(from, "sell").await;\n    stock::check();\n}\n';
const stock = (check: string) =>
  `thread_local! { static LEFT: std::cell::Cell<u64> = std::cell::Cell::new(9); }\npub fn take() { LEFT.set(LEFT.get() - 1) }\npub fn check() { ${check} }\n`;

/** The branches: one has a module that the other has not, and what functions do differs. */
const branches: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  main: {
    "Cargo.toml": cargo("0.20"),
    "src/lib.rs": "mod orders;\nmod stock;\n",
    "src/orders.rs": `${head}${buy}`,
    "src/stock.rs": stock(""),
  },
  other: {
    "Cargo.toml": cargo("0.17"),
    "src/lib.rs": "//! Moved.\nmod orders;\nmod prices;\nmod stock;\n",
    "src/orders.rs": `${head}// Below.\n${buy}`,
    "src/stock.rs": stock('panic!("none left")'),
    "src/prices.rs":
      "#[ic_cdk::query]\nfn now() -> u64 { std::time::SystemTime::now().elapsed().unwrap().as_secs() }\n",
  },
};

const watching = {
  ...pullingClient,
  workspace: { ...pullingClient.workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
};
const files = ["Cargo.toml", "src/lib.rs", "src/orders.rs", "src/stock.rs", "src/prices.rs"];
const running: TestServer[] = [];

afterEach(async () => {
  for (const it of running.splice(0)) await it.stop();
});

function git(folder: string, ...arguments_: readonly string[]): string {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...arguments_], { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

async function serve(branch: string): Promise<TestServer> {
  const server = await startServer({ files: branches[branch] ?? {}, capabilities: watching });
  running.push(server);
  return server;
}

/** Everything that a server says, addresses told from the server's folder on. */
async function said(server: TestServer): Promise<string[]> {
  const found = await Promise.all(files.map(async (it) => ({ file: it, found: await server.diagnostics(it) })));
  return found.map((it) => JSON.stringify(it).replaceAll(server.uri(""), ""));
}

describe.skipIf(spawnSync("git", ["--version"]).status !== 0)("another branch is checked out under the server", () => {
  async function repository(): Promise<TestServer> {
    const server = await serve("main");
    const { folder } = server;
    git(folder, "init", "-q", "-b", "main");
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "main");
    git(folder, "checkout", "-qb", "other");
    for (const [file, text] of Object.entries(branches["other"] ?? {})) server.write(file, text);
    git(folder, "add", ".");
    git(folder, "commit", "-qm", "other");
    git(folder, "checkout", "-q", "main");
    return server;
  }

  /** Checks a branch out and tells the server as an editor does, in batches. */
  async function checkOut(server: TestServer, branch: string, batch: number): Promise<void> {
    const changes = git(server.folder, "diff", "--name-status", "--no-renames", "HEAD", branch)
      .trim()
      .split("\n")
      .map((line) => {
        const kind = { A: FileChangeType.Created, D: FileChangeType.Deleted }[line[0] ?? ""] ?? FileChangeType.Changed;
        return { uri: server.uri(line.slice(2)), type: kind };
      });
    git(server.folder, "checkout", "-q", branch);
    for (let at = 0; at < changes.length; at += batch) {
      await server.connection.sendNotification("workspace/didChangeWatchedFiles", {
        changes: changes.slice(at, at + batch),
      });
      // Somebody asks while half of the news is under way.
      await server.diagnostics("src/orders.rs");
    }
  }

  test.each([10, 1])("it says what a new server says, %i files at a time", async (batch) => {
    const server = await repository();
    const wanted = { main: await said(await serve("main")), other: await said(await serve("other")) };
    expect(wanted.main).not.toEqual(wanted.other);
    expect(await said(server)).toEqual(wanted.main);
    for (const branch of ["other", "main", "other"] as const) {
      await checkOut(server, branch, batch);
      expect(await said(server), branch).toEqual(wanted[branch]);
    }
    expect(server.log).toEqual([]);
  });

  test("an open document counts until the editor reads the file again", async () => {
    const server = await repository();
    const wanted = await said(await serve("other"));
    await server.open("src/orders.rs", branches["main"]?.["src/orders.rs"] ?? "");
    await checkOut(server, "other", 10);
    expect(await said(server)).not.toEqual(wanted);
    await server.edit("src/orders.rs", readFileSync(join(server.folder, "src/orders.rs"), "utf8"), 2);
    expect(await said(server)).toEqual(wanted);
  });
});
