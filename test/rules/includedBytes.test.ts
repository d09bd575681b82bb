/** Files that a canister includes have a size, which calls that send them are held against. */
import { posix } from "node:path";
import { expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import { payloadOver2mb } from "../../server/src/rules/payload-over-2mb.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

/** What is said of a call that sends a file of so many bytes, at `path`. */
function toldOf(included: string, bytes: number, path = "/fixture/child.wasm"): string[] {
  const source =
    `static CHILD: &[u8] = ${included};\n#[ic_cdk::update]\nasync fn put(to: candid::Principal) ` +
    `{ let bytes = CHILD.to_vec(); ic_cdk::call::Call::bounded_wait(to, "put").with_arg(bytes).await.ok(); }`;
  const plain = crateOf({ "lib.rs": source });
  const size = (asked: string) => (posix.normalize(asked) === path ? bytes : undefined);
  const sources = { ...plain, files: { ...plain.files, size } };
  const { findings } = checkCrate(sources, new RustFacts(parser), { rules: [payloadOver2mb] });
  return findings.map((it) => `${it.severity} ${it.message}`);
}

const limit = 2 * 1024 * 1024;

test("a file beside the source: one byte decides", () => {
  const included = 'include_bytes!("../child.wasm")';
  expect(toldOf(included, limit)).toEqual([]);
  expect(toldOf(included, limit + 1)[0]).toMatch(/^warning `put` is sent `CHILD`, which is 2\.0 MiB/);
});

test("a file by the folder of the manifest", () => {
  const included = 'include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/child.wasm"))';
  expect(toldOf(included, 5 * 1024 * 1024)[0]).toContain("which is 5.0 MiB");
});

test("a file that is not built yet, and one of another build", () => {
  expect(toldOf('include_bytes!("../other.wasm")', 2 * limit)).toEqual([]);
  expect(toldOf('include_bytes!(concat!(env!("OUT_DIR"), "/child.wasm"))', 2 * limit)).toEqual([]);
});
