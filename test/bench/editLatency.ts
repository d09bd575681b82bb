/**
 * Edit to diagnostics over LSP, with the server in a process of its own.
 *
 * In a Rust file of 2,000 lines that a crate of four files belongs to: from sending `didChange` to having the answer of
 * `textDocument/diagnostic`. A character is typed or removed at places all over the file, as fast as the answers come.
 * Target: at most 20 ms at the 95th percentile.
 *
 * In a crate of 500 files: a function that half of the crate calls, directly or through others, gets or loses a trap, an
 * `await` or a check of the caller. From sending `didChange` to having the diagnostics of all open files that change, as
 * published, and as pulled. Target: at most 100 ms at the 95th percentile.
 *
 * In the same crate: a struct gets or loses a field, a function a parameter, a file a `use` (target: at most 200 ms); a
 * file is created and deleted (at most 500 ms); and another branch is checked out that changes fifty files. From telling
 * the server to having the diagnostics of all open files, as pulled.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { PublishDiagnosticsParams } from "vscode-languageserver-protocol";
import { Dice } from "../support/dice.ts";
import { entryScript } from "../support/entryScript.ts";
import {
  callersOf,
  crateTexts,
  type GeneratedFunction,
  generateCrate,
  pathOfModule,
} from "../support/generatedCrate.ts";
import { pullingClient, startServer, type TestServer } from "../support/languageClient.ts";

const editsToWarmUp = 40;
const editsMeasured = 300;
const cratesEditsToWarmUp = 20;
const cratesEditsMeasured = 60;
const crateFiles = 500;
const openFiles = 20;
const filesOfBranch = 50;
const declarationsToWarmUp = 4;
const declarationsMeasured = 20;
const lines = 2_000;

const cargo = `[package]
name = "ledger"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[dependencies]
candid = "0.10"
ic-cdk = "0.20"
`;

const head = `use candid::{CandidType, Principal};
use ic_cdk::{api::msg_caller, call::Call, query, update};
use std::cell::RefCell;
use std::collections::BTreeMap;

mod accounts;
mod fees;
mod history;

thread_local! {
    static BALANCES: RefCell<BTreeMap<Principal, u64>> = RefCell::default();
}

`;

/** An asset of a made-up ledger: two endpoints and a helper, of the size that such code has. */
function asset(index: number): string {
  return `/// Moves units of asset ${index} to an account that another ledger keeps.
#[update]
async fn withdraw_${index}(to: Principal, amount: u64) -> Result<u64, String> {
    let caller = msg_caller();
    let balance = BALANCES.with_borrow(|all| all.get(&caller).copied().unwrap_or(0));
    if balance < amount {
        return Err(format!("balance {balance} is less than {amount}"));
    }
    let fee = fee_${index}(amount);
    let sent = Call::bounded_wait(to, "deposit_${index}").with_arg(amount - fee).await;
    match sent {
        Ok(response) => {
            BALANCES.with_borrow_mut(|all| all.insert(caller, balance - amount));
            response.candid::<u64>().map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    }
}

#[query]
fn balance_${index}(of: Principal) -> u64 {
    BALANCES.with_borrow(|all| all.get(&of).copied().unwrap_or(0))
}

fn fee_${index}(amount: u64) -> u64 {
    let part = amount / 100;
    if part < ${index} { ${index} } else { part }
}

`;
}

const text = largeFile();
const script = entryScript("languageServer");
console.log(script.endsWith(".cjs") ? "the bundle" : "the source, which is newer than the bundle");
await measureLargeFile();
await measureLargeCrate("published");
await measureLargeCrate("pulled");
await measureDeclarations();

async function measureLargeFile(): Promise<void> {
  const account = (index: number) => `pub fn account_${index}() -> u64 { ${index} }\n`;
  const server = await startServer({
    script,
    files: {
      "Cargo.toml": cargo,
      "src/lib.rs": text,
      "src/accounts.rs": Array.from({ length: 10 }, (_, index) => account(index)).join(""),
      "src/fees.rs": "pub const FEE: u64 = 10;\n",
      "src/history.rs": "pub fn record(_amount: u64) {}\n",
    },
  });
  try {
    console.log(`a file of ${text.split("\n").length} lines, ${text.length} characters`);
    const begin = performance.now();
    await server.open("src/lib.rs", text);
    const found = await server.diagnostics("src/lib.rs");
    console.log(`open to first diagnostics: ${(performance.now() - begin).toFixed(1)} ms, ${found.length} diagnostics`);
    print("edit to diagnostics", (await typeEverywhere(server)).slice(editsToWarmUp));
    if (server.log.length > 0) throw new Error(`the server's log: ${server.log.join("\n")}`);
    if (found.length === 0) throw new Error("the file has findings, and none was reported");
  } finally {
    await server.stop();
  }
}

/** How the client of a measurement gets diagnostics. */
type Way = "published" | "pulled";

