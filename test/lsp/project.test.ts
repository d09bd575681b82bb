import { rmSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type CodeAction, type FileSystemWatcher, WatchKind } from "vscode-languageserver-protocol";
import {
  type ProjectCanistersResult,
  projectCanistersRequest,
  projectChangedNotification,
} from "../../server/src/protocol/language.ts";
import { cargo } from "../support/counterCrate.ts";
import { pullingClient, startServer, type TestServer, type TestServerOptions } from "../support/languageClient.ts";

const manifest = 'canisters:\n  - name: counter\n    recipe: { type: "@dfinity/rust@v3.3.0" }\n';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(options: TestServerOptions): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

describe("manifests over LSP", () => {
  test("the canisters of the open folder", async () => {
    const { connection, folder } = await start({ files: { "icp.yaml": manifest, "Cargo.toml": cargo } });
    const { canisters } = await connection.sendRequest<ProjectCanistersResult>(projectCanistersRequest);
    expect(canisters.map((it) => [it.name, it.projectDirectory, it.source.kind])).toEqual([
      ["counter", folder, "rust"],
    ]);
  });

  test("a mistake in an open manifest is reported as it is typed, with the rule's id and an explanation", async () => {
    const it = await start({ files: { "icp.yaml": manifest, "Cargo.toml": cargo } });
    await it.open("icp.yaml", manifest);
    expect(await it.diagnostics("icp.yaml")).toEqual([]);
    await it.edit("icp.yaml", manifest.replace("counter", "contour"), 2);
    const diagnostics = await it.diagnostics("icp.yaml");
    expect(diagnostics).toMatchObject([
      {
        range: { start: { line: 1, character: 10 }, end: { line: 1, character: 17 } },
        severity: 1,
        code: "recipe-package-mismatch",
        source: "Canister Workbench",
      },
    ]);
    const actions = await it.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: it.uri("icp.yaml") },
      range: diagnostics[0]!.range,
      context: { diagnostics },
    });
    expect(actions.map((action) => action.command)).toEqual([
      {
        title: "Explain recipe-package-mismatch",
        command: "canisterWorkbench.explainRule",
        arguments: ["recipe-package-mismatch"],
      },
    ]);
  });

  test("a second canister of the same name points at the first", async () => {
    const text = `${manifest}  - name: counter\n    recipe: { type: "@x/y" }\n`;
    const it = await start({ files: { "icp.yaml": text, "Cargo.toml": cargo } });
    await it.open("icp.yaml", text);
    expect(await it.diagnostics("icp.yaml")).toMatchObject([
      {
        code: "duplicate-canister-name",
        relatedInformation: [{ location: { uri: it.uri("icp.yaml"), range: { start: { line: 1, character: 10 } } } }],
      },
    ]);
  });

  test("settings change a rule's severity or silence it", async () => {
    const broken = manifest.replace("counter", "contour");
    const it = await start({
      files: { "icp.yaml": broken, "Cargo.toml": cargo },
      initializationOptions: { rules: { "recipe-package-mismatch": "hint" } },
    });
    await it.open("icp.yaml", broken);
    expect((await it.diagnostics("icp.yaml")).map((found) => found.severity)).toEqual([4]);
    await it.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { canisterWorkbench: { rules: { "recipe-package-mismatch": "off" } } },
    });
    expect(await it.diagnostics("icp.yaml")).toEqual([]);
  });

  test("each folder of a workspace has settings of its own", async () => {
    const broken = manifest.replace("counter", "contour");
    const settings: Record<string, string> = { one: "hint", two: "off" };
    const rules = (wished: string) => ({ rules: { "recipe-package-mismatch": wished } });
    const folderOf = (address: string) => address.split("/").at(-1) ?? "";
    const it = await start({
      files: Object.fromEntries(
        ["one", "two", "three"].flatMap((folder) => [
          [`${folder}/icp.yaml`, broken],
          [`${folder}/Cargo.toml`, cargo],
        ]),
      ),
      folders: ["one", "two"],
      capabilities: { ...pullingClient, workspace: { ...pullingClient.workspace, configuration: true } },
      configuration: ({ scopeUri }) => rules(settings[folderOf(scopeUri ?? "")] ?? "information"),
    });
    const severities = async (folder: string) =>
      (await it.diagnostics(`${folder}/icp.yaml`)).map((found) => found.severity);
    await vi.waitFor(async () => expect(await severities("two")).toEqual([]));
    expect(await severities("one")).toEqual([4]);

    settings.two = "warning";
    await it.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { canisterWorkbench: rules("off") },
    });
    await vi.waitFor(async () => expect(await severities("two")).toEqual([2]));

    await it.connection.sendNotification("workspace/didChangeWorkspaceFolders", {
      event: { added: [{ uri: it.uri("three"), name: "three" }], removed: [] },
    });
    await vi.waitFor(async () => expect(await severities("three")).toEqual([3]));
  });

  test("a manifest that changes on disk changes the canisters, and the client is told", async () => {
    const it = await start({ files: { "Cargo.toml": cargo } });
    const told = new Promise<void>((resolve) => it.connection.onNotification(projectChangedNotification, resolve));
    it.write("icp.yaml", manifest.replace("counter", "renamed"));
    await it.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: it.uri("icp.yaml"), type: 1 }],
    });
    await told;
    const { canisters } = await it.connection.sendRequest<ProjectCanistersResult>(projectCanistersRequest);
    expect(canisters.map((canister) => canister.name)).toEqual(["renamed"]);
  });

  test("cargo's settings in hidden folders are watched, and a change of them counts", async () => {
    const bad = '[build]\ntarget = "wasm32-wasip1"\n';
    const workspace = { ...pullingClient.workspace, didChangeWatchedFiles: { dynamicRegistration: true } };
    const it = await start({
      files: { "Cargo.toml": cargo, "src/lib.rs": "", ".cargo/config.toml": "" },
      capabilities: { ...pullingClient, workspace },
    });
    expect(await it.diagnostics(".cargo/config.toml")).toEqual([]);
    const watching = it.registrations.find((found) => found.method === "workspace/didChangeWatchedFiles")!;
    const { watchers } = watching.registerOptions as { watchers: FileSystemWatcher[] };
    const changing = watchers.filter((watcher) => watcher.kind !== WatchKind.Delete);
    const matches = (path: string) => changing.some((watcher) => matchesGlob(path, String(watcher.globPattern)));
    const watched = [".cargo/config.toml", "a/.cargo/config", "Cargo.lock", "a/canister_ids.json", "src/lib.rs"];
    expect([...watched, "config.toml", "src/lib.ts"].filter(matches)).toEqual(watched);
    it.write(".cargo/config.toml", bad);
    await it.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: it.uri(".cargo/config.toml"), type: 2 }],
    });
    expect(await it.diagnostics(".cargo/config.toml")).toMatchObject([{ code: "wrong-target" }]);
  });

  test("a folder that is deleted takes its files along, though only the folder is told", async () => {
    const workspace = { ...pullingClient.workspace, didChangeWatchedFiles: { dynamicRegistration: true } };
    const member = (name: string) => cargo.replace("counter", name);
    const it = await start({
      files: {
        "icp.yaml":
          'canisters:\n  - { name: one, recipe: { type: "@dfinity/rust", configuration: { package: one } } }\n  - { name: two, recipe: { type: "@dfinity/rust", configuration: { package: two } } }\n',
        "Cargo.toml": '[workspace]\nmembers = ["one", "two"]\n',
        "one/Cargo.toml": member("one"),
        "one/src/lib.rs": "",
        "two/Cargo.toml": member("two"),
        "two/src/lib.rs": "",
      },
      capabilities: { ...pullingClient, workspace },
    });
    const codes = async () => (await it.diagnostics("icp.yaml")).map((found) => found.code);
    expect(await codes()).toEqual([]);
    rmSync(join(it.folder, "two"), { recursive: true });
    await it.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [
        { uri: it.uri("two"), type: 3 },
        { uri: it.uri("unknown"), type: 3 },
      ],
    });
    expect(await codes()).toEqual(["recipe-package-mismatch"]);
  });

  test("code that uses canisters is watched while a rule asks for it, and counts when it changes", async () => {
    const workspace = { ...pullingClient.workspace, didChangeWatchedFiles: { dynamicRegistration: true } };
    const shop = '{ "canisters": { "shop": { "type": "custom", "candid": "shop.did", "wasm": "shop.wasm" } } }';
    const methods = ["buy", "sell", "give", "take", "look"];
    const candid = `service : {\n${methods.map((name) => `  ${name} : () -> ();\n`).join("")}}\n`;
    const used = methods.map((name) => `shop.${name}();\n`);
    const it = await start({
      files: { "dfx.json": shop, "shop.did": candid, "shop.wasm": "", "web/src/app.ts": used.slice(1).join("") },
      capabilities: { ...pullingClient, workspace },
    });
    const patterns = () =>
      it.registrations.flatMap((found) => {
        const options = found.registerOptions as { watchers?: FileSystemWatcher[] } | undefined;
        return options?.watchers?.map((watcher) => String(watcher.globPattern)) ?? [];
      });
    const watches = (path: string) => patterns().some((pattern) => pattern !== "**/*" && matchesGlob(path, pattern));
    const set = (rules: Record<string, string>) =>
      it.connection.sendNotification("workspace/didChangeConfiguration", {
        settings: { canisterWorkbench: { rules } },
      });
    await expect.poll(() => watches("a/b.rs")).toBe(true);
    expect(watches("web/src/app.ts")).toBe(false);
    await set({ "unused-endpoint-in-did": "hint" });
    await expect.poll(() => watches("web/src/app.ts") && watches("web/package.json")).toBe(true);
    const unused = async () =>
      (await it.diagnostics("shop.did")).filter((found) => found.code === "unused-endpoint-in-did");
    expect(await unused()).toHaveLength(1);
    it.write("web/src/app.ts", used.join(""));
    await it.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: it.uri("web/src/app.ts"), type: 2 }],
    });
    expect(await unused()).toEqual([]);
    await set({});
    await expect.poll(() => watches("web/src/app.ts")).toBe(false);
    expect(it.log).toEqual([]);
  });

  test("a client that cannot pull is sent the diagnostics, and an empty list on close", async () => {
    const broken = manifest.replace("counter", "contour");
    const it = await start({ files: { "icp.yaml": broken, "Cargo.toml": cargo }, capabilities: {} });
    expect(it.capabilities.diagnosticProvider).toBeUndefined();
    await it.open("icp.yaml", broken);
    await expect
      .poll(() => it.published.get(it.uri("icp.yaml"))?.diagnostics.map((found) => found.code))
      .toEqual(["recipe-package-mismatch"]);
    await it.connection.sendNotification("textDocument/didClose", { textDocument: { uri: it.uri("icp.yaml") } });
    await expect.poll(() => it.published.get(it.uri("icp.yaml"))?.diagnostics).toEqual([]);
  });

  test("a client that cannot pull is sent only what changed, and everything again for a file that it opens again", async () => {
    const broken = manifest.replace("counter", "contour");
    const it = await start({ files: { "icp.yaml": broken, "Cargo.toml": cargo }, capabilities: {} });
    const sent: string[] = [];
    it.connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }) => {
      sent.push(`${uri === it.uri("icp.yaml") ? "icp" : "other"} ${diagnostics.length}`);
    });
    await it.open("icp.yaml", broken);
    await it.open("a.did", "service : {", "candid");
    await expect.poll(() => sent).toHaveLength(2);
    await it.edit("a.did", "service : {}", 2);
    await expect.poll(() => sent).toHaveLength(3);
    await it.edit("a.did", "service : { }", 3);
    await it.connection.sendNotification("textDocument/didClose", { textDocument: { uri: it.uri("icp.yaml") } });
    await it.open("icp.yaml", broken);
    await expect.poll(() => sent.at(-1)).toBe("icp 1");
    expect(sent.filter((told) => told.startsWith("other"))).toHaveLength(2);
  });

  test("every prefix of a manifest is answered, and nothing is logged as failed", async () => {
    const it = await start({ files: { "icp.yaml": manifest, "Cargo.toml": cargo }, capabilities: pullingClient });
    await it.open("icp.yaml", "");
    for (let length = 0; length <= manifest.length; length += 3) {
      await it.edit("icp.yaml", manifest.slice(0, length), length + 2);
      await it.diagnostics("icp.yaml");
    }
    expect(it.log).toEqual([]);
  });
});
