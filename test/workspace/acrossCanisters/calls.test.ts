/** Rules on calls between canisters, on projects in memory. */
import { describe, expect, test } from "vitest";
import { call, cargo, found, project, uses, workspaceOf, workspaceRuleIds } from "../../support/acrossCanisters.ts";

describe("call-unknown-method", () => {
  const bank = "service : { deposit : (nat) -> (); balance : () -> (nat) query }";

  test("a method that the callee does not have, with the nearest name", () => {
    const [finding, ...others] = found(project(call("deposti", ".with_arg(1u128)"), bank));
    expect(others).toEqual([]);
    expect(finding).toBe(
      'call-unknown-method error «"deposti"» The canister `bank` has no method `deposti`: the call is rejected every time. Is `deposit` meant?',
    );
  });

  test("the old call API, the callee by a variable's name: a warning", () => {
    const old =
      '#[update] async fn go(bank: Principal) { let _: Result<(), _> = ic_cdk::call(bank, "balanec", ()).await; }';
    expect(found(project(old, bank))[0]).toContain("call-unknown-method warning");
  });

  test("the management canister", () => {
    const shop = (method: string) =>
      `#[update] async fn go() { Call::bounded_wait(Principal::management_canister(), "${method}").await.ok(); }`;
    expect(found(project(shop("raw_rnad"), bank))[0]).toContain('call-unknown-method error «"raw_rnad"»');
    expect(found(project(shop("raw_rand"), bank))).toEqual([]);
  });

  test("an id that canister_ids.json knows", () => {
    const ids = { "canister_ids.json": '{ "bank": { "ic": "rrkah-fqaaa-aaaaa-aaaaq-cai" }, "shop": {} }' };
    const shop = `const B: &str = "rrkah-fqaaa-aaaaa-aaaaq-cai";\n#[update] async fn go() { Call::bounded_wait(Principal::from_text(B).unwrap(), "mint").await.ok(); }`;
    expect(found(project(shop, bank, ids))[0]).toContain('call-unknown-method error «"mint"» The canister `bank`');
    expect(found(project(shop, bank))).toEqual([]);
  });

  test("a token ledger that nobody declares", () => {
    const typo = '#[update] async fn go(l: Principal) { Call::bounded_wait(l, "icrc1_trasfer").await.ok(); }';
    expect(found(project(typo, bank))[0]).toContain("Is `icrc1_transfer` meant?");
  });

  test.each([
    ["the right name", call("deposit", ".with_arg(1u128)")],
    [
      "nobody knows who is called",
      '#[update] async fn go(x: Principal) { Call::bounded_wait(x, "deposti").await.ok(); }',
    ],
    [
      "a bogus call of itself",
      '#[update] async fn go() { Call::bounded_wait(ic_cdk::api::canister_self(), "yield").await.ok(); }',
    ],
    [
      "a method that is no text here",
      "#[update] async fn go(bank: Principal, m: String) { Call::bounded_wait(bank, &m).await.ok(); }",
    ],
    [
      "another method of a standard",
      '#[update] async fn go(l: Principal) { Call::bounded_wait(l, "icrc1_minting_account").await.ok(); }',
    ],
  ])("trap: %s", (_, shop) => {
    expect(found(project(shop, bank))).toEqual([]);
  });

  test("a name that nobody has, among calls of a canister that the other calls tell", () => {
    const shop = (third: string) =>
      ["deposit", "balance", third]
        .map((it) => `#[update] async fn go_${it}(x: Principal) { Call::bounded_wait(x, "${it}").await.ok(); }`)
        .join("\n");
    const all = "service : { deposit : () -> (); balance : () -> (nat) query; withdraw : () -> () }";
    expect(found(project(shop("withdrow"), all))).toEqual([
      'call-unknown-method warning «"withdrow"» The canister `bank` has no method `withdrow`: the call is rejected every time. Is `withdraw` meant?',
    ]);
    expect(found(project(shop("withdraw"), all))).toEqual([]);
    expect(found(project(shop("other_thing"), all))).toEqual([]);
  });

  test("an id that a long function tells", () => {
    const steps = Array.from({ length: 40 }, (_, index) => `let step${index} = ${index};`).join(" ");
    const shop = `fn bank_id() -> Principal { ${steps} Principal::from_text(option_env!("CANISTER_ID_BANK").unwrap()).unwrap() }\n#[update] async fn go() { Call::bounded_wait(bank_id(), "deposti").await.ok(); }`;
    expect(found(project(shop, bank))[0]).toContain("call-unknown-method error");
  });

  test("a suppression silences it, and is not called unused", () => {
    const shop = call("deposti", ".with_arg(1u128)").replace(
      "{ let",
      "{\n// canister-workbench: allow(call-unknown-method) because the next version has it\nlet",
    );
    const reports = workspaceOf(project(shop, bank)).snapshot().reports("/p/shop/src/lib.rs");
    expect(
      reports.filter((it) => workspaceRuleIds.has(it.rule) || it.rule === "unused-suppression").map((it) => it.rule),
    ).toEqual(["export-candid-missing"]);
  });
});

