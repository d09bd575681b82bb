/**
 * Uninstalling code: by hand, or because storage could not be paid. Open calls are rejected; responses to the canister's
 * own calls are dropped later, with their cycles credited.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-uninstall_code
 */
import type { Canister, ChangeOrigin } from "../canister.ts";
import { type Reject, reject, withoutErrorCode } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { forgetStateBefore } from "../stateBefore.ts";

/** As users see it. */
const uninstalled: Reject = reject("CanisterRejectedMessage", "Canister has been uninstalled.");

/** Takes code, memories, timer, certified data, chunks and log away, and rejects the open calls. */
export function uninstallCode(env: ExecutionEnvironment, canister: Canister, change: ChangeOrigin | undefined): void {
  forgetStateBefore(canister);
  canister.code = undefined;
  canister.certifiedData = new Uint8Array(0);
  canister.chunks.clear();
  canister.log.clear();
  canister.lowMemoryHook = "notSatisfied";
  canister.version++;
  env.setGlobalTimer(canister, 0n);
  env.noteHeartbeat(canister);
  if (change !== undefined) canister.recordChange(env.timeNanos, change, { kind: "codeUninstall" });
  for (const context of canister.callContexts.values()) {
    if (!context.responded) {
      const refund = context.cyclesAvailable;
      context.cyclesAvailable = 0n;
      context.responded = true;
      const reason = context.origin.kind === "ingress" ? uninstalled : withoutErrorCode(uninstalled);
      env.respond(canister.id, context, { kind: "reject", reject: reason }, refund);
    }
    context.deleted = true;
    if (context.outstandingCalls === 0) canister.callContexts.delete(context.id);
  }
}
