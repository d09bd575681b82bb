/**
 * The contract between the extension and the canister panel (a webview): two closed unions and the values they carry.
 * Types only, so that the webview bundles nothing of the extension.
 */
import type { CallForm } from "../../../server/src/protocol/callForm.ts";
import type {
  CallOutcome,
  CanisterSummary,
  Identity,
  Progress,
  UpgradeSide,
} from "../../../server/src/protocol/network.ts";

/** What the panel shows of its canister. Sent whole: the panel keeps nothing that the extension knows better. */
export interface CanisterView {
  /** The project's name, or the id of a canister that belongs to no project. */
  readonly canister: string;
  /** What is declared, e.g. `Rust package counter`; absent for canisters that other canisters created. */
  readonly source?: string;
  /** Absent until the canister is installed. */
  readonly summary?: CanisterSummary;
  /** Absent until code is installed that describes its interface. */
  readonly form?: CallForm;
  /** Why there is no form although code is installed. */
  readonly formProblem?: string;
  /** Whether the folder is trusted; otherwise nothing is built or executed. */
  readonly isTrusted: boolean;
  readonly canBuild: boolean;
  /** Whether a Wasm can be had: built, buildable or prebuilt. */
  readonly canInstall: boolean;
  readonly identities: readonly Identity[];
  readonly selectedIdentity: string;
}

/** One call made in this session. */
export interface CallRecord {
  /** Counts up from 1 in a session. */
  readonly id: number;
  readonly canister: string;
  readonly method: string;
  /** Textual Candid as it was sent. */
  readonly argument: string;
  readonly identity: string;
  /** Milliseconds since 1970-01-01. */
  readonly startedMillis: number;
  /** Absent while the call runs. */
  readonly outcome?: CallOutcome;
}

/** An upgrade as the panel compares it. */
export interface UpgradeView {
  readonly canister: string;
  /** File name of the Wasm that was installed. */
  readonly wasm: string;
  readonly outcome: CallOutcome;
  readonly before?: UpgradeSide;
  readonly after?: UpgradeSide;
  /** Milliseconds since 1970-01-01. */
  readonly startedMillis: number;
}

/** What the extension tells the panel. */
export type ToWebview =
  | { readonly kind: "canister"; readonly view: CanisterView }
  /** All calls of this session to the shown canister, oldest first. */
  | { readonly kind: "calls"; readonly calls: readonly CallRecord[] }
  /** Show the form of this method, or put an earlier call's argument into it. */
  | { readonly kind: "method"; readonly method: string; readonly argument?: string }
  | { readonly kind: "upgrade"; readonly upgrade: UpgradeView }
  /** Something runs: absent `progress` until the first slice of instructions is used up. */
  | { readonly kind: "running"; readonly title: string; readonly progress?: Progress }
  | { readonly kind: "idle" }
  /** Nothing could be shown or done; what to do is in the message. */
  | { readonly kind: "problem"; readonly message: string };

/** Buttons of the panel that run a command of the extension on the shown canister. */
export type PanelCommand =
  | "build"
  | "install"
  | "upgrade"
  | "reinstall"
  | "start"
  | "stop"
  | "delete"
  | "addCycles"
  | "copyId"
  | "openInterface"
  | "showLogs"
  | "createIdentity"
  | "manageTrust";

/** What the panel asks of the extension. */
export type FromWebview =
  /** The panel's script runs and wants to be told what to show. */
  | { readonly kind: "ready" }
  | { readonly kind: "call"; readonly method: string; readonly argument: string }
  | { readonly kind: "cancel" }
  | { readonly kind: "selectIdentity"; readonly name: string }
  | { readonly kind: "copy"; readonly text: string }
  | { readonly kind: "command"; readonly command: PanelCommand };

/** What the panel keeps across a reload of the window (`setState`), given to the extension when it restores the panel. */
export interface PanelState {
  readonly canister: string;
  readonly method?: string;
}
