import type { Principal } from "../../base/principal.ts";
import type { Canister, ChangeOrigin } from "../canister.ts";
import { canisterNotFound, type Reject, receiverNotFound } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { type CanisterIdArgument, principalOf } from "./idl.ts";
import { invalidArgument, invalidController } from "./refusals.ts";

/** What a management method answers at once. Cycles that it did not keep go back with the answer. */
export type ManagementAnswer =
  | { readonly kind: "reply"; readonly data: Uint8Array; readonly cyclesKept: bigint }
  | { readonly kind: "reject"; readonly reject: Reject };

/** What came of a call of a management method. */
export type ManagementOutcome =
  | ManagementAnswer
  /** The answer comes later, from whoever took the call over. */
  | { readonly kind: "later" };

/** A query of the management canister, by a user or by a composite query. */
export interface ManagementQuery {
  readonly caller: Principal;
  readonly method: string;
  readonly argument: Uint8Array;
}

/** Why a caller may not do something with a canister; gives undefined when it may. */
export type Obstacle = (env: ExecutionEnvironment, canister: Canister, caller: Principal) => Reject | undefined;

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
  readonly obstacle?: Obstacle;
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
  return refuse(invalidArgument(method));
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
  obstacleOf: Obstacle = (_env, canister, caller) => controllerObstacle(canister, caller),
): ManagementOutcome {
  const canister = env.canister(id);
  if (canister === undefined) return refuse(canisterNotFound(id));
  const obstacle = obstacleOf(env, canister, call.caller);
  return obstacle === undefined ? action(canister) : refuse(obstacle);
}

/** Answers with a canister that exists and that the caller may ask about, as a call that only reads finds it. */
export function withReceiver<T extends CanisterIdArgument>(
  env: ExecutionEnvironment,
  call: ManagementQuery,
  shape: { decode(bytes: Uint8Array): T | undefined },
  answer: (canister: Canister, argument: T) => ManagementAnswer,
  obstacleOf: Obstacle = () => undefined,
): ManagementAnswer {
  const argument = shape.decode(call.argument);
  if (argument === undefined) return invalidPayload(call.method);
  const id = principalOf(argument.canister_id);
  const canister = env.canister(id);
  if (canister === undefined) return refuse(isReplicated(call) ? canisterNotFound(id) : receiverNotFound(id));
  const obstacle = obstacleOf(env, canister, call.caller);
  return obstacle === undefined ? answer(canister, argument) : refuse(obstacle);
}

/** Whether a call has the words of calls: queries have those of messages to nobody, and so have logs. */
function isReplicated(call: ManagementQuery | ManagementCall): boolean {
  return "origin" in call && call.method !== "fetch_canister_logs";
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
