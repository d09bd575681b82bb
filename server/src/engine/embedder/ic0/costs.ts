import type { Fees } from "../../cycles/fees.ts";
import { httpShapes } from "../../management/httpShapes.ts";
import { localKeyNames } from "../../thresholdKeys/keyId.ts";
import { violateContract } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, perByte, type SystemApiFunction, usual } from "../systemApiRow.ts";

const text = new TextDecoder();
const utf8 = new TextDecoder("utf-8", { fatal: true });

const ok = 0;
const invalidCurve = 1;
const invalidKey = 2;

/** What calls will cost. */
export const costFunctions: readonly SystemApiFunction[] = [
  on("* s", "cost_call", "llI", "", usual, (it, nameSize, payloadSize, target) =>
    it.writeCycles("ic0_cost_call", target, it.input.outgoingCalls.costOfCall(Number(nameSize + payloadSize))),
  ),
  on("* s", "cost_create_canister", "I", "", usual, (it, target) =>
    it.writeCycles("ic0_cost_create_canister", target, feesOf(it).canisterCreation),
  ),
  on("* s", "cost_http_request", "llI", "", usual, (it, requestSize, responseMax, target) =>
    it.writeCycles("ic0_cost_http_request", target, feesOf(it).httpRequest(requestSize, responseMax)),
  ),
  on("* s", "cost_http_request_v2", "III", "", { fixed: 10_000 }, (it, source, size, target) => {
    const parameters = httpShapes.cost.decode(it.readHeap("ic0.cost_http_request_v2 heap", source, size));
    if (parameters === undefined) {
      violateContract("Failed to decode HttpRequestV2CostParams from Candid: not the record that was expected");
    }
    it.writeCycles("ic0_cost_http_request_v2", target, feesOf(it).outcall(parameters));
  }),
  signatureCost("cost_sign_with_ecdsa", 1),
  signatureCost("cost_sign_with_schnorr", 2),
  signatureCost("cost_vetkd_derive_key", 1),
];

/** All three know a number of curves or algorithms, counted from 0. */
function signatureCost(name: string, curves: number): SystemApiFunction {
  return on("* s", name, "IIiI", "i", perByte(1), (it, source, size, curve, target) => {
    const key = keyName(it.readHeap(`ic0.${name} heap`, source, size));
    if (curve >= curves) return invalidCurve;
    if (!localKeyNames.includes(key)) return invalidKey;
    it.writeCycles(`ic0_${name}`, target, it.input.signatureFee);
    return ok;
  });
}

function keyName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return violateContract(`Failed to decode key name ${text.decode(bytes)}`);
  }
}

function feesOf(it: MessageExecution): Fees {
  return it.input.fees;
}
