/** Projects in memory for the rules that take more than one crate. */
import { posix } from "node:path";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { workspaceRules } from "../../server/src/rules/workspaceRules.ts";
import { Workspace } from "../../server/src/workspace/workspace.ts";
import { memoryFiles } from "./memoryFiles.ts";
import { loadParser } from "./rustCrate.ts";

const parser = await loadParser();
/** The rules that take more than one crate. */
export const workspaceRuleIds: ReadonlySet<string> = new Set(workspaceRules.map((it) => it.id));

/** The manifest of a canister. */
export const cargo = (name: string, dependencies = "") =>
  `[package]\nname = "${name}"\n[lib]\ncrate-type = ["cdylib"]\n[dependencies]\nic-cdk = "0.20"\ncandid = "0.10"\n${dependencies}`;

/** What the source of a canister begins with. */
export const uses = `use candid::{CandidType, Deserialize, Nat, Principal}; use ic_cdk::call::Call; use ic_cdk::{query, update};\n`;

/** A project of the canisters `shop`, whose source is given, and `bank`, whose interface is. */
export function project(shop: string, bank: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    "dfx.json": JSON.stringify({
      canisters: {
        shop: { type: "rust", package: "shop", candid: "shop/shop.did", dependencies: ["bank"] },
        bank: { type: "custom", wasm: "bank.wasm", build: "make", candid: "bank.did" },
      },
    }),
    "Cargo.toml": '[workspace]\nmembers = ["shop", "types"]\n',
    "Cargo.lock": "",
    "shop/Cargo.toml": cargo("shop", 'types = { path = "../types" }\nicrc-ledger-types = "0.1"\n'),
    "shop/src/lib.rs": uses + shop,
    "types/Cargo.toml": '[package]\nname = "types"\n[dependencies]\ncandid = "0.10"\n',
    "types/src/lib.rs": "",
    "bank.did": bank,
    ...more,
  };
}

/** A workspace of the files, whose last commit had the former ones. */
export function workspaceOf(files: Record<string, string>, former: Record<string, string> = {}): Workspace {
  const view = memoryFiles(absolute(files));
  const disk = { ...view, forget: () => undefined };
  const formerTexts = absolute(former);
  const workspace = new Workspace({
    disk,
    path: posix,
    environment: {},
    rustFacts: new RustFacts(parser),
    formerText: (path) => formerTexts[path],
  });
  workspace.setFolders(["/p"]);
  return workspace;
}

function absolute(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]));
}

/** Findings as `rule severity «text at the range» message`. */
export function found(
  files: Record<string, string>,
  path = "shop/src/lib.rs",
  former: Record<string, string> = {},
): string[] {
  const reports = workspaceOf(files, former).snapshot().reports(`/p/${path}`);
  return reports
    .filter((it) => workspaceRuleIds.has(it.rule) && it.rule !== "export-candid-missing")
    .map((it) => `${it.rule} ${it.severity} «${files[path]?.slice(it.range.start, it.range.end)}» ${it.message}`);
}

/** An update method that calls one of `bank` and waits. */
export const call = (method: string, rest: string) =>
  `#[update] async fn go() { let r = Call::bounded_wait(bank_id(), "${method}")${rest}.await.unwrap(); }\nfn bank_id() -> Principal { Principal::from_text(env!("CANISTER_ID_BANK")).unwrap() }\n`;
