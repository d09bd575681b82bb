import type { Principal } from "../../base/principal.ts";
import type { Canister, ChangeOrigin } from "../canister.ts";
import { canisterNotFound, type Reject, reject } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { invalidController } from "./refusals.ts";

/** What came of a call of a management method. Cycles that it did not keep go back with the answer. */
export type ManagementOutcome =
  | { readonly kind: "reply"; readonly data: Uint8Array; readonly cyclesKept: bigint }
  | { readonly kind: "reject"; readonly reject: Reject }
  /** The answer comes later, from whoever took the call over. */
  | { readonly kind: "later" };

/** A query of the management canister, by a user or by a composite query. */
export interface ManagementQuery {
  readonly caller: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
}

/** One method of the management canister. */
export interface ManagementMethod {
  /** Users cannot attach cycles, nor wait for some answers. */
  readonly callers: "canisters" | "everyone";
  /**
   * The canister that the call is about, which pays for an ingress message; undefined where there is none (then the
   * message is free) and for arguments that cannot be read.
   */
  target(argument: Uint8Array): Principal | undefined;
  /** Why a user's call about that canister is not even taken; absent where only controllers may call. */
  readonly obstacle?: (env: ExecutionEnvironment, canister: Canister, caller: Principal) => Reject | undefined;
  /** Does what the method does, at once and completely, or rejects and changes nothing. */
  execute(env: ExecutionEnvironment, call: ManagementCall): ManagementOutcome;
}

/** A reply that keeps no cycles. */
export function reply(data: Uint8Array): ManagementOutcome & { readonly kind: "reply" } {
  return { kind: "reply", data, cyclesKept: 0n };
}

/** A reject with the network's words. */
export function refuse(it: Reject): ManagementOutcome & { readonly kind: "reject" } {
  return { kind: "reject", reject: it };
}

/** The answer to an argument that is no Candid of the method's type. */
export function invalidPayload(method: string): ManagementOutcome & { readonly kind: "reject" } {
  return refuse(
    reject(
      "InvalidManagementPayload",
      `Error decoding candid: the argument is not what ${method} takes. Check it against the interface of the management canister.`,
    ),
  );
}

/** Why a caller may not do something with a canister; undefined when it may. */
export function controllerObstacle(canister: Canister, caller: Principal): Reject | undefined {
  if (canister.isController(caller)) return undefined;
  return invalidController(canister.id, canister.settings.controllers, caller);
}

/** Does something with a canister that exists and that the caller controls, or may manage by another right. */
export function withControlled(
  env: ExecutionEnvironment,
  call: ManagementCall,
  id: Principal,
  action: (canister: Canister) => ManagementOutcome,
  obstacleOf: NonNullable<ManagementMethod["obstacle"]> = (_env, canister, caller) =>
    controllerObstacle(canister, caller),
): ManagementOutcome {
  const canister = env.canister(id);
  if (canister === undefined) return refuse(canisterNotFound(id));
  const obstacle = obstacleOf(env, canister, call.caller);
  return obstacle === undefined ? action(canister) : refuse(obstacle);
}

/** The method's outcome for the canister of an id, whose chunk store its controllers and the canister itself may use. */
export function withChunkStore(
  env: ExecutionEnvironment,
  call: ManagementCall,
  id: Principal,
  action: (canister: Canister) => ManagementOutcome,
): ManagementOutcome {
  const canister = env.canister(id);
  if (canister === undefined) return refuse(canisterNotFound(id));
  const obstacle = id.key === call.caller.key ? undefined : controllerObstacle(canister, call.caller);
  return obstacle === undefined ? action(canister) : refuse(obstacle);
}

/** Who a change is attributed to in the canister history. */
export function changeOrigin(call: ManagementCall, senderVersion: readonly [] | readonly [bigint]): ChangeOrigin {
  return call.origin.kind === "canister"
    ? { kind: "canister", canister: call.caller, version: senderVersion[0] }
    : { kind: "user", user: call.caller };
}

/** The target of methods that are about no canister. */
export const noTarget = (): undefined => undefined;

/** The canister named by an argument that has it in `canister_id`. */
export function targetIn<T>(
  shape: { decode(bytes: Uint8Array): T | undefined },
  id: (argument: T) => Principal,
): (bytes: Uint8Array) => Principal | undefined {
  return (bytes) => {
    const argument = shape.decode(bytes);
    return argument === undefined ? undefined : id(argument);
  };
}
