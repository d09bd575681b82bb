/** The table of the System API: contexts, errors, effects. */
import { describe, expect, test } from "vitest";
import type { ExecutionInput, ExecutionMode, OutgoingCalls } from "../../../server/src/engine/embedder/contract.ts";
import { modeNames } from "../../../server/src/engine/embedder/messageExecution.ts";
import { systemApi } from "../../../server/src/engine/embedder/systemApi.ts";
import { executionInput, instantiate, run } from "../../support/executionInput.ts";
import { type Instruction, WasmBuilder } from "../../support/wasmBuilder.ts";

/** One canister that calls each function once with zeros; entry points are named after the functions. */
function canisterOfAll() {
  const builder = new WasmBuilder();
  const indices = [...systemApi.values()].map((row) => [row, builder.ic0(row.name, row.params, row.result)] as const);
  builder.memory(1);
  for (const [{ name, params, result }, index] of indices) {
    const code: Instruction[] = [...params].map((letter) => [letter === "l" ? "i64.const" : "i32.const", 0]);
    code.push(["call", index], ...(result === "" ? [] : ["drop"]));
    builder.function({ code, exports: [`canister_update ${name}`] });
  }
  return instantiate(builder.build());
}

/** Columns of the specification's table, written down once more, independently of the engine. */
const everywhere =
  "init postUpgrade preUpgrade update replicatedQuery nonReplicatedQuery transform compositeQuery replyCallback rejectCallback compositeReplyCallback compositeRejectCallback cleanup compositeCleanup inspectMessage heartbeat globalTimer onLowWasmMemory";
const calling =
  "update compositeQuery replyCallback rejectCallback compositeReplyCallback compositeRejectCallback heartbeat globalTimer onLowWasmMemory";
const answering =
  "update replicatedQuery nonReplicatedQuery transform compositeQuery replyCallback rejectCallback compositeReplyCallback compositeRejectCallback";
const tasks = "heartbeat globalTimer onLowWasmMemory";
const contexts: Readonly<Record<string, string>> = {
  msg_arg_data_size:
    "init postUpgrade update replicatedQuery nonReplicatedQuery transform compositeQuery replyCallback compositeReplyCallback inspectMessage",
  msg_caller_size: everywhere,
  msg_reject_code: "replyCallback rejectCallback compositeReplyCallback compositeRejectCallback cleanup",
  msg_reject_msg_size: "rejectCallback compositeRejectCallback",
  msg_reply: answering,
  msg_reject: answering,
  msg_reply_data_append: answering,
  msg_cycles_available128: "update replicatedQuery replyCallback rejectCallback",
  msg_cycles_refunded128: "replyCallback rejectCallback",
  msg_cycles_accept128: "update replicatedQuery replyCallback rejectCallback",
  cycles_burn128: `init postUpgrade preUpgrade update replicatedQuery replyCallback rejectCallback cleanup ${tasks}`,
  canister_self_size: everywhere,
  accept_message: "inspectMessage",
  call_new: calling,
  call_cycles_add128: `update replyCallback rejectCallback ${tasks}`,
  stable64_size: `${everywhere} start`,
  certified_data_set: `init postUpgrade preUpgrade update replyCallback rejectCallback ${tasks}`,
  data_certificate_present: everywhere,
  data_certificate_size: "nonReplicatedQuery compositeQuery",
  time: everywhere,
  global_timer_set: `init postUpgrade preUpgrade update replyCallback rejectCallback cleanup ${tasks}`,
  performance_counter: `${everywhere} start`,
  in_replicated_execution: `${everywhere} start`,
  debug_print: `${everywhere} start`,
  env_var_count: everywhere,
  root_key_size: `init postUpgrade preUpgrade update replicatedQuery replyCallback rejectCallback cleanup ${tasks}`,
};

describe("contexts", () => {
  const all = canisterOfAll();
  const modes = Object.keys(modeNames) as ExecutionMode[];
  test.each(Object.entries(contexts))("%s", (name, allowed) => {
    for (const mode of modes) {
      const outcome = all.run(input(name, { mode, dataCertificate: new Uint8Array(1) }), undefined, true);
      const trap = outcome.trap;
      const refusal = `"ic0_${name}" cannot be executed in ${modeNames[mode]} mode`;
      const isRefused = trap?.kind === "contractViolation" && trap.message === refusal;
      expect([mode, isRefused]).toEqual([mode, !allowed.split(" ").includes(mode)]);
    }
  });

  test("no function throws anything but traps, in any context", () => {
    for (const name of systemApi.keys()) {
      for (const mode of modes) expect(() => all.run(input(name, { mode }), undefined, true)).not.toThrow();
    }
  });

  function input(name: string, changes: Partial<ExecutionInput>): ExecutionInput {
    return executionInput({ entryPoint: { kind: "export", name: `canister_update ${name}` }, ...changes });
  }
});

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

const violation = (message: string) => ({ kind: "contractViolation", message });

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
        violation(`ic0.msg_reply_data_append: application payload size (${limit + 1}) cannot be larger than ${limit}`),
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
    expect(run(script(["canister_cycle_balance128", 65_521])).trap?.kind).toBe("contractViolation");
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
      ).trap?.kind,
    ).toBe("contractViolation");
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
        "ic0_certified_data_set failed because the passed data must be no larger than 32 bytes. Found 33 bytes",
      ),
    );
  });

  test("environment variables are found by name, of at most 128 bytes", () => {
    const environmentVariables = [{ name: "hello", value: "wörld" }];
    const it = script(["env_var_value_size", 0, 5]);
    run(it, { environmentVariables });
    expect(heapOf(it).readInt32LE(1_000)).toBe(6);
    expect(run(script(["env_var_value_size", 0, 4]), { environmentVariables }).trap?.kind).toBe("contractViolation");
    expect(run(script(["env_var_name_exists", 2_000, 128])).kind).toBe("returned");
    expect(run(script(["env_var_name_exists", 2_000, 129])).trap?.kind).toBe("contractViolation");
    expect(run(script(["env_var_name_size", 1]), { environmentVariables }).trap?.kind).toBe("contractViolation");
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
    expect(run(script(["performance_counter", 2])).trap).toEqual(violation("Error getting performance counter type 2"));
  });
});
