/**
 * What the network answers when a management call cannot be executed, in its words.
 * Texts: dfinity/ic rs/execution_environment/src/canister_manager/types.rs, as of 2026-11-21.
 */
import { comparePrincipals, type Principal } from "../../base/principal.ts";
import { cyclesText } from "../cycles/cyclesText.ts";
import { documentation, type errorCodes, type Reject, reject } from "../errors.ts";

/** A reject with what its reader can do about it. */
export function advised(code: keyof typeof errorCodes, message: string, suggestion: string, link: string): Reject {
  return reject(code, `${message}\n${suggestion} See documentation: ${link}`);
}

/** Where the network explains an error. */
export function section(name: string): string {
  return `${documentation}#${name}`;
}

const elsewhere = "Try moving to another subnet.";
const topUp = "Top up the canister with more cycles.";
const raiseReserve =
  "Try increasing this canister's reserved cycles limit or moving it to a subnet with lower memory usage.";

/** Settings that mean nothing; `message` names the setting and its range. */
export function settingOutOfRange(message: string): Reject {
  return reject("CanisterContractViolation", message);
}

/** More elements than a list of the arguments may have. */
export function tooManyElements(allowed: number): Reject {
  const message = `${undecodableStart}Deserialize error: The number of elements exceeds maximum allowed ${allowed}`;
  return reject("InvalidManagementPayload", message);
}

/** The caller controls nothing here. */
export function invalidController(canisterId: Principal, controllers: readonly Principal[], caller: Principal): Reject {
  const expected = [...controllers].sort(comparePrincipals).map((it) => it.text);
  return advised(
    "CanisterInvalidController",
    `Only the controllers of the canister ${canisterId.text} can control it.\nCanister's controllers: ${expected.join(" ")}\nSender's ID: ${caller.text}`,
    "Execute this call from a controller of the target canister or add the current caller as a controller.",
    section("invalid-controller"),
  );
}

/** The same for a user, whose call of the method is not even taken. */
export function reservedForControllers(canisterId: Principal, method: string): Reject {
  const message = `Only controllers of canister ${canisterId.text} can call ic00 method ${method}`;
  return reject("CanisterInvalidController", message);
}

/** How the texts begin that tell of arguments which cannot be read. */
export const undecodableStart = "Error decoding candid: ";

/** What is wrong with an argument that is no Candid of the method's type. */
function undecodable(method: string): string {
  return `${undecodableStart}the argument is not what ${method} takes. Check it against the interface of the management canister.`;
}

/** The argument of a canister's call, or one that is looked at when the call is executed. */
export function invalidArgument(method: string): Reject {
  return reject("InvalidManagementPayload", undecodable(method));
}

/** The argument of a user's call that is not even taken. */
export function payloadOfUser(method: string): Reject {
  const message = `Failed to parse payload for ic00 method ${method}: IC0408: ${undecodable(method)}`;
  return reject("InvalidManagementPayload", message);
}

/** Code is to be installed where code is. */
export function canisterNonEmpty(canisterId: Principal): Reject {
  return advised(
    "CanisterNonEmpty",
    `Canister ${canisterId.text} cannot be installed because the canister is not empty. Try installing with mode='reinstall' instead.`,
    "Check that you want to overwrite the canister and, if so, use mode='reinstall'.",
    section("canister-not-empty"),
  );
}

/** A canister with this id is there already. */
export function canisterIdTaken(canisterId: Principal): Reject {
  return reject("CanisterAlreadyInstalled", `Canister ${canisterId.text} is already installed.\n${internalError}`);
}

const internalError =
  "This is an internal error on the IC. Please report it to IC devs on the forum: https://forum.dfinity.org";

/** A canister is to be created with an id that this subnet does not have. */
export function canisterIdElsewhere(canisterId: Principal, subnetId: Principal): Reject {
  return reject(
    "CanisterNotHostedBySubnet",
    `Unsuccessful validation of specified ID: Specified CanisterId ${canisterId.text} is not hosted by subnet ${subnetId.text}.\n${internalError}`,
  );
}

