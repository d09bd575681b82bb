/**
 * Where the cycles of a subnet came from and went to. What is created and not consumed, burned or lost is held by
 * canisters or in flight; `conservation.ts` compares.
 */
export interface CyclesLedger {
  /** Given by provisional methods, top-ups and at creation. */
  created: bigint;
  /** Fees for execution, messages, storage and the rest. */
  consumed: bigint;
  /** By ic0.cycles_burn128. */
  burned: bigint;
  /** With deleted canisters, and with responses that came too late. */
  lost: bigint;
  /** With messages to other subnets. */
  sent: bigint;
  /** With messages of other subnets. */
  received: bigint;
}

/** A ledger in which nothing has happened. */
export function emptyLedger(): CyclesLedger {
  return { created: 0n, consumed: 0n, burned: 0n, lost: 0n, sent: 0n, received: 0n };
}

/**
 * The cycles of one canister. The balance is never negative; taking more than lies above a threshold is refused.
 * https://internetcomputer.org/docs/references/ic-interface-spec#cycles
 */
export class CyclesAccount {
  /** Cycles free to use (above the freezing threshold). */
  balance: bigint;
  /** Cycles set aside for storage. */
  reserved: bigint;

  constructor(balance: bigint, reserved: bigint) {
    this.balance = balance;
    this.reserved = reserved;
  }

  /** Takes an amount if at least `threshold` remains; tells whether it did. */
  withdraw(amount: bigint, threshold: bigint): boolean {
    if (this.balance - amount < threshold) return false;
    this.balance -= amount;
    return true;
  }

  /** Takes an amount for storage, from the reserve first; tells whether there was enough. */
  withdrawForStorage(amount: bigint): boolean {
    const fromReserve = amount < this.reserved ? amount : this.reserved;
    const rest = amount - fromReserve;
    if (rest > this.balance) return false;
    this.reserved -= fromReserve;
    this.balance -= rest;
    return true;
  }

  /** Sets an amount of the balance aside for storage. */
  reserve(amount: bigint): void {
    this.balance -= amount;
    this.reserved += amount;
  }

  /** Puts an amount in. */
  deposit(amount: bigint): void {
    this.balance += amount;
  }

  /** Takes everything, reserve included. */
  drain(): bigint {
    const all = this.balance + this.reserved;
    this.balance = 0n;
    this.reserved = 0n;
    return all;
  }
}
