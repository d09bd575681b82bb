/** Rules on interfaces: `.did` files against sources and the last commit, manifests against calls. */
import { describe, expect, test } from "vitest";
import { call, cargo, found, project, workspaceOf } from "../../support/acrossCanisters.ts";

describe("did-out-of-sync", () => {
  const sync = (rust: string, did: string, path?: string) =>
    found(project(rust, "service : {}", { "shop/shop.did": did }), path);

  test("trap: what a method replies itself, whatever its type says", () => {
    const did = "service : { get : () -> (nat64) query }";
    expect(sync("#[query(manual_reply = true)] fn get() {}", did)).toEqual([]);
    expect(sync("#[query] fn get() {}", did)).toHaveLength(1);
    const typed = "#[query(manual_reply = true)] fn get() -> PhantomData<String> { PhantomData }";
    expect(sync(`use std::marker::PhantomData;\n${typed}`, did)).toHaveLength(1);
  });

  test("the interface of the template, once", () => {
    const template = 'service : { "greet": (text) -> (text) query }';
    const shop = "#[update] fn buy() {}\n#[update] fn sell() {}\n#[query] fn price() -> u64 { 1 }";
    expect(sync(shop, template, "shop/shop.did")).toEqual([
      'did-out-of-sync warning «"greet"» The interface of `shop` is still that of the template: its source has no `greet`, and clients know of none of its 3 methods. Generate the `.did` file again.',
    ]);
    expect(sync(shop, "service : { other: (text) -> (text) query }", "shop/shop.did")).toEqual([]);
    // A build writes the file anew.
    const script = { "shop/shop.did": template, "scripts/build.sh": "candid-extractor shop.wasm > shop/shop.did" };
    expect(found(project(shop, "service : {}", script), "shop/shop.did")).toEqual([]);
  });

  test.each([
    [
      "mode",
      "#[update] fn get() -> u64 { 1 }",
      "service : { get : () -> (nat64) query }",
      "the source makes it an update, the `.did` file a query",
    ],
    [
      "arguments",
      "#[query] fn get(a: u64, b: u64) -> u64 { 1 }",
      "service : { get : (nat64) -> (nat64) query }",
      "it takes 2 arguments, and the `.did` file declares 1",
    ],
    ["results", "#[query] fn get() {}", "service : { get : () -> (nat64) query }", "it returns 0 values"],
    [
      "types",
      "#[query] fn get() -> u64 { 1 }",
      "service : { get : () -> (nat) query }",
      "result 1: `nat64` is not `nat`",
    ],
    [
      "types within",
      "#[derive(CandidType)] struct A { x: Vec<u8>, y: std::collections::BTreeMap<u32, String> }\n#[query] fn get() -> A { a() }",
      "service : { get : () -> (record { x : blob; y : vec record { nat32; blob } }) query }",
      'result 1, field "y", element, field "1": `text` is not `blob`',
    ],
  ])("%s", (_, rust, did, message) => {
    const [finding, ...others] = sync(rust, did);
    expect(others).toEqual([]);
    expect(finding).toMatch(/^did-out-of-sync warning «get»/);
    expect(finding).toContain(message);
  });

  test.each([
    [
      "a query is called as an update as well",
      "#[query] fn get() -> u64 { 1 }",
      "service : { get : () -> (nat64) }",
      "information",
    ],
    ["an update is no query", "#[update] fn get() -> u64 { 1 }", "service : { get : () -> (nat64) query }", "warning"],
    [
      "a composite query is no update",
      "#[query(composite = true)] fn get() -> u64 { 1 }",
      "service : { get : () -> (nat64) }",
      "warning",
    ],
    [
      "arguments that nobody reads are left out",
      "#[query] fn get() -> u64 { 1 }",
      "service : { get : (text, nat) -> (nat64) query }",
      "information",
    ],
    [
      "an argument that may be missing",
      "#[query] fn get(a: u64, b: Option<u64>) -> u64 { 1 }",
      "service : { get : (nat64) -> (nat64) query }",
      "information",
    ],
    [
      "an argument that must not be missing",
      "#[query] fn get(a: u64, b: u64) -> u64 { 1 }",
      "service : { get : (nat64) -> (nat64) query }",
      "warning",
    ],
    ["a result more", "#[query] fn get() -> u64 { 1 }", "service : { get : () -> () query }", "information"],
    [
      "fewer arguments, one of another type",
      "#[query] fn get(a: u64) -> u64 { 1 }",
      "service : { get : (text, nat) -> (nat64) query }",
      "warning",
    ],
  ])("calls by the interface go on or fail: %s", (_, rust, did, severity) => {
    expect(sync(rust, did).map((it) => it.split(" ", 2)[1])).toEqual([severity]);
  });

  test("a method that only one side has", () => {
    const rust =
      "#[query] fn a() -> u64 { 1 }\n#[query] fn b() -> u64 { 1 }\n#[query] fn c() -> u64 { 1 }\n#[update] fn d(x: Option<u64>) -> String { x() }";
    const did =
      "service : {\n  a : () -> (nat64) query;\n  b : () -> (nat64) query;\n  c : () -> (nat64) query;\n  e : () -> ();\n}";
    expect(sync(rust, did)).toEqual([
      "did-out-of-sync information «d» `d` is missing in the interface of `shop`, so no client knows of it. Generate the `.did` file again.",
    ]);
    expect(sync(rust, did, "shop/shop.did")[0]).toContain(
      "did-out-of-sync warning «e» The Rust source of `shop` has no method `e`",
    );
    const files = project(rust, "service : {}", { "shop/shop.did": did });
    const report = workspaceOf(files)
      .snapshot()
      .reports("/p/shop/src/lib.rs")
      .find((it) => it.rule === "did-out-of-sync");
    expect(report?.fixes[0]?.edits[0]).toMatchObject({
      path: "/p/shop/shop.did",
      newText: "d : (opt nat64) -> (text);\n  ",
    });
  });

  test.each([
    [
      "equal, with Candid's own words",
      "#[query] fn get(p: Principal, n: Nat) -> Result<Vec<u8>, String> { x() }",
      "service : { get : (principal, nat) -> (variant { Ok : blob; Err : text }) query }",
    ],
    [
      "hidden, raw and with bytes of its own",
      '#[query(hidden = true)] fn a() {}\n#[unsafe(export_name = "canister_query b")] fn b() {}\n#[update(decode_with = "d")] fn c(x: u8) {}\n#[query] fn e() {}',
      "service : { e : () -> () query; c : (text) -> () }",
    ],
    [
      "a result that is more than declared",
      "#[derive(CandidType)] struct A { x: u8, y: u8 }\n#[query] fn get() -> A { a() }",
      "service : { get : () -> (record { x : nat8 }) query }",
    ],
    [
      "an argument that accepts more",
      "#[derive(CandidType)] struct A { x: Option<u8> }\n#[query] fn get(a: A) {}",
      "service : { get : (record {}) -> () query }",
    ],
    [
      "gateways and transforms",
      "#[query] fn http_request(r: Req) -> Res { x() }\n#[query] fn strip(a: TransformArgs) -> Res { x() }\n#[query] fn e() {}",
      "service : { e : () -> () query }",
    ],
    [
      "what a framework hands to its methods",
      "struct Shop; impl Shop { #[query] fn get(&self, key: u64) -> u64 { key } }\nstruct State;\n#[query] fn read(state: &State, name: &str) -> u64 { 1 }\n#[update] fn write(state: &mut State) {}",
      "service : { get : (nat64) -> (nat64) query; read : (text) -> (nat64) query; write : () -> () }",
    ],
    [
      "methods that traits of other crates bring to a canister that is a type",
      "struct Shop; impl Shop { #[query] fn a(&self) {} #[query] fn b(&self) {} #[query] fn c(&self) {} }",
      "service : { a : () -> () query; b : () -> () query; c : () -> () query; metrics : () -> () }",
    ],
    [
      "features that are off",
      '#[cfg(feature = "dev")] #[update] fn reset() {}\n#[query] fn e() {}',
      "service : { e : () -> () query }",
    ],
    [
      "a manual reply",
      "#[update(manual_reply = true)] fn e() -> std::marker::PhantomData<()> { x() }",
      "service : { e : () -> () }",
    ],
    [
      "another canister's interface",
      "#[query] fn a() {}\n#[query] fn b() {}\n#[query] fn c() {}",
      "service : { x : () -> () query; y : () -> () query; a : () -> (); z : () -> () }",
    ],
  ])("trap: %s", (_, rust, did) => {
    expect([...sync(rust, did), ...sync(rust, did, "shop/shop.did")]).toEqual([]);
  });

  test("one type that makes many methods differ is told of once, and as information of the others", () => {
    const rust =
      "#[derive(CandidType)] enum Error { NotFound, Denied }\n#[query] fn a() -> Result<u64, Error> { x() }\n#[query] fn b() -> Result<String, Error> { x() }\n#[query] fn c() -> u64 { 1 }";
    const did =
      "type Error = variant { NotFound }; service : { a : () -> (variant { Ok : nat64; Err : Error }) query; b : () -> (variant { Ok : text; Err : Error }) query; c : () -> (text) query }";
    expect(sync(rust, did)).toEqual([
      expect.stringMatching(/^did-out-of-sync warning «a» .*case "Denied": is not expected. Generate/),
      expect.stringMatching(
        /^did-out-of-sync information «b» .*case "Denied": is not expected. The same type makes `a` differ/,
      ),
      expect.stringMatching(/^did-out-of-sync warning «c» /),
    ]);
  });

  const three = "service : { a : () -> () query; b : () -> () query; c : () -> () query; reset : () -> () }";
  const others = "#[query] fn a() {}\n#[query] fn b() {}\n#[query] fn c() {}\n";

  test("an old file is told of once, and as information of the other methods that are gone", () => {
    const names = [..."abcdefghijklmnop"];
    const rust = names
      .slice(0, 12)
      .map((it) => `#[query] fn ${it}() {}`)
      .join("\n");
    const did = (count: number) =>
      `service : { ${names
        .slice(0, 12 + count)
        .map((it) => `${it} : () -> () query`)
        .join("; ")} }`;
    const severities = (count: number) => sync(rust, did(count), "shop/shop.did").map((it) => it.split(" ")[1]);
    expect(severities(3)).toEqual(["warning", "warning", "warning"]);
    expect(severities(4)).toEqual(["warning", "information", "information", "information"]);
    expect(sync(rust, did(4), "shop/shop.did")[0]).toContain("no method `m`, nor 3 more of this interface");
  });

  test.each([
    ["a feature", '#[cfg(feature = "dev")]\n#[update]\nfn reset() {}'],
    ["a module of a feature", '#[cfg(feature = "dev")]\nmod dev { #[ic_cdk::update] pub async fn reset() {} }'],
    ["a feature, under another name", '#[cfg(feature = "dev")] #[update(name = "reset")] fn all_gone() {}'],
  ])("trap: a method that %s brings in", (_, rust) => {
    expect(sync(others + rust, three, "shop/shop.did")).toEqual([]);
  });

  test.each([
    ["a comment", '#[cfg(feature = "dev")] fn x() {}\n// #[update]\n// fn reset() {}'],
    ["a function that is no method", '#[cfg(feature = "dev")] fn x() {}\nfn reset() {}'],
  ])("%s brings no method in", (_, rust) => {
    expect(sync(others + rust, three, "shop/shop.did")).toEqual([expect.stringContaining("no method `reset`")]);
  });

  test("trap: a package of another project that is called like one of this", () => {
    const own = {
      ...project("use types::Amount;\n#[query] fn get() -> Amount { 1 }", "service : {}"),
      "shop/shop.did": "service : { get : () -> (nat) query }",
      "types/src/lib.rs": "pub type Amount = u128;",
    };
    const files = {
      "a/types/Cargo.toml": '[package]\nname = "types"\n',
      "a/types/src/lib.rs": "pub type Amount = u64;",
      ...Object.fromEntries(Object.entries(own).map(([path, text]) => [`b/${path}`, text])),
    };
    expect(found(files, "b/shop/src/lib.rs")).toEqual([]);
  });

  test("trap: cases of an enum and the types beside it, brought in together", () => {
    const rust = "use types::pay::{Response::*, *};\n#[update] fn pay(a: Args) -> Response { Done }";
    const types =
      "pub mod pay { use candid::CandidType; #[derive(CandidType)] pub struct Args { pub n: u64 }\n#[derive(CandidType)] pub enum Response { Done } }";
    const did = (n: string) => `service : { pay : (record { n : ${n} }) -> (variant { Done }) }`;
    const files = (n: string) => project(rust, "service : {}", { "shop/shop.did": did(n), "types/src/lib.rs": types });
    expect(found(files("nat64"))).toEqual([]);
    expect(found(files("text"))[0]).toContain("did-out-of-sync warning «pay»");
  });

  test("trap: methods that macros make", () => {
    expect(
      sync(
        "make_methods!();\n#[query] fn a() {}\n#[query] fn b() {}\n#[query] fn c() {}",
        "service : { a : () -> () query; b : () -> () query; c : () -> () query; made : () -> () }",
        "shop/shop.did",
      ),
    ).toEqual([]);
  });
});

