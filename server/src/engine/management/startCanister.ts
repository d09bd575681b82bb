import { reject } from "../errors.ts";
import { controllerOrAdminObstacle } from "./access.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { invalidPayload, type ManagementMethod, reply, targetIn, withControlled } from "./managementMethod.ts";
import { refuseStopRequests } from "./stopCanister.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-start_canister */
export const startCanister: ManagementMethod = {
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
        if (state.kind === "stopping") {
          const subject = `Canister ${canister.id.text}'s stop request`;
          const cancelled = reject("CanisterStoppingCancelled", `${subject} was cancelled.`);
          refuseStopRequests(env, state.requests, cancelled, `${subject} cancelled`);
          env.stopping.delete(canister);
        }
        if (state.kind !== "running") canister.state = { kind: "running" };
        canister.version++;
        return reply(resultShapes.none.encode());
      },
      controllerOrAdminObstacle,
    );
  },
};
