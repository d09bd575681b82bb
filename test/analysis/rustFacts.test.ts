/** What is remembered of files whose texts are read once: no more than who comes later may ask for. */
import { describe, expect, test } from "vitest";
import { type FileFacts, RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();
const text =
  "#[update]\nfn put(x: u64) -> Stored { LAST.set(x) }\n/// Kept.\n#[derive(CandidType)]\nstruct Stored { x: u64 }\n";

function functionsOf({ items }: FileFacts) {
  return items.flatMap(({ facts }) => (facts.kind === "function" ? [facts] : []));
}

describe("files that are read once", () => {
  test("say the same as those that may change", () => {
    const once = new RustFacts(parser, "once").read("a.rs", text, []);
    expect(once).toEqual(new RustFacts(parser).read("a.rs", text, []));
    expect(functionsOf(once)[0]?.steps.length).toBeGreaterThan(0);
  });

  test("are parsed once for whoever analyses them and whoever asks for their types", () => {
    const facts = new RustFacts(parser, "once");
    const whole = facts.read("a.rs", text, []);
    const shared = facts.shared.read("a.rs", text, []);
    expect(facts.read("a.rs", text, [])).toBe(whole);
    expect(facts.shared.read("a.rs", text, [])).toBe(shared);
    expect(facts.declarations.read("a.rs", text, [])).toBe(shared);
    expect(functionsOf(shared).map((it) => [it.name, it.returnType, it.steps])).toEqual([["put", "Stored", []]]);
    expect(shared.items.filter((it) => it.facts.kind === "type")).toEqual(
      whole.items.filter((it) => it.facts.kind === "type"),
    );
  });

  test("keep what they declare when what their functions do is forgotten, and can be read again", () => {
    const facts = new RustFacts(parser, "once");
    const whole = facts.read("a.rs", text, []);
    facts.forgetContents("a.rs");
    const declared = facts.declarations.read("a.rs", text, []);
    expect(functionsOf(declared).map((it) => [it.name, it.steps, it.texts, [...it.names]])).toEqual([
      ["put", [], [], []],
    ]);
    const again = facts.read("a.rs", text, []);
    expect(again).toEqual(whole);
    expect(again).not.toBe(whole);
  });
});

test("who asks for the types of a file that may change gets all that is known of it", () => {
  const facts = new RustFacts(parser);
  expect(facts.shared.read("a.rs", text, [])).toBe(facts.read("a.rs", text, []));
});