describe("call-arg-type-mismatch", () => {
  const bank =
    "service : { transfer : (record { to : principal; amount : nat }) -> (bool); pair : (nat64, text) -> () }";
  const types = "#[derive(CandidType)] struct Transfer { to: Principal, amount: Nat }\n";

  test.each([
    ["a number for a record", call("transfer", ".with_arg(7u64)"), "«7u64»", "`nat64` is not `record"],
    [
      "a field of another name",
      `#[derive(CandidType)] struct T { whom: Principal, amount: Nat }\n${call("transfer", ".with_arg(T { whom, amount })")}`,
      "«T { whom, amount }»",
      'argument 1, field "to": is missing',
    ],
    [
      "a variable",
      `#[derive(CandidType)] struct T { to: Principal, amount: u64 }\n#[update] async fn go(bank: Principal, t: T) { Call::bounded_wait(bank, "transfer").with_arg(&t).await.ok(); }`,
      "«&t»",
      'argument 1, field "amount": `nat64` is not `nat`',
    ],
    [
      "two arguments",
      call("pair", ".with_args(&(7u64, 8u64))"),
      "«&(7u64, 8u64)»",
      "argument 2: `nat64` is not `text`",
    ],
    ["none", call("transfer", ""), "«Call::bounded_wait", "argument 1: is missing"],
    [
      "the old API",
      '#[update] async fn go(bank: Principal) { let _: Result<(), _> = ic_cdk::call(bank, "pair", (7u64, true)).await; }',
      "«(7u64, true)»",
      "argument 2: `bool` is not `text`",
    ],
  ])("%s", (_, shop, place, message) => {
    const [finding, ...others] = found(project(shop, bank));
    expect(others).toEqual([]);
    expect(finding).toMatch(/^call-arg-type-mismatch/);
    expect(finding).toContain(place);
    expect(finding).toContain(message);
  });

  test.each([
    ["the right type", types + call("transfer", ".with_arg(Transfer { to, amount })")],
    [
      "renamed fields",
      `#[derive(CandidType)] struct T { #[serde(rename = "to")] whom: Principal, amount: Nat }\n${call("transfer", ".with_arg(T { whom, amount })")}`,
    ],
    [
      "more fields than needed",
      `#[derive(CandidType)] struct T { to: Principal, amount: u128, memo: u64 }\n${call("transfer", ".with_arg(T { to, amount, memo })")}`,
    ],
    [
      "serde attributes that are not Candid's",
      `#[derive(CandidType)] #[serde(rename_all = "camelCase")] struct T { whom: Principal }\n${call("transfer", ".with_arg(T { whom })")}`,
    ],
    ["a type that nobody knows", call("transfer", ".with_arg(other_crate::make())")],
    ["a type without the derive", `struct T { whom: Principal }\n${call("transfer", ".with_arg(T { whom })")}`],
    ["bytes", call("transfer", ".with_raw_args(&bytes)")],
    [
      "a name that is bound anew",
      `#[update] async fn go(bank: Principal, t: u64) { if let Some(t) = find(t) { Call::bounded_wait(bank, "transfer").with_arg(t).await.ok(); } }`,
    ],
  ])("trap: %s", (_, shop) => {
    expect(found(project(shop, bank))).toEqual([]);
  });

  test("types of another crate, generic, nested and renamed", () => {
    const shared = `use candid::{CandidType, Principal};
      pub type Amount = u64;
      #[derive(CandidType)] pub struct Page<T> { pub items: Vec<T>, pub next: Option<Box<Page<T>>> }
      #[derive(CandidType)] pub enum Kind { Plain, #[serde(rename = "GIFT")] Gift { from: Principal }, Sum(Amount, String) }`;
    const shop = (declared: string) =>
      found(
        project(
          `use types::{Kind, Page};\n#[update] async fn go(bank: Principal, p: Page<Kind>) { Call::bounded_wait(bank, "take").with_arg(p).await.ok(); }`,
          `type Page = record { items : vec Kind; next : opt Page };\ntype Kind = variant { Plain; GIFT : record { from : principal }; Sum : ${declared} };\nservice : { take : (Page) -> () }`,
          { "types/src/lib.rs": shared },
        ),
      );
    expect(shop("record { nat64; text }")).toEqual([]);
    expect(shop("record { nat64; blob }")[0]).toContain(
      'argument 1, field "items", element, case "Sum", field "1": `text` is not `blob`',
    );
  });

  test("a client whose methods are those of an index, not of a ledger", () => {
    const client = (other: string) =>
      `pub struct Service(pub Principal);\nimpl Service {\n  pub async fn balance(&self, a: Principal) { Call::bounded_wait(self.0, "icrc1_balance_of").with_arg(a).await.ok(); }\n` +
      `  pub async fn other(&self) { Call::bounded_wait(self.0, "${other}").await.ok(); }\n}\n#[update] async fn go(p: Principal) { Service(p).balance(p).await; }`;
    expect(found(project(client("icrc1_fee"), bank))[0]).toContain("call-arg-type-mismatch");
    expect(found(project(client("get_account_identifier_transactions"), bank))).toEqual([]);
  });

  test("a ledger of another standard, by what the same file calls it for", () => {
    const client = (callee: string, method: string) =>
      `pub async fn allowance(${callee}: Principal, t: Vec<u8>) { Call::bounded_wait(${callee}, "icrc2_allowance").with_arg(t).await.ok(); }\n` +
      `pub async fn other(${callee}: Principal) { Call::bounded_wait(${callee}, "${method}").await.ok(); }`;
    expect(found(project(client("ledger", "create_token"), bank))).toEqual([]);
    expect(found(project(client("ledger", "icrc1_fee"), bank))[0]).toContain("call-arg-type-mismatch");
    // Such a name means another canister each time.
    expect(found(project(client("canister_id", "create_token"), bank))[0]).toContain("call-arg-type-mismatch");
  });

  test("the argument of a standard's method", () => {
    const good =
      'use icrc_ledger_types::icrc1::transfer::TransferArg;\n#[update] async fn go(l: Principal, a: TransferArg) { Call::bounded_wait(l, "icrc1_transfer").with_arg(a).await.ok(); }';
    expect(found(project(good, bank))).toEqual([]);
    expect(found(project(good.replaceAll("icrc1_transfer", "icrc2_approve"), bank))[0]).toContain(
      'field "spender": is missing',
    );
  });
});

