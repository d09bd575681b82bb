import { afterEach, describe, expect, test } from "vitest";
import type { CompletionItem, DocumentSymbol, Hover, TextEdit } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { pullingClient, startServer, type TestServer, type TestServerOptions } from "../support/languageClient.ts";

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

  test("hover, definition, names, completion, outline and formatting", async () => {
    const it = await start({ files: { "b.did": "/// Who owns it.\ntype Owner = principal;\n" } });
    const text =
      'import "b.did";\ntype Account = record { owner : Owner };\nservice : { get:(Account)->(Account)query }';
    await it.open("a.did", text);
    const at = (line: number, character: number) => ({
      textDocument: { uri: it.uri("a.did") },
      position: { line, character },
    });
    const hover = await it.connection.sendRequest<Hover>("textDocument/hover", at(1, 33));
    expect(JSON.stringify(hover.contents)).toContain("Who owns it.");
    expect(await it.connection.sendRequest("textDocument/definition", at(1, 33))).toMatchObject({
      uri: it.uri("b.did"),
      range: { start: { line: 1, character: 5 } },
    });
    const items = await it.connection.sendRequest<CompletionItem[]>("textDocument/completion", at(1, 32));
    expect(items.map((item) => item.label)).toEqual(expect.arrayContaining(["Account", "Owner", "nat"]));
    const references = { ...at(1, 33), context: { includeDeclaration: true } };
    expect(await it.connection.sendRequest("textDocument/references", references)).toMatchObject([
      { uri: it.uri("a.did"), range: { start: { line: 1, character: 32 } } },
      { uri: it.uri("b.did"), range: { start: { line: 1, character: 5 } } },
    ]);
    expect(await it.connection.sendRequest("textDocument/documentHighlight", at(1, 33))).toHaveLength(1);
    expect(await it.connection.sendRequest("textDocument/prepareRename", at(1, 33))).toMatchObject({
      placeholder: "Owner",
    });
    const renaming = { ...at(1, 33), newName: "Holder" };
    expect(await it.connection.sendRequest("textDocument/rename", renaming)).toMatchObject({
      changes: { [it.uri("a.did")]: [{ newText: "Holder" }], [it.uri("b.did")]: [{ newText: "Holder" }] },
    });
    await expect(it.connection.sendRequest("textDocument/rename", { ...renaming, newName: "Account" })).rejects.toThrow(
      "a type `Account` already",
    );
    const tokens = await it.connection.sendRequest<{ data: number[] }>("textDocument/semanticTokens/full", at(0, 0));
    expect(tokens.data.slice(0, 5)).toEqual([1, 5, 7, 0, 1]);
    const outline = await it.connection.sendRequest<DocumentSymbol[]>("textDocument/documentSymbol", at(0, 0));
    expect(outline.map((symbol) => symbol.name)).toContain("Account");
    const edits = await it.connection.sendRequest<TextEdit[]>("textDocument/formatting", {
      ...at(0, 0),
      options: { tabSize: 2, insertSpaces: true },
    });
    const formatted = TextDocument.applyEdits(TextDocument.create("", "candid", 1, text), edits);
    expect(formatted).toContain("get : (Account) -> (Account) query");
  });

  test("a client that registers features by language is asked for Candid only: nobody's Rust is formatted by us", async () => {
    const dynamic = { dynamicRegistration: true };
    const it = await start({
      capabilities: {
        ...pullingClient,
        textDocument: {
          ...pullingClient.textDocument,
          formatting: dynamic,
          documentSymbol: dynamic,
          definition: dynamic,
          completion: dynamic,
          references: dynamic,
          rename: dynamic,
          documentHighlight: dynamic,
          semanticTokens: { ...dynamic, requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: [] },
        },
      },
    });
    expect(it.capabilities.documentFormattingProvider).toBeUndefined();
    expect(it.capabilities.renameProvider).toBeUndefined();
    await expect
      .poll(() => it.registrations.map((registration) => registration.method))
      .toEqual(
        expect.arrayContaining(["textDocument/formatting", "textDocument/rename", "textDocument/semanticTokens"]),
      );
    for (const { registerOptions } of it.registrations) {
      expect(registerOptions.documentSelector).toEqual([{ language: "candid" }, { pattern: "**/*.did" }]);
    }
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

  test("a method of a canister's interface leads to its Rust function, and the function's hover back", async () => {
    const source = "mod other;\n";
    const other = '#[ic_cdk::query(name = "get")]\nfn read() -> u64 { 7 }\n';
    const candid = "service : {\n  set : () -> ();\n  get : () -> (nat64) query;\n}\n";
    const it = await start({
      files: {
        "Cargo.toml": '[package]\nname = "shop"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\n',
        "dfx.json": '{ "canisters": { "shop": { "type": "rust", "package": "shop", "candid": "shop.did" } } }',
        "src/lib.rs": source,
        "src/other.rs": other,
        "shop.did": candid,
      },
    });
    await it.open("shop.did", candid);
    const at = (file: string, line: number, character: number) => ({
      textDocument: { uri: it.uri(file) },
      position: { line, character },
    });
    const definition = (line: number) => it.connection.sendRequest("textDocument/definition", at("shop.did", line, 3));
    expect(await definition(2)).toEqual({
      uri: it.uri("src/other.rs"),
      range: { start: { line: 1, character: 3 }, end: { line: 1, character: 7 } },
    });
    expect(await definition(1)).toBeNull();
    await it.open("src/other.rs", `${other}fn unfinished( {`);
    expect(await definition(2)).toMatchObject({ range: { start: { line: 1, character: 3 } } });
    const hover = await it.connection.sendRequest<Hover>("textDocument/hover", at("src/other.rs", 1, 4));
    expect(JSON.stringify(hover.contents)).toContain(`Declared in [shop.did](${it.uri("shop.did")}#L3)`);
  });
});
