import { equalBytes } from "../../../base/bytes.ts";
import { limits } from "../../limits.ts";
import { violateContract } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

const text = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Executions that consensus repeats on every node. */
const nonReplicated = /^(nonReplicatedQuery|transform|inspectMessage|composite)/;

/** Bytes of the longest principal. */
const principalBytesMax = 29;

/** The canister itself: identity, status, controllers, environment, counters. */
export const canisterFunctions: readonly SystemApiFunction[] = [
  on("*", "canister_self_size", "", "I", usual, (it) => it.input.canisterId.length),
  on("*", "canister_self_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.canister_self_copy", it.input.canisterId, "id", target, offset, size),
  ),
  on("*", "subnet_self_size", "", "I", usual, (it) => it.input.subnetId.length),
  on("*", "subnet_self_copy", "III", "", perByte(2), (it, target, offset, size) =>
    it.copyToHeap("ic0.subnet_self_copy", it.input.subnetId, "id", target, offset, size),
  ),
  on("*", "canister_status", "", "i", usual, (it) => it.input.canisterStatus),
  on("*", "canister_version", "", "l", usual, (it) => it.input.canisterVersion),
  on("* s", "is_controller", "II", "i", { fixed: 1_000, perUnit: { argument: 1, instructions: 1 } }, isController),
  on("* s", "in_replicated_execution", "", "i", usual, (it) => (nonReplicated.test(it.input.mode) ? 0 : 1)),
  on("* s", "performance_counter", "i", "l", { fixed: 200 }, (it, kind) => {
    const used = it.input.instructionLimit - it.instructionsLeft;
    if (kind === 0) return used;
    if (kind === 1) return it.input.callContextInstructions + used;
    return violateContract(`Error getting performance counter type ${kind}`);
  }),
  on("*", "env_var_count", "", "I", usual, (it) => it.input.environmentVariables.length),
  on("*", "env_var_name_size", "I", "I", usual, (it, index) => nameAt(it, "env_var_name_size", index).length),
  on("*", "env_var_name_copy", "IIII", "", perByte(3), (it, index, target, offset, size) =>
    it.copyToHeap("ic0.env_var_name_copy", nameAt(it, "env_var_name_copy", index), "name", target, offset, size),
  ),
  on("*", "env_var_name_exists", "II", "i", usual, (it, source, size) =>
    find(it, "env_var_name_exists", source, size) === undefined ? 0 : 1,
  ),
  on(
    "*",
    "env_var_value_size",
    "II",
    "I",
    usual,
    (it, source, size) => environmentValue(it, "env_var_value_size", source, size).length,
  ),
  on("*", "env_var_value_copy", "IIIII", "", perByte(4), (it, nameSource, nameSize, target, offset, size) => {
    const value = environmentValue(it, "env_var_value_copy", nameSource, nameSize);
    it.copyToHeap("ic0.env_var_value_copy", value, "value", target, offset, size);
  }),
];

function isController(it: MessageExecution, source: number, size: number): number {
  const principal = it.readHeap("ic0.is_controller", source, size);
  if (size > principalBytesMax) {
    violateContract(`ic0.is_controller: a principal has at most ${principalBytesMax} bytes, this one has ${size}.`);
  }
  return it.input.controllers.some((controller) => equalBytes(controller, principal)) ? 1 : 0;
}

function nameAt(it: MessageExecution, name: string, index: number): Uint8Array {
  const variable = it.input.environmentVariables[index];
  if (variable === undefined) {
    violateContract(
      `ic0.${name}: there is no environment variable ${index}, only ${it.input.environmentVariables.length}.`,
    );
  }
  return text.encode(variable.name);
}

function find(it: MessageExecution, name: string, source: number, size: number): string | undefined {
  if (size > limits.environmentVariableBytes) {
    violateContract(`ic0.${name}: a name has at most ${limits.environmentVariableBytes} bytes, this one has ${size}.`);
  }
  const wanted = decode(it.readHeap(`ic0.${name}`, source, size), name);
  return it.input.environmentVariables.find((variable) => variable.name === wanted)?.value;
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return violateContract(`ic0.${name}: the name is no UTF-8 text.`);
  }
}

function environmentValue(it: MessageExecution, name: string, source: number, size: number): Uint8Array {
  const value = find(it, name, source, size);
  if (value === undefined) violateContract(`ic0.${name}: there is no environment variable of that name.`);
  return text.encode(value);
}
