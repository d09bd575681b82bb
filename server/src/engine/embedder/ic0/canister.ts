import { equalBytes } from "../../../base/bytes.ts";
import { limits } from "../../limits.ts";
import { refuseArgument, refusePrincipal, violateContract, violateContractByUser } from "../executionTrap.ts";
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
    it.settleMemory("hostCall");
    const used = it.input.instructionLimit - it.instructionsLeft;
    if (kind === 0) return used;
    if (kind === 1) return it.input.callContextInstructions + used;
    return violateContractByUser(`Error getting performance counter type ${kind}`);
  }),
  on("*", "env_var_count", "", "I", usual, (it) => it.input.environmentVariables.length),
  on("*", "env_var_name_size", "I", "I", usual, (it, index) => nameAt(it, index).length),
  on("*", "env_var_name_copy", "IIII", "", perByte(3), (it, index, target, offset, size) =>
    it.copyToHeap("ic0.env_var_name_copy", nameAt(it, index), "name", target, offset, size),
  ),
  on("*", "env_var_name_exists", "II", "i", usual, (it, source, size) =>
    find(it, "env_var_name_exists", "heap", source, size).value === undefined ? 0 : 1,
  ),
  on(
    "*",
    "env_var_value_size",
    "II",
    "I",
    usual,
    (it, source, size) => environmentValue(it, "env_var_value_size", "heap", source, size).length,
  ),
  on("*", "env_var_value_copy", "IIIII", "", perByte(4), (it, nameSource, nameSize, target, offset, size) => {
    const value = environmentValue(it, "env_var_value_copy", "name", nameSource, nameSize);
    it.copyToHeap("ic0.env_var_value_copy", value, "value", target, offset, size);
  }),
];

function isController(it: MessageExecution, source: number, size: number): number {
  const principal = it.readHeap("ic0.is_controller", source, size);
  if (size > principalBytesMax) refusePrincipal();
  return it.input.controllers.some((controller) => equalBytes(controller, principal)) ? 1 : 0;
}

function nameAt(it: MessageExecution, index: number): Uint8Array {
  // In the order of the names' bytes, as the network keeps them.
  const names = it.input.environmentVariables.map((variable) => Buffer.from(variable.name)).sort(Buffer.compare);
  const length = names.length;
  return (
    names[index] ??
    refuseArgument(
      `Environment variable index ${index} is out of bounds. The number of environment variables is ${length}.`,
    )
  );
}

interface Found {
  readonly name: string;
  readonly value: string | undefined;
}

/** `part` is the word that the error text for bad bounds ends with. */
function find(it: MessageExecution, name: string, part: string, source: number, size: number): Found {
  if (size > limits.environmentVariableBytes) violateContractByUser(`ic0.${name}: Variable name is too large.`);
  const wanted = decode(it.readHeap(`ic0.${name} ${part}`, source, size), name);
  return {
    name: wanted,
    value: it.input.environmentVariables.find((variable) => variable.name === wanted)?.value,
  };
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return violateContract(`ic0.${name}: Variable name is not a valid UTF-8 string.`, {
      kind: "developer",
      suggestion: "Provide a valid UTF-8 string for the environment variable name.",
    });
  }
}

function environmentValue(it: MessageExecution, api: string, part: string, source: number, size: number): Uint8Array {
  const { name, value } = find(it, api, part, source, size);
  return text.encode(value ?? refuseArgument(`Environment variable ${name} not found.`));
}
