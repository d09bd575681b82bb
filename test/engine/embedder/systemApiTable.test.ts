/**
 * Every row of the specification's table of imports, written down here once more, independently of the engine, and driven
 * through real modules: types, contexts, in 32 and 64 bits.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-imports
 */
import { describe, expect, test } from "vitest";
import type { ExecutionMode } from "../../../server/src/engine/embedder/contract.ts";
import { modeNames } from "../../../server/src/engine/embedder/messageExecution.ts";
import { systemApi } from "../../../server/src/engine/embedder/systemApi.ts";
import { embedder, executionInput, instantiate } from "../../support/executionInput.ts";
import { type Instruction, type TypeName, WasmBuilder } from "../../support/wasmBuilder.ts";

/** Name, parameters and result (`I` as wide as an address), contexts by the specification's letters; 32: 32-bit only. */
const table = `
msg_arg_data_size                -> I          : I U RQ NRQ TQ CQ Ry CRy F
msg_arg_data_copy                I I I         : I U RQ NRQ TQ CQ Ry CRy F
msg_caller_size                  -> I          : *
msg_caller_copy                  I I I         : *
msg_caller_info_data_size        -> I          : U RQ NRQ CQ Ry Rt CRy CRt C CC F
msg_caller_info_data_copy        I I I         : U RQ NRQ CQ Ry Rt CRy CRt C CC F
msg_caller_info_signer_size      -> I          : U RQ NRQ CQ Ry Rt CRy CRt C CC F
msg_caller_info_signer_copy      I I I         : U RQ NRQ CQ Ry Rt CRy CRt C CC F
msg_reject_code                  -> i32        : Ry Rt CRy CRt C
msg_reject_msg_size              -> I          : Rt CRt
msg_reject_msg_copy              I I I         : Rt CRt
msg_deadline                     -> i64        : U RQ NRQ TQ CQ Ry Rt CRy CRt
msg_reply_data_append            I I           : U RQ NRQ TQ CQ Ry Rt CRy CRt
msg_reply                                      : U RQ NRQ TQ CQ Ry Rt CRy CRt
msg_reject                       I I           : U RQ NRQ TQ CQ Ry Rt CRy CRt
msg_cycles_available             -> i64        : U RQ Rt Ry 32
msg_cycles_available128          I             : U RQ Rt Ry
msg_cycles_refunded              -> i64        : Rt Ry 32
msg_cycles_refunded128           I             : Rt Ry
msg_cycles_accept                i64 -> i64    : U RQ Rt Ry 32
msg_cycles_accept128             i64 i64 I     : U RQ Rt Ry
cycles_burn128                   i64 i64 I     : I G U RQ Ry Rt C T
canister_self_size               -> I          : *
canister_self_copy               I I I         : *
subnet_self_size                 -> I          : *
subnet_self_copy                 I I I         : *
canister_cycle_balance           -> i64        : * 32
canister_cycle_balance128        I             : *
canister_liquid_cycle_balance128 I             : *
canister_status                  -> i32        : *
canister_version                 -> i64        : *
msg_method_name_size             -> I          : F
msg_method_name_copy             I I I         : F
accept_message                                 : F
call_new                         I I I I I I I I : U CQ Ry Rt CRy CRt T
call_on_cleanup                  I I           : U CQ Ry Rt CRy CRt T
call_data_append                 I I           : U CQ Ry Rt CRy CRt T
call_with_best_effort_response   i32           : U CQ Ry Rt CRy CRt T
call_cycles_add                  i64           : U Ry Rt T 32
call_cycles_add128               i64 i64       : U Ry Rt T
call_perform                     -> i32        : U CQ Ry Rt CRy CRt T
stable_size                      -> i32        : * s 32
stable_grow                      i32 -> i32    : * s 32
stable_write                     i32 i32 i32   : * s 32
stable_read                      i32 i32 i32   : * s 32
stable64_size                    -> i64        : * s
stable64_grow                    i64 -> i64    : * s
stable64_write                   i64 i64 i64   : * s
stable64_read                    i64 i64 i64   : * s
root_key_size                    -> I          : I G U RQ Ry Rt C T
root_key_copy                    I I I         : I G U RQ Ry Rt C T
certified_data_set               I I           : I G U Ry Rt T
data_certificate_present         -> i32        : *
data_certificate_size            -> I          : NRQ CQ
data_certificate_copy            I I I         : NRQ CQ
time                             -> i64        : *
global_timer_set                 i64 -> i64    : I G U Ry Rt C T
performance_counter              i32 -> i64    : * s
is_controller                    I I -> i32    : * s
in_replicated_execution          -> i32        : * s
cost_call                        i64 i64 I     : * s
cost_create_canister             I             : * s
cost_http_request                i64 i64 I     : * s
cost_http_request_v2             I I I         : * s
cost_sign_with_ecdsa             I I i32 I -> i32 : * s
cost_sign_with_schnorr           I I i32 I -> i32 : * s
cost_vetkd_derive_key            I I i32 I -> i32 : * s
env_var_count                    -> I          : *
env_var_name_size                I -> I        : *
env_var_name_copy                I I I I       : *
env_var_name_exists              I I -> i32    : *
env_var_value_size               I I -> I      : *
env_var_value_copy               I I I I I     : *
debug_print                      I I           : * s
trap                             I I           : * s
mint_cycles128                   i64 i64 I     : U Ry Rt T
`;

