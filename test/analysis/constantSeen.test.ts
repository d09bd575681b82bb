/** Which constant a name means, in crates where several modules have one of that name. */
import { describe, expect, test } from "vitest";
import { buildModel } from "../../server/src/analysis/buildModel.ts";
import { constantSeen } from "../../server/src/analysis/constantSeen.ts";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

/** What `SIZE`, or what is written instead, is set to where the function `here` of `lib.rs` names it. */
function seen(lib: string, written = "SIZE"): string | undefined {
  const files = {
    "lib.rs": `mod big; mod small; mod limits; ${lib}`,
    "big.rs": "pub const SIZE: u32 = 2_000;",
    "small.rs": "pub const SIZE: u32 = 50; pub const ALONE: u32 = 9; pub const ALIKE: u32 = 4;",
    "limits/mod.rs": "pub const SIZE: u32 = 700; pub const ALIKE: u32 = 4;",
  };
  const model = buildModel(crateOf(files), new RustFacts(parser));
  const here = model.functions.find((it) => it.name === "here");
  if (here === undefined) throw new Error("no function `here`");
  return constantSeen(model, written, here)?.init;
}

describe("a constant of a name that several modules have", () => {
  test.each([
    ["of the same file", "const SIZE: u32 = 1; fn here() {}", "SIZE", "1"],
    ["of the same module of the file", "const SIZE: u32 = 1; mod a { const SIZE: u32 = 2; fn here() {} }", "SIZE", "2"],
    ["not of a module beside it", "const SIZE: u32 = 1; mod a { const SIZE: u32 = 2; } fn here() {}", "SIZE", "1"],
    ["by its module", "fn here() {}", "small::SIZE", "50"],
    ["by its module's folder", "fn here() {}", "crate::limits::SIZE", "700"],
    ["brought in", "use crate::big::SIZE; fn here() {}", "SIZE", "2_000"],
    ["brought in with others", "use crate::{big, small::{ALONE, SIZE}}; fn here() {}", "SIZE", "50"],
    ["brought in with all", "use limits::*; fn here() {}", "SIZE", "700"],
    ["of the type before others", "struct T; impl T { const SIZE: u32 = 5; fn here() {} }", "Self::SIZE", "5"],
    ["of a type", "struct T; impl T { const SIZE: u32 = 5; } fn here() {}", "T::SIZE", "5"],
    ["of a name that only one module has", "fn here() {}", "ALONE", "9"],
    ["of a name that means the same everywhere", "fn here() {}", "ALIKE", "4"],
    ["that nothing tells", "fn here() {}", "SIZE", undefined],
    [
      "of one type for another",
      "struct T; struct U; impl T { const S: u32 = 5; } impl U { fn here() {} }",
      "Self::S",
      undefined,
    ],
  ])("%s", (_, lib, written, init) => {
    expect(seen(lib, written)).toBe(init);
  });
});
