/** A small canister with findings of every kind, for looking at how the editor shows and mends them. Needs no Rust. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const cargo = (cdk: string) =>
  `[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\ncandid = "0.10"\nic-cdk = "${cdk}"\n`;

const source = `use candid::CandidType;
use serde::Deserialize;
use std::cell::RefCell;

#[derive(CandidType, Deserialize, Clone)]
pub struct Order {
    pub item: String,
    pub amount: u64,
}

#[derive(CandidType, Deserialize, Clone)]
pub struct Receipt {
    pub number: u64,
    pub order: Order,
}

thread_local! {
    static RECEIPTS: RefCell<Vec<Receipt>> = const { RefCell::new(vec![]) };
}

#[ic_cdk::update]
fn buy(order: Order) -> Receipt {
    println!("an order");
    println!("a second line");
    let number = RECEIPTS.with_borrow(|it| it.len() as u64);
    let receipt = Receipt { number, order };
    RECEIPTS.with_borrow_mut(|it| it.push(receipt.clone()));
    receipt
}

#[ic_cdk::query]
fn debug_state() -> u64 {
    7
}

// canister-workbench: allow(std-time) because the clock is asked here
#[ic_cdk::query]
fn last() -> Option<Receipt> {
    RECEIPTS.with_borrow(|it| it.last().cloned())
}

ic_cdk::export_candid!();
`;

const types = `/// What somebody wants.
type Order = record { item : text; amount : nat64 };
type Receipt = record { number : nat64; order : Order };
`;

const service = `import "types.did";

service : {
  /// Takes an order.
  buy : (Order) -> (Receipt);
  debug_state : () -> (nat64) query;
  last : () -> (opt Receipt) query;
}
`;

const files: Readonly<Record<string, string>> = {
  "Cargo.toml": cargo("0.20"),
  "dfx.json": '{ "canisters": { "shop": { "type": "rust", "package": "shop", "candid": "shop.did" } } }\n',
  "shop.did": service,
  "types.did": types,
  "src/lib.rs": source,
};

/** Writes the project. */
export function writeShop(folder: string): void {
  writeAll(folder, files);
}

/** How many files the branches of the shop differ in, and more. */
const moduleCount = 50;

/**
 * Writes the shop anew and commits it on a branch `main`, and another form of it on a branch `other`, which is not checked out: all of its modules
 * are gone but one, which asks for the time, and its interface and the version of ic-cdk are others.
 */
export function writeBranches(folder: string): void {
  const git = (...words: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...words], {
      cwd: folder,
      stdio: "pipe",
    });
  const names = Array.from({ length: moduleCount }, (_, index) => `part${index}`);
  const modules = (some: readonly string[]) => some.map((it) => `mod ${it};\n`).join("");
  const part = (name: string) => `#[ic_cdk::query]\nfn ${name}() {\n    std::thread::spawn(|| ());\n}\n`;
  const methods = names.map((it) => `  ${it} : () -> () query;\n`).join("");
  rmSync(join(folder, ".vscode"), { recursive: true, force: true });
  writeAll(folder, {
    ...files,
    "shop.did": service.replace(/}\n$/, `${methods}}\n`),
    "src/lib.rs": `${modules(names)}${source}`,
    ...Object.fromEntries(names.map((it) => [`src/${it}.rs`, part(it)])),
  });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "main");
  git("checkout", "-qb", "other");
  for (const it of names.slice(1)) rmSync(join(folder, `src/${it}.rs`));
  writeAll(folder, {
    "Cargo.toml": cargo("0.17"),
    "shop.did": service.replace("debug_state : () -> (nat64) query;", "renamed : () -> (nat64) query;"),
    "src/lib.rs": `${modules(names.slice(0, 1))}${source}`,
    "src/part0.rs":
      "#[ic_cdk::query]\nfn part0() -> u64 {\n    std::time::SystemTime::now().elapsed().unwrap().as_secs()\n}\n",
  });
  git("add", "-A");
  git("commit", "-qm", "other");
  git("checkout", "-q", "main");
}

/** Checks a branch of the shop out, as somebody does in a terminal. */
export function checkOut(folder: string, branch: string): void {
  execFileSync("git", ["checkout", "-q", branch], { cwd: folder, stdio: "pipe" });
}

function writeAll(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}