describe("canisters that everybody can call", () => {
  const bank = "service : {}";
  const asked = (callee: string, method: string, rest: string, decode: string) =>
    found(
      project(
        `#[update] async fn go() { let r = Call::bounded_wait(${callee}, "${method}")${rest}.await.unwrap()${decode}.unwrap(); }`,
        bank,
      ),
    );
  const management = "Principal::management_canister()";
  const icpLedger = 'Principal::from_text("ryjl3-tyaaa-aaaaa-aaaba-cai").unwrap()';

  test("the management canister: what it takes and what it answers", () => {
    expect(asked(management, "raw_rand", "", ".candid::<Vec<u8>>()")).toEqual([]);
    expect(asked(management, "raw_rand", "", ".candid::<Result<Vec<u8>, String>>()")[0]).toContain(
      "call-return-type-mismatch error «candid» The reply of `raw_rand` of the management canister",
    );
    expect(asked(management, "stop_canister", ".with_arg(1u64)", ".candid::<()>()")[0]).toContain(
      "call-arg-type-mismatch",
    );
    // The network still answers what former versions of the specification had.
    const api =
      "#[derive(CandidType, Deserialize)] struct Status { cycles: Nat, freezing_threshold: Nat, controller: Principal }";
    const status = (type: string) =>
      found(
        project(
          `${api}\n#[update] async fn go() { let r = Call::bounded_wait(${management}, "canister_status").with_arg(a()).await.unwrap().candid::<${type}>().unwrap(); }`,
          bank,
        ),
      );
    expect(status("Status")).toEqual([]);
    expect(status("u64")[0]).toContain("call-return-type-mismatch");
    // Of the methods whose types are not listed, nothing is said.
    expect(asked(management, "bitcoin_get_utxos", ".with_arg(1u64)", ".candid::<u8>()")).toEqual([]);
  });

  test("the ledger of ICP, by its id or the constant of a library", () => {
    for (const callee of [icpLedger, "ic_ledger_types::MAINNET_LEDGER_CANISTER_ID"]) {
      expect(asked(callee, "decimals", "", ".candid::<u8>()")[0]).toContain("of the ICP ledger");
      expect(asked(callee, "icrc1_fee", "", ".candid::<u64>()")[0]).toContain("`nat` is not `nat64`");
      expect(asked(callee, "icrc1_fee", "", ".candid::<Nat>()")).toEqual([]);
    }
  });

  test("trap: a method of that name of another canister, or one that is not listed", () => {
    expect(
      asked('Principal::from_text("rrkah-fqaaa-aaaaa-aaaaq-cai").unwrap()', "decimals", "", ".candid::<u8>()"),
    ).toEqual([]);
    expect(asked(icpLedger, "archives", "", ".candid::<u8>()")).toEqual([]);
  });

  test("trap: a reply's case that the caller does not know fails only where it comes", () => {
    const errors = "InsufficientFunds { balance: Nat }, GenericError { message: String, error_code: Nat }";
    const transfer = (cases: string) =>
      found(
        project(
          `#[derive(CandidType, Deserialize)] enum Failure { ${cases} }\n#[update] async fn go(l: Principal, a: icrc_ledger_types::icrc1::transfer::TransferArg) { Call::bounded_wait(l, "icrc1_transfer").with_arg(a).await.unwrap().candid::<Result<Nat, Failure>>().unwrap(); }`,
          bank,
        ),
      );
    for (const it of transfer(errors)) expect(it).toContain("call-return-type-mismatch information");
  });

  test("the types between the angle brackets of the old call", () => {
    const old = (reply: string) =>
      found(
        project(
          `#[update] async fn go(l: Principal) { match ic_cdk::call::<(), (${reply},)>(l, "icrc1_fee", ()).await { Ok((it,)) => drop(it), Err(_) => {} } }`,
          bank,
        ),
      );
    expect(old("Nat")).toEqual([]);
    expect(old("u64")[0]).toContain("call-return-type-mismatch error «(u64,)»");
  });
});

