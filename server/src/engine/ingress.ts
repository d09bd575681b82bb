/**
 * Taking a user's message in: whether it is executed at all, and who pays for that.
 * https://internetcomputer.org/docs/references/ic-interface-spec#rule-request-submission
 */
import type { Principal } from "../base/principal.ts";
import type { Canister } from "./canister.ts";
import {
  compositeInReplicatedMode,
  errorCodes,
  outOfCycles,
  type Reject,
  receiverNotFound,
  receiverNotRunning,
  reject,
} from "./errors.ts";
import { inspectMessage } from "./execution/inspectMessage.ts";
import { type ExecutionEnvironment, isManagement } from "./executionEnvironment.ts";
import { controllerObstacle, type ManagementMethod, noTarget } from "./management/managementMethod.ts";
import { managementMethod } from "./management/methods.ts";
import { payloadOfUser, reservedForControllers } from "./management/refusals.ts";
import type { IngressMessage } from "./messages.ts";

/** Arguments of update_settings up to this size are charged afterwards, so that a frozen canister can be thawed. */
const smallSettingsBytes = 366;

/** Takes the message in, or tells why not; then nothing was changed. */
export function induct(env: ExecutionEnvironment, message: IngressMessage, envelopeBytes: number): Reject | undefined {
  if (message.argument.length > env.limits.ingressBytes && !isManagement(message.receiver, env.subnetId)) {
    const text = `The argument has ${message.argument.length} bytes; a message may have ${env.limits.ingressBytes}.`;
    return reject("CanisterRejectedMessage", text);
  }
  const fee = env.fees.ingress(envelopeBytes);
  const refusal = historyObstacle(env) ?? inductInto(env, message, fee);
  if (refusal === undefined) env.ingressHistory.setReceived(message.ingressId, message.expiryNanos);
  if (env.trace !== undefined) traceIngress(env, message, refusal, fee);
  return refusal;
}

function inductInto(env: ExecutionEnvironment, message: IngressMessage, fee: bigint): Reject | undefined {
  return isManagement(message.receiver, env.subnetId)
    ? inductManagement(env, message, fee)
    : inductCall(env, message, fee);
}

/** Why no message at all is taken in; undefined when one more is. */
function historyObstacle(env: ExecutionEnvironment): Reject | undefined {
  const { ingressHistory, ingressHistoryMessages: capacity } = env;
  if (ingressHistory.count(env.timeNanos) < capacity) return undefined;
  return reject("IngressHistoryFull", `Maximum ingress history capacity ${capacity} reached`);
}

/** Bytes of the envelope of a call that an Ed25519 identity signed. */
export function envelopeBytesOf(message: {
  readonly method: string;
  readonly argument: Uint8Array;
  readonly caller: Principal;
}): number {
  return envelopeOverheadBytes + message.method.length + message.argument.length + message.caller.bytes.length;
}

/** CBOR keys, expiry, nonce, receiver, public key and signature of a signed call. */
const envelopeOverheadBytes = 260;

function inductCall(env: ExecutionEnvironment, message: IngressMessage, fee: bigint): Reject | undefined {
  const canister = env.canister(message.receiver);
  if (canister === undefined) return receiverNotFound(message.receiver);
  const refusal =
    feeObstacle(env, canister, fee, message.caller) ??
    (canister.state.kind === "running" ? undefined : receiverNotRunning(canister.id, canister.state.kind)) ??
    (canister.code?.method(message.method)?.kind === "compositeQuery" ? compositeInReplicatedMode : undefined) ??
    inspectMessage(env, canister, message);
  if (refusal !== undefined) return refusal;
  takeFee(env, canister, fee);
  env.enqueue(canister, message);
  return undefined;
}

function inductManagement(env: ExecutionEnvironment, message: IngressMessage, fee: bigint): Reject | undefined {
  const found = managementMethod(message.method, "user");
  if (found.kind === "missing") return found.reject;
  const target = found.method.target(message.argument);
  if (target === undefined && found.method.target !== noTarget) {
    return payloadOfUser(message.method);
  }
  const isSmallSettings = message.method === "update_settings" && message.argument.length <= smallSettingsBytes;
  if (target !== undefined) {
    const canister = env.canister(target);
    if (canister === undefined) return receiverNotFound(target);
    const refusal =
      (isSmallSettings ? undefined : feeObstacle(env, canister, fee, message.caller)) ??
      callerObstacle(env, canister, message, found.method);
    if (refusal !== undefined) return refusal;
    if (!isSmallSettings) takeFee(env, canister, fee);
  }
  env.managementCalls.push({
    origin: { kind: "ingress", ingressId: message.ingressId, caller: message.caller },
    caller: message.caller,
    method: message.method,
    argument: message.argument,
    cycles: 0n,
    deadlineNanos: 0n,
    place: message.place,
    ...(isSmallSettings ? { feeAfterwards: env.fees.ingress(message.method.length + message.argument.length) } : {}),
  });
  return undefined;
}

/** Why the user may not call the method about that canister. Whom it takes for a controller is told in fewer words here. */
function callerObstacle(
  env: ExecutionEnvironment,
  canister: Canister,
  { caller, method }: IngressMessage,
  { obstacle: obstacleOf }: ManagementMethod,
): Reject | undefined {
  const obstacle = obstacleOf === undefined ? controllerObstacle(canister, caller) : obstacleOf(env, canister, caller);
  return obstacle?.errorCode === errorCodes.CanisterInvalidController
    ? reservedForControllers(canister.id, method)
    : obstacle;
}

function feeObstacle(
  env: ExecutionEnvironment,
  canister: Canister,
  fee: bigint,
  caller: Principal,
): Reject | undefined {
  const threshold = canister.freezingThreshold(env.fees);
  const available = canister.account.balance;
  if (available - fee >= threshold) return undefined;
  return outOfCycles(canister.id, {
    available,
    requested: fee,
    threshold,
    revealTopUp: canister.isController(caller),
  });
}

function takeFee(env: ExecutionEnvironment, canister: Canister, fee: bigint): void {
  canister.account.balance -= fee;
  env.consume(canister, "ingress_induction", fee);
}

function traceIngress(
  env: ExecutionEnvironment,
  message: IngressMessage,
  refusal: Reject | undefined,
  fee: bigint,
): void {
  const { place, receiver, method, caller, argument } = message;
  const common = { round: env.round, ...place, canisterId: receiver.text, method };
  if (refusal !== undefined) env.trace?.push({ kind: "ingressRefused", ...common, reject: refusal });
  else env.trace?.push({ kind: "ingressReceived", ...common, caller: caller.text, argument, fee });
}
