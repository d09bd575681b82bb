/** What the process and the Worker with the network say to each other. Plain data, by structured clone. */
import type { MessagePort } from "node:worker_threads";
import type { NetworkMethod, Progress } from "../protocol/network.ts";
import type { WantedChoices } from "./networkChoices.ts";

/** What the Worker is started with. */
export interface WorkerSettings {
  /** The workspace's `.canister-workbench` folder, locked by the process. */
  readonly directory: string;
  /** Kinds of the subnets of a new network; one application subnet when absent. */
  readonly subnets?: readonly string[];
  /** How it executes from now on; where absent, as the state says. */
  readonly choices: WantedChoices;
  /** Versions of the engine, of Node and of V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** Two 32-bit numbers, see `cancelSlots`. */
  readonly cancelFlags: SharedArrayBuffer;
  /** Where HTTPS outcalls go out and their answers come in, and the counter of the answers, see `OutcallPort`. */
  readonly outcallPort: MessagePort;
  readonly outcallsAnswered: SharedArrayBuffer;
}

/**
 * What the numbers of `cancelFlags` mean: every request up to this id is to end, also one that has not begun; not 0 while
 * what runs by itself (timers, heartbeats) is to end.
 */
export const cancelSlots = { upToRequest: 0, tick: 1 } as const;

/** From the process to the Worker. */
export type ToWorker =
  | { readonly kind: "request"; readonly id: number; readonly method: NetworkMethod; readonly params: unknown }
  /** An answer to an outcall waits at the port. */
  | { readonly kind: "outcallAnswered" }
  /** Write everything and end. */
  | { readonly kind: "close" };

/** From the Worker to the process. */
export type FromWorker =
  | { readonly kind: "response"; readonly id: number; readonly result: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly failure: Failure }
  /** The state changed without a request. */
  | { readonly kind: "changed" }
  | { readonly kind: "progress"; readonly progress: Progress }
  /** For the user, who did not ask. */
  | { readonly kind: "notice"; readonly message: string }
  /** The state directory cannot be used; the Worker ends. */
  | { readonly kind: "unusable"; readonly failure: Failure };

/** Why a request was not answered. */
export interface Failure {
  /** In words for the user. */
  readonly message: string;
  /** One of `networkErrors`, if one fits. */
  readonly code?: number;
  /** For the log, when it is a mistake of ours. */
  readonly stack?: string;
}
