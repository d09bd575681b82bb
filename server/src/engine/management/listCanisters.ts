import { comparePrincipals, type Principal } from "../../base/principal.ts";
import { canisterIdNumber } from "../canisterIdRanges.ts";
import type { ExecutionEnvironment } from "../executionEnvironment.ts";
import { subnetAdminObstacle } from "./access.ts";
import { principalOnWire } from "./idl.ts";
import { insightArguments, insightResults } from "./insightShapes.ts";
import {
  invalidPayload,
  type ManagementMethod,
  type ManagementQuery,
  noTarget,
  refuse,
  reply,
} from "./managementMethod.ts";

/** The ids of all canisters, as ranges. https://internetcomputer.org/docs/references/ic-interface-spec#ic-list_canisters */
export const listCanisters: ManagementMethod = {
  callers: "canisters",
  target: noTarget,
  execute: answerCanisters,
};

/** The answer, for calls and for queries. */
export function answerCanisters(env: ExecutionEnvironment, call: ManagementQuery) {
  if (!insightArguments.none.accepts(call.argument)) return invalidPayload(call.method);
  const obstacle = subnetAdminObstacle(env, call.caller, call.method);
  if (obstacle !== undefined) return refuse(obstacle);
  const canisters = ranges([...env.canisters.values()].map((it) => it.id)).map(({ start, end }) => ({
    start: principalOnWire(start),
    end: principalOnWire(end),
  }));
  return reply(insightResults.list_canisters.encode({ canisters }));
}

function ranges(ids: readonly Principal[]): { start: Principal; end: Principal }[] {
  const result: { start: Principal; end: Principal }[] = [];
  for (const id of [...ids].sort(comparePrincipals)) {
    const last = result.at(-1);
    if (last !== undefined && (canisterIdNumber(last.end) ?? 0n) + 1n === canisterIdNumber(id)) last.end = id;
    else result.push({ start: id, end: id });
  }
  return result;
}
