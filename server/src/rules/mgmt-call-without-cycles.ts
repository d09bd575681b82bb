import type { CanisterCall, CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { paymentOf } from "./managementPayment.ts";
import type { Rule } from "./rule.ts";

/** A call that must be paid for, and is not. */
export const mgmtCallWithoutCycles: Rule = {
  id: "mgmt-call-without-cycles",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "A signature, an HTTPS outcall, a key derivation or a Bitcoin call is sent without cycles.",
    why: "The management canister takes the price from the cycles that the call brings, not from the balance of the canister. Without any it rejects the call.",
    instead:
      "Use the functions of `ic-cdk-management-canister`, which attach what the call costs, or `.with_cycles(…)`; what is too much comes back.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      for (const call of inFunction.steps) {
        if (call.kind !== "canisterCall" || !costs.test(call.method ?? "")) continue;
        if (call.calleeIs !== "management" && !isOfBitcoin(canister, call, inFunction)) continue;
        if (paymentOf(canister, call, inFunction) === "paid") continue;
        report({
          confidence: "high",
          path: inFunction.path,
          range: call.pathRange,
          message: `No cycles are attached: the management canister rejects \`${call.method}\`, which is paid for by the call. Attach what it costs, or use the function of \`ic-cdk-management-canister\`, which does.`,
        });
      }
    }
  },
};

/** The Bitcoin canisters of mainnet and testnet take the price from the call as well. */
function isOfBitcoin(
  canister: CanisterModel,
  { method = "", calleeIs, api }: CanisterCall,
  { path }: ModelFunction,
): boolean {
  if (!method.startsWith("bitcoin_") || calleeIs !== "other" || api === "wrapper") return false;
  return /\b(?:ghsi2-tqaaa-aaaan-aaaca-cai|g4xu7-jiaaa-aaaan-aaaaq-cai)\b/.test(canister.textOf(path));
}

const costs =
  /^(sign_with_ecdsa|sign_with_schnorr|vetkd_derive_key|http_request|flexible_http_request|bitcoin_(get_utxos|get_balance|send_transaction|get_current_fee_percentiles|get_block_headers))$/;
