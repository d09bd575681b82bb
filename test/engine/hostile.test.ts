/** What canisters may try against the engine: each attempt ends as on the network, and the next message is executed. */
import { beforeAll, describe, expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { principalOnWire } from "../../server/src/engine/management/idl.ts";
import { insightArguments, insightResults } from "../../server/src/engine/management/insightShapes.ts";
import { developer, rejectText, replied, TestNetwork } from "../support/engine.ts";
import { concat, ops } from "../support/universalCanister.ts";
import { type Instruction, type TypeName, WasmBuilder } from "../support/wasmBuilder.ts";

const none = new Uint8Array(0);
const documentation = "https://internetcomputer.org/docs/current/references/execution-errors";
const toolchain =
  ".\nIf you are running this canister in a test environment (e.g., dfx), make sure the test environment is up to date. " +
  "Otherwise, this is likely an error with the compiler/CDK toolchain being used to build the canister. " +
  "Please report the error to IC devs on the forum: https://forum.dfinity.org and include which language/CDK was used to create the canister.";
const gracefully = (section: string) =>
  `.\nConsider gracefully handling failures from this canister or altering the canister to handle exceptions. See documentation: ${documentation}#${section}`;

/** Functions that the hostile canister imports. */
const imports = {
  msg_reply: "",
  trap: "II",
  debug_print: "II",
  stable64_grow: "l>l",
  stable64_write: "lll",
  call_new: "IIIIIIII",
  call_data_append: "II",
  call_cycles_add128: "ll",
  call_perform: ">i",
  msg_cycles_accept128: "llI",
  cycles_burn128: "llI",
  msg_arg_data_copy: "III",
} as const;

/** A canister with one method for each attempt; `good` answers. */
function hostile(): Uint8Array {
  const builder = new WasmBuilder();
  const indices = new Map(
    Object.entries(imports).map(([name, type]) => {
      const [params = "", result = ""] = type.split(">");
      return [name, builder.ic0(name, params, result)] as const;
    }),
  );
  const call = (name: keyof typeof imports, ...args: (number | bigint)[]): Instruction[] => [
    ...args.map((value): Instruction => [typeof value === "bigint" ? "i64.const" : "i32.const", value]),
    ["call", indices.get(name) ?? 0],
  ];
  const perform: Instruction[] = [...call("call_perform"), "drop"];
  builder.memory(20);
  builder.segment(new TextEncoder().encode("x".repeat(40_000)), 100_000);
  const recursion = builder.function({ code: [["call", indices.size]] });
  builder.table([recursion], 4);
  const repeat = (times: number, body: readonly Instruction[]): Instruction[] => [
    ["loop"],
    ...body,
    ["local.get", 0],
    ["i32.const", 1],
    "i32.add",
    ["local.tee", 0],
    ["i32.const", times],
    "i32.lt_u",
    ["br_if", 0],
    "end",
  ];
  const methods: Readonly<Record<string, readonly Instruction[]>> = {
    good: call("msg_reply"),
    recursion: [["call", recursion]],
    "null call": [
      ["i32.const", 3],
      ["call_indirect", builder.type([]), 0],
    ],
    "wrong call": [
      ["i32.const", 0],
      ["i32.const", 0],
      ["call_indirect", builder.type(["i32"]), 0],
    ],
    "grow storm": [["loop"], ["i32.const", 256], ["memory.grow"], "drop", ["br", 0], "end"],
    "grow too far": [["i32.const", 65_536], ["memory.grow"], "drop", ...call("msg_reply")],
    "giant logs": [...repeat(1_000, call("debug_print", 100_000, 40_000)), ...call("msg_reply")],
    "giant trap": call("trap", 100_000, 40_000),
    "trap nowhere": call("trap", -1, -1),
    "print nowhere": [...call("debug_print", -1, -1), ...call("msg_reply")],
    "bad principal": [...call("call_new", 0, 30, 0, 1, 0, 0, 0, 0), ...perform],
    "callee nowhere": [...call("call_new", -1, 10, 0, 1, 0, 0, 0, 0), ...perform],
    "long name": [...call("call_new", 0, 10, 100_000, 20_001, 0, 0, 0, 0), ...perform],
    "giant payload": [
      ...call("call_new", 0, 10, 100_000, 1, 0, 0, 0, 0),
      ...repeat(100, call("call_data_append", 0, 1_310_720)),
    ],
    "cycles that nobody has": [
      ...call("call_new", 0, 10, 100_000, 1, 0, 0, 0, 0),
      ...call("call_cycles_add128", -1n, -1n),
      ...perform,
    ],
    "cycles in a thousand pieces": [
      ...call("call_new", 0, 10, 100_000, 1, 0, 0, 0, 0),
      ...repeat(1_000, call("call_cycles_add128", 0n, 1_000_000_000_000n)),
    ],
    "accept everything": [...call("msg_cycles_accept128", -1n, -1n, 0), ...call("msg_reply")],
    "burn nowhere": call("cycles_burn128", -1n, -1n, -8),
    "stable storm": [
      ...repeat(10, [...call("stable64_grow", 8_192_000n), "drop"]),
      ...call("stable64_write", 8_192_000n * 65_536n - 8n, 0n, 8n),
      "unreachable",
    ],
    "stable beyond": [...call("stable64_write", -1n, 0n, 8n)],
    "argument nowhere": call("msg_arg_data_copy", -4, 0, 8),
  };
  for (const [name, code] of Object.entries(methods)) {
    const locals: TypeName[] = ["i32"];
    builder.function({ locals, code, exports: [`canister_update ${name}`] });
  }
  return builder.build();
}

let network: TestNetwork;
let id: Principal;
beforeAll(() => {
  network = new TestNetwork();
  id = network.create({ cycles: 10n ** 16n });
  replied(network.install(id, hostile()));
});

/** The reject of a method; what it did is undone and the canister goes on. */
function attempt(method: string): string {
  const before = network.subnet.canister(id);
  const text = rejectText(network.ingress(id, method, none));
  const after = network.subnet.canister(id);
  expect([after?.heapBytes, after?.stableBytes]).toEqual([before?.heapBytes, before?.stableBytes]);
  replied(network.ingress(id, "good", none));
  return text;
}

const from = (text: string) => `Error from Canister ${id.text}: ${text}`;
const violation = (text: string) => `IC0504 5 ${from(`Canister violated contract: ${text}`)}`;

describe("code", () => {
  test("endless recursion overflows the stack", () => {
    expect(attempt("recursion")).toBe(`IC0502 5 ${from("Canister trapped: stack overflow")}${gracefully("trapped")}`);
  });

  test("calls through the table that find nothing, or another type", () => {
    expect(attempt("null call")).toBe(`IC0502 5 ${from("Canister trapped: unknown")}${gracefully("trapped")}`);
    expect(attempt("wrong call")).toBe(violation(`function invocation does not match its signature${toolchain}`));
  });

  test("a storm of memory.grow ends at the Wasm memory limit", () => {
    expect(attempt("grow storm")).toMatch(
      /^IC0539 5 .*exceeded its current Wasm memory limit of 3221225472 bytes\. The peak Wasm memory usage was 3222536192 bytes\./,
    );
  });

  test("a memory cannot grow beyond 4 GiB", () => {
    replied(network.ingress(id, "grow too far", none));
    expect(network.subnet.canister(id)?.heapBytes).toBe(20 * 65_536);
  });
});

describe("logs and traps", () => {
  test("forty megabytes of log leave 4 KiB", () => {
    replied(network.ingress(id, "giant logs", none));
    const argument = insightArguments.fetch_canister_logs.encode({ canister_id: principalOnWire(id), filter: [] });
    const answer = replied(network.query(Principal.management, argument, "fetch_canister_logs", developer));
    const sizes = insightResults.fetch_canister_logs
      .decode(answer)
      ?.canister_log_records.map((it) => it.content.length);
    expect(sizes).toEqual([4_096 - 40]);
  });

  test("a trap's message is cut in the middle to 8 KiB", () => {
    const text = attempt("giant trap");
    expect(text.startsWith(`IC0503 5 ${from("Canister called `ic0.trap` with message: 'xxxx")}`)).toBe(true);
    expect(text.endsWith(gracefully("trapped-explicitly").slice(2))).toBe(true);
    expect(text.length).toBeLessThanOrEqual(8_192 + "IC0503 5 ".length);
  });

  test("messages outside of the memory", () => {
    expect(attempt("trap nowhere")).toContain("with message: '(trap message out of memory bounds)'");
    replied(network.ingress(id, "print nowhere", none));
  });
});

describe("calls", () => {
  test("to bytes that are no principal", () => {
    expect(attempt("bad principal")).toBe(`IC0504 5 ${from("Canister provided invalid principal id")}${toolchain}`);
    expect(attempt("callee nowhere")).toBe(
      violation(
        `ic0.call_new callee_src: src=4294967295 + length=10 exceeds the slice size=${20 * 65_536}${toolchain}`,
      ),
    );
  });

  test("of a name that no canister can export", () => {
    expect(attempt("long name")).toContain("Size of method_name 20001 exceeds the allowed limit of 20000.");
  });

  test("with more than 10 MiB", () => {
    expect(attempt("giant payload")).toMatch(
      /^IC0504 5 .*Request to .*:x has a payload size of \d+, which exceeds the allowed limit of 10485760\./,
    );
  });

  test("with cycles that the canister does not have", () => {
    const before = network.cycles(id);
    const outOfCycles = `IC0504 5 ${from(`Canister ${id.text} is out of cycles`)}`;
    expect(attempt("cycles that nobody has")).toBe(outOfCycles);
    expect(attempt("cycles in a thousand pieces").startsWith("IC050")).toBe(true);
    expect(before - network.cycles(id)).toBeLessThan(10n ** 12n);
    replied(network.ingress(id, "accept everything", none));
    expect(attempt("burn nowhere")).toMatch(
      /^IC0504 5 .*ic0_cycles_burn128 failed because dst \+ size is out of bounds/,
    );
  });

  test("whose callbacks are in no table", () => {
    const [a, b] = [network.universal(), network.universal()];
    expect(rejectText(network.update(a, ops.callBadTableIndex(b.bytes, ops.reply())))).toMatch(
      /^IC0513 5 .*Canister requested to invoke a non-existent Wasm function \d+ from table 0\.\nIf you are running/,
    );
    replied(network.update(a, ops.reply()));
  });
});

describe("memories", () => {
  test("500 GiB of stable memory cost what they cost, and a trap takes them back", () => {
    expect(attempt("stable storm")).toMatch(/^IC05\d\d 5 /);
    expect(attempt("stable beyond")).toBe(
      `IC0502 5 ${from("Canister trapped: stable memory out of bounds")}${gracefully("trapped")}`,
    );
  });

  test("arguments that are copied to nowhere", () => {
    expect(attempt("argument nowhere")).toBe(
      violation(
        `ic0.msg_arg_data_copy heap: src=4294967292 + length=8 exceeds the slice size=${20 * 65_536}${toolchain}`,
      ),
    );
  });
});

test("an endless loop in a query ends at its limit, and the network goes on", () => {
  const a = network.universal();
  expect(rejectText(network.query(a, ops.loopForever()))).toMatch(
    /^IC0522 5 .*Canister exceeded the limit of 5000000000 instructions for single message execution\./,
  );
  expect(replied(network.query(a, concat(ops.append("still here"), ops.reply())))).toEqual(
    new TextEncoder().encode("still here"),
  );
});
