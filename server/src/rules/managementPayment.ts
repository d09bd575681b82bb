import type { CanisterCall, CanisterModel, ModelFunction } from "../analysis/canisterModel.ts";
import { bodyText } from "./sourceText.ts";

/**
 * How a call of the management canister is paid for: `none` where no cycles are attached, `zero` where a literal says so,
 * `paid` where there are some or where it cannot be told.
 */
export function paymentOf(
  canister: CanisterModel,
  call: CanisterCall,
  inFunction: ModelFunction,
): "none" | "zero" | "paid" {
  switch (call.api) {
    case "builder":
      return builderPayment(canister, call, inFunction);
    case "old":
      if (/(^|::)call_with_payment(128)?$/.test(call.path))
        return isZero(call.arguments.at(-1)?.text) ? "zero" : "paid";
      return /(^|::)(call|call_raw|call_raw128|notify)$/.test(call.path) ? rawPayment(call) : "paid";
    case "management":
      return call.isOldApi && call.arguments.length > 1 && isZero(call.arguments.at(-1)?.text) ? "zero" : "paid";
    case "wrapper":
      return "paid";
  }
}

function builderPayment(
  canister: CanisterModel,
  call: CanisterCall,
  inFunction: ModelFunction,
): "none" | "zero" | "paid" {
  const attached = call.chain.find((it) => it.name === "with_cycles");
  if (attached !== undefined) return isZero(attached.arguments[0]?.text) ? "zero" : "paid";
  // A builder that is kept in a variable may be given cycles further down.
  const isWhole = call.chain.some((it) => it.name === "await" || it.name === "oneway");
  return isWhole || !/with_cycles/.test(bodyText(canister, inFunction)) ? "none" : "paid";
}

function rawPayment(call: CanisterCall): "none" | "zero" | "paid" {
  if (!/call_raw(128)?$/.test(call.path)) return "none";
  return isZero(call.arguments.at(-1)?.text) ? "zero" : "paid";
}

function isZero(text: string | undefined): boolean {
  return text !== undefined && /^0(_?u\d+)?$/.test(text.trim());
}
