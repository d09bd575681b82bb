import { type Reject, reject } from "../errors.ts";
import type { ManagementCall } from "../executionEnvironment.ts";
import { argumentShapes } from "./idl.ts";
import { snapshotArguments } from "./snapshotShapes.ts";

/** The version that a call says its sender has. */
type NamedVersion = (argument: Uint8Array) => bigint | undefined;

/** Methods whose arguments may name the version of the canister that calls. */
const named: ReadonlyMap<string, NamedVersion> = new Map<string, NamedVersion>([
  ["create_canister", (it) => argumentShapes.create_canister.decode(it)?.sender_canister_version[0]],
  ["update_settings", (it) => argumentShapes.update_settings.decode(it)?.sender_canister_version[0]],
  ["install_code", (it) => argumentShapes.install_code.decode(it)?.sender_canister_version[0]],
  ["install_chunked_code", (it) => argumentShapes.install_chunked_code.decode(it)?.sender_canister_version[0]],
  ["uninstall_code", (it) => argumentShapes.uninstall_code.decode(it)?.sender_canister_version[0]],
  ["take_canister_snapshot", (it) => snapshotArguments.take.decode(it)?.sender_canister_version[0]],
  ["load_canister_snapshot", (it) => snapshotArguments.load.decode(it)?.sender_canister_version[0]],
  [
    "provisional_create_canister_with_cycles",
    (it) => argumentShapes.provisional_create_canister_with_cycles.decode(it)?.sender_canister_version[0],
  ],
]);

/**
 * The reject for a canister's call that names another version than the canister had when it called.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-candid
 */
export function senderVersionObstacle(call: ManagementCall): Reject | undefined {
  if (call.senderVersion === undefined) return undefined;
  const version = named.get(call.method)?.(call.argument);
  if (version === undefined || version === call.senderVersion) return undefined;
  return reject(
    "CanisterContractViolation",
    `Management canister call payload includes sender canister version ${version} that does not match the actual sender canister version ${call.senderVersion}.`,
  );
}