const letters: Readonly<Record<string, string>> = {
  I: "init postUpgrade",
  G: "preUpgrade",
  U: "update",
  RQ: "replicatedQuery",
  NRQ: "nonReplicatedQuery",
  TQ: "transform",
  CQ: "compositeQuery",
  Ry: "replyCallback",
  Rt: "rejectCallback",
  CRy: "compositeReplyCallback",
  CRt: "compositeRejectCallback",
  C: "cleanup",
  CC: "compositeCleanup",
  s: "start",
  F: "inspectMessage",
  T: "heartbeat globalTimer onLowWasmMemory",
};
const everywhere = "I G U RQ NRQ TQ CQ Ry Rt CRy CRt C CC F T";

const rows = table
  .trim()
  .split("\n")
  .map((line) => {
    const [signature = "", contexts = ""] = line.split(":");
    const [left = "", right = ""] = signature.split("->");
    const [name = "", ...params] = left.trim().split(/\s+/);
    const results = right.trim() === "" ? [] : [right.trim()];
    const only32 = contexts.includes("32");
    const modes = new Set(
      contexts
        .replace("*", everywhere)
        .split(/\s+/)
        .flatMap((letter) => letters[letter]?.split(" ") ?? []),
    );
    return { name, params, results, modes, only32 };
  });
type Row = (typeof rows)[number];

/** The network's name where it refuses a call, which is not the same for all. */
const refusedName = (name: string) =>
  ["root_key_copy", "subnet_self_copy"].includes(name) ? `ic0.${name}` : `ic0_${name}`;

const typeIn = (is64: boolean) => (name: string) => (name === "I" ? (is64 ? "i64" : "i32") : name) as TypeName;
const modes = Object.keys(modeNames) as ExecutionMode[];

/** A canister with an entry point for each function, which calls it once with zeros. */
function canisterOfAll(is64: boolean) {
  const builder = new WasmBuilder();
  builder.memory(1, undefined, is64);
  const type = typeIn(is64);
  const available = rows.filter((row) => !(is64 && row.only32));
  const indices = available.map((row) => builder.import("ic0", row.name, row.params.map(type), row.results.map(type)));
  for (const [at, { name, params, results }] of available.entries()) {
    const code: Instruction[] = params.map((param) => [`${type(param)}.const`, 0]);
    code.push(["call", indices[at]!], ...(results.length === 0 ? [] : ["drop"]));
    builder.function({ code, exports: [`canister_update ${name}`] });
  }
  return { available, instance: instantiate(builder.build()) };
}

test("the engine has these functions and no others", () => {
  expect([...systemApi.keys()].sort()).toEqual(rows.map(({ name }) => name).sort());
});

for (const is64 of [false, true]) {
  describe(is64 ? "64-bit" : "32-bit", () => {
    const { available, instance } = canisterOfAll(is64);

    test.each(available)(
      "$name is allowed where the specification says so, and nowhere else",
      ({ name, modes: allowed }) => {
        for (const mode of modes) {
          const input = executionInput({
            mode,
            entryPoint: { kind: "export", name: `canister_update ${name}` },
            dataCertificate: () => new Uint8Array(1),
          });
          const { trap } = instance.run(input, undefined, true);
          const refusal = `"${refusedName(name)}" cannot be executed in ${modeNames[mode]} mode`;
          const isRefused = trap?.kind === "contractViolation" && trap.message === refusal;
          expect([mode, isRefused]).toEqual([mode, !allowed.has(mode)]);
        }
      },
    );

    test.each(available)("$name has exactly its type", (row) => {
      for (const [wrong, text] of wrongTypes(row, is64)) expect(importing(wrong, is64)).toMatch(text);
    });

    test.runIf(is64).each(rows.filter((row) => row.only32))("$name is not there", (row) => {
      expect(importing(row, true)).toBe(
        `Wasm module has an invalid import section. Module imports function '${row.name}' from 'ic0' that is not exported by the runtime.`,
      );
    });
  });
}

function wrongTypes(row: Row, is64: boolean): [Row, RegExp][] {
  const other = (name: string) => (typeIn(is64)(name) === "i32" ? "i64" : "i32");
  const params = /invalid function signature\. Expected input params \[/;
  const results = /invalid function signature\. Expected return type \[/;
  return [
    [{ ...row, params: [...row.params, "i32"] }, params],
    ...row.params.map((param, at): [Row, RegExp] => [{ ...row, params: row.params.with(at, other(param)) }, params]),
    [{ ...row, results: row.results.length === 0 ? ["i32"] : row.results.map(other) }, results],
  ];
}

/** The problem of a module with one import. */
function importing({ name, params, results }: Row, is64: boolean): string | undefined {
  const builder = new WasmBuilder();
  builder.memory(1, undefined, is64);
  builder.import("ic0", name, params.map(typeIn(is64)), results.map(typeIn(is64)));
  const prepared = embedder.prepare(builder.build());
  return prepared.kind === "invalid" ? prepared.message : undefined;
}
