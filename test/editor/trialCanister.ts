/** A canister that does everything that goes wrong, for looking at how the editor shows it. Needs no Rust. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { IDL } from "@dfinity/candid";
import { type Instruction, WasmBuilder } from "../support/wasmBuilder.ts";

/** Text that must never become markup. */
export const hostileText = `<img src=x onerror="document.body.dataset.hit=1"><script>document.body.dataset.hit=1</script>&lt;`;

const refusal = "only the owner may do this";
const lastWords = "the balance is too low";
const logLine = "a line of the log, with <b>tags</b> and a tab\there";

/** The interface that the module carries. */
export const trialInterface = `// Everything that may go wrong.
service : {
  "ask" : () -> ();
  "fail" : () -> ();
  "grow" : () -> ();
  "markup" : () -> (text) query;
  "refuse" : () -> ();
  "shout" : () -> ();
  "spin" : () -> ();
}
`;

const header = IDL.Record({ name: IDL.Text, value: IDL.Text });
const nothing = IDL.Record({});
const requestType = IDL.Record({
  url: IDL.Text,
  max_response_bytes: IDL.Opt(IDL.Nat64),
  method: IDL.Variant({ get: IDL.Null }),
  headers: IDL.Vec(header),
  body: IDL.Opt(IDL.Vec(IDL.Nat8)),
  transform: IDL.Opt(nothing),
  is_replicated: IDL.Opt(IDL.Bool),
});

/** Texts and messages at fixed addresses of the module's memory. */
class Data {
  readonly #builder: WasmBuilder;
  #end = 16;

  constructor(builder: WasmBuilder) {
    this.#builder = builder;
  }

  /** Places bytes and gives the two instructions that push their address and their length. */
  place(bytes: Uint8Array): readonly Instruction[] {
    const at = this.#end;
    this.#builder.segment(bytes, at);
    this.#end += bytes.length;
    return [
      ["i32.const", at],
      ["i32.const", bytes.length],
    ];
  }

  text(text: string): readonly Instruction[] {
    return this.place(new TextEncoder().encode(text));
  }
}

/** The module: `url` is where `ask` sends its HTTPS outcall. */
export function trialModule(url: string): Uint8Array {
  const it = new WasmBuilder();
  const reply = it.ic0("msg_reply");
  const append = it.ic0("msg_reply_data_append", "II");
  const reject = it.ic0("msg_reject", "II");
  const rejectSize = it.ic0("msg_reject_msg_size", "", "I");
  const rejectCopy = it.ic0("msg_reject_msg_copy", "III");
  const print = it.ic0("debug_print", "II");
  const trap = it.ic0("trap", "II");
  const callNew = it.ic0("call_new", "IIIIIIII");
  const callData = it.ic0("call_data_append", "II");
  const callCycles = it.ic0("call_cycles_add128", "ll");
  const callPerform = it.ic0("call_perform", "", "i");
  it.memory(4);
  const data = new Data(it);
  const call = (index: number): Instruction => ["call", index];
  const update = (name: string, code: readonly Instruction[]) =>
    it.function({ code, exports: [`canister_update ${name}`] });
  const replyNothing = [...data.place(IDL.encode([], [])), call(append), call(reply)];

  const page = [...data.place(IDL.encode([IDL.Text], [hostileText])), call(append), call(reply)];
  it.function({ code: page, exports: ["canister_query markup"] });
  update("refuse", [...data.text(refusal), call(reject)]);
  const debit = it.function({ code: [...data.text(lastWords), call(trap)] });
  const transfer = it.function({ code: [call(debit)] });
  const fail = update("fail", [call(transfer), ...replyNothing]);
  update("spin", [["loop", undefined], ["br", 0], "end"]);
  update("grow", [
    ["loop", undefined],
    ["i32.const", 256],
    ["memory.grow", 0],
    ["i32.const", -1],
    "i32.ne",
    ["br_if", 0],
    "end",
    "unreachable",
  ]);
  it.function({
    locals: ["i32"],
    code: [
      ["loop", undefined],
      ...data.text(logLine),
      call(print),
      ...([["local.get", 0], ["i32.const", 1], "i32.add", ["local.tee", 0], ["i32.const", 5_000], "i32.lt_u"] as const),
      ["br_if", 0],
      "end",
      ...replyNothing,
    ],
    exports: ["canister_update shout"],
  });
  const answered = it.function({ params: ["i32"], code: replyNothing });
  const copied: readonly Instruction[] = [["i32.const", 131_072], ["i32.const", 0], call(rejectSize), call(rejectCopy)];
  const refused = it.function({
    params: ["i32"],
    code: [...copied, ["i32.const", 131_072], call(rejectSize), call(reject)],
  });
  it.table([answered, refused]);
  update("ask", [
    ...data.place(new Uint8Array(0)),
    ...data.text("http_request"),
    ...[0, 0, 1, 0].map((value): Instruction => ["i32.const", value]),
    call(callNew),
    ...data.place(requestBytes(url)),
    call(callData),
    ["i64.const", 0],
    ["i64.const", 60_000_000_000],
    call(callCycles),
    call(callPerform),
    "drop",
  ]);
  it.names([
    [fail, "canister_update fail"],
    [transfer, "_ZN5trial6ledger8transfer17h0123456789abcdefE"],
    [debit, "_ZN5trial6ledger5debit17hfedcba9876543210E"],
  ]);
  it.custom("icp:public candid:service", new TextEncoder().encode(trialInterface));
  return it.build();
}

/** A project with this canister, ready to be installed, and with `broken`, whose module is none. */
export function writeTrialProject(folder: string, url: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "trial.wasm"), trialModule(url));
  writeFileSync(join(folder, "broken.wasm"), "this is no module");
  const canisters = ["trial", "broken"].map(
    (it) => `  - name: ${it}\n    build:\n      steps:\n        - type: pre-built\n          path: ${it}.wasm\n`,
  );
  writeFileSync(join(folder, "icp.yaml"), `canisters:\n${canisters.join("")}`);
}

/** A project whose manifest, whose Candid and whose Rust cannot be read. */
export function writeBrokenProject(folder: string): void {
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "icp.yaml"), "canisters:\n  - name: [ledger\n   build: {\n");
  writeFileSync(join(folder, "ledger.did"), "service : { get : (nat64 -> ();");
  writeFileSync(join(folder, "Cargo.toml"), '[package]\nname = "ledger"\n[dependencies]\nic-cdk = "0.20"\n');
  writeFileSync(join(folder, "src/lib.rs"), "#[ic_cdk::update]\nfn get( { let let ;;; }}}\n");
}

function requestBytes(url: string): Uint8Array {
  const request = {
    ...{ url, max_response_bytes: [], method: { get: null }, headers: [], body: [], transform: [], is_replicated: [] },
  };
  return IDL.encode([requestType], [request]);
}
