/**
 * What the methods of all threshold keys have in common: which keys there are, what a signature costs, and that
 * signatures come in a later round.
 */
import { Principal } from "../../base/principal.ts";
import { unroutable } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { heldKeysText, keyIdText, localKeyNames, type ThresholdKeyId } from "../thresholdKeys/keyId.ts";
import { type ManagementOutcome, refuse } from "./managementMethod.ts";
import { insufficientRequestCycles, tooManyElements } from "./refusals.ts";

/** A signature (or encrypted key) that is made already and given in the next round. */
export interface ThresholdRequest {
  readonly call: ManagementCall;
  /** The round in which it was asked for. */
  readonly round: number;
  /** Candid. */
  readonly reply: Uint8Array;
  /** Cycles that the signature cost. */
  readonly fee: bigint;
}

/** Elements of a derivation path, without the canister. */
const pathElementsMax = 255;

type Refusal = ManagementOutcome & { readonly kind: "reject" };

/** Why a call about a key cannot be answered; undefined when the key is there and the path is not too long. */
export function keyObstacle(
  method: string,
  purpose: "publicKey" | "signature",
  key: ThresholdKeyId,
  path: readonly Uint8Array[],
): Refusal | undefined {
  if (path.length > pathElementsMax) return refuse(tooManyElements(pathElementsMax));
  if (localKeyNames.includes(key.name)) return undefined;
  const what =
    purpose === "publicKey"
      ? `Requested unknown threshold key: ${keyIdText(key)}, existing keys: ${heldKeysText(key)}`
      : `Requested unknown or disabled threshold key: ${keyIdText(key)}, existing enabled keys: ${heldKeysText(key)}`;
  return refuse(unroutable(method, `ChainKeyError("${what}")`));
}

/** Whose key it is: the canister named in the argument, or else the caller. */
export function keyOwner(call: ManagementCall, canisterId: readonly [] | readonly [Principal]): Principal {
  return canisterId[0] ?? call.caller;
}

/** Takes the fee and gives the signature in the next round, or refuses when the cycles attached do not suffice. */
export function giveSignature(
  env: ExecutionEnvironment,
  call: ManagementCall,
  make: () => Uint8Array,
): ManagementOutcome {
  // Canisters of the NNS sign for free.
  const isFree = env.connections?.isOnNns(call.caller) ?? env.kind === "nns";
  const fee = isFree ? 0n : env.fees.signature();
  if (call.cycles < fee) return refuse(insufficientRequestCycles(call, fee));
  env.thresholdRequests.push({ call, round: env.round, reply: make(), fee });
  return { kind: "later" };
}

/** Answers the calls of earlier rounds. */
export function answerThresholdRequests(env: ExecutionEnvironment): void {
  if (env.thresholdRequests.length === 0) return;
  const due = env.thresholdRequests.filter((it) => it.round < env.round);
  env.thresholdRequests = env.thresholdRequests.filter((it) => it.round >= env.round);
  for (const { call, reply, fee } of due) {
    env.ledger.consumed += fee;
    env.respond(Principal.management, call, { kind: "reply", data: reply }, call.cycles - fee);
  }
}