describe("call-return-type-mismatch", () => {
  const bank =
    "type R = record { a : nat; b : opt text }; service : { balance : () -> (nat) query; both : () -> (R, text); result : () -> (variant { Ok : nat; Err : text }) }";
  const get = (method: string, decode: string, api = "") =>
    `${api}#[update] async fn go(bank: Principal) { let r = Call::bounded_wait(bank, "${method}").await.unwrap()${decode}.unwrap(); }`;

  test.each([
    [
      "u64 for nat",
      get("balance", ".candid::<u64>()"),
      "«candid»",
      "result 1: `nat` is not `nat64`. The call succeeds, but decoding its reply fails every time.",
    ],
    [
      "a field too many",
      get(
        "both",
        ".candid_tuple::<(Reply, String)>()",
        "#[derive(CandidType, Deserialize)] struct Reply { a: Nat, c: Nat }\n",
      ),
      "«candid_tuple»",
      'result 1, field "c": is missing',
    ],
    [
      "more values than there are",
      get("balance", ".candid_tuple::<(Nat, Nat)>()"),
      "«candid_tuple»",
      "result 2: is missing",
    ],
    [
      "an error of another type",
      get("result", ".candid::<Result<Nat, u64>>()"),
      "«candid»",
      'result 1, case "Err": `text` is not `nat64`. The call succeeds, but decoding its reply fails whenever the case "Err" comes.',
    ],
    [
      "a client that returns another type",
      'async fn client(bank: Principal) -> Result<(u64,), Error> { ic_cdk::call(bank, "balance", ()).await }',
      "«ic_cdk::call",
      "result 1: `nat` is not `nat64`",
    ],
    [
      "the old API",
      '#[update] async fn go(bank: Principal) { let (n,): (u64,) = ic_cdk::call(bank, "balance", ()).await.unwrap(); }',
      "«(u64,)»",
      "result 1: `nat` is not `nat64`",
    ],
  ])("%s", (_, shop, place, message) => {
    const [finding, ...others] = found(project(shop, bank));
    expect(others).toEqual([]);
    expect(finding).toMatch(/^call-return-type-mismatch warning/);
    expect(finding).toContain(place);
    expect(finding).toContain(message);
  });

  test.each([
    ["the same", get("balance", ".candid::<u128>()")],
    [
      "a client that returns the right type",
      'async fn client(bank: Principal) -> ic_cdk::api::call::CallResult<(Nat,)> { ic_cdk::call(bank, "balance", ()).await }',
    ],
    [
      "fewer fields and fewer values",
      get("both", ".candid_tuple::<(R,)>()", "#[derive(CandidType, Deserialize)] struct R { a: Nat, z: Option<u8> }\n"),
    ],
    [
      "the old API with a result",
      '#[update] async fn go(bank: Principal) { let r: Result<(Nat,), (ic_cdk::api::call::RejectionCode, String)> = ic_cdk::call(bank, "balance", ()).await; }',
    ],
    ["nothing is wanted", get("balance", ".candid::<()>()")],
    ["a type that is not certain", get("balance", ".candid::<Money>()")],
  ])("trap: %s", (_, shop) => {
    expect(found(project(shop, bank))).toEqual([]);
  });
});