/** Only stopped canisters are deleted. */
export function deleteNotStopped(canisterId: Principal): Reject {
  return advised(
    "CanisterNotStopped",
    `Canister ${canisterId.text} must be stopped before it is deleted.`,
    "Stop the canister before deleting it.",
    section("delete-canister-not-stopped"),
  );
}

/** A canister wants to delete itself. */
export function deleteSelf(canisterId: Principal): Reject {
  return advised(
    "CanisterInvalidController",
    `Canister ${canisterId.text} cannot delete itself.`,
    "Delete the canister from one of its other controllers.",
    section("delete-canister-self"),
  );
}

/** Messages wait for or in the canister. */
export function deleteQueueNotEmpty(canisterId: Principal): Reject {
  return advised(
    "CanisterQueueNotEmpty",
    `Canister ${canisterId.text} has messages in its queues and cannot be deleted now. Please retry after some time.`,
    "Wait until the queues have been cleared to delete the canister and in the meantime stop the canister.",
    section("delete-canister-queue-not-empty"),
  );
}

/** Fewer cycles came with create_canister than creation costs. */
export function insufficientCreationCycles(sent: bigint, required: bigint): Reject {
  return advised(
    "InsufficientCyclesForCreateCanister",
    `Creating a canister requires a fee of ${cyclesText(required)} that is deducted from the canister's initial balance but only ${cyclesText(sent)} cycles were received with the create_canister request.`,
    "Try sending more cycles with the request.",
    section("create-canister-not-enough-cycles"),
  );
}

/** Fewer cycles came with a call than its method costs. */
export function insufficientRequestCycles(
  { method, cycles }: { readonly method: string; readonly cycles: bigint },
  required: bigint,
): Reject {
  const message = `${method} request sent with ${cyclesText(cycles)} cycles, but ${cyclesText(required)} cycles are required.`;
  return reject("CanisterRejectedMessage", message);
}

/** The canister cannot pay for an installation in advance; `lack` is the text of the reason. */
export function insufficientInstallCycles(lack: string): Reject {
  return advised(
    "CanisterOutOfCycles",
    `Canister installation failed with \`${lack}\`.`,
    topUp,
    section("install-code-not-enough-cycles"),
  );
}

/** Earlier installations used more instructions than the rounds since then allow. */
export function installCodeRateLimited(canisterId: Principal): Reject {
  return advised(
    "CanisterInstallCodeRateLimited",
    `Canister ${canisterId.text} is rate limited because it executed too many instructions in the previous install_code messages. Please retry installation after several minutes.`,
    "Retry the installation at a later time.",
    section("install-code-rate-limited"),
  );
}

/** Earlier executions wrote more than the rounds since then allow. Bytes. */
export function heapDeltaRateLimited(canisterId: Principal, debit: number, limit: number): Reject {
  return advised(
    "CanisterHeapDeltaRateLimited",
    `Canister ${canisterId.text} is heap delta rate limited: current delta debit is ${debit}, but limit is ${limit}.`,
    "Try waiting a few seconds before retrying the operation.",
    section("canister-heap-delta-rate-limited"),
  );
}

/** Something about the chunk store. */
export function chunkStoreError(message: string): Reject {
  return advised(
    "CanisterContractViolation",
    `Error from Wasm chunk store: ${message}.`,
    "Use the `stored_chunks` API to check which hashes are present or top up the canister if it is low on cycles.",
    section("wasm-chunk-store-error"),
  );
}

/** The canister that is said to have the chunks is not here. */
export function storeNotFound(storeId: Principal, subnetId: Principal, targetId: Principal): Reject {
  const message = `InstallChunkedCode Error: Store canister ${storeId.text} was not found on subnet ${subnetId.text} of target canister ${targetId.text}`;
  return reject("CanisterNotFound", message);
}

/** The subnet has less compute left. Percent. */
export function subnetComputeExceeded(requested: bigint, available: bigint): Reject {
  return advised(
    "SubnetOversubscribed",
    `Canister requested a compute allocation of ${requested}% which cannot be satisfied because the Subnet's remaining compute capacity is ${available}%.`,
    elsewhere,
    section("subnet-compute-capacity-oversubscribed"),
  );
}

