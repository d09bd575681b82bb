import { WasmBuilder } from "../support/wasmBuilder.ts";

/** A canister with a counter in its heap (`count`, `read`) and a method that counts and then never ends (`spin`). */
export function spinningModule(): Uint8Array {
  const module = new WasmBuilder();
  const append = module.ic0("msg_reply_data_append", "ii");
  const reply = module.ic0("msg_reply");
  module.memory(1);
  const head = Uint8Array.from([...Buffer.from("DIDL"), 0, 1, 0x78]);
  const counter = 104;
  module.segment(head, counter - head.length);
  const answer = [
    ["i32.const", counter - head.length],
    ["i32.const", head.length + 8],
    ["call", append],
    ["call", reply],
  ] as const;
  const increment = [
    ["i32.const", counter],
    ["i32.const", counter],
    ["i64.load", 0],
    ["i64.const", 1],
    "i64.add",
    ["i64.store", 0],
  ] as const;
  module.function({ code: [...increment, ...answer], exports: ["canister_update count"] });
  module.function({ code: answer, exports: ["canister_query read"] });
  module.function({ code: [...increment, "loop", ["br", 0], "end"], exports: ["canister_update spin"] });
  const candid = "service : { count : () -> (nat64); read : () -> (nat64) query; spin : () -> () }";
  module.custom("icp:public candid:service", Buffer.from(candid));
  return module.build();
}

/** A canister whose query `read` replies with `DIDL\0\0` and the value of an environment variable, if it has it. */
export function environmentModule(variable: string): Uint8Array {
  const module = new WasmBuilder();
  const exists = module.ic0("env_var_name_exists", "ii", "i");
  const size = module.ic0("env_var_value_size", "ii", "i");
  const copy = module.ic0("env_var_value_copy", "iiiii");
  const append = module.ic0("msg_reply_data_append", "ii");
  const reply = module.ic0("msg_reply");
  module.memory(1);
  const name = Buffer.from(variable);
  module.segment(Uint8Array.from([...Buffer.from("DIDL"), 0, 0]), 8);
  module.segment(name, 100);
  const nameAt = [
    ["i32.const", 100],
    ["i32.const", name.length],
  ] as const;
  module.function({
    code: [
      ["i32.const", 8],
      ["i32.const", 6],
      ["call", append],
      ...nameAt,
      ["call", exists],
      ["if", undefined],
      ...nameAt,
      ["i32.const", 1000],
      ["i32.const", 0],
      ...nameAt,
      ["call", size],
      ["call", copy],
      ["i32.const", 1000],
      ...nameAt,
      ["call", size],
      ["call", append],
      "end",
      ["call", reply],
    ],
    exports: ["canister_query read"],
  });
  return module.build();
}

/** A module with one function of so many instructions. */
export function longModule(instructions: number): Uint8Array {
  const module = new WasmBuilder();
  module.function({ code: Array.from({ length: instructions }, () => "nop"), exports: ["canister_update run"] });
  return module.build();
}
