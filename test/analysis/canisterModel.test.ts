/** From source to canister model: the module tree, names, entry points, message executions, state. */
import { describe, expect, test } from "vitest";
import type { CanisterModel } from "../../server/src/analysis/canisterModel.ts";
import { LiveModel } from "../../server/src/analysis/liveModel.ts";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

function modelOf(files: Readonly<Record<string, string>> | string, version?: string): CanisterModel {
  const sources = crateOf(typeof files === "string" ? { "lib.rs": files } : files, version);
  return new LiveModel().follow(sources, new RustFacts(parser));
}

function entryPoints(model: CanisterModel): string[] {
  return model.entryPoints.map((it) => [it.kind, it.method, ...it.guards].filter(Boolean).join(" "));
}

/** What a function does, in words. */
function steps(model: CanisterModel, name: string): string[] {
  const found = model.functions.find((it) => it.displayName === name);
  return (found?.executions ?? []).map((execution) =>
    execution.steps
      .flatMap((it) => {
        switch (it.kind) {
          case "stateWrite":
            return [`write ${it.state.variable.name}${it.state.field && `.${it.state.field}`}`];
          case "stateRead":
            return [`read ${it.state.variable.name}${it.state.field && `.${it.state.field}`}`];
          case "canisterCall":
            return [`call ${it.method}`];
          case "callerRead":
            return ["caller"];
          case "trap":
            return [`trap ${it.construct}`];
          case "reply":
            return ["reply"];
          default:
            return [];
        }
      })
      .join(", "),
  );
}

describe("entry points", () => {
  test("are found in every spelling", () => {
    const model = modelOf(`
      use ic_cdk::{query, update as change}; use ic_cdk_macros::*;
      #[change] fn a() {}
      #[query(name = "bee", guard = "g", guard = "h")] fn b() {}
      #[ic_cdk::query(composite = true)] fn c() {}
      #[ic_cdk::macros::update(manual_reply = true)] fn d() {}
      #[ic_cdk_macros::init] fn e() {}
      #[post_upgrade] fn f() {}
      #[ic_cdk::pre_upgrade] fn g() {}
      #[heartbeat] fn h() {}
      #[inspect_message] fn i() {}
      #[ic_cdk::on_low_wasm_memory] fn j() {}
      #[export_name = "canister_update raw"] fn k() {}
      #[unsafe(export_name = "canister_query raw_query")] fn l() {}
      #[unsafe(export_name = "canister_global_timer")] fn m() {}
      #[tokio::test] fn n() {}
      fn o() {}
    `);
    expect(entryPoints(model)).toEqual([
      "update a",
      "query bee g h",
      "compositeQuery c",
      "update d",
      "init",
      "postUpgrade",
      "preUpgrade",
      "heartbeat",
      "inspectMessage",
      "onLowWasmMemory",
      "update raw",
      "query raw_query",
      "globalTimer",
    ]);
  });

  test("are left out in tests, for other targets and behind features that are off", () => {
    const model = modelOf(`
      #[cfg(test)] mod tests { #[ic_cdk::update] fn a() {} }
      #[cfg(not(target_arch = "wasm32"))] #[ic_cdk::update] fn b() {}
      #[cfg(feature = "dev")] #[ic_cdk::update] fn c() {}
      #[cfg(any(test, target_family = "wasm"))] #[ic_cdk::update] fn d() {}
      // #[ic_cdk::update] fn e() {}
      /* #[ic_cdk::update] fn f() {} */
      #[cfg(all(target_arch = "wasm32", not(feature = "dev")))] #[ic_cdk::update] fn g() {}
    `);
    expect(entryPoints(model)).toEqual(["update d", "update g"]);
  });

  test("tell where they stand, attributes included", () => {
    const text = "fn before() {}\n#[ic_cdk::update]\nfn put() {}\n";
    const [put] = modelOf(text).entryPoints;
    expect(text.slice(put!.range.start, put!.range.end)).toBe("#[ic_cdk::update]\nfn put() {}");
    expect(text.slice(put!.nameRange.start, put!.nameRange.end)).toBe("put");
  });
});

