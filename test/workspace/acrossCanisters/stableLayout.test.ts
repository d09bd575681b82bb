/** Rules that compare what a crate keeps in stable memory with its last commit. */
import { describe, expect, test } from "vitest";
import type { TextEdit } from "../../../server/src/rules/rule.ts";
import { found, project, uses, workspaceOf } from "../../support/acrossCanisters.ts";

const bank = "service : {}";
const file = "shop/src/lib.rs";

/** Findings about a source, its last commit being another one. */
function compared(before: string, now: string): string[] {
  return found(project(now, bank), file, project(before, bank));
}

/** A source of statics, each with its type, its id and its name. */
function statics(...list: readonly (readonly [name: string, type: string, id: string])[]): string {
  const lines = list.map(
    ([name, type, id]) =>
      `  static ${name}: RefCell<${type}> = RefCell::new(${type.replace(/<.*/, "")}::init(MANAGER.with(|m| m.borrow().get(${id}))));`,
  );
  return `use ic_stable_structures::{memory_manager::{MemoryId, MemoryManager}, DefaultMemoryImpl, StableBTreeMap, StableVec, Storable};
thread_local! {
  static MANAGER: RefCell<MemoryManager<DefaultMemoryImpl>> = RefCell::new(MemoryManager::init(DefaultMemoryImpl::default()));
${lines.join("\n")}
}
`;
}

const users = (id: string) => ["USERS", "StableBTreeMap<u64, User, Memory>", `MemoryId::new(${id})`] as const;
const logs = (id: string) => ["LOG", "StableVec<Entry, Memory>", `MemoryId::new(${id})`] as const;

describe("memory-id-removed-or-changed", () => {
  test("a structure gets another id, and another one takes its own", () => {
    const [first, ...others] = compared(statics(users("0")), statics(logs("0"), users("1")));
    expect(others).toEqual([]);
    expect(first).toBe(
      "memory-id-removed-or-changed warning «MemoryId::new(1)» `USERS` lay in memory 0 in the last commit, and is now opened in memory 1: after the upgrade it does not find its data. Leave it its id, or copy the data from memory 0.",
    );
  });

  test("a structure takes the memory of one that is gone", () => {
    const [first, ...others] = compared(statics(users("3")), statics(logs("3")));
    expect(others).toEqual([]);
    expect(first).toContain(
      "memory-id-removed-or-changed warning «MemoryId::new(3)» Memory 3 held `USERS` (`RefCell<StableBTreeMap<u64,User,Memory>>`) in the last commit, and is now opened as `LOG`",
    );
  });

  test("ids of constants, and a structure in another file", () => {
    const constants = (id: number) => `const USERS_MEMORY: MemoryId = MemoryId::new(${id});\n`;
    const own = statics(["USERS", "StableBTreeMap<u64, User, Memory>", "USERS_MEMORY"]);
    const files = (id: number) => project("mod state;", bank, { "shop/src/state.rs": constants(id) + own });
    expect(found(files(5), "shop/src/state.rs", files(4))[0]).toContain("`USERS` lay in memory 4");
    expect(found(files(5), "shop/src/state.rs", files(5))).toEqual([]);
  });

  test.each([
    ["nothing changed", statics(users("0")), statics(users("0"), logs("1"))],
    ["a new structure with a new id", statics(users("0")), statics(users("0"), logs("7"))],
    ["a structure is gone, and its id with it", statics(users("0"), logs("1")), statics(users("0"))],
    ["renamed", statics(users("0")), statics(["PEOPLE", "StableBTreeMap<u64, User, Memory>", "MemoryId::new(0)"])],
    [
      "moved: the old memory is still open",
      statics(users("0")),
      statics(["OLD_USERS", "StableBTreeMap<u64, User, Memory>", "MemoryId::new(0)"], users("1")),
    ],
    [
      "an id that is not known to be another number",
      statics(users("0")),
      statics(["USERS", "StableBTreeMap<u64, User, Memory>", "memory_ids::USERS"]),
    ],
    ["what cannot be read tells nothing", statics(users("0")), `${statics(logs("0"))}\nfn broken( {`],
  ])("trap: %s", (_, before, now) => {
    expect(compared(before, now)).toEqual([]);
  });

  test("another file moved it: nothing follows from a file that the last commit does not have", () => {
    const before = project(statics(users("0")), bank);
    const now = project("mod state;", bank, { "shop/src/state.rs": statics(users("0")) });
    expect(found(now, "shop/src/state.rs", before)).toEqual([]);
  });

  test("a suppression silences it, and is not called unused once it is committed", () => {
    const now = statics(logs("0"), users("1")).replace(
      "  static USERS",
      "  // canister-workbench: allow(memory-id-removed-or-changed) because it was never deployed\n  static USERS",
    );
    const rules = (before: string) =>
      workspaceOf(project(now, bank), project(before, bank))
        .snapshot()
        .reports(`/p/${file}`)
        .map((it) => it.rule)
        .filter((it) => it === "unused-suppression" || it === "memory-id-removed-or-changed");
    expect(rules(statics(users("0")))).toEqual([]);
    expect(rules(now)).toEqual([]);
  });
});

const stored = (bound: string) =>
  `impl Storable for User {\n  fn to_bytes(&self) -> Cow<[u8]> { encode(self) }\n  fn from_bytes(b: Cow<[u8]>) -> Self { decode(b) }\n  const BOUND: Bound = ${bound};\n}\n`;
const bounded = (size: number | string, isFixed = false) =>
  stored(`Bound::Bounded { max_size: ${size}, is_fixed_size: ${isFixed} }`);