async function measureLargeCrate(way: Way): Promise<void> {
  const crate = generateCrate(new Dice(1), { files: crateFiles, modulesOfArea: 24, functionsOfModule: 8 });
  const [home] = crate.modules;
  const [deep] = home?.functions ?? [];
  if (home === undefined || deep === undefined) throw new Error("the crate has no function");
  const callers = callersOf(crate, deep);
  const texts = crateTexts(crate);
  const homes = new Map(crate.modules.flatMap((module) => module.functions.map((it) => [it, module] as const)));
  const files = new Set(
    callers.flatMap((it) => {
      const module = it.entry === "none" ? undefined : homes.get(it);
      return module === undefined ? [] : [pathOfModule(module)];
    }),
  );
  const open = [pathOfModule(home), ...[...files].slice(0, openFiles - 1)];
  const server = await startServer({
    script,
    files: { "Cargo.toml": cargo, ...texts },
    capabilities: way === "pulled" ? pullingClient : { workspace: { workspaceFolders: true } },
  });
  try {
    const lines = Object.values(texts).join("").split("\n").length;
    console.log(
      `${way}: a crate of ${Object.keys(texts).length} files, ${lines} lines; ${callers.length} functions call what is edited, ${open.length} files are open`,
    );
    for (const file of open) await server.open(file, texts[file] ?? "");
    const variants = [[], ["mayPanic"], ["awaitsCall"], ["checksCaller"]] as const;
    const wanted: Wanted[] = [];
    for (const changed of variants) {
      const flags = Object.fromEntries(changed.map((it) => [it, !deep[it]]));
      const variant = textWith(crate, deep, flags, open[0] ?? "");
      await server.edit(open[0] ?? "", variant, wanted.length + 2);
      wanted.push({ text: variant, diagnostics: await diagnosticsOf(server, open) });
    }
    const changes = wanted.slice(1).map((it) => changedFiles(wanted[0], it, open).length);
    console.log(`files whose diagnostics change: ${changes.join(", ")}`);
    if (changes.every((it) => it === 0)) throw new Error("no edit changes a diagnostic");
    const millis: number[] = [];
    let current = wanted.at(-1);
    for (let edit = 0; edit < cratesEditsToWarmUp + cratesEditsMeasured; edit++) {
      const next = wanted[edit % 2 === 0 ? 0 : 1 + (Math.floor(edit / 2) % (wanted.length - 1))];
      if (next === undefined) continue;
      millis.push(await editTo(server, { current, next, open, way, version: edit + 10 }));
      current = next;
    }
    print(`${way}: edit to all diagnostics`, millis.slice(cratesEditsToWarmUp));
    if (server.log.length > 0) throw new Error(`the server's log: ${server.log.join("\n")}`);
  } finally {
    await server.stop();
  }
}

/** Something that happens to a crate, and what takes it back. */
interface Change {
  readonly what: string;
  there(server: TestServer): Promise<void>;
  back(server: TestServer): Promise<void>;
}

async function measureDeclarations(): Promise<void> {
  const crate = generateCrate(new Dice(1), { files: crateFiles, modulesOfArea: 24, functionsOfModule: 8 });
  const texts = crateTexts(crate);
  const open = crate.modules.slice(0, openFiles).map(pathOfModule);
  const [edited = ""] = open;
  const server = await startServer({ script, files: { "Cargo.toml": cargo, ...texts } });
  try {
    for (const file of open) await server.open(file, texts[file] ?? "");
    await diagnosticsOf(server, open);
    for (const { what, there, back } of [...declarationEdits(edited, texts), ...diskChanges(crate, texts)]) {
      const millis: number[] = [];
      for (let turn = 0; turn < declarationsToWarmUp + declarationsMeasured; turn++) {
        const begin = performance.now();
        await (turn % 2 === 0 ? there(server) : back(server));
        await diagnosticsOf(server, open);
        millis.push(performance.now() - begin);
      }
      print(what, millis.slice(declarationsToWarmUp));
    }
    if (server.log.length > 0) throw new Error(`the server's log: ${server.log.join("\n")}`);
  } finally {
    await server.stop();
  }
}

/** Edits of an open file that change what it declares. */
function declarationEdits(file: string, texts: Readonly<Record<string, string>>): Change[] {
  const text = texts[file] ?? "";
  let version = 1;
  const edit = (what: string, other: string): Change => {
    if (other === text) throw new Error(`${what}: the text does not change`);
    return {
      what,
      there: (server) => server.edit(file, other, ++version),
      back: (server) => server.edit(file, text, ++version),
    };
  };
  return [
    edit("a field comes or goes", text.replace("pub amount: u64,", "pub amount: u64,\n    pub fee: u64,")),
    edit("a parameter comes or goes", text.replace("amount: u64) ->", "amount: u64, fee: u64) ->")),
    edit("a use comes or goes", `use std::cmp::Ordering;\n${text}`),
  ];
}

