/** HTTPS outcalls through the network: asked for once, waited for by calls, answered from outside. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpShapes } from "../../server/src/engine/management/httpShapes.ts";
import type { Network } from "../../server/src/network/network.ts";
import { NetworkHost } from "../../server/src/network/networkHost.ts";
import type { OutcallAnswerOnWire, OutcallDoor, OutcallOnWire } from "../../server/src/network/outcallPort.ts";
import { assembleModule, code, leb } from "../support/assembleModule.ts";
import { projectRoot } from "../support/sourceFiles.ts";
import { openNetwork, type TestNetwork } from "./openNetwork.ts";

const i32 = 0x7f;
const i64 = 0x7e;
const { i32Const } = code.op;

/** A canister whose update `fetch` asks for a page and replies with the status that it got, as text of the candid reply. */
function fetchingModule(url: string): Uint8Array {
  const argument = httpShapes.request.encode({
    url,
    max_response_bytes: [100n],
    method: { get: null },
    headers: [],
    body: [],
    transform: [],
    is_replicated: [],
  });
  const method = new TextEncoder().encode("http_request");
  const at = { argument: 1024, method: 512, buffer: 8192 };
  const data = new Uint8Array(at.argument - at.method + argument.length);
  data.set(method);
  data.set(argument, at.argument - at.method);
  const imports = {
    call_new: [[i32, i32, i32, i32, i32, i32, i32, i32], []],
    call_cycles_add: [[i64], []],
    call_data_append: [[i32, i32], []],
    call_perform: [[], [i32]],
    msg_arg_data_size: [[], [i32]],
    msg_arg_data_copy: [[i32, i32, i32], []],
    msg_reject_msg_size: [[], [i32]],
    msg_reject_msg_copy: [[i32, i32, i32], []],
    msg_reply_data_append: [[i32, i32], []],
    msg_reply: [[], []],
    msg_reject: [[i32, i32], []],
  } as const;
  const names = Object.keys(imports);
  const call = (name: keyof typeof imports) => [0x10, ...leb(names.indexOf(name))];
  const copied = (size: keyof typeof imports, copy: keyof typeof imports) => [
    ...i32Const(at.buffer),
    ...i32Const(0),
    ...call(size),
    ...call(copy),
    ...i32Const(at.buffer),
    ...call(size),
  ];
  const fetch = [
    ...[...i32Const(0), ...i32Const(0), ...i32Const(at.method), ...i32Const(method.length)],
    ...[...i32Const(0), ...i32Const(0), ...i32Const(1), ...i32Const(0), ...call("call_new")],
    ...[0x42, ...leb64(100_000_000), ...call("call_cycles_add")],
    ...[
      ...i32Const(at.argument),
      ...i32Const(argument.length),
      ...call("call_data_append"),
      ...call("call_perform"),
      0x1a,
    ],
  ];
  const onReply = [
    ...copied("msg_arg_data_size", "msg_arg_data_copy"),
    ...call("msg_reply_data_append"),
    ...call("msg_reply"),
  ];
  const onReject = [...copied("msg_reject_msg_size", "msg_reject_msg_copy"), ...call("msg_reject")];
  const first = names.length;
  return assembleModule({
    imports,
    functions: [
      { parameters: [], results: [], locals: [], body: fetch },
      { parameters: [i32], results: [], locals: [], body: onReply },
      { parameters: [i32], results: [], locals: [], body: onReject },
    ],
    table: [first + 1, first + 2],
    memoryPages: 1,
    exports: { "canister_update fetch": first, canister_global_timer: first },
    data: { offset: at.method, bytes: data },
  });
}

/** A number as signed LEB128. */
function leb64(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    const byte = rest % 128;
    if (rest < 64) return [...bytes, byte];
    bytes.push(byte | 0x80);
  }
}

const candid = `service : { fetch : () -> (record { status : nat; headers : vec record { name : text; value : text }; body : vec nat8 }) }`;

/** A door that answers at the second look. */
class ScriptedDoor implements OutcallDoor {
  readonly sent: OutcallOnWire[] = [];
  readonly #ready: OutcallAnswerOnWire[] = [];
  answering = true;

  send(outcall: OutcallOnWire): void {
    this.sent.push(outcall);
    this.#ready.push({
      key: outcall.key,
      answer: { kind: "response", status: 200, headers: [], body: new TextEncoder().encode("hi") },
    });
  }

  receive(waitMillis: number): readonly OutcallAnswerOnWire[] {
    return waitMillis > 0 && this.answering ? this.#ready.splice(0) : [];
  }
}

let directory: string;
let wasmPath: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "outcalls-"));
  wasmPath = join(directory, "fetching.wasm");
  writeFileSync(wasmPath, fetchingModule("https://example.com/page"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const fetchParams = { canister: "fetching", method: "fetch", argument: "()" };

function installed(network: Network): void {
  const { outcome } = network.request("network/install", { name: "fetching", mode: "install", wasmPath, candid });
  expect(outcome.kind).toBe("replied");
}

describe("a call that makes an outcall", () => {
  let it: TestNetwork;
  const door = new ScriptedDoor();

  beforeEach(() => {
    door.sent.length = 0;
    door.answering = true;
    it = openNetwork(directory, { outcalls: door });
    installed(it.network);
  });

  afterEach(() => it.network.close());

  test("waits for its answer", () => {
    expect(it.network.request("network/call", fetchParams)).toMatchObject({
      kind: "replied",
      reply: expect.stringMatching(/status = 200 : nat[\s\S]*blob "hi"/),
    });
    expect(door.sent).toHaveLength(1);
    expect(door.sent[0]).toMatchObject({
      name: "fetching",
      request: { url: "https://example.com/page", method: "get" },
    });
  });

  test("can be cancelled meanwhile, and is not asked for twice", () => {
    door.answering = false;
    it.progress.push({ title: "", instructions: "0", instructionLimit: "0" });
    it.cancels = true;
    expect(() => it.network.request("network/call", fetchParams)).toThrow("the wait was cancelled");
    it.cancels = false;
    it.network.tick();
    expect(door.sent).toHaveLength(1);
  });

  test("times out by the network's clock", () => {
    door.answering = false;
    const clock = setClockForward(it);
    expect(it.network.request("network/call", fetchParams)).toMatchObject({
      kind: "rejected",
      message: "Canister http request timed out",
    });
    clock.stop();
  });
});

/** Every look at the clock moves it by ten seconds. */
function setClockForward(it: TestNetwork) {
  let now = it.now;
  Object.defineProperty(it, "now", { configurable: true, get: () => (now += 10_000_000_000n) });
  return { stop: () => Object.defineProperty(it, "now", { configurable: true, writable: true, value: now }) };
}

describe("through the Worker and the process around it", () => {
  test("what the user does not allow is rejected in words", async () => {
    const asked: OutcallOnWire[] = [];
    const host = new NetworkHost({
      directory: join(directory, ".canister-workbench"),
      program: "a test",
      worker: pathToFileURL(join(projectRoot, "server/src/networkWorker.ts")),
      versions: {},
      changed: () => {},
      progress: () => {},
      notice: (message) => expect.fail(message),
      mistake: (stack) => expect.fail(stack),
      mayRequest: async (outcall) => {
        asked.push(outcall);
        return "no, not here";
      },
    });
    try {
      await host.request("network/install", { name: "fetching", mode: "install", wasmPath, candid });
      expect(await host.request("network/call", fetchParams)).toMatchObject({
        kind: "rejected",
        rejectCode: 4,
        message: "no, not here",
      });
      expect(asked).toHaveLength(1);
    } finally {
      await host.close();
    }
  });
});
