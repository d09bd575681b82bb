import type { Callback } from "./callContexts.ts";
import type { Canister } from "./canister.ts";
import { deadlineExpired } from "./errors.ts";
import type { ExecutionEnvironment } from "./executionEnvironment.ts";
import { endOfWait } from "./messages.ts";

/** Bounded waits whose deadline has passed get SYS_UNKNOWN now; what still comes back later is dropped. */
export function expireCalls(env: ExecutionEnvironment): void {
  env.nextDeadlineNanos = undefined;
  for (const canister of env.canisters.values()) {
    for (const callback of canister.callbacks.values()) {
      if (callback.deadlineNanos === 0n || callback.answered) continue;
      if (endOfWait(callback.deadlineNanos) > env.timeNanos) env.watchDeadline(callback);
      else expireCall(env, canister, callback);
    }
  }
}

function expireCall(env: ExecutionEnvironment, canister: Canister, callback: Callback): void {
  const lost = env.ledger.lost;
  const requestDropped = dropExpiredRequest(env, canister, callback);
  callback.answered = true;
  const context = canister.callContexts.get(callback.callContextId);
  if (env.trace !== undefined && context !== undefined) {
    env.trace.push({
      kind: "expired",
      round: env.round,
      ...context.place,
      canisterId: canister.id.text,
      callee: callback.callee.text,
      method: callback.method,
      callbackId: callback.id,
      requestDropped,
      cyclesLost: env.ledger.lost - lost,
    });
  }
  env.enqueue(canister, {
    kind: "response",
    respondent: callback.callee,
    receiver: canister.id,
    callbackId: callback.id,
    response: { kind: "reject", reject: deadlineExpired },
    refund: 0n,
    deadlineNanos: callback.deadlineNanos,
    isNotice: true,
  });
}

/** A request that was not executed until its deadline never will be; its cycles are lost. Tells whether there was one. */
function dropExpiredRequest(env: ExecutionEnvironment, canister: Canister, callback: Callback): boolean {
  const callee = env.canister(callback.callee);
  const expired = callee?.input.takeExpired(
    (it) => it.kind === "request" && it.sender.key === canister.id.key && it.callbackId === callback.id,
  );
  for (const request of expired ?? []) if (request.kind === "request") env.ledger.lost += request.cycles;
  let dropped = expired !== undefined && expired.length > 0;
  env.managementCalls.filter(({ origin, cycles }) => {
    const isExpired =
      origin.kind === "canister" && origin.caller.key === canister.id.key && origin.callbackId === callback.id;
    if (isExpired) env.ledger.lost += cycles;
    dropped ||= isExpired;
    return !isExpired;
  });
  return dropped;
}