describe("composite-query-called-from-update, call-mode-mismatch and shared-type-divergence", () => {
  const bank =
    "service : { list : () -> (vec text) composite_query; add : (text) -> (); note : (text) -> () oneway; get : () -> (nat) query; put : (record { tag : opt text }) -> () }";

  test("a composite query from an update, also through a function", () => {
    const shop = `#[update] async fn go(bank: Principal) { inner(bank).await }\nasync fn inner(bank: Principal) { Call::bounded_wait(bank, "list").await.ok(); }`;
    expect(found(project(shop, bank))[0]).toContain('composite-query-called-from-update error «"list"»');
  });

  test("an update from a composite query; a one-way method that is awaited", () => {
    const shop = `#[query(composite = true)] async fn go(bank: Principal) { Call::bounded_wait(bank, "add").with_arg("a").await.ok(); }\n#[update] async fn tell(bank: Principal) { Call::bounded_wait(bank, "note").with_arg("a").await.ok(); }`;
    expect(found(project(shop, bank)).map((it) => it.split("»")[0])).toEqual([
      'composite-query-called-from-update error «"add"',
      'call-mode-mismatch information «"note"',
    ]);
  });

  test("what does not fit an `opt` is lost", () => {
    const shop = `#[derive(CandidType)] struct Item { tag: Option<u64> }\n#[update] async fn go(bank: Principal, i: Item) { Call::bounded_wait(bank, "put").with_arg(i).await.ok(); }`;
    expect(found(project(shop, bank))[0]).toContain(
      "shared-type-divergence warning «i» Data of this argument is lost without an error",
    );
  });

  test("trap: a composite query from a composite query, a query from an update, a one-way call", () => {
    const shop = `#[query(composite = true)] async fn go(bank: Principal) { Call::bounded_wait(bank, "list").await.ok(); }\n#[update] async fn up(bank: Principal) { Call::bounded_wait(bank, "get").await.ok(); Call::bounded_wait(bank, "note").with_arg("a").oneway().ok(); }`;
    expect(found(project(shop, bank))).toEqual([]);
  });
});

