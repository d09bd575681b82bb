import { Principal } from "../../base/principal.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { resultShapes } from "./idl.ts";
import { insightArguments } from "./insightShapes.ts";
import { invalidPayload, type ManagementMethod, noTarget } from "./managementMethod.ts";

/**
 * Randomness of a later round, so that nobody can know it when asking.
 * https://internetcomputer.org/docs/references/ic-interface-spec#ic-raw_rand
 */
export const rawRand: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute(env, call) {
    if (!insightArguments.none.accepts(call.argument)) return invalidPayload(call.method);
    env.randomnessRequests.push({ call, round: env.round });
    return { kind: "later" };
  },
};

/** Answers the calls of earlier rounds. */
export function answerRandomness(env: ExecutionEnvironment): void {
  if (env.randomnessRequests.length === 0) return;
  const due = env.randomnessRequests.filter((it) => it.round < env.round);
  env.randomnessRequests = env.randomnessRequests.filter((it) => it.round >= env.round);
  for (const { call } of due) {
    const data = resultShapes.blob.encode(env.randomness.nextBlock());
    env.respond(Principal.management, call, { kind: "reply", data }, call.cycles);
  }
}
