/** What quick fixes make of the text. */
import { describe, expect, test } from "vitest";
import { RustFacts } from "../../server/src/analysis/rustFacts.ts";
import { checkCrate } from "../../server/src/rules/checkCrate.ts";
import type { TextEdit } from "../../server/src/rules/rule.ts";
import { crateOf, loadParser } from "../support/rustCrate.ts";

const parser = await loadParser();

/** Applies the first fix of the first finding of a rule. */
function fixed(rule: string, text: string, version?: string): { kind: string; text: string } | undefined {
  const { findings } = checkCrate(crateOf({ "lib.rs": text }, version), new RustFacts(parser));
  const fix = findings.find((it) => it.rule === rule && it.fixes.length > 0)?.fixes[0];
  if (fix === undefined) return undefined;
  return { kind: fix.kind, text: applied(text, fix.edits) };
}

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((it, { range, newText }) => it.slice(0, range.start) + newText + it.slice(range.end), text);
}

const call = 'ic_cdk::call::Call::bounded_wait(x(), "m")';

describe("quick fixes", () => {
  test("read the caller before the first await", () => {
    const before = `async fn f() {\n    ${call}.await.ok();\n    log(ic_cdk::api::msg_caller());\n    log(ic_cdk::api::msg_caller());\n}`;
    expect(fixed("caller-after-await", before)).toEqual({
      kind: "safe",
      text: `async fn f() {\n    let caller = ic_cdk::api::msg_caller();\n    ${call}.await.ok();\n    log(caller);\n    log(caller);\n}`,
    });
  });

  test("choose a name that the function does not use", () => {
    const before = `use ic_cdk::caller;\nasync fn f() { ${call}.await.ok(); log(caller()); }`;
    expect(fixed("caller-after-await", before, "0.17.0")?.text).toBe(
      `use ic_cdk::caller;\nasync fn f() { let caller_principal = caller(); ${call}.await.ok(); log(caller_principal); }`,
    );
  });

  test("rename what ic-cdk renamed, at the use and at every call", () => {
    expect(fixed("deprecated-cdk-api", "fn f() { ic_cdk::id(); }")).toEqual({
      kind: "safe",
      text: "fn f() { ic_cdk::api::canister_self(); }",
    });
    const before = "use ic_cdk::{caller, query};\nfn f() { caller(); }\nfn g() { caller(); }";
    expect(fixed("deprecated-cdk-api", before)?.text).toBe(
      "use ic_cdk::{api::msg_caller, query};\nfn f() { msg_caller(); }\nfn g() { msg_caller(); }",
    );
    expect(fixed("deprecated-cdk-api", "use ic_cdk::api;\nfn f() { api::caller(); }")?.text).toBe(
      "use ic_cdk::api;\nfn f() { api::msg_caller(); }",
    );
    expect(fixed("deprecated-cdk-api", "fn f() { ic_cdk::spawn(async {}); }")?.kind).toBe("review");
    expect(fixed("deprecated-cdk-api", 'async fn f() { ic_cdk::notify(x(), "m", ()).unwrap(); }')).toBeUndefined();
  });

  test("decode and send tuples as lists", () => {
    expect(fixed("call-decode-tuple", `async fn f() { ${call}.await.unwrap().candid::<(u64,)>().unwrap(); }`)).toEqual({
      kind: "safe",
      text: `async fn f() { ${call}.await.unwrap().candid_tuple::<(u64,)>().unwrap(); }`,
    });
    expect(fixed("call-decode-tuple", `async fn f() { ${call}.with_arg((1, 2)).await.unwrap(); }`)?.text).toBe(
      `async fn f() { ${call}.with_args(&(1, 2)).await.unwrap(); }`,
    );
  });

  test("return the error instead of trapping, where the function can", () => {
    const before = `async fn f() -> Result<u64, String> { ${call}.await.unwrap(); Ok(1) }`;
    expect(fixed("call-result-unwrapped", before)).toEqual({
      kind: "review",
      text: `async fn f() -> Result<u64, String> { ${call}.await.map_err(|e| e.to_string())?; Ok(1) }`,
    });
    expect(fixed("call-result-unwrapped", `async fn f() -> u64 { ${call}.await.unwrap(); 1 }`)).toBeUndefined();
    const old =
      'async fn f() -> Result<(), String> { let _n: (u64,) = ic_cdk::call(x(), "m", ()).await.expect("n"); Ok(()) }';
    expect(fixed("call-result-unwrapped", old, "0.17.0")?.text).toContain(".await.map_err(|(_, message)| message)?;");
  });

  test("log an error that was dropped", () => {
    const before = `async fn f() {\n    let _ = ${call}.await;\n}`;
    expect(fixed("call-result-ignored", before)).toEqual({
      kind: "review",
      text: `async fn f() {\n    if let Err(error) = ${call}.await {\n        ic_cdk::println!("m failed: {error:?}");\n    }\n}`,
    });
  });

  test("add the missing hook", () => {
    const before =
      "thread_local! { static A: Cell<u64> = Cell::new(0); }\n#[ic_cdk::init]\nfn init(n: u64) { A.set(n) }\n";
    expect(fixed("missing-post-upgrade", before)).toEqual({
      kind: "review",
      text: `${before.trimEnd()}\n\n#[ic_cdk::post_upgrade]\nfn post_upgrade(n: u64) {\n    // Runs after each upgrade, when the heap is empty: set up here what is not in stable memory.\n    init(n);\n}\n`,
    });
  });

  test("wait with a bound", () => {
    const before = 'async fn f() { ic_cdk::call::Call::unbounded_wait(x(), "get").await.ok(); }';
    expect(fixed("unbounded-wait-call", before)).toEqual({
      kind: "review",
      text: before.replace("unbounded", "bounded"),
    });
  });

  const guard =
    "struct G;\nimpl G { fn new() -> G { G } }\nimpl Drop for G { fn drop(&mut self) { free() } }\nfn f() { ";
  const isAdmin =
    'fn is_admin() -> Result<(), String> { if ic_cdk::api::is_controller(&ic_cdk::api::msg_caller()) { Ok(()) } else { Err("".into()) } }\n';
  const fee = "thread_local! { static FEE: Cell<u64> = Cell::new(0); }\n";

  const notes = "thread_local! { static NOTES: RefCell<BTreeMap<Principal, u64>> = RefCell::new(BTreeMap::new()); }\n";

  const users =
    "use ic_stable_structures::StableBTreeMap;\nthread_local! { static USERS: RefCell<StableBTreeMap<u64, User, Memory>> = RefCell::new(StableBTreeMap::init(memory(0))); }\n";
  const outcall = (method: string, transform: string, replicated: string) =>
    `use ic_cdk_management_canister::{http_request, HttpMethod, HttpRequestArgs};\n#[ic_cdk::update]\nasync fn get(url: String) {\n    let request = HttpRequestArgs { url, method: HttpMethod::${method}, headers: vec![], body: None, max_response_bytes: Some(9), transform: ${transform}, is_replicated: ${replicated} };\n    let _ = http_request(&request).await;\n}`;

  test.each([
    ["guard-dropped-immediately", `${guard}let _ = G::new(); }`, `${guard}let _guard = G::new(); }`, "safe"],
    ["guard-dropped-immediately", `${guard}_ = G::new(); }`, `${guard}let _guard = G::new(); }`, "safe"],
    ["guard-dropped-immediately", `${guard}G::new(); }`, `${guard}let _guard = G::new(); }`, "safe"],
    [
      "unawaited-future",
      `async fn f() { ${call}.with_arg(1); }`,
      `async fn f() { ${call}.with_arg(1).await; }`,
      "review",
    ],
    [
      "change-timeout-on-unbounded",
      `async fn f() { ${call.replace("bounded", "unbounded")}\n  .change_timeout(3)\n  .await.ok(); }`,
      `async fn f() { ${call.replace("bounded", "unbounded")}\n  .await.ok(); }`,
      "safe",
    ],
    [
      "with-cycles-overridden",
      `async fn f() { ${call}.with_cycles(1).with_arg(2).with_cycles(3).await.ok(); }`,
      `async fn f() { ${call}.with_arg(2).with_cycles(3).await.ok(); }`,
      "safe",
    ],
    [
      "unbounded-wait-untrusted-callee",
      '#[ic_cdk::update]\nasync fn f(x: Principal) { ic_cdk::call::Call::unbounded_wait(x, "m").await.ok(); }',
      '#[ic_cdk::update]\nasync fn f(x: Principal) { ic_cdk::call::Call::bounded_wait(x, "m").await.ok(); }',
      "review",
    ],
    [
      "inter-canister-call-in-query",
      `#[ic_cdk::query]\nasync fn f() { ${call}.await.ok(); }`,
      `#[ic_cdk::query(composite = true)]\nasync fn f() { ${call}.await.ok(); }`,
      "review",
    ],
    [
      "inter-canister-call-in-query",
      `#[query(name = "g")]\nasync fn f() { ${call}.await.ok(); }`,
      `#[query(name = "g", composite = true)]\nasync fn f() { ${call}.await.ok(); }`,
      "review",
    ],
    [
      "missing-caller-check",
      `${isAdmin}${fee}#[ic_cdk::update]\nfn set_fee(n: u64) { FEE.set(n) }`,
      `${isAdmin}${fee}#[ic_cdk::update(guard = "is_admin")]\nfn set_fee(n: u64) { FEE.set(n) }`,
      "review",
    ],
    [
      "missing-caller-check",
      `${isAdmin}${fee}#[update(hidden = true)]\nfn set_fee(n: u64) { FEE.set(n) }`,
      `${isAdmin}${fee}#[update(hidden = true, guard = "is_admin")]\nfn set_fee(n: u64) { FEE.set(n) }`,
      "review",
    ],
    [
      "guard-not-found",
      `${isAdmin}#[ic_cdk::update(guard = "is_amdin")]\nfn f() {}`,
      `${isAdmin}#[ic_cdk::update(guard = "is_admin")]\nfn f() {}`,
      "review",
    ],
    [
      "inspect-message-no-accept",
      "#[ic_cdk::inspect_message]\nfn f() {\n    log(3);\n}",
      "#[ic_cdk::inspect_message]\nfn f() {\n    log(3);\n    ic_cdk::api::accept_message();\n}",
      "review",
    ],
    [
      "inspect-message-no-accept",
      "#[ic_cdk::inspect_message]\nfn f() {}",
      "#[ic_cdk::inspect_message]\nfn f() { ic_cdk::api::accept_message(); }",
      "review",
    ],
    [
      "icrc-transfer-no-created-at-time",
      "fn f() { pay(TransferArg { to, created_at_time: None }) }",
      "fn f() { pay(TransferArg { to, created_at_time: Some(ic_cdk::api::time()) }) }",
      "review",
    ],
    [
      "oneway-result-ignored",
      `fn f() -> Result<(), String> {\n    let _ = ${call}\n        .oneway();\n    Ok(())\n}`,
      `fn f() -> Result<(), String> {\n    ${call}\n        .oneway().map_err(|e| e.to_string())?;\n    Ok(())\n}`,
      "review",
    ],
    [
      "oneway-result-ignored",
      `fn f() -> Result<(), String> { ${call}.oneway().ok(); Ok(()) }`,
      `fn f() -> Result<(), String> { ${call}.oneway().map_err(|e| e.to_string())?; Ok(()) }`,
      "review",
    ],
    [
      "spawn-outlives-method-019",
      "fn f(rx: Receiver<u64>) { ic_cdk::futures::spawn(async { rx.await; }); }",
      "fn f(rx: Receiver<u64>) { ic_cdk::futures::spawn_migratory(async { rx.await; }); }",
      "review",
    ],
    [
      "spawn-order-changed-018",
      `${fee}fn f() { ic_cdk::futures::spawn(async { FEE.set(3) }); show(FEE.get()); }`,
      `${fee}fn f() { ic_cdk::futures::spawn_017_compat(async { FEE.set(3) }); show(FEE.get()); }`,
      "review",
    ],
    [
      "debug-endpoint-exported",
      "#[ic_cdk::query]\nfn debug_state() -> u64 { 3 }",
      '#[cfg(feature = "dev")]\n#[ic_cdk::query]\nfn debug_state() -> u64 { 3 }',
      "review",
    ],
    [
      "inter-canister-call-in-query",
      "#[query]\nasync fn f() { ic_cdk::management_canister::raw_rand().await.ok(); }",
      "#[update]\nasync fn f() { ic_cdk::management_canister::raw_rand().await.ok(); }",
      "review",
    ],
    [
      "state-write-in-query",
      `${fee}#[ic_cdk::query(composite = true, name = "g")]\nfn f(n: u64) { FEE.set(n) }`,
      `${fee}#[ic_cdk::update(name = "g")]\nfn f(n: u64) { FEE.set(n) }`,
      "review",
    ],
    [
      "anonymous-caller-not-rejected",
      `${notes}#[update]\nfn f() { NOTES.with_borrow_mut(|n| n.insert(ic_cdk::api::msg_caller(), 1)); }`,
      `${notes}#[update]\nfn f() { if ic_cdk::api::msg_caller() == candid::Principal::anonymous() { ic_cdk::trap("Sign in first."); } NOTES.with_borrow_mut(|n| n.insert(ic_cdk::api::msg_caller(), 1)); }`,
      "review",
    ],
    [
      "anonymous-caller-not-rejected",
      `${notes}#[update]\nfn f() -> Result<(), String> {\n    NOTES.with_borrow_mut(|n| n.insert(ic_cdk::api::msg_caller(), 1));\n    Ok(())\n}`,
      `${notes}#[update]\nfn f() -> Result<(), String> {\n    if ic_cdk::api::msg_caller() == candid::Principal::anonymous() {\n        return Err("Sign in first.".to_string());\n    }\n    NOTES.with_borrow_mut(|n| n.insert(ic_cdk::api::msg_caller(), 1));\n    Ok(())\n}`,
      "review",
    ],
    [
      "timer-not-restarted-on-upgrade",
      "fn start() { ic_cdk_timers::set_timer_interval(MINUTE, || ()); }\n#[ic_cdk::init]\nfn init() { start(); }\n#[ic_cdk::post_upgrade]\nfn post_upgrade() {\n    restore();\n}",
      "fn start() { ic_cdk_timers::set_timer_interval(MINUTE, || ()); }\n#[ic_cdk::init]\nfn init() { start(); }\n#[ic_cdk::post_upgrade]\nfn post_upgrade() {\n    start();\n    restore();\n}",
      "review",
    ],
    [
      "timer-not-restarted-on-upgrade",
      "#[ic_cdk::init]\nfn init() { ic_cdk_timers::set_timer_interval(MINUTE, || ()); }\n#[ic_cdk::post_upgrade]\nfn post_upgrade() {}",
      "#[ic_cdk::init]\nfn init() { ic_cdk_timers::set_timer_interval(MINUTE, || ()); }\n#[ic_cdk::post_upgrade]\nfn post_upgrade() { ic_cdk_timers::set_timer_interval(MINUTE, || ()); }",
      "review",
    ],
    [
      "stable-value-mutation-lost",
      `${users}fn f(id: u64) {\n    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();\n    if is_new() {\n        user.n = 3;\n    }\n    log();\n}`,
      `${users}fn f(id: u64) {\n    let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap();\n    if is_new() {\n        user.n = 3;\n    }\n    USERS.with_borrow_mut(|m| m.insert(id, user));\n    log();\n}`,
      "review",
    ],
    [
      "stable-value-mutation-lost",
      `${users}fn f(id: u64) { let mut user = USERS.with(|m| m.borrow().get(&id)).unwrap(); user.n = 3; }`,
      `${users}fn f(id: u64) { let mut user = USERS.with(|m| m.borrow().get(&id)).unwrap(); user.n = 3; USERS.with(|m| m.borrow_mut().insert(id, user)); }`,
      "review",
    ],
    [
      "cycles-accept-unchecked",
      "fn f() {\n    let _ = ic_cdk::api::msg_cycles_accept(FEE);\n    serve();\n}",
      'fn f() {\n    if ic_cdk::api::msg_cycles_accept(FEE) < FEE { ic_cdk::trap("This call has to be paid for.") }\n    serve();\n}',
      "review",
    ],
    [
      "http-outcall-no-transform",
      outcall("GET", "None", "None"),
      `${outcall("GET", 'Some(ic_cdk_management_canister::transform_context_from_query("strip_headers".to_string(), vec![]))', "None")}\n\n#[ic_cdk::query(hidden = true)]\nfn strip_headers(args: ic_cdk_management_canister::TransformArgs) -> ic_cdk_management_canister::HttpRequestResult {\n    ic_cdk_management_canister::HttpRequestResult { headers: vec![], ..args.response }\n}`,
      "review",
    ],
    ["http-outcall-non-idempotent", outcall("POST", "None", "None"), outcall("POST", "None", "Some(false)"), "review"],
    [
      "hardcoded-principal",
      'fn f() { let ledger_id = candid::Principal::from_text("bkyz2-fmaaa-aaaaa-qaaaq-cai").unwrap(); }',
      'fn f() { let ledger_id = candid::Principal::from_text(ic_cdk::api::env_var_value("PUBLIC_CANISTER_ID:ledger")).unwrap(); }',
      "review",
    ],
  ])("%s: %s", (rule, before, after, kind) => {
    expect(fixed(rule, before)).toEqual({ kind, text: after });
  });

  test.each([
    ["1.0.0", "ic_cdk_timers::set_timer(std::time::Duration::ZERO, work());"],
    ["0.12.2", "ic_cdk_timers::set_timer(std::time::Duration::ZERO, || ic_cdk::futures::spawn(work()));"],
  ])("start the task of a hook in a timer of ic-cdk-timers %s", (version, after) => {
    const text = `async fn work() { ${call}.await.ok(); }\n#[ic_cdk::init]\nfn f() { ic_cdk::futures::spawn(work()); }`;
    const sources = crateOf({ "lib.rs": text });
    const versions = new Map([...sources.versions, ["ic-cdk-timers", version]]);
    const { findings } = checkCrate({ ...sources, versions }, new RustFacts(parser));
    const fix = findings.find((it) => it.rule === "await-in-lifecycle")?.fixes[0];
    expect(applied(text, fix?.edits ?? [])).toBe(text.replace("ic_cdk::futures::spawn(work());", after));
  });

  test.each([
    ["1.0.0", "ic_cdk_timers::set_timer_interval_serial(std::time::Duration::from_secs(1), async || beat().await);"],
    [
      "0.12.2",
      "ic_cdk_timers::set_timer_interval(std::time::Duration::from_secs(1), || ic_cdk::futures::spawn(beat()));",
    ],
  ])("replace a heartbeat by a timer of ic-cdk-timers %s", (version, set) => {
    const text = "#[ic_cdk::init]\nfn init() {\n    start();\n}\n#[heartbeat]\nasync fn beat() {}\n";
    const sources = crateOf({ "lib.rs": text });
    const versions = new Map([...sources.versions, ["ic-cdk-timers", version]]);
    const { findings } = checkCrate({ ...sources, versions }, new RustFacts(parser));
    const fix = findings.find((it) => it.rule === "heartbeat-used")?.fixes[0];
    expect(fix?.kind).toBe("review");
    expect(applied(text, fix?.edits ?? [])).toBe(
      `#[ic_cdk::init]\nfn init() {\n    ${set}\n    start();\n}\nasync fn beat() {}\n\n#[ic_cdk::post_upgrade]\nfn post_upgrade() {\n    ${set}\n}\n`,
    );
  });

  test("offer nothing where what they would write is not certain", () => {
    const hooks = "\n#[ic_cdk::post_upgrade]\nfn post_upgrade() {}";
    const own = `#[ic_cdk::init]\nfn init(n: u64) { ic_cdk_timers::set_timer_interval(seconds(n), || ()); }${hooks}`;
    expect(fixed("timer-not-restarted-on-upgrade", own)).toBeUndefined();
    expect(fixed("heartbeat-used", "#[heartbeat]\nfn beat() {}")).toBeUndefined();
    expect(fixed("cycles-accept-unchecked", "fn f() { ic_cdk::api::msg_cycles_accept(fee()); }")).toBeUndefined();
    const returned = `${users}fn f(id: u64) -> u64 { let mut user = USERS.with_borrow(|m| m.get(&id)).unwrap(); user.n = 3; user.n }`;
    expect(fixed("stable-value-mutation-lost", returned)).toBeUndefined();
    const constant = 'const LEDGER: &str = "bkyz2-fmaaa-aaaaa-qaaaq-cai";';
    expect(fixed("hardcoded-principal", constant)).toBeUndefined();
    const old = 'fn f() { candid::Principal::from_text("bkyz2-fmaaa-aaaaa-qaaaq-cai").unwrap(); }';
    expect(fixed("hardcoded-principal", old, "0.18.7")).toBeUndefined();
  });
});