describe("a callee without a .did file", () => {
  /** `left` calls `right`, both Rust, and no interface is written down. */
  const between = (left: string, right: string) =>
    found(
      {
        "icp.yaml":
          "canisters:\n  - name: left\n    recipe: { type: '@dfinity/rust' }\n  - name: right\n    recipe: { type: '@dfinity/rust' }\n",
        "Cargo.toml": '[workspace]\nmembers = ["left", "right"]\n',
        "left/Cargo.toml": cargo("left"),
        "right/Cargo.toml": cargo("right"),
        "left/src/lib.rs": `${uses}#[update] async fn go(right: Principal, item: Item) { ${left} }\n#[derive(CandidType)] struct Item { id: Nat, name: String }\n`,
        "right/src/lib.rs": uses + right,
      },
      "left/src/lib.rs",
    ).map((it) => it.split(" ")[0]);
  const put = 'Call::bounded_wait(right, "put").with_arg(item).await.ok();';

  test("is known by its source", () => {
    const other = "#[derive(CandidType)] struct Item { id: Nat, title: String }\n#[update] fn put(item: Item) {}";
    expect(between(put, other).sort()).toEqual(["call-arg-type-mismatch", "shared-type-divergence"]);
    expect(between(put.replace("put", "putt"), other)).toEqual(["call-unknown-method"]);
  });

  test.each([
    ["the same type", "#[derive(CandidType)] struct Item { id: Nat, name: String }\n#[update] fn put(item: Item) {}"],
    ["a type that is not certain", "#[update] fn put(item: Thing) {}"],
    ["methods that macros make", "make!();\n#[update] fn puts(n: u64) {}"],
    ["bytes of its own", '#[update(decode_with = "d")] fn put(n: u64) {}'],
  ])("trap: %s", (_, right) => {
    expect(between(put, right)).toEqual([]);
  });
});

describe("call-graph-loop", () => {
  /** Canisters `a` and `b`, each of which calls the other with these words. */
  const loop = (a: string, b: string) => {
    const calls = (name: string, rest: string) => `${uses}#[update] async fn go(${name}: Principal) { ${rest} }`;
    const files = {
      "dfx.json":
        '{ "canisters": { "left": { "type": "rust", "package": "left", "candid": "left.did" }, "right": { "type": "rust", "package": "right", "candid": "right.did" } } }',
      "Cargo.toml": '[workspace]\nmembers = ["left", "right"]\n',
      "left/Cargo.toml": cargo("left"),
      "right/Cargo.toml": cargo("right"),
      "left/src/lib.rs": calls("right_id", a),
      "right/src/lib.rs": calls("left_id", b),
      "left.did": "service : { go : (principal) -> () }",
      "right.did": "service : { go : (principal) -> () }",
    };
    return found(files, "left/src/lib.rs").filter((it) => it.startsWith("call-graph-loop"));
  };
  const waiting = (callee: string) => `Call::unbounded_wait(${callee}, "go").with_arg(${callee}).await.ok();`;

  test("two canisters that wait for each other", () => {
    expect(loop(waiting("right_id"), waiting("left_id"))[0]).toContain("`left` → `right` → `left`");
  });

  test.each([
    ["one way", 'Call::unbounded_wait(left_id, "go").with_arg(left_id).oneway().ok();'],
    ["a bounded wait", waiting("left_id").replace("unbounded", "bounded")],
    ["nothing that leads back", "drop(left_id);"],
  ])("trap: %s", (_, back) => {
    expect(loop(waiting("right_id"), back)).toEqual([]);
  });
});

describe("suppressions of rules across canisters", () => {
  const bank = "service : { deposit : (nat) -> () }";
  const allowed = (rule: string, shop: string) =>
    shop.replace("{ let", `{\n// canister-workbench: allow(${rule}) because later\nlet`);
  /** The texts of suppressions that are told to be unused, and the messages. */
  const unused = (shop: string) =>
    workspaceOf(project(shop, bank))
      .snapshot()
      .reports("/p/shop/src/lib.rs")
      .filter((it) => it.rule === "unused-suppression")
      .map((it) => `${(uses + shop).slice(it.range.start, it.range.end)} | ${it.message}`);

  test("one that silences nothing is told, one that silences something is not", () => {
    expect(unused(allowed("call-unknown-method", call("deposit", ".with_arg(1u128)")))).toEqual([
      "// canister-workbench: allow(call-unknown-method) because later | `call-unknown-method` finds nothing here: this suppression can be removed.",
    ]);
    expect(unused(allowed("call-unknown-method", call("depsit", ".with_arg(1u128)")))).toEqual([]);
  });

  test("one of several rules is told by itself", () => {
    const messages = unused(allowed("call-unknown-method, call-arg-type-mismatch", call("depsit", ".with_arg(1u128)")));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain("`call-arg-type-mismatch` finds nothing here");
  });

  test("nothing is told where the callee is not known, or the rule compares with the last commit", () => {
    const foreign = call("deposit", ".with_arg(1u128)").replace("CANISTER_ID_BANK", "CANISTER_ID_OTHER");
    expect(unused(allowed("call-unknown-method", foreign))).toEqual([]);
    expect(unused(allowed("did-upgrade-incompatible", call("deposit", ".with_arg(1u128)")))).toEqual([]);
  });
});

