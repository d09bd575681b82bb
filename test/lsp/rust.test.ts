import { afterEach, describe, expect, test } from "vitest";
import type { CodeAction, CodeLens, TextEdit } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { LensTarget } from "../../server/src/protocol/language.ts";
import { pullingClient, startServer, type TestServer, type TestServerOptions } from "../support/languageClient.ts";

const cargo =
  '[package]\nname = "ledger"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\ncandid = "0.10"\n';
const lib = `use candid::Principal;
use ic_cdk::{api::msg_caller, call::Call, query, update};
use std::cell::RefCell;

mod store;

#[update]
async fn withdraw(to: Principal, amount: u64) -> u64 {
    store::BALANCE.with_borrow_mut(|balance| *balance -= amount);
    let reply = Call::bounded_wait(to, "deposit").with_arg(amount).await.unwrap();
    reply.candid::<(u64,)>().unwrap().0
}

/// What is left.
#[query(name = "balanceOf")]
fn balance() -> u64 {
    store::BALANCE.with_borrow(|balance| *balance)
}
`;
const store =
  "use std::cell::RefCell;\n\nthread_local! {\n    pub static BALANCE: RefCell<u64> = RefCell::default();\n}\n";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startServer({ files: { "Cargo.toml": cargo, "src/lib.rs": lib, "src/store.rs": store }, ...options });
  return server;
}

async function actions(it: TestServer, file: string, code: string, only?: string[]): Promise<CodeAction[]> {
  const diagnostics = (await it.diagnostics(file)).filter((found) => found.code === code);
  return it.connection.sendRequest("textDocument/codeAction", {
    textDocument: { uri: it.uri(file) },
    range: diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics, ...(only && { only }) },
  });
}

function applied(it: TestServer, file: string, text: string, action: CodeAction | undefined): string {
  const edits: TextEdit[] = action?.edit?.changes?.[it.uri(file)] ?? [];
  return TextDocument.applyEdits(TextDocument.create("", "rust", 1, text), edits);
}

