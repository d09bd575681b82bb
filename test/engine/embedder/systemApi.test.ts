/** The System API: errors and effects; its table is in `systemApiTable.test.ts`. */
import { IDL } from "@dfinity/candid";
import { describe, expect, test } from "vitest";
import type { ExecutionInput, OutgoingCalls } from "../../../server/src/engine/embedder/contract.ts";
import { systemApi } from "../../../server/src/engine/embedder/systemApi.ts";
import { instantiate, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

/** A canister whose method `test` is made from names of functions with their arguments. */
function script(...calls: readonly (readonly [name: string, ...args: (number | bigint)[]])[]) {
  const builder = new WasmBuilder();
  const names = [...new Set(calls.map(([name]) => name))];
  const indices = new Map(
    names.map((name) => {
      const row = systemApi.get(name);
      if (row === undefined) throw new Error(`no ${name}`);
      return [name, { row, index: builder.ic0(name, row.params, row.result) }] as const;
    }),
  );
  builder.memory(1);
  builder.segment(new TextEncoder().encode("hello, world"), 0);
  const code = calls.flatMap(([name, ...args]): Instruction[] => {
    const { row, index } = indices.get(name)!;
    const operands = args.map((value): Instruction => [typeof value === "bigint" ? "i64.const" : "i32.const", value]);
    const after: Instruction[] =
      row.result === "" ? [] : [["local.set", row.result === "l" ? 1 : 0], ...keepResult(row.result)];
    return [...operands, ["call", index], ...after];
  });
  builder.function({ locals: ["i32", "i64"], code, exports: ["canister_update test"] });
  return instantiate(builder.build());
}

/** Results are kept at address 1,000. */
function keepResult(letter: string): Instruction[] {
  return letter === "l"
    ? [
        ["i32.const", 1_000],
        ["local.get", 1],
        ["i64.store", 0],
      ]
    : [
        ["i32.const", 1_000],
        ["local.get", 0],
        ["i32.store", 0],
      ];
}

function heapOf(instance: ReturnType<typeof script>): Buffer {
  return Buffer.from(instance.takeImage("full").heapPages[0]?.bytes ?? []);
}

const violation = (message: string, suggestion?: string, section?: string) => ({
  kind: "contractViolation",
  message,
  ...(suggestion === undefined ? {} : { advice: { kind: "developer", suggestion, section } }),
});
const invalid = (message: string, advice = "none") => ({ kind: "invalidArgument", message, advice: { kind: advice } });

describe("replies", () => {
  test("are put together from their parts", () => {
    const outcome = run(script(["msg_reply_data_append", 0, 5], ["msg_reply_data_append", 7, 5], ["msg_reply"]));
    expect(outcome.changes.reply).toEqual({ kind: "reply", data: new Uint8Array(Buffer.from("helloworld")) });
  });

  test("can be given once", () => {
    const again = "the call is already replied";
    expect(run(script(["msg_reply"], ["msg_reply"])).trap).toEqual(violation(`ic0.msg_reply: ${again}`));
    expect(run(script(["msg_reply"], ["msg_reject", 0, 1])).trap).toEqual(violation(`ic0.msg_reject: ${again}`));
    expect(run(script(["msg_reply"]), { responded: true }).trap).toEqual(violation(`ic0.msg_reply: ${again}`));
  });

  test("may have 2 MiB in updates and 3 MiB in queries, and not a byte more", () => {
    const limits = [
      ["update", 2_097_152],
      ["nonReplicatedQuery", 3_145_728],
    ] as const;
    for (const [mode, limit] of limits) {
      const parts = Array.from({ length: limit / 65_536 }, () => ["msg_reply_data_append", 0, 65_536] as const);
      expect(run(script(...parts), { mode }).kind).toBe("returned");
      expect(run(script(...parts, ["msg_reply_data_append", 0, 1]), { mode }).trap).toEqual(
        violation(
          `ic0.msg_reply_data_append: application payload size (${limit + 1}) cannot be larger than ${limit}.`,
          "Consider checking the response size and returning an error if it is too long.",
          "msg_reply_data_append-payload-too-large",
        ),
      );
    }
  });

  test("rejects carry their message, which must be text", () => {
    expect(run(script(["msg_reject", 0, 5])).changes.reply).toEqual({ kind: "reject", message: "hello" });
    const broken = script(["stable64_grow", 1n], ["msg_arg_data_copy", 0, 0, 1], ["msg_reject", 0, 1]);
    expect(run(broken, { payload: Uint8Array.of(0xff) }).trap).toEqual(
      violation("ic0.msg_reject: invalid UTF-8 string provided"),
    );
  });
});

describe("bounds", () => {
  test("of the heap and of what is copied", () => {
    const beyond = (what: string, source: number, length: number, size: number) =>
      violation(`${what}: src=${source} + length=${length} exceeds the slice size=${size}`);
    expect(run(script(["msg_reply_data_append", 65_535, 2])).trap).toEqual(beyond("msg.reply", 65_535, 2, 65_536));
    const copy = run(script(["msg_arg_data_copy", 65_530, 0, 10]), { payload: new Uint8Array(10) });
    expect(copy.trap).toEqual(beyond("ic0.msg_arg_data_copy heap", 65_530, 10, 65_536));
    const payload = run(script(["msg_arg_data_copy", 0, 5, 6]), { payload: new Uint8Array(10) });
    expect(payload.trap).toEqual(beyond("ic0.msg_arg_data_copy payload", 5, 6, 10));
    expect(run(script(["msg_arg_data_copy", 0, 5, 5]), { payload: new Uint8Array(10) }).kind).toBe("returned");
    expect(run(script(["canister_cycle_balance128", 65_521])).trap).toEqual(
      violation(
        "ic0_canister_cycle_balance128 failed because dst + size is out of bounds.Found dst = 65521 and size = 16 while must be <= 65536",
      ),
    );
    expect(run(script(["canister_cycle_balance128", 65_520])).kind).toBe("returned");
  });

  test("of stable memory", () => {
    const grown = ["stable64_grow", 1n] as const;
    expect(run(script(grown, ["stable64_write", 65_530n, 0n, 7n])).trap).toEqual({
      kind: "trapped",
      reason: "stable memory out of bounds",
    });
    expect(run(script(grown, ["stable64_read", 65_530n, 0n, 7n])).trap).toEqual({
      kind: "trapped",
      reason: "heap out of bounds",
    });
    expect(run(script(["stable64_write", 1n << 60n, 0n, 0n])).kind).toBe("returned");
    expect(run(script(["stable64_grow", 65_537n], ["stable_size"])).trap).toEqual({
      kind: "trapped",
      reason: "32 bit stable memory api used on a memory larger than 4GB",
    });
    const largest = script(["stable64_grow", 8_192_000n], ["stable64_write", 8_192_000n * 65_536n - 5n, 0n, 5n]);
    expect(run(largest).kind).toBe("returned");
    expect(heapOf(largest).readBigInt64LE(1_000)).toBe(0n);
    expect(largest.stableBytes()).toBe(8_192_000 * 65_536);
    run(script(["stable64_grow", 8_192_001n]));
    const tooMuch = script(["stable64_grow", 8_192_001n]);
    run(tooMuch);
    expect(heapOf(tooMuch).readBigInt64LE(1_000)).toBe(-1n);
    const tooMuch32 = script(["stable_grow", 65_537]);
    run(tooMuch32);
    expect(heapOf(tooMuch32).readInt32LE(1_000)).toBe(-1);
  });
});

describe("calls", () => {
  const call = ["call_new", 0, 5, 7, 5, 11, 12, 13, 14] as const;
  const calls = (canEnqueue: OutgoingCalls["canEnqueue"], cost: bigint): Partial<ExecutionInput> => ({
    outgoingCalls: { canEnqueue, costOfCall: () => cost },
    freezingThreshold: 1_000n,
    cyclesBalance: 5_000n,
  });

  test("carry what was put into them, and take their cycles from the balance", () => {
    const it = script(
      call,
      ["call_data_append", 0, 3],
      ["call_on_cleanup", 15, 16],
      ["call_with_best_effort_response", 60],
      ["call_cycles_add128", 0n, 70n],
      ["call_cycles_add", 30n],
      ["call_perform"],
      ["canister_cycle_balance"],
    );
    const { changes } = run(
      it,
      calls(() => true, 400n),
    );
    expect(changes).toMatchObject({ cyclesSpentOnRequests: 500n });
    expect(changes.requests).toEqual([
      {
        callee: new Uint8Array(Buffer.from("hello")),
        method: "world",
        argument: new Uint8Array(Buffer.from("hel")),
        cycles: 100n,
        prepaid: 400n,
        timeoutSeconds: 60,
        onReply: { functionIndex: 11n, environment: 12n },
        onReject: { functionIndex: 13n, environment: 14n },
        onCleanup: { functionIndex: 15n, environment: 16n },
      },
    ]);
    expect(heapOf(it).readBigInt64LE(1_000)).toBe(4_500n);
  });

  test("that cannot be sent return 2 and give their cycles back", () => {
    for (const unable of [calls(() => false, 400n), calls(() => true, 3_900n)]) {
      const it = script(call, ["call_cycles_add", 101n], ["canister_cycle_balance"], ["call_perform"]);
      const { changes } = run(it, unable);
      expect(changes.requests).toEqual([]);
      expect(changes.cyclesSpentOnRequests).toBe(0n);
      expect(heapOf(it).readInt32LE(1_000)).toBe(2);
    }
  });

  test("that are not performed give their cycles back", () => {
    const { changes } = run(
      script(call, ["call_cycles_add", 100n], ["msg_reply"]),
      calls(() => true, 0n),
    );
    expect([changes.requests.length, changes.cyclesSpentOnRequests]).toEqual([0, 0n]);
  });

  test("are asked for one by one, with the number performed before", () => {
    const asked: number[] = [];
    const it = script(call, ["call_perform"], call, ["call_perform"]);
    run(
      it,
      calls((_, performed) => asked.push(performed) > 0, 0n),
    );
    expect(asked).toEqual([0, 1]);
  });

  test("must be begun", () => {
    const names = ["call_data_append", "call_on_cleanup"] as const;
    for (const name of names) {
      expect(run(script([name, 0, 0])).trap).toEqual(
        violation(`ic0.${name} called when no call is under construction.`),
      );
    }
    expect(run(script(call, ["call_perform"], ["call_perform"])).trap).toEqual(
      violation("ic0.call_perform called when no call is under construction."),
    );
    expect(run(script(call, ["call_on_cleanup", 1, 1], ["call_on_cleanup", 1, 1])).trap?.kind).toBe(
      "contractViolation",
    );
  });

  test("cannot carry cycles from below the freezing threshold", () => {
    expect(
      run(
        script(call, ["call_cycles_add", 4_000n]),
        calls(() => true, 0n),
      ).kind,
    ).toBe("returned");
    expect(
      run(
        script(call, ["call_cycles_add", 4_001n]),
        calls(() => true, 0n),
      ).trap,
    ).toEqual(invalid("Canister rdmx6-jaaaa-aaaaa-aaadq-cai is out of cycles"));
  });
});

describe("cycles", () => {
  test("are accepted as far as offered, and not after the reply", () => {
    const accepting = script(["msg_cycles_accept", 70n], ["msg_cycles_accept", 70n]);
    expect(run(accepting, { cyclesAvailable: 100n }).changes.cyclesAccepted).toBe(100n);
    expect(heapOf(accepting).readBigInt64LE(1_000)).toBe(30n);
    const late = script(["msg_reply"], ["msg_cycles_accept", 70n]);
    expect(run(late, { cyclesAvailable: 100n }).changes.cyclesAccepted).toBe(0n);
  });

  test("are burned down to the freezing threshold", () => {
    const { changes } = run(script(["cycles_burn128", 1n, 0n, 0]), { cyclesBalance: 100n, freezingThreshold: 30n });
    expect(changes.cyclesBurned).toBe(70n);
  });

  test("beyond 64 bits trap the functions that know no more", () => {
    const reason = "cycles amount exceeds 64-bit representation";
    expect(run(script(["canister_cycle_balance"]), { cyclesBalance: 1n << 64n }).trap).toEqual({
      kind: "trapped",
      reason,
    });
    const wide = script(["canister_cycle_balance128", 1_000]);
    run(wide, { cyclesBalance: (3n << 64n) | 5n });
    expect([heapOf(wide).readBigInt64LE(1_000), heapOf(wide).readBigInt64LE(1_008)]).toEqual([5n, 3n]);
  });
});

describe("the rest", () => {
  test("log records are kept even after a trap, and make room for newer ones", () => {
    const outcome = run(script(["debug_print", 0, 5], ["trap", 7, 5]));
    expect(outcome.trap).toEqual({ kind: "calledTrap", message: "world" });
    expect(outcome.log.map((record) => record.content)).toEqual(["hello", "[TRAP]: world"]);
    const small = run(script(["debug_print", 0, 5], ["debug_print", 7, 5]), { logCapacityBytes: 60 });
    expect(small.log.map((record) => record.content)).toEqual(["world"]);
  });

  test("the timer tells what it was set to", () => {
    const it = script(["global_timer_set", 5n], ["global_timer_set", 0n]);
    expect(run(it, { globalTimerNanos: 9n }).changes.globalTimerNanos).toBe(0n);
    expect(heapOf(it).readBigInt64LE(1_000)).toBe(5n);
  });

  test("certified data has at most 32 bytes", () => {
    expect(run(script(["certified_data_set", 0, 32])).changes.certifiedData?.length).toBe(32);
    expect(run(script(["certified_data_set", 0, 33])).trap).toEqual(
      violation(
        "ic0_certified_data_set failed because the passed data must be no larger than 32 bytes. Found 33 bytes.",
        "Try certifying just the hash of your data instead of the full contents.",
        "certified_data_set-payload-too-large",
      ),
    );
  });

  test("environment variables are found by name, of at most 128 bytes", () => {
    const environmentVariables = [{ name: "hello", value: "wörld" }];
    const it = script(["env_var_value_size", 0, 5]);
    run(it, { environmentVariables });
    expect(heapOf(it).readInt32LE(1_000)).toBe(6);
    expect(run(script(["env_var_value_size", 0, 4]), { environmentVariables }).trap).toEqual(
      invalid("Environment variable hell not found."),
    );
    expect(run(script(["env_var_name_exists", 2_000, 128])).kind).toBe("returned");
    expect(run(script(["env_var_name_exists", 2_000, 129])).trap?.kind).toBe("contractViolation");
    expect(run(script(["env_var_name_size", 1]), { environmentVariables }).trap).toEqual(
      invalid("Environment variable index 1 is out of bounds. The number of environment variables is 1."),
    );
  });

  test("environment variables are in the order of their names", () => {
    const environmentVariables = ["z", "ä", "b"].map((name) => ({ name, value: "" }));
    const it = script(
      ["env_var_name_copy", 0, 2_000, 0, 1],
      ["env_var_name_copy", 1, 2_001, 0, 1],
      ["env_var_name_copy", 2, 2_002, 0, 2],
    );
    run(it, { environmentVariables });
    expect(heapOf(it).toString("utf8", 2_000, 2_004)).toBe("bzä");
  });

  test("information about the sender is read where the message carries it, and is empty otherwise", () => {
    const senderInfo = { info: Uint8Array.of(1, 2, 3), signer: Uint8Array.of(4, 5) };
    const sizes = (changes: Partial<ExecutionInput>) =>
      ["data", "signer"].map((part) => {
        const it = script([`msg_caller_info_${part}_size`]);
        run(it, changes);
        return heapOf(it).length === 0 ? 0 : heapOf(it).readInt32LE(1_000);
      });
    expect([sizes({ senderInfo }), sizes({})]).toEqual([
      [3, 2],
      [0, 0],
    ]);
    const copy = script(["msg_caller_info_data_copy", 2_000, 1, 2], ["msg_caller_info_signer_copy", 2_002, 0, 2]);
    run(copy, { senderInfo });
    expect([...heapOf(copy).subarray(2_000, 2_004)]).toEqual([2, 3, 4, 5]);
    expect(run(copy, {}).trap).toEqual(
      violation("ic0.msg_caller_info_data_copy info: src=1 + length=2 exceeds the slice size=0"),
    );
  });

  describe("an outcall's price is computed from what it takes", () => {
    const use = {
      request_bytes: 100n,
      http_roundtrip_time_ms: 2_000n,
      raw_response_bytes: 1_000n,
      transformed_response_bytes: 2_000n,
      transform_instructions: 26n,
    };
    const fields = Object.fromEntries(Object.keys(use).map((name) => [name, IDL.Nat64]));
    const counts = IDL.Record({ min_responses: IDL.Nat32, max_responses: IDL.Nat32, total_requests: IDL.Nat32 });
    const perNode = 50n * 1_000n + 300n * 2_000n + 2n;
    const gossip = 50n * 2_000n * 13n;
    const full = 13n * (1_000_000n + 5_000n + 140_000n * 13n + 800n * 169n) + 13n * perNode + 27_415_557n;

    /** The price told for that argument, on 13 nodes. */
    const price = (types: IDL.Type[], values: object[]) => {
      const payload = IDL.encode(types, values);
      const size = payload.length;
      const it = script(["msg_arg_data_copy", 2_000, 0, size], ["cost_http_request_v2", 2_000, size, 1_000]);
      const { instructions } = run(it, { payload });
      // The function 1, eight operands, two calls of 5; what the calls cost; one page.
      expect(instructions).toBe(1n + 6n + 10n + 500n + BigInt(size) + 10_000n + 160_000n);
      return heapOf(it).readBigUInt64LE(1_000);
    };
    const priceOf = (type: IDL.Type, value: unknown, more: Partial<typeof use> = {}) =>
      price([IDL.Record({ ...fields, outcall_type: IDL.Opt(type) })], [{ ...use, ...more, outcall_type: [value] }]);

    test("of all nodes, also where nothing is said of them or something that came later", () => {
      expect(price([IDL.Record(fields)], [use])).toBe(full);
      expect(priceOf(IDL.Variant({ fully_replicated: IDL.Null }), { fully_replicated: null })).toBe(full);
      expect(priceOf(IDL.Variant({ other: IDL.Null }), { other: null })).toBe(full);
    });

    test("of one node", () => {
      const one = IDL.Variant({ non_replicated: IDL.Null });
      const base = 13n * (1_000_000n + 5_000n + 90_000n * 13n + 2_000n * 13n + 100_000n);
      expect(priceOf(one, { non_replicated: null })).toBe(base + perNode + gossip + 9_490n * 2_000n);
      // Instead of any response a reject of 1,025 bytes may come.
      const atLeast = priceOf(one, { non_replicated: null }, { transformed_response_bytes: 1_025n });
      expect(priceOf(one, { non_replicated: null }, { transformed_response_bytes: 0n })).toBe(atLeast);
      expect(priceOf(one, { non_replicated: null }, { transformed_response_bytes: 1_026n })).toBeGreaterThan(atLeast);
    });

    test("of some nodes, by default of all with two thirds of the answers", () => {
      const some = IDL.Variant({ flexible: IDL.Opt(counts) });
      const flexible = (min_responses: number, max_responses: number, total_requests: number) =>
        priceOf(some, { flexible: [{ min_responses, max_responses, total_requests }] });
      const base = 13n * (1_000_000n + 5_000n + 90_000n * 13n + 2n * (2_000n * 13n + 100_000n));
      expect(flexible(2, 3, 3)).toBe(base + 3n * (perNode + gossip) + 9_490n * 3n * 2_181n + 13n * 126_000n);
      expect(priceOf(some, { flexible: [] })).toBe(flexible(9, 13, 13));
      expect(flexible(2, 0, 3)).toBe(base + 3n * (perNode + gossip));
      expect(flexible(2, 0, 0)).toBe(base);
    });

    test("where the argument is none, the call traps", () => {
      expect(run(script(["cost_http_request_v2", 0, 5, 1_000])).trap).toMatchObject({
        kind: "contractViolation",
        message: expect.stringMatching(/^Failed to decode HttpRequestV2CostParams from Candid: /),
      });
    });
  });

  test.each(["cost_sign_with_ecdsa", "cost_sign_with_schnorr", "cost_vetkd_derive_key"] as const)(
    "%s tells the fee of the subnet that holds the keys",
    (name) => {
      const it = script(["msg_arg_data_copy", 2_000, 0, 5], [name, 2_000, 5, 0, 3_000]);
      run(it, { payload: new TextEncoder().encode("key_1"), signatureFee: 26_153_846_153n });
      expect(heapOf(it).readBigUInt64LE(3_000)).toBe(26_153_846_153n);
    },
  );

  test("principals have at most 29 bytes", () => {
    const tooLong = invalid("Canister provided invalid principal id", "toolchain");
    expect(run(script(["is_controller", 0, 29])).kind).toBe("returned");
    expect(run(script(["is_controller", 0, 30])).trap).toEqual(tooLong);
    expect(run(script(["call_new", 0, 29, 0, 0, 0, 0, 0, 0])).kind).toBe("returned");
    expect(run(script(["call_new", 0, 30, 0, 0, 0, 0, 0, 0])).trap).toEqual(tooLong);
  });

  test("only the minting canister mints", () => {
    expect(run(script(["mint_cycles128", 0n, 1n, 0])).trap).toEqual(
      violation(
        "ic0.mint_cycles128 cannot be executed on non Cycles Minting Canister: rdmx6-jaaaa-aaaaa-aaadq-cai != rkp4c-7iaaa-aaaaa-aaaca-cai",
      ),
    );
  });

  test("controllers are known by their bytes", () => {
    const it = script(["is_controller", 0, 5]);
    run(it, { controllers: [new Uint8Array(Buffer.from("hello"))] });
    expect(heapOf(it).readInt32LE(1_000)).toBe(1);
  });

  test("performance_counter(1) adds earlier executions of the call context", () => {
    const it = script(["performance_counter", 1]);
    run(it, { callContextInstructions: 1_000_000n });
    // The function 1, const 1, call 5, local.set and the three operators of keepResult 4; 200 for the call itself.
    expect(heapOf(it).readBigInt64LE(1_000)).toBe(1_000_000n + 11n + 200n);
    expect(run(script(["performance_counter", 2])).trap).toMatchObject({
      kind: "contractViolation",
      message: "Error getting performance counter type 2",
    });
  });
});
