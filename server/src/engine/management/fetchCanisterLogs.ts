import type { LogRecord } from "../embedder/contract.ts";
import { reject } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { limits } from "../limits.ts";
import { logsObstacle } from "./access.ts";
import { principalOf } from "./idl.ts";
import { insightArguments, insightResults, type LogFilter, type LogRecordOnWire } from "./insightShapes.ts";
import {
  type ManagementMethod,
  type ManagementQuery,
  refuse,
  reply,
  targetIn,
  withReceiver,
} from "./managementMethod.ts";

/** Between canisters, for the fees of the call alone: who pays none may not. https://internetcomputer.org/docs/references/ic-interface-spec#ic-fetch_canister_logs */
export const fetchCanisterLogs: ManagementMethod = {
  callers: "canisters",
  target: targetIn(insightArguments.fetch_canister_logs, (it) => principalOf(it.canister_id)),
  execute(env, call: ManagementCall) {
    if (env.fees.schedule !== "free" || env.canister(call.caller) === undefined) return answerLogs(env, call);
    const message = `${call.method} can only be called by a canister on a subnet with a normal cost schedule.`;
    return refuse(reject("CanisterContractViolation", message));
  },
};

/** The answer, for calls and for queries. */
export function answerLogs(env: ExecutionEnvironment, call: ManagementQuery) {
  return withReceiver(
    env,
    call,
    insightArguments.fetch_canister_logs,
    (canister, argument) => {
      const { records, nextIndex } = canister.log;
      const first = nextIndex - BigInt(records.length);
      const [filter] = argument.filter;
      const found = records
        .map((it, index) => recordOnWire(it, first + BigInt(index)))
        .filter((it) => passes(it, filter));
      return reply(insightResults.fetch_canister_logs.encode({ canister_log_records: newest(found) }));
    },
    logsObstacle,
  );
}

function recordOnWire({ timestampNanos, content }: LogRecord, index: bigint): LogRecordOnWire {
  return { idx: index, timestamp_nanos: timestampNanos, content: new TextEncoder().encode(content) };
}

/** The end of a range is not part of it. */
function passes(record: LogRecordOnWire, filter: LogFilter | undefined): boolean {
  const range = filter?.by_idx ?? filter?.by_timestamp_nanos;
  if (range === undefined) return true;
  const value = filter?.by_idx === undefined ? record.timestamp_nanos : record.idx;
  return range.start <= value && value < range.end;
}

/** The newest records that an answer has room for. */
function newest(records: readonly LogRecordOnWire[]): readonly LogRecordOnWire[] {
  let room = limits.logAnswerBytes;
  let from = records.length;
  while (from > 0) {
    room -= (records[from - 1]?.content.length ?? 0) + recordBytes;
    if (room < 0) break;
    from--;
  }
  return records.slice(from);
}

/** Index and time of a record. */
const recordBytes = 16;