describe("Rust over LSP", () => {
  test("findings of a crate, with the places that explain them", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    const found = await it.diagnostics("src/lib.rs");
    expect(found.map((diagnostic) => diagnostic.code)).toEqual(
      expect.arrayContaining(["state-mutated-before-await", "call-result-unwrapped", "call-decode-tuple"]),
    );
    const mutated = found.find((diagnostic) => diagnostic.code === "state-mutated-before-await");
    expect(mutated?.relatedInformation?.length).toBeGreaterThan(0);
    expect(it.log).toEqual([]);
  });

  test("a finding comes and goes with what is typed", async () => {
    const it = await start();
    const codes = async () => (await it.diagnostics("src/lib.rs")).map((diagnostic) => diagnostic.code);
    await it.open("src/lib.rs", lib);
    expect(await codes()).toContain("call-decode-tuple");
    await it.edit("src/lib.rs", lib.replace("candid::<(u64,)>().unwrap().0", "candid::<u64>().unwrap()"), 2);
    expect(await codes()).not.toContain("call-decode-tuple");
    await it.edit("src/lib.rs", lib, 3);
    expect(await codes()).toContain("call-decode-tuple");
  });

  test("typing in one file of a crate changes what is said about another", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    await it.open("src/store.rs", store);
    const states = async () =>
      [...(await it.diagnostics("src/lib.rs")), ...(await it.diagnostics("src/store.rs"))].map((found) => found.code);
    expect(await states()).toContain("state-mutated-before-await");
    await it.edit("src/store.rs", "pub const NOTHING: u64 = 0;\n", 2);
    expect(await states()).not.toContain("state-mutated-before-await");
  });

  test("a safe fix, a comment that allows the finding, and an explanation", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    const offered = await actions(it, "src/lib.rs", "call-decode-tuple");
    const [fix] = offered.filter((action) => action.isPreferred);
    await it.edit("src/lib.rs", applied(it, "src/lib.rs", lib, fix), 2);
    expect((await it.diagnostics("src/lib.rs")).map((found) => found.code)).not.toContain("call-decode-tuple");

    const allow = offered.find((action) => action.title.startsWith("Allow call-decode-tuple"));
    const allowed = applied(it, "src/lib.rs", lib, allow);
    expect(allowed).toContain("    // canister-workbench: allow(call-decode-tuple) because ");
    await it.edit("src/lib.rs", allowed, 3);
    expect((await it.diagnostics("src/lib.rs")).map((found) => found.code)).not.toContain("call-decode-tuple");

    expect(offered.map((action) => action.command?.arguments?.[0])).toContain("call-decode-tuple");
  });

  test("an editor that takes snippets gets the reason as a place to fill in", async () => {
    const workspace = { ...pullingClient.workspace, workspaceEdit: { snippetEditSupport: true } };
    const it = await start({ capabilities: { ...pullingClient, workspace } });
    await it.open("src/lib.rs", lib);
    const offered = await actions(it, "src/lib.rs", "call-decode-tuple");
    const allow = offered.find((action) => action.title.startsWith("Allow call-decode-tuple"));
    expect(allow?.edit?.documentChanges).toEqual([
      {
        textDocument: { uri: it.uri("src/lib.rs"), version: null },
        edits: [
          {
            range: expect.anything(),
            snippet: {
              kind: "snippet",
              value: expect.stringMatching(
                /allow\(call-decode-tuple\) because \$\{1:TODO: say why this is right here\}\n$/,
              ),
            },
          },
        ],
      },
    ]);
  });

  test("all safe fixes at once", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    const [fixAll] = await actions(it, "src/lib.rs", "call-decode-tuple", ["source.fixAll"]);
    await it.edit("src/lib.rs", applied(it, "src/lib.rs", lib, fixAll), 2);
    expect((await it.diagnostics("src/lib.rs")).map((found) => found.code)).not.toContain("call-decode-tuple");
  });

  test("lenses above the canister and above every method", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    const lenses = await it.connection.sendRequest<CodeLens[]>("textDocument/codeLens", {
      textDocument: { uri: it.uri("src/lib.rs") },
    });
    const target = (lens: CodeLens): LensTarget => lens.command?.arguments?.[0];
    expect(lenses.map((lens) => [lens.range.start.line, lens.command?.title, target(lens).method])).toEqual([
      [6, "▶ Install", undefined],
      [6, "Upgrade", undefined],
      [6, "Build", undefined],
      [6, "▶ Call", "withdraw"],
      [14, "▶ Call", "balanceOf"],
    ]);
    expect(target(lenses[0]!)).toEqual({ canister: "ledger", projectDirectory: it.folder });
  });

  test("crates without ic-cdk, and files outside of a crate's modules, are left alone", async () => {
    const it = await start({
      files: { "Cargo.toml": cargo.replace("ic-cdk", "other"), "src/lib.rs": lib, "src/store.rs": store },
    });
    await it.open("src/lib.rs", lib);
    expect(await it.diagnostics("src/lib.rs")).toEqual([]);
    await it.open("tests/api.rs", lib);
    expect(await it.diagnostics("tests/api.rs")).toEqual([]);
  });

  test("every prefix of a file, and a file that is no Rust, are answered; nothing is logged as failed", async () => {
    const it = await start();
    await it.open("src/lib.rs", "");
    for (let length = 0; length <= lib.length; length += 7) {
      await it.edit("src/lib.rs", lib.slice(0, length), length + 2);
      await it.diagnostics("src/lib.rs");
    }
    for (const [index, text] of ["\u0000\u0001", "{".repeat(5_000), '"'.repeat(999), "é漢🦀".repeat(200)].entries()) {
      await it.edit("src/lib.rs", text, lib.length + index + 10);
      await it.diagnostics("src/lib.rs");
    }
    await it.edit("src/lib.rs", lib, lib.length + 99);
    expect((await it.diagnostics("src/lib.rs")).length).toBeGreaterThan(0);
    expect(it.log).toEqual([]);
  });

  test("files with carriage returns are reported at the same places", async () => {
    const it = await start();
    await it.open("src/lib.rs", lib);
    const places = async () => (await it.diagnostics("src/lib.rs")).map((found) => [found.code, found.range]);
    const before = await places();
    await it.edit("src/lib.rs", lib.replaceAll("\n", "\r\n"), 2);
    expect(await places()).toEqual(before);
  });
});

describe("a name that is being typed", () => {
  const text = `use ic_cdk::update;\nfn is_admin() -> Result<(), String> { Err(ic_cdk::api::msg_caller().to_text()) }\n#[update(guard = "is_adm")]\nfn reset() {}\n`;
  const line = 2;
  const column = text.split("\n")[line]!.indexOf('")');
  const type = (it: TestServer, version: number, letters: string, at: number, replaced = 0) =>
    it.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: it.uri("src/lib.rs"), version },
      contentChanges: [
        { range: { start: { line, character: at }, end: { line, character: at + replaced } }, text: letters },
      ],
    });
  const missing = async (it: TestServer) =>
    (await it.diagnostics("src/lib.rs")).filter((found) => found.code === "guard-not-found").length;

  test("is said to be unknown only once something else is done", async () => {
    const it = await start({ files: { "Cargo.toml": cargo, "src/lib.rs": text } });
    await it.open("src/lib.rs", text);
    expect(await missing(it)).toBe(1);
    await type(it, 2, "i", column);
    expect(await missing(it)).toBe(0);
    await type(it, 3, "", column, 1);
    expect(await missing(it)).toBe(0);
    await it.connection.sendNotification("textDocument/didSave", { textDocument: { uri: it.uri("src/lib.rs") } });
    expect(await missing(it)).toBe(1);
    await type(it, 4, "i", column);
    expect(await missing(it)).toBe(0);
    await type(it, 5, " ", 0);
    expect(await missing(it)).toBe(1);
    await type(it, 6, "nnn", column + 2);
    expect(await missing(it)).toBe(1);
  });
});