/** The subnet has less memory left. Bytes. */
export function subnetMemoryExceeded(requested: number, available: number): Reject {
  return advised(
    "SubnetOversubscribed",
    `Canister requested ${bytesText(requested)} of memory but only ${bytesText(available)} are available in the subnet.`,
    elsewhere,
    section("subnet-memory-capacity-oversubscribed"),
  );
}

/** The balance would be below the freezing threshold of that allocation, by `missing` cycles. */
export function insufficientCyclesForCompute(percent: bigint, missing: bigint): Reject {
  return advised(
    "InsufficientCyclesInComputeAllocation",
    `Cannot increase compute allocation to ${percent}% due to insufficient cycles. At least ${cyclesText(missing)} additional cycles are required.`,
    topUp,
    section("insufficient-cycles-in-compute-allocation"),
  );
}

/** The balance would be below the freezing threshold or the reserve of that allocation, by `missing` cycles. */
export function insufficientCyclesForMemory(allocationBytes: bigint, missing: bigint): Reject {
  return advised(
    "InsufficientCyclesInMemoryAllocation",
    `Cannot increase memory allocation to ${allocationText(allocationBytes)} due to insufficient cycles. At least ${cyclesText(missing)} additional cycles are required.`,
    topUp,
    section("insufficient-cycles-in-memory-allocation"),
  );
}

/** More would be reserved for that allocation than the settings allow. */
export function reservedLimitForMemory(allocationBytes: bigint, requested: bigint, limit: bigint): Reject {
  return advised(
    "ReservedCyclesLimitExceededInMemoryAllocation",
    `Cannot increase memory allocation to ${allocationText(allocationBytes)} due to its reserved cycles limit. The current limit (${cyclesText(limit)}) would be exceeded by ${cyclesText(requested - limit)}.`,
    raiseReserve,
    section("reserved-cycles-limit-exceeded-in-memory-allocation"),
  );
}

/** The canister cannot pay for that many more bytes, by `missing` cycles. */
export function insufficientCyclesForGrowth(bytes: number, missing: bigint): Reject {
  return advised(
    "InsufficientCyclesInMemoryGrow",
    `Canister cannot grow memory by ${bytes} bytes due to insufficient cycles. At least ${cyclesText(missing)} additional cycles are required.`,
    topUp,
    section("insufficient-cycles-in-memory-grow-1"),
  );
}

/** More would be reserved for that many more bytes than the settings allow. */
export function reservedLimitForGrowth(bytes: number, requested: bigint, limit: bigint): Reject {
  return advised(
    "ReservedCyclesLimitExceededInMemoryGrow",
    `Canister cannot grow memory by ${bytes} bytes due to its reserved cycles limit. The current limit (${cyclesText(limit)}) would be exceeded by ${cyclesText(requested - limit)}.`,
    raiseReserve,
    section("reserved-cycles-limit-exceeded-in-memory-grow"),
  );
}

/** More is reserved than the new limit allows. */
export function reservedLimitTooLow(reserved: bigint, limit: bigint): Reject {
  return advised(
    "ReservedCyclesLimitIsTooLow",
    `Cannot set the reserved cycles limit ${cyclesText(limit)} below the reserved cycles balance of the canister ${cyclesText(reserved)}.`,
    "Set the reserved cycles limit in the canister settings to a value that is at least the current reserved cycles balance.",
    "reserved-cycles-limit-is-too-low",
  );
}

/** Environment variables: too many, or one that is too long. */
export function tooManyVariables(count: number, allowed: number): Reject {
  return reject("InvalidManagementPayload", `Too many environment variables: ${count} (max: ${allowed})`);
}

/** The name or the value of an environment variable has more bytes than allowed. */
export function variableTooLong(part: "name" | "value", text: string, allowed: number): Reject {
  const message = `Environment variable ${part} "${text}" exceeds the maximum allowed length of ${allowed}.`;
  return reject("InvalidManagementPayload", message);
}

/** As the network writes a memory allocation. */
function allocationText(bytes: bigint): string {
  return `${bytes}B`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A number of bytes in the largest fitting unit, with two decimals. */
function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(2)} ${units[unit]}`;
}