describe("the module tree", () => {
  test("follows mod declarations, folders, #[path] and inline modules, and nothing else", () => {
    const model = modelOf({
      "lib.rs": 'mod a; #[path = "other/name.rs"] mod b; mod inline { mod deep; } #[cfg(test)] mod tests; mod gone;',
      "a.rs": "mod child;",
      "a/child.rs": "",
      "other/name.rs": "mod next;",
      "other/next.rs": "",
      "inline/deep/mod.rs": "mod deeper;",
      "inline/deep/deeper.rs": "",
      "tests.rs": "",
      "stray.rs": "#[ic_cdk::update] fn stray() {}",
    });
    expect(model.files.map((it) => it.slice("/fixture/src/".length)).sort()).toEqual([
      "a.rs",
      "a/child.rs",
      "inline/deep/deeper.rs",
      "inline/deep/mod.rs",
      "lib.rs",
      "other/name.rs",
      "other/next.rs",
    ]);
  });

  test("resolves names over modules: aliases, globs, re-exports, super and self", () => {
    const model = modelOf({
      "lib.rs": "mod state; mod api; pub use state::mutate as change;",
      "state.rs": `thread_local! { pub static STATE: RefCell<State> = RefCell::default(); }
        pub fn mutate<R>(f: impl FnOnce(&mut State) -> R) -> R { STATE.with_borrow_mut(f) }
        pub mod who { pub use ic_cdk::api::msg_caller as me; }`,
      "api.rs": `use crate::change; use super::state::{self as s, who::*};
        fn by_alias() { change(|x| x.list.push(1)); }
        fn by_module() { s::mutate(|x| x.total = 2); }
        fn by_static() { crate::state::STATE.with_borrow_mut(|x| x.list.clear()); }
        fn by_glob() { me(); }`,
    });
    expect(steps(model, "by_alias")).toEqual(["write STATE.list"]);
    expect(steps(model, "by_module")).toEqual(["write STATE.total"]);
    expect(steps(model, "by_static")).toEqual(["write STATE.list"]);
    expect(steps(model, "by_glob")).toEqual(["caller"]);
  });

  test("finds functions of a type whose impl stands in another module, where one alone can be meant", () => {
    const files = {
      "lib.rs": "mod types; mod services; mod others; mod api;",
      "types.rs": "pub struct Event { pub id: u64 }",
      "services.rs": `use crate::types::Event; thread_local! { pub static EVENTS: RefCell<Vec<Event>> = RefCell::default(); }
        impl Event { pub fn create(id: u64) { EVENTS.with_borrow_mut(|it| it.push(Event { id })); } }`,
      "others.rs": "",
      "api.rs": "use crate::types::Event; fn add() { Event::create(1); }",
    };
    expect(steps(modelOf(files), "add")).toEqual(["write EVENTS"]);
    const other = "pub struct Event; impl Event { pub fn create(id: u64) {} }";
    expect(steps(modelOf({ ...files, "others.rs": other }), "add")).toEqual([""]);
  });
});