test("a tuple that is decoded as one value is one mistake, and so is one that is sent", () => {
  const bank = "service : { pay : (nat64, nat64) -> (nat64) }";
  const rules = (rest: string, then: string) => {
    const shop = `#[update] async fn go() { let r = Call::bounded_wait(bank_id(), "pay")${rest}.await.unwrap(); ${then} }\nfn bank_id() -> Principal { Principal::from_text(env!("CANISTER_ID_BANK")).unwrap() }`;
    const reports = workspaceOf(project(shop, bank)).snapshot().reports("/p/shop/src/lib.rs");
    return reports.map((it) => it.rule).filter((it) => /^call-(decode|arg|return)/.test(it));
  };
  expect(rules(".with_args(&(1u64, 2u64))", "let _ = r.candid::<(String,)>();")).toEqual(["call-decode-tuple"]);
  expect(rules(".with_arg((1u64, 2u64))", "let _ = r.candid::<u64>();")).toEqual(["call-decode-tuple"]);
  expect(rules(".with_args(&(1u64, 2u64))", "let _ = r.candid::<String>();")).toEqual(["call-return-type-mismatch"]);
});

describe("a callee whose `.did` file lags behind its source", () => {
  const bank = (rust: string) => ({
    "dfx.json": JSON.stringify({
      canisters: {
        shop: { type: "rust", package: "shop", candid: "shop/shop.did" },
        bank: { type: "custom", package: "bank", wasm: "bank.wasm", build: "./build.sh bank", candid: "bank.did" },
      },
    }),
    "Cargo.toml": '[workspace]\nmembers = ["shop", "bank"]\n',
    "shop/Cargo.toml": cargo("shop"),
    "bank/Cargo.toml": cargo("bank"),
    "bank/src/lib.rs": uses + rust,
  });
  const did = "service : { pay : (record { to : text; note : text }) -> (nat64) }";
  const pay = "#[derive(CandidType, Deserialize)] struct Pay { to: String }\n";
  const shop = pay + call("pay", ".with_arg(Pay { to: String::new() })");

  test("is judged by the source, and told of itself", () => {
    const source = `${pay}#[update] fn pay(p: Pay) -> String { p.to }`;
    expect(found(project(shop, did, bank(source)))).toEqual([]);
    expect(found(project(shop, did, bank(source)), "bank/src/lib.rs")).toEqual([
      expect.stringMatching(/^did-out-of-sync warning «pay» .*result 1: `text` is not `nat64`/),
    ]);
  });

  test("a method that only the source has", () => {
    const more = "#[update] fn deposit(n: u64) -> u64 { n }";
    const source = `${pay}#[update] fn pay(p: Pay) -> u64 { 1 }\n${more}`;
    expect(found(project(call("deposit", ".with_arg(1u64)"), did, bank(source)))).toEqual([]);
    expect(found(project(call("deposits", ".with_arg(1u64)"), did, bank(source)))[0]).toContain("call-unknown-method");
  });

  test("a mode that only the `.did` file has", () => {
    const composite = "service : { pay : (nat64) -> (nat64) composite_query }";
    const source = (attribute: string) => bank(`#[${attribute}] fn pay(n: u64) -> u64 { n }`);
    const modes = (attribute: string) => found(project(call("pay", ".with_arg(1u64)"), composite, source(attribute)));
    expect(modes("update")).toEqual([]);
    expect(modes("query(composite = true)")[0]).toContain("composite-query-called-from-update");
  });

  test.each([
    [
      "the same in both",
      "#[derive(CandidType, Deserialize)] struct Pay { to: String, note: String }\n#[update] fn pay(p: Pay) -> u64 { 1 }",
    ],
    ["what the source does not tell", "#[update] fn pay(p: elsewhere::Pay) -> u64 { 1 }"],
    ["a method that reads its bytes itself", '#[unsafe(export_name = "canister_update pay")] fn pay() { }'],
  ])("%s is still compared", (_, source) => {
    expect(found(project(shop, did, bank(source)))[0]).toContain("call-arg-type-mismatch");
  });
});
