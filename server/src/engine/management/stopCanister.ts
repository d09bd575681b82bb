import { Principal } from "../../base/principal.ts";
import type { Canister, StopRequest } from "../canister.ts";
import { type Reject, reject } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import type { CallResponse } from "../trace.ts";
import { controllerOrAdminObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";

/**
 * The canister takes no new calls; the answer comes when its open call contexts have ended.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-stop_canister
 */
export const stopCanister: ManagementMethod = {
  callers: "everyone",
  target: targetIn(argumentShapes.canister, (it) => principalOf(it.canister_id)),
  obstacle: controllerOrAdminObstacle,
  execute(env, call) {
    const argument = argumentShapes.canister.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    return withControlled(
      env,
      call,
      principalOf(argument.canister_id),
      (canister) => {
        const { state } = canister;
        canister.version++;
        if (state.kind === "stopped") return reply(resultShapes.none.encode());
        const { origin, place, cycles } = call;
        const request = { origin, place, cycles, deadlineNanos: env.timeNanos + limits.stopTimeoutNanos };
        canister.state = {
          kind: "stopping",
          requests: [...(state.kind === "stopping" ? state.requests : []), request],
        };
        env.stopping.add(canister);
        return { kind: "later" };
      },
      controllerOrAdminObstacle,
    );
  },
};

/** Ends the stopping of canisters that wait for nothing more, and the patience of those who asked. */
export function settleStopping(env: ExecutionEnvironment): void {
  for (const canister of env.stopping) {
    if (env.long.busy.has(canister)) continue;
    if (canister.callContexts.size === 0 && canister.callbacks.size === 0) completeStop(env, canister);
    else giveUpWaiting(env, canister);
  }
}

/** Tells everybody who asked for the stop why there is none: canisters without an error code, in words of their own. */
export function refuseStopRequests(
  env: ExecutionEnvironment,
  requests: readonly StopRequest[],
  toUsers: Reject,
  toCanisters: string,
): void {
  const { rejectCode } = toUsers;
  for (const request of requests) {
    const isUser = request.origin.kind === "ingress";
    answer(env, request, { kind: "reject", reject: isUser ? toUsers : { rejectCode, message: toCanisters } });
  }
}

function answer(env: ExecutionEnvironment, { origin, place, cycles }: StopRequest, response: CallResponse): void {
  env.respond(Principal.management, { origin, method: "stop_canister", place }, response, cycles);
}

function completeStop(env: ExecutionEnvironment, canister: Canister): void {
  const { state } = canister;
  env.stopping.delete(canister);
  if (state.kind !== "stopping") return;
  canister.state = { kind: "stopped" };
  canister.version++;
  const root = { kind: "systemTask", canisterId: canister.id.text, round: env.round } as const;
  env.trace?.push({ kind: "stopped", round: env.round, root, depth: 0, canisterId: canister.id.text });
  for (const request of state.requests) answer(env, request, { kind: "reply", data: resultShapes.none.encode() });
}

function giveUpWaiting(env: ExecutionEnvironment, canister: Canister): void {
  const { state } = canister;
  if (state.kind !== "stopping") return;
  const late = state.requests.filter((it) => it.deadlineNanos <= env.timeNanos);
  if (late.length === 0) return;
  canister.state = { kind: "stopping", requests: state.requests.filter((it) => it.deadlineNanos > env.timeNanos) };
  const message = "Stop canister request timed out";
  refuseStopRequests(env, late, reject("StopCanisterRequestTimeout", message), message);
}