describe("message executions", () => {
  test("are cut where a call is awaited, not where an await never suspends", () => {
    const model = modelOf(`
      thread_local! { static A: Cell<u64> = Cell::new(0); static B: Cell<u64> = Cell::new(0); }
      async fn pure() -> u64 { A.set(1); 3 }
      async fn calls() { ic_cdk::call::Call::bounded_wait(x(), "m").await.unwrap(); }
      #[ic_cdk::update]
      async fn f() {
        A.set(1);
        pure().await;
        calls().await;
        B.set(2);
        let _: Result<(), _> = ic_cdk::call(x(), "old", ()).await;
        ic_cdk::api::msg_reply([]);
      }
    `);
    expect(steps(model, "f")).toEqual(["write A, write A", "write B, call old", "reply"]);
    expect(model.functions.find((it) => it.name === "calls")?.summary.suspends).toBe("yes");
    expect(model.functions.find((it) => it.name === "pure")?.summary.suspends).toBe("no");
  });

  test("of tasks are not those of the function that starts them", () => {
    const model = modelOf(`
      thread_local! { static A: Cell<u64> = Cell::new(0); }
      fn start() { ic_cdk::futures::spawn(async { ic_cdk::call::Call::bounded_wait(x(), "m").await.ok(); A.set(1); }); }
    `);
    const { summary } = model.functions[0]!;
    expect([summary.suspends, summary.writes.length, summary.laterWrites.length]).toEqual(["no", 0, 1]);
  });

  test("know state through locks, references, entries and methods of the crate's types", () => {
    const model = modelOf(`
      struct State { users: BTreeMap<u64, u64>, total: u64 }
      impl State { fn add(&mut self, n: u64) { self.total += n; } fn get(&self) -> u64 { self.total } }
      lazy_static! { static ref S: Mutex<State> = Mutex::default(); }
      static mut RAW: State = State::new();
      fn state_mut() -> &'static mut State { unsafe { &mut RAW } }
      fn lock() { let mut s = S.lock().unwrap(); s.users.insert(1, 2); }
      fn method() { S.lock().unwrap().add(3); }
      fn reference() { let s = state_mut(); s.total = 1; }
      fn entry() { *S.lock().unwrap().users.entry(1).or_insert(0) += 1; }
      fn copy() { let mut n = S.lock().unwrap().total; n += 1; }
      fn replaced() { unsafe { std::mem::take(&mut RAW.users); } }
    `);
    expect(steps(model, "lock")).toEqual(["write S.users"]);
    expect(steps(model, "method")).toEqual(["write S.total"]);
    expect(steps(model, "reference").join()).toContain("write RAW.total");
    expect(steps(model, "entry").join()).toContain("write S.users");
    expect(steps(model, "copy")).toEqual(["read S.total"]);
    expect(steps(model, "replaced")).toEqual(["write RAW.users"]);
  });
});

describe("keystrokes", () => {
  test("change what they touch and nothing else", () => {
    const facts = new RustFacts(parser);
    const other = "#[ic_cdk::query] fn other() {}";
    const before = new LiveModel().follow(
      crateOf({ "lib.rs": "mod other; #[ic_cdk::update] fn a() {}", "other.rs": other }),
      facts,
    );
    const after = new LiveModel().follow(
      crateOf({ "lib.rs": "mod other; #[ic_cdk::update] fn ab() {}", "other.rs": other }),
      facts,
    );
    expect(entryPoints(before)).toEqual(["update a", "query other"]);
    expect(entryPoints(after)).toEqual(["update ab", "query other"]);
    facts.forget("/fixture/src/lib.rs");
  });
});

describe("a library with a binary", () => {
  const library =
    "mod state; pub mod access { pub fn check() -> Result<(), String> { if ic_cdk::caller() == crate::owner() { Ok(()) } else { Err(String::new()) } } }\n" +
    "pub fn owner() -> Principal { state::OWNER.get() }\npub fn init() {}\n#[query] fn version() -> u64 { 1 }";
  const state = "thread_local! { pub static OWNER: Cell<Principal> = Cell::new(Principal::anonymous()); }";

  function modelWith(binary: string): CanisterModel {
    const sources = crateOf({
      "lib.rs": library,
      "state.rs": state,
      "main.rs": binary,
      "hooks.rs": "pub fn start() {}",
    });
    return new LiveModel().follow({ ...sources, binaryFiles: ["/fixture/src/main.rs"] }, new RustFacts(parser));
  }

  test("entry points of the binary belong to the canister, and names of the library mean the library", () => {
    const model = modelWith(
      "use fixture::access;\nmod hooks;\n#[init] fn init() { fixture::init(); crate::hooks::start(); }\n" +
        '#[update(guard = "access::check")] fn set() {}\nfn main() {}',
    );
    expect(entryPoints(model).sort()).toEqual(["init", "query version", "update set access::check"]);
    const init = model.entryPoints.find((it) => it.kind === "init")?.function;
    expect(init?.summary.callees.map((it) => `${it.path} ${it.name}`)).toEqual([
      "/fixture/src/lib.rs init",
      "/fixture/src/hooks.rs start",
    ]);
    const guard = model.entryPoints.find((it) => it.method === "set")?.guardFunctions[0]?.function;
    expect([guard?.displayName, guard?.summary.readsCaller]).toEqual(["check", true]);
  });

  test("tools without entry points are left out", () => {
    expect(modelWith("use fixture::init;\nfn main() { init() }").files).toEqual([
      "/fixture/src/lib.rs",
      "/fixture/src/state.rs",
    ]);
  });
});