/** What happens to files under the server, told as editors tell it. */
function diskChanges(crate: Parameters<typeof crateTexts>[0], texts: Readonly<Record<string, string>>): Change[] {
  const created = "src/area_0/created.rs";
  const tell = async (server: TestServer, files: readonly string[], type: 1 | 2 | 3) => {
    const changes = files.map((it) => ({ uri: server.uri(it), type }));
    await server.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  };
  const branch = crate.modules.slice(openFiles, openFiles + filesOfBranch).map(pathOfModule);
  const checkOut = async (server: TestServer, changed: (text: string) => string) => {
    for (const it of branch) server.write(it, changed(texts[it] ?? ""));
    await tell(server, branch, 2);
  };
  return [
    {
      what: "a file is created or deleted",
      async there(server) {
        server.write(created, "pub fn created() {}\n");
        await tell(server, [created], 1);
      },
      async back(server) {
        rmSync(join(server.folder, created));
        await tell(server, [created], 3);
      },
    },
    {
      what: `a branch that changes ${branch.length} files is checked out`,
      there: (server) =>
        checkOut(server, (it) => `${it.replace("0..3u64", "0..4u64")}\npub fn of_branch() -> u64 {\n    1\n}\n`),
      back: (server) => checkOut(server, (it) => it),
    },
  ];
}

/** A text of the edited file and what is found then, by file, as JSON. */
interface Wanted {
  readonly text: string;
  readonly diagnostics: ReadonlyMap<string, string>;
}

/** The text of a file, with one function changed for as long as it is written. */
function textWith(
  crate: Parameters<typeof crateTexts>[0],
  changed: GeneratedFunction,
  flags: Partial<GeneratedFunction>,
  file: string,
): string {
  const before = { ...changed };
  Object.assign(changed, flags);
  const result = crateTexts(crate)[file] ?? "";
  Object.assign(changed, before);
  return result;
}

async function diagnosticsOf(server: TestServer, files: readonly string[]): Promise<Map<string, string>> {
  const found = await Promise.all(files.map((it) => server.diagnostics(it)));
  return new Map(files.map((file, index) => [file, JSON.stringify(found[index])]));
}

function changedFiles(before: Wanted | undefined, after: Wanted, files: readonly string[]): string[] {
  return files.filter((it) => before?.diagnostics.get(it) !== after.diagnostics.get(it));
}

interface CrateEdit {
  readonly current: Wanted | undefined;
  readonly next: Wanted;
  readonly open: readonly string[];
  readonly way: Way;
  readonly version: number;
}

/** Milliseconds from an edit to having everything that it changes. */
async function editTo(server: TestServer, { current, next, open, way, version }: CrateEdit): Promise<number> {
  const changed = changedFiles(current, next, open);
  const isThere = (file: string) =>
    JSON.stringify(server.published.get(server.uri(file))?.diagnostics) === next.diagnostics.get(file);
  const begin = performance.now();
  await server.edit(open[0] ?? "", next.text, version);
  if (way === "pulled") {
    const found = await diagnosticsOf(server, open);
    const millis = performance.now() - begin;
    const wrong = open.find((it) => found.get(it) !== next.diagnostics.get(it));
    if (wrong !== undefined) throw new Error(`${wrong} has other diagnostics than before`);
    return millis;
  }
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("not all changed diagnostics were published")), 20_000);
    const settle = () => {
      if (!changed.every(isThere)) return;
      clearTimeout(late);
      resolve();
    };
    server.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      server.published.set(params.uri, params);
      settle();
    });
    settle();
  });
  return performance.now() - begin;
}

function print(what: string, millis: readonly number[]): void {
  const sorted = [...millis].sort((a, b) => a - b);
  for (const share of [0.5, 0.95, 0.99]) {
    const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    console.log(`${what}, p${share * 100}: ${at.toFixed(1)} ms`);
  }
}

function largeFile(): string {
  let result = head;
  for (let index = 0; result.split("\n").length < lines; index++) result += asset(index);
  return result;
}

async function typeEverywhere({ connection, uri, diagnostics }: TestServer): Promise<number[]> {
  const millis: number[] = [];
  const places = text
    .split("\n")
    .flatMap((line, index) => (line.startsWith("    let ") ? [{ line: index, character: line.length }] : []));
  for (let edit = 0; edit < editsToWarmUp + editsMeasured; edit++) {
    const place = places[(Math.floor(edit / 2) * 37) % places.length] ?? { line: 0, character: 0 };
    const isTyping = edit % 2 === 0;
    const change = isTyping
      ? { range: { start: place, end: place }, text: "x" }
      : { range: { start: place, end: { line: place.line, character: place.character + 1 } }, text: "" };
    const begin = performance.now();
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: uri("src/lib.rs"), version: edit + 2 },
      contentChanges: [change],
    });
    await diagnostics("src/lib.rs");
    millis.push(performance.now() - begin);
  }
  return millis;
}
