import { principalOf } from "./idl.ts";
import { insightArguments, insightResults } from "./insightShapes.ts";
import { invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";
import { otherSubnet } from "./subnetInfo.ts";

/**
 * A subnet without nodes has no history of any.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-node_metrics_history
 */
export const nodeMetricsHistory: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = insightArguments.node_metrics_history.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    if (principalOf(argument.subnet_id).key !== env.subnetId.key) return refuse(otherSubnet(env.subnetId.text));
    return reply(insightResults.node_metrics_history.encode([]));
  },
};
