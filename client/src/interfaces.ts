import type { InterfaceResult } from "../../server/src/protocol/network.ts";
import type { CanisterItem } from "./explorer/canisterItem.ts";

/** Remembers each canister's interface until its code changes, so that every redraw does not ask the network. */
export class Interfaces {
  readonly #ask: (canister: string) => Promise<InterfaceResult>;
  readonly #known = new Map<string, { readonly moduleHash: string; readonly answer: Promise<InterfaceResult> }>();

  constructor(ask: (canister: string) => Promise<InterfaceResult>) {
    this.#ask = ask;
  }

  /** The interface of an installed canister. A failure is not remembered. */
  of(canister: CanisterItem): Promise<InterfaceResult> {
    const moduleHash = canister.summary?.moduleHash ?? "";
    const known = this.#known.get(canister.name);
    if (known?.moduleHash === moduleHash) return known.answer;
    const answer = this.#ask(canister.name);
    this.#known.set(canister.name, { moduleHash, answer });
    answer.catch(() => this.#known.delete(canister.name));
    return answer;
  }
}
