import type { CanisterCall, FunctionCall } from "../analysis/canisterModel.ts";
import { lastName } from "../analysis/textParts.ts";

/** Methods and functions that change nothing where they are called, by their names. */
export const asking =
  /^((c2c|eth|evm|btc|bitcoin|doge|sol|icrc\d+|icp|nns|sns|http|rpc)_)?(get|list|fetch|query|read|is|has|load|check|assert|verify|validate|ensure|lookup|find|count|estimate|compute)(_|$)|(^|_)(balance(_of)?|fee|allowance|metadata|status|exists|raw_rand|rate|price|info|details|public_key)$/;

/** What can be done once only, whoever does it first: another try finds nothing. */
export const removing = /^(c2c_)?(delete|remove|revoke|stop|uninstall|unregister)(_|$)/;

/**
 * What a call asks for, by its name: the method, also where a function of the crate is told it,
 * `call(ledger, "icrc1_transfer", …)`; else the function.
 */
export function calledName(call: CanisterCall | FunctionCall): string {
  if (call.kind === "canisterCall" && call.method !== undefined) return call.method;
  const name = lastName(call.path);
  if (!/(^|_)(call|calls|invoke|request|query|update)(_|$)/.test(name)) return name;
  return call.arguments.find((it) => /^[A-Za-z_]\w*$/.test(it.literal ?? ""))?.literal ?? name;
}

/** What moves value or makes something, by its name. */
export const acting =
  /(^|_)(transfer(_from)?|mint|burn|pay|payout|withdraw|deposit|send|approve|refund|swap|create|install_code|notify)(_|$)|^deposit_cycles/;

/**
 * Whether a call changes nothing elsewhere, by its name. A function of the crate that is named so may act all the same, and one
 * that is not named so may only ask: the calls that it comes to tell.
 */
export function onlyAsks(call: CanisterCall | FunctionCall): boolean {
  const name = calledName(call);
  if (call.kind === "canisterCall" || call.targets.length === 0 || name !== lastName(call.path))
    return asking.test(name);
  const seen = new Set(call.targets);
  for (const { steps } of seen) {
    for (const step of steps) {
      if (step.kind === "canisterCall") {
        const reached = calledName(step);
        if (asking.test(name) ? acting.test(reached) : !asking.test(reached)) return false;
      }
      if (step.kind === "functionCall") for (const target of step.targets) seen.add(target);
    }
  }
  return true;
}
