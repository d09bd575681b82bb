import { afterEach, describe, expect, test } from "vitest";
import { startServer, type TestServer, type TestServerOptions } from "../support/languageClient.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startServer(options);
  return server;
}

describe("Candid over LSP", () => {
  test("mistakes are reported with their places", async () => {
    const it = await start();
    await it.open(
      "a.did",
      "type Account = record { owner : principl };\nservice : { f : (Account) -> (Acount) query }",
    );
    const found = await it.diagnostics("a.did");
    expect(found.map((diagnostic) => [diagnostic.code, diagnostic.severity, diagnostic.range.start])).toEqual([
      ["did-unbound-type", 1, { line: 0, character: 32 }],
      ["did-unbound-type", 1, { line: 1, character: 30 }],
    ]);
  });

  test("an imported file counts as it is open, not as it lies on disk", async () => {
    const it = await start({ files: { "types/common.did": "type Id = nat;" } });
    const text = 'import "types/common.did";\nservice : { f : (Id) -> (Name) }';
    await it.open("a.did", text);
    expect((await it.diagnostics("a.did")).map((diagnostic) => diagnostic.code)).toEqual(["did-unbound-type"]);
    await it.open("types/common.did", "type Id = nat; type Name = text;");
    expect(await it.diagnostics("a.did")).toEqual([]);
  });

  test("a missing import is reported at its path, and an import that appears is seen", async () => {
    const it = await start();
    await it.open("a.did", 'import "b.did";\nservice : { f : (B) -> () }');
    const before = await it.diagnostics("a.did");
    expect(before[0]).toMatchObject({ code: "did-import-missing", range: { start: { line: 0, character: 7 } } });
    it.write("b.did", "type B = nat;");
    await it.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: it.uri("b.did"), type: 1 }],
    });
    expect(await it.diagnostics("a.did")).toEqual([]);
  });

  test("every prefix of an interface is answered, and nothing is logged as failed", async () => {
    const it = await start();
    const text =
      '// An account.\ntype A = record { owner : principal; "sub account" : opt blob; 5 : vec variant { x; y : func () -> () oneway } };\n' +
      "service : (opt A) -> { f : (A) -> (nat) query; g : () -> (service { h : () -> () }) }\n";
    await it.open("a.did", "");
    for (let length = 0; length <= text.length; length += 5) {
      await it.edit("a.did", text.slice(0, length), length + 2);
      await it.diagnostics("a.did");
    }
    await it.edit("a.did", text, text.length + 9);
    expect(await it.diagnostics("a.did")).toEqual([]);
    expect(it.log).toEqual([]);
  });
});
