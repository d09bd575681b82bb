/**
 * Edit to diagnostics over LSP: the time from sending `didChange` to having the answer of `textDocument/diagnostic`, in a
 * Rust file of 2,000 lines that a crate of four files belongs to. A character is typed or removed at places all over the
 * file, as fast as the answers come. Target: at most 30 ms at the 95th percentile.
 */
import { entryScript } from "../support/entryScript.ts";
import { startServer, type TestServer } from "../support/languageClient.ts";

const editsToWarmUp = 40;
const editsMeasured = 300;
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
const server = await startServer({
  script,
  files: {
    "Cargo.toml": cargo,
    "src/lib.rs": text,
    "src/accounts.rs": Array.from({ length: 10 }, (_, index) => `pub fn account_${index}() -> u64 { ${index} }\n`).join(
      "",
    ),
    "src/fees.rs": "pub const FEE: u64 = 10;\n",
    "src/history.rs": "pub fn record(_amount: u64) {}\n",
  },
});
try {
  console.log(
    `${text.split("\n").length} lines, ${text.length} characters, ${script.endsWith(".cjs") ? "bundle" : "source"}`,
  );
  const begin = performance.now();
  await server.open("src/lib.rs", text);
  const found = await server.diagnostics("src/lib.rs");
  console.log(`open to first diagnostics: ${(performance.now() - begin).toFixed(1)} ms, ${found.length} diagnostics`);
  const millis = await typeEverywhere(server);
  const measured = millis.slice(editsToWarmUp).sort((a, b) => a - b);
  for (const share of [0.5, 0.95, 0.99]) {
    const at = measured[Math.min(measured.length - 1, Math.floor(measured.length * share))] ?? Number.NaN;
    console.log(`edit to diagnostics, p${share * 100}: ${at.toFixed(1)} ms`);
  }
  if (server.log.length > 0) throw new Error(`the server's log: ${server.log.join("\n")}`);
  if (found.length === 0) throw new Error("the file has findings, and none was reported");
} finally {
  await server.stop();
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