describe("did-upgrade-incompatible", () => {
  const compare = (before: string, after: string) => found(project("", after), "bank.did", { "bank.did": before });

  test.each([
    [
      "an argument too many",
      "service : { get : (nat) -> () }",
      "service : { get : (nat, text) -> () }",
      "argument 2: is missing, and `text` cannot be left out",
    ],
    [
      "a field gone",
      "service : { get : () -> (record { a : nat }) }",
      "service : { get : () -> (record { b : nat }) }",
      'field "a": is missing',
    ],
    [
      "a method gone",
      "service : { get : () -> (); put : () -> () }",
      "service : { put : () -> () }",
      'method "get": is missing',
    ],
    [
      "another mode",
      "service : { get : () -> () query }",
      "service : { get : () -> () }",
      "is an update, where query is expected",
    ],
    [
      "a new case in a result",
      "service : { get : () -> (variant { a }) }",
      "service : { get : () -> (variant { a; b }) }",
      'case "b": is not expected',
    ],
  ])("%s", (_, before, after, message) => {
    const [finding, ...others] = compare(before, after);
    expect(others).toEqual([]);
    expect(finding).toMatch(/^did-upgrade-incompatible error/);
    expect(finding).toContain(message);
  });

  test("data that is lost without an error is a warning", () => {
    const before = "service : { put : (record { tag : opt text }) -> () }";
    expect(compare(before, before.replace("text", "nat"))[0]).toContain("did-upgrade-incompatible warning «put»");
  });

  test.each([
    ["the same", "service : { get : (nat) -> () }", "service : { get : (nat) -> () }"],
    [
      "an optional argument, a field more",
      "service : { get : (nat) -> (record { a : nat }) }",
      "service : { get : (nat, opt text) -> (record { a : nat; b : opt nat }); more : () -> () }",
    ],
    ["a former text that was broken", "service : { get : (nat -> () }", "service : {}"],
  ])("trap: %s", (_, before, after) => {
    expect(compare(before, after)).toEqual([]);
  });

  test("no repository, no finding", () => {
    expect(found(project("", "service : {}"), "bank.did")).toEqual([]);
  });
});