describe("storable-bound-changed", () => {
  const map = statics(users("0"));
  const vector = statics(["LOG", "StableVec<User, Memory>", "MemoryId::new(0)"]);

  test("a larger bound of what a map holds", () => {
    const [first, ...others] = compared(map + bounded(100), map + bounded(400));
    expect(others).toEqual([]);
    expect(first).toContain("storable-bound-changed warning");
    expect(first).toContain(
      "A stored `User` had at most 100 bytes in the last commit, and 400 now: a map that was made for the smaller values may be corrupted by larger ones.",
    );
  });

  test("a bound given by a constant, and a trait of before 0.6", () => {
    const constant = (size: number) => `const SIZE: u32 = ${size};\n${map}${bounded("SIZE")}`;
    expect(compared(constant(100), constant(101))[0]).toContain("at most 100 bytes in the last commit, and 101");
    const old = (size: number) =>
      `${map}impl BoundedStorable for User { const MAX_SIZE: u32 = ${size}; const IS_FIXED_SIZE: bool = false; }\n`;
    expect(compared(old(10), old(11))[0]).toContain("storable-bound-changed");
  });

  test("any other bound of what a vector holds", () => {
    expect(compared(vector + bounded(100), vector + bounded(99))[0]).toContain("the upgrade traps");
    expect(compared(vector + bounded(100), vector + bounded(100, true))[0]).toContain("100 (fixed) now");
  });

  test.each([
    ["the same", map + bounded(100), `${map}${bounded(100)}fn more() {}\n`],
    ["smaller in a map", map + bounded(100), map + bounded(50)],
    ["no limit any more, which maps can do", map + bounded(100), map + stored("Bound::Unbounded")],
    ["not known to be a number", map + bounded("size()"), map + bounded("size() + 1")],
    ["in no map", bounded(100), bounded(400)],
    ["a map that the last commit did not have", bounded(100), map + bounded(400)],
  ])("trap: %s", (_, before, now) => {
    expect(compared(before, now)).toEqual([]);
  });
});

const candid = "candid::decode_one(&b).unwrap()";
const cbor = "ciborium::de::from_reader(b.as_ref()).unwrap()";
const struct = (fields: string, decode = candid, attributes = "#[derive(CandidType, Deserialize)]") =>
  `${attributes}\npub struct User {\n  ${fields}\n}\n${stored("Bound::Unbounded").replace("decode(b)", decode)}`;

describe("storable-struct-not-evolvable", () => {
  const before = "pub name: String,";

  test("a field that Candid does not find in old bytes", () => {
    const [first, ...others] = compared(struct(before), struct("pub name: String,\n  pub age: u8,"));
    expect(others).toEqual([]);
    expect(first).toBe(
      "storable-struct-not-evolvable hint «age» Values of `User` that are stored already have no `age`: `from_bytes` traps on each of them. Make it an `Option`, the only type that Candid lets be missing.",
    );
  });

  test("a default does not help Candid, and helps CBOR", () => {
    const now = "pub name: String,\n  #[serde(default)]\n  pub age: u8,";
    expect(compared(struct(before), struct(now))).toHaveLength(1);
    expect(compared(struct(before, cbor), struct(now, cbor))).toEqual([]);
    expect(compared(struct(before, cbor), struct("pub name: String,\n  pub age: u8,", cbor))[0]).toContain(
      "Give it `#[serde(default)]`",
    );
  });

  test("a struct within the stored one", () => {
    const inner = (fields: string) =>
      `${struct("profile: Option<Profile>,")}#[derive(CandidType, Deserialize)] struct Profile { ${fields} }\n`;
    expect(compared(inner("city: String"), inner("city: String, zip: BTreeMap<u8, (u8, u8)>"))[0]).toContain(
      "«zip» Values of `User` that are stored already have no `zip`",
    );
  });

  test("the quick fixes", () => {
    const fixed = (decode: string, field: string) => {
      const now = struct(`pub name: String,\n  ${field},`, decode);
      const reports = workspaceOf(project(now, bank), project(struct(before, decode), bank))
        .snapshot()
        .reports(`/p/${file}`);
      const fix = reports.find((it) => it.rule === "storable-struct-not-evolvable")!.fixes[0]!;
      const [edit] = fix.edits as [TextEdit];
      const text = uses + now;
      expect(fix.kind).toBe("review");
      return text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
    };
    expect(fixed(candid, "pub(crate) ages: Vec<(u8, u8)>")).toContain("\n  pub(crate) ages: Option<Vec<(u8, u8)>>,");
    expect(fixed(cbor, "pub age: u8")).toContain("\n  #[serde(default)] pub age: u8,");
  });

  test.each([
    ["an option", struct(before), struct("pub name: String, pub age: Option<u8>,")],
    ["a field less", struct("pub name: String, pub age: u8,"), struct(before)],
    ["another name for it", struct(before), struct('#[serde(alias = "name")] pub full_name: String,')],
    ["not read at all", struct(before), struct("pub name: String, #[serde(skip)] pub cache: u8,")],
    [
      "a default for the whole struct",
      struct(before, cbor),
      struct("pub name: String, pub age: u8,", cbor, "#[derive(Deserialize, Default)]\n#[serde(default)]"),
    ],
    [
      "another way to read old bytes",
      struct(before, "candid::decode_one(&b).unwrap_or_else(|_| old(&b).unwrap())"),
      struct("pub name: String, pub age: u8,", "candid::decode_one(&b).unwrap_or_else(|_| old(&b).unwrap())"),
    ],
    ["an encoding that is not known", struct(before, "read(&b).unwrap()"), struct("pub age: u8,", "read(&b).unwrap()")],
    ["not stored", "struct User { name: String }", "struct User { name: String, age: u8 }"],
    ["stored only from now on", "struct User { name: String }", struct("pub name: String, pub age: u8,")],
  ])("trap: %s", (_, former, now) => {
    expect(compared(former, now)).toEqual([]);
  });
});
