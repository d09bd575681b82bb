import { Fees } from "../../cycles/fees.ts";
import { localKeyNames } from "../../thresholdKeys/keyId.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

const text = new TextDecoder();

const ok = 0;
const invalidCurve = 1;
const invalidKey = 2;

/** What calls will cost. */
export const costFunctions: readonly SystemApiFunction[] = [
  on("* s", "cost_call", "llI", "", usual, (it, nameSize, payloadSize, target) =>
    it.writeCycles("ic0.cost_call", target, it.input.outgoingCalls.costOfCall(Number(nameSize + payloadSize))),
  ),
  on("* s", "cost_create_canister", "I", "", usual, (it, target) =>
    it.writeCycles("ic0.cost_create_canister", target, feesOf(it).canisterCreation),
  ),
  on("* s", "cost_http_request", "llI", "", usual, (it, requestSize, responseMax, target) =>
    it.writeCycles("ic0.cost_http_request", target, feesOf(it).httpRequest(requestSize, responseMax)),
  ),
  signatureCost("cost_sign_with_ecdsa", 1),
  signatureCost("cost_sign_with_schnorr", 2),
  signatureCost("cost_vetkd_derive_key", 1),
];

/** All three know a number of curves or algorithms, counted from 0. */
function signatureCost(name: string, curves: number): SystemApiFunction {
  return on("* s", name, "IIiI", "i", perByte(1), (it, source, size, curve, target) => {
    const key = text.decode(it.readHeap(`ic0.${name}`, source, size));
    if (curve >= curves) return invalidCurve;
    if (!localKeyNames.includes(key)) return invalidKey;
    it.writeCycles(`ic0.${name}`, target, feesOf(it).signature());
    return ok;
  });
}

function feesOf(it: MessageExecution): Fees {
  return new Fees(it.input.subnetSize);
}