describe("export-candid-missing", () => {
  const exported = (rust: string, candid: string | undefined) => {
    const files = project(rust, "service : {}", candid === undefined ? {} : { "shop/shop.did": candid });
    const dfx = JSON.parse(files["dfx.json"] ?? "");
    if (candid === undefined) delete dfx.canisters.shop.candid;
    const reports = workspaceOf({ ...files, "dfx.json": JSON.stringify(dfx) })
      .snapshot()
      .reports("/p/shop/src/lib.rs");
    return reports.filter((it) => it.rule === "export-candid-missing");
  };

  test("a warning where the Wasm alone carries the interface, a hint where a file does", () => {
    const [warning] = exported("#[query] fn get() {}\n", undefined);
    expect(warning).toMatchObject({ severity: "warning" });
    expect(warning?.fixes[0]).toMatchObject({ kind: "safe", edits: [{ newText: "\nic_cdk::export_candid!();\n" }] });
    expect(exported("#[query] fn get() {}", "service : { get : () -> () query }")[0]?.severity).toBe("hint");
  });

  test("only a hint for what gateways call, and where scripts build the Wasm", () => {
    const site = "#[query] fn http_request(r: Req) -> Res { x() }\n";
    expect(exported(site, undefined)[0]?.severity).toBe("hint");
    expect(exported(`${site}#[query] fn get() {}\n`, undefined)[0]?.severity).toBe("warning");
    const yaml = (build: string) => `canisters: [{ name: shop, ${build} }]`;
    const severity = (build: string) =>
      workspaceOf({ ...project("#[query] fn get() {}\n", "service : {}"), "icp.yaml": yaml(build) })
        .snapshot()
        .reports("/p/shop/src/lib.rs")
        .find((it) => it.rule === "export-candid-missing")?.severity;
    expect(severity('recipe: { type: "@dfinity/rust" }')).toBe("warning");
    expect(severity("build: { steps: [{ type: script, commands: [./build.sh shop] }] }")).toBe("hint");
  });

  test.each([
    "#[query] fn get() {}\nic_cdk::export_candid!();",
    "#[query] fn get() {}\ncandid::export_service!();",
    "fn helper() {}",
  ])("trap: %s", (rust) => {
    expect(exported(rust, undefined)).toEqual([]);
  });
});

