import { reject } from "../errors.ts";
import { principalOf } from "./idl.ts";
import { insightArguments, insightResults } from "./insightShapes.ts";
import { invalidPayload, type ManagementMethod, noTarget, refuse, reply } from "./managementMethod.ts";

/** What stands where the network has the version of its software: this engine follows the network as of this day. */
const replicaVersion = "canister-workbench-2026-11-21";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-subnet_info */
export const subnetInfo: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    const argument = insightArguments.subnet_info.decode(call.argument);
    if (argument === undefined) return invalidPayload(call.method);
    if (principalOf(argument.subnet_id).key !== env.subnetId.key) return refuse(otherSubnet(env.subnetId.text));
    return reply(insightResults.subnet_info.encode({ replica_version: replicaVersion, registry_version: 1n }));
  },
};

/** The call is about a subnet that is not the one it was sent to. */
export function otherSubnet(subnetId: string) {
  return reject("CanisterRejectedMessage", `Provided target subnet ID does not match current subnet ID ${subnetId}.`);
}
