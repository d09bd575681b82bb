import type { Principal } from "../../base/principal.ts";
import { canisterNotFound } from "../errors.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { isVisible } from "./canisterStatus.ts";
import { argumentShapes, principalOf, resultShapes } from "./idl.ts";
import { controllerObstacle, invalidPayload, refuse, reply } from "./managementMethod.ts";

/** https://internetcomputer.org/docs/references/ic-interface-spec#ic-fetch_canister_logs */
export function fetchCanisterLogs(
  env: ExecutionEnvironment,
  call: { readonly caller: Principal; readonly method: string; readonly argument: Uint8Array },
) {
  const argument = argumentShapes.canister.decode(call.argument);
  if (argument === undefined) return invalidPayload(call.method);
  const id = principalOf(argument.canister_id);
  const canister = env.canister(id);
  if (canister === undefined) return refuse(canisterNotFound(id));
  const mayRead = isVisible(canister.settings.logVisibility, call.caller);
  const obstacle = mayRead ? undefined : controllerObstacle(canister, call.caller);
  if (obstacle !== undefined) return refuse(obstacle);
  const { records, nextIndex } = canister.log;
  const first = nextIndex - BigInt(records.length);
  const encoder = new TextEncoder();
  return reply(
    resultShapes.fetch_canister_logs.encode({
      canister_log_records: records.map(({ timestampNanos, content }, index) => ({
        idx: first + BigInt(index),
        timestamp_nanos: timestampNanos,
        content: encoder.encode(content),
      })),
    }),
  );
}