describe("deploy-dependency-missing", () => {
  const manifest = (dependencies: string[], rust: string) => {
    const files = project(rust, "service : { add : () -> () }");
    const dfx = JSON.parse(files["dfx.json"] ?? "");
    dfx.canisters.shop.dependencies = dependencies;
    return found({ ...files, "dfx.json": JSON.stringify(dfx) }, "dfx.json");
  };

  test("an id that is compiled in", () => {
    expect(manifest([], call("add", ""))[0]).toContain(
      'deploy-dependency-missing warning «"shop"» `shop` compiles in the id of `bank`',
    );
    expect(manifest(["bank"], call("add", ""))).toEqual([]);
  });

  test("trap: an id of run time", () => {
    expect(
      manifest([], '#[update] async fn go(bank: Principal) { Call::bounded_wait(bank, "add").await.ok(); }'),
    ).toEqual([]);
  });

  /** Findings about three canisters that compile in the ids of others, which they do not declare. */
  const among = (ids: Record<"left" | "middle" | "right", string>, declared: Record<string, string[]> = {}) => {
    const entries = Object.entries(ids).map(([name, other]): [string, string] => [
      `${name}/src/lib.rs`,
      `#[update] fn other() -> &'static str { ${other === "" ? '""' : `env!("CANISTER_ID_${other.toUpperCase()}")`} }`,
    ]);
    const names = Object.keys(ids);
    const canisters = names.map((it) => [it, { type: "rust", package: it, dependencies: declared[it] ?? [] }]);
    const files = {
      "dfx.json": JSON.stringify({ canisters: Object.fromEntries(canisters) }),
      "Cargo.toml": `[workspace]\nmembers = ${JSON.stringify(names)}\n`,
      ...Object.fromEntries(names.map((it) => [`${it}/Cargo.toml`, cargo(it)])),
      ...Object.fromEntries(entries),
    };
    return found(files, "dfx.json").filter((it) => it.startsWith("deploy-dependency-missing"));
  };

  test("what closes no circle", () => {
    expect(among({ left: "middle", middle: "right", right: "" })).toHaveLength(2);
    expect(among({ left: "middle", middle: "right", right: "" }, { left: ["right"] })).toHaveLength(2);
  });

  test("trap: an id with a fallback", () => {
    const optional = (rest: string) =>
      manifest([], `#[update] fn bank() -> String { option_env!("CANISTER_ID_BANK")${rest}.to_string() }`);
    expect(optional(".unwrap()")).toHaveLength(1);
    expect(optional('.unwrap_or("aaaaa-aa")')).toEqual([]);
  });

  test("trap: canisters that compile in each other's ids, as dfx refuses a circle", () => {
    expect(among({ left: "middle", middle: "left", right: "" })).toEqual([]);
    expect(among({ left: "middle", middle: "right", right: "left" })).toEqual([]);
    expect(among({ left: "middle", middle: "", right: "" }, { middle: ["right"], right: ["left"] })).toEqual([]);
  });
});
