import { equalBytes } from "../../../base/bytes.ts";
import { Principal } from "../../../base/principal.ts";
import { violateContract } from "../executionTrap.ts";
import type { MessageExecution } from "../messageExecution.ts";
import { on, only32, type SystemApiFunction, usual } from "../systemApiRow.ts";

const availableContexts = "U RQ Rt Ry";

/** The only canister that may mint cycles: the cycles minting canister. */
const mintingCanister = Principal.ofBytes(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 4, 1, 1));

/** Cycles of the canister and of the call. */
export const cyclesFunctions: readonly SystemApiFunction[] = [
  only32(on(availableContexts, "msg_cycles_available", "", "l", usual, (it) => it.as64Bits(available(it)))),
  on(availableContexts, "msg_cycles_available128", "I", "", usual, (it, target) =>
    it.writeCycles("ic0_msg_cycles_available128", target, available(it)),
  ),
  only32(on("Rt Ry", "msg_cycles_refunded", "", "l", usual, (it) => it.as64Bits(it.input.cyclesRefunded))),
  on("Rt Ry", "msg_cycles_refunded128", "I", "", usual, (it, target) =>
    it.writeCycles("ic0_msg_cycles_refunded128", target, it.input.cyclesRefunded),
  ),
  only32(on(availableContexts, "msg_cycles_accept", "l", "l", usual, accept)),
  on(availableContexts, "msg_cycles_accept128", "llI", "", usual, (it, high, low, target) =>
    it.writeCycles("ic0_msg_cycles_accept128", target, accept(it, (high << 64n) | low)),
  ),
  on("I G U RQ Ry Rt C T", "cycles_burn128", "llI", "", usual, (it, high, low, target) =>
    it.writeCycles("ic0_cycles_burn128", target, burn(it, (high << 64n) | low)),
  ),
  only32(on("*", "canister_cycle_balance", "", "l", usual, (it) => it.as64Bits(it.balance))),
  on("*", "canister_cycle_balance128", "I", "", usual, (it, target) =>
    it.writeCycles("ic0_canister_cycle_balance128", target, it.balance),
  ),
  on("*", "canister_liquid_cycle_balance128", "I", "", usual, (it, target) =>
    it.writeCycles("ic0_canister_liquid_cycle_balance128", target, it.liquidBalance),
  ),
  on("U Ry Rt T", "mint_cycles128", "llI", "", { fixed: 0 }, (it, high, low, target) =>
    it.writeCycles("ic0_mint_cycles_128", target, mint(it, (high << 64n) | low)),
  ),
];

/** Nothing can be accepted once the call is answered: what is left then goes back with the response. */
function available(it: MessageExecution): bigint {
  return it.reply === undefined && !it.input.responded ? it.cyclesAvailable : 0n;
}

function accept(it: MessageExecution, most: bigint): bigint {
  const offered = available(it);
  const amount = most < offered ? most : offered;
  it.cyclesAvailable -= amount;
  it.cyclesAccepted += amount;
  it.balance += amount;
  return amount;
}

function burn(it: MessageExecution, most: bigint): bigint {
  const amount = most < it.liquidBalance ? most : it.liquidBalance;
  it.balance -= amount;
  it.cyclesBurned += amount;
  return amount;
}

/** Minted cycles count as burned ones below zero, so that the subnet's sums stay right. */
function mint(it: MessageExecution, amount: bigint): bigint {
  if (!equalBytes(it.input.canisterId, mintingCanister.bytes)) {
    const self = Principal.ofBytes(it.input.canisterId).text;
    violateContract(
      `ic0.mint_cycles128 cannot be executed on non Cycles Minting Canister: ${self} != ${mintingCanister.text}`,
    );
  }
  it.balance += amount;
  it.cyclesBurned -= amount;
  return amount;
}
