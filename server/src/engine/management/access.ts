/** Who may do what: controllers, subnet admins, those whom the settings of a canister name. */
import { comparePrincipals, Principal } from "../../base/principal.ts";
import type { Canister, Visibility } from "../canister.ts";
import { type Reject, reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { controllerObstacle, type Obstacle } from "./managementMethod.ts";

/** Whether a caller administers the subnet. */
export function isSubnetAdmin({ subnetAdmins }: ExecutionEnvironment, caller: Principal): boolean {
  return subnetAdmins?.some((it) => it.key === caller.key) ?? false;
}

/** Why a caller who neither controls the canister nor administers the subnet may not do something. */
export function controllerOrAdminObstacle(
  env: ExecutionEnvironment,
  canister: Canister,
  caller: Principal,
): Reject | undefined {
  if (isSubnetAdmin(env, caller)) return undefined;
  const obstacle = controllerObstacle(canister, caller);
  if (obstacle === undefined || env.subnetAdmins === undefined) return obstacle;
  return reject(
    "CanisterInvalidControllerOrSubnetAdmin",
    `Only the controllers of the canister ${canister.id.text} or subnet admins can control it.\nCanister's controllers: ${texts(canister.settings.controllers)}\nSubnet admins: ${texts(env.subnetAdmins)}\nSender's ID: ${caller.text}`,
  );
}

/** The same for uninstall_code, which the network's governance canister may call for every canister. */
export function uninstallObstacle(
  env: ExecutionEnvironment,
  canister: Canister,
  caller: Principal,
): Reject | undefined {
  return caller.key === governance.key ? undefined : controllerOrAdminObstacle(env, canister, caller);
}

/** `rrkah-fqaaa-aaaaa-aaaaq-cai`, on the NNS. */
const governance = Principal.ofBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1, 1));

/** Why a caller may not do what only the admins of the subnet may. */
export function subnetAdminObstacle(env: ExecutionEnvironment, caller: Principal, method: string): Reject | undefined {
  if (env.subnetAdmins === undefined) {
    return reject("CanisterRejectedMessage", `${method} is only available on subnets with subnet admins`);
  }
  if (isSubnetAdmin(env, caller)) return undefined;
  return reject(
    "InvalidSubnetAdmin",
    `Only subnet admins can call this method.\nSubnet admins: ${texts(env.subnetAdmins)}\nSender's ID: ${caller.text}`,
  );
}

/** Whether a setting shows something to a caller; controllers see everything. */
export function maySee(canister: Canister, visibility: Visibility, caller: Principal): boolean {
  if (canister.isController(caller)) return true;
  if (visibility.kind === "allowedViewers") return visibility.viewers.some((it) => it.key === caller.key);
  return visibility.kind === "public";
}

/** Why a caller may not read the canister's status; undefined when it may. */
export function statusObstacle(env: ExecutionEnvironment, canister: Canister, caller: Principal): Reject | undefined {
  if (canister.id.key === caller.key || isSubnetAdmin(env, caller)) return undefined;
  if (maySee(canister, canister.settings.statusVisibility, caller)) return undefined;
  return reject("CanisterStatusAccessDenied", `Caller ${caller.text} is not allowed to read the canister status`);
}

/** Why a caller may not read the canister's log; undefined when it may. */
export function logsObstacle(_env: ExecutionEnvironment, canister: Canister, caller: Principal): Reject | undefined {
  if (maySee(canister, canister.settings.logVisibility, caller)) return undefined;
  return reject("CanisterRejectedMessage", `Caller ${caller.text} is not allowed to access canister logs`);
}

/** Why a caller may not call a method that shows the canister's snapshots. */
export function snapshotObstacle(method: string): Obstacle {
  return (_env, canister, caller) =>
    maySee(canister, canister.settings.snapshotVisibility, caller)
      ? undefined
      : reject("CanisterRejectedMessage", `Caller ${caller.text} is not allowed to call ${method}`);
}

/** Why a caller may not use the canister's chunk store: its controllers and the canister itself may. */
export const chunkStoreObstacle: Obstacle = (_env, canister, caller) =>
  canister.id.key === caller.key ? undefined : controllerObstacle(canister, caller);

function texts(principals: readonly Principal[]): string {
  return [...principals]
    .sort(comparePrincipals)
    .map((it) => it.text)
    .join(" ");
}
