/**
 * The contract between the extension (or any other client) and the network server (process 2).
 * Types and names only; nothing here imports anything of ours but the call form's types.
 * The wire is JSON: cycles, nanoseconds and instructions are decimal strings, blobs are hex, Candid values are text.
 */
import type { CallForm } from "./callForm.ts";

/** Who sends a message. `developer` is the workspace's own identity, made at first use and kept with its state. */
export interface Identity {
  readonly name: string;
  readonly principal: string;
}

/** Whether a canister accepts calls, finishes its open ones, or does neither. */
export type CanisterStatus = "running" | "stopping" | "stopped";

/** What the explorer shows of one canister. */
export interface CanisterSummary {
  readonly canisterId: string;
  /** The project's name for it; absent for canisters that other canisters created. */
  readonly name?: string;
  readonly status: CanisterStatus;
  /** Cycles, decimal. */
  readonly cycles: string;
  /** Absent while no code is installed. Hex of the SHA-256 of the module as uploaded. */
  readonly moduleHash?: string;
  readonly controllers: readonly string[];
  /** Bytes. */
  readonly heapMemoryBytes: number;
  /** Bytes. */
  readonly stableMemoryBytes: number;
  readonly canisterVersion: string;
  /** Name of its subnet; absent where the network has only one. */
  readonly subnet?: string;
}

/** One subnet of the network. */
export interface SubnetSummary {
  readonly subnetId: string;
  /** Its kind, with a number where there are several of it: `nns`, `application 2`. */
  readonly name: string;
  /** `application`, `verifiedApplication`, `fiduciary`, `sns`, `cloudEngine`, `system`, `nns`, `ii` or `bitcoin`. */
  readonly kind: string;
  /** Decides the fees. */
  readonly nodes: number;
  readonly canisters: number;
}

/** What the explorer shows of the network as a whole. */
export interface NetworkStatus {
  readonly canisters: readonly CanisterSummary[];
  /** In the order in which they were asked for. */
  readonly subnets: readonly SubnetSummary[];
  readonly identities: readonly Identity[];
  /** Name of the identity that sends messages unless a request says otherwise. */
  readonly selectedIdentity: string;
  /** Nanoseconds since 1970-01-01, the network's own clock. */
  readonly timeNanos: string;
  /** Versions for the output channel: of the engine, of Node and of V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** Why the state on disk is behind the state in memory, and what to do; absent while all is written. */
  readonly problem?: string;
}

/** One line of the message trace; `depth` is the nesting for display. */
export interface TraceLine {
  readonly kind:
    | "ingress"
    | "execute"
    | "request"
    | "reply"
    | "reject"
    | "trap"
    | "commit"
    | "rollback"
    | "cleanup"
    | "log"
    | "timer"
    | "management";
  readonly depth: number;
  /** The canister in whose execution this happened; a display name where there is one. */
  readonly canister: string;
  /** E.g. `update withdraw`, `reply callback of transfer`. */
  readonly label: string;
  readonly detail?: string;
  /** Decimal. */
  readonly instructions?: string;
  /** Cycles attached, accepted or refunded, decimal. */
  readonly cycles?: string;
  /** 4 KiB heap pages committed or rolled back. */
  readonly pages?: number;
  /** Name of the subnet on which it happened; absent where the network has only one. */
  readonly subnet?: string;
}

/** How a call, install or upgrade ended. */
export type CallOutcome =
  | {
      readonly kind: "replied";
      /** Textual Candid, `(3 : nat)`. */
      readonly reply: string;
      readonly replyHex: string;
      readonly cost: CallCost;
      readonly trace: readonly TraceLine[];
    }
  | {
      readonly kind: "rejected";
      /** 1 to 6. */
      readonly rejectCode: number;
      /** E.g. `IC0503`. */
      readonly errorCode?: string;
      readonly message: string;
      readonly cost: CallCost;
      readonly trace: readonly TraceLine[];
    }
  /** The argument did not fit the type, the method does not exist …: nothing was sent. */
  | { readonly kind: "invalid"; readonly message: string };

/** What a call used up. */
export interface CallCost {
  /** Instructions of all message executions that the call caused, and of compiling what it installed; decimal. */
  readonly instructions: string;
  /** How the network charges for memory: `classic` or `deterministicMemoryTracker`. */
  readonly metering: string;
  /** Cycles that the called canister lost through the call, decimal (may be negative when it gained). */
  readonly cycles: string;
  /** Rounds that ran until the response. */
  readonly rounds: number;
  /** Wall time, milliseconds. */
  readonly durationMillis: number;
}

/** What a request about a canister names: the principal's text, or the project's name for it. */
export interface CanisterTarget {
  readonly canister: string;
}

/** Code to install under a name of the project. */
export interface InstallParams {
  /** The project's name; the canister is created when no canister of that name exists. */
  readonly name: string;
  readonly mode: "install" | "reinstall" | "upgrade";
  readonly wasmPath: string;
  /** Textual Candid; `()` when absent. */
  readonly argument?: string;
  /** Text of the project's .did file, used where the Wasm carries no interface. */
  readonly candid?: string;
  readonly identity?: string;
  /** Name, id or kind of the subnet for a new canister; the first application subnet when absent. */
  readonly subnet?: string;
}

/** What an install or upgrade did. `queries` compares the argument-free queries before and after an upgrade. */
export interface InstallResult {
  /** Empty when nothing was sent and there is no canister of that name yet. */
  readonly canisterId: string;
  readonly outcome: CallOutcome;
  readonly before?: UpgradeSide;
  readonly after?: UpgradeSide;
}

/** One side of the upgrade comparison. */
export interface UpgradeSide {
  readonly moduleHash: string;
  readonly heapMemoryBytes: number;
  readonly stableMemoryBytes: number;
  readonly cycles: string;
  /** Every query method without arguments: its reply as text, or the reject message. */
  readonly queries: readonly { readonly method: string; readonly result: string }[];
}

/** A call from a user to a method. */
export interface CallParams extends CanisterTarget {
  readonly method: string;
  /** Textual Candid, as typed in the panel: `(record { id = 1 })`. */
  readonly argument: string;
  /** Absent: as the interface declares it (a query method is called as a query). */
  readonly as?: "update" | "query";
  /** Name of an identity, or absent for the selected one. */
  readonly identity?: string;
}

/** The Candid interface of a canister and the form to fill in for it. */
export interface InterfaceResult {
  readonly candid: string;
  readonly form: CallForm;
}

/** Something long is going on: an execution passed another slice of instructions, or a build step began. */
export interface Progress {
  /** E.g. `counter: update spin`. */
  readonly title: string;
  /** Instructions used so far by the running message execution, decimal. */
  readonly instructions: string;
  /** Its limit, decimal. */
  readonly instructionLimit: string;
}

/** A snapshot of a canister: its code, memories and certified data at one moment. */
export interface SnapshotSummary {
  /** Hex. */
  readonly id: string;
  /** Counts from 0 and is never given again; names the snapshot together with its canister. */
  readonly number: number;
  /** ISO 8601, by the network's clock. */
  readonly takenAt: string;
  /** What it counts for in the canister's memory. */
  readonly bytes: number;
}

/** A snapshot of a canister in a request. */
export interface SnapshotTarget extends CanisterTarget {
  /** Hex of its id, or its number in decimal. */
  readonly snapshot: string;
}

/** How the taking of a snapshot ended. */
export interface TakeSnapshotResult {
  readonly outcome: CallOutcome;
  /** Absent where it was not taken. */
  readonly snapshot?: SnapshotSummary;
}

/** Names, parameters and results of every request. */
export interface NetworkRequests {
  "network/status": { params: Record<string, never>; result: NetworkStatus };
  "network/install": { params: InstallParams; result: InstallResult };
  "network/call": { params: CallParams; result: CallOutcome };
  "network/interface": { params: CanisterTarget; result: InterfaceResult };
  "network/stop": { params: CanisterTarget; result: CallOutcome };
  "network/start": { params: CanisterTarget; result: CallOutcome };
  "network/delete": { params: CanisterTarget; result: CallOutcome };
  "network/uninstall": { params: CanisterTarget; result: CallOutcome };
  /** Fails when the canister has ten snapshots already. */
  "network/takeSnapshot": { params: CanisterTarget; result: TakeSnapshotResult };
  "network/snapshots": { params: CanisterTarget; result: { readonly snapshots: readonly SnapshotSummary[] } };
  "network/loadSnapshot": { params: SnapshotTarget; result: CallOutcome };
  "network/deleteSnapshot": { params: SnapshotTarget; result: CallOutcome };
  "network/addCycles": { params: CanisterTarget & { readonly amount: string }; result: CanisterSummary };
  "network/logs": { params: CanisterTarget; result: { readonly lines: readonly string[] } };
  "network/selectIdentity": { params: { readonly name: string }; result: NetworkStatus };
  "network/createIdentity": { params: { readonly name: string }; result: NetworkStatus };
  /** Moves the network's clock forward and runs the timers and heartbeats that fall due. */
  "network/advanceTime": { params: { readonly seconds: number }; result: { readonly trace: readonly TraceLine[] } };
  /** Ends the message execution that is running now; committed state stays. */
  "network/cancel": { params: Record<string, never>; result: { readonly cancelled: boolean } };
  /**
   * Removes every canister and all state. `subnets` names the kinds of subnets to have then, `metering` how memory is to
   * be charged, `rateLimits` whether canisters that install or write a lot must wait; as now when absent.
   */
  "network/reset": {
    params: { readonly subnets?: readonly string[]; readonly metering?: string; readonly rateLimits?: boolean };
    result: NetworkStatus;
  };
}

/** Name of a request. */
export type NetworkMethod = keyof NetworkRequests;

/** What the network server tells without being asked. */
export interface NetworkNotifications {
  /** State changed: ask `network/status` again. */
  "network/changed": Record<string, never>;
  "network/progress": Progress;
  /** Something that the user has to know about the state on disk: it was kept aside, cannot be written, was not changed. */
  "network/notice": { readonly message: string };
}

/** A request that a canister wants this machine to make. */
export interface OutcallQuestion {
  /** The canister's id. */
  readonly canister: string;
  /** The project's name for it. */
  readonly name?: string;
  /** `GET`, `POST` … */
  readonly method: string;
  readonly url: string;
  /** Name and port of the server, the part of the URL that consent is given for. */
  readonly host: string;
}

/** What the network server asks of its client. */
export interface NetworkQuestions {
  /** Whether the user allows it; a client that has nobody to ask answers false. */
  "network/mayRequest": { params: OutcallQuestion; result: { readonly allowed: boolean } };
}

/** Error codes (JSON-RPC) with meanings of ours. */
export const networkErrors = {
  /** Another process holds the state directory; the message names it. */
  stateDirectoryLocked: -32001,
  /** No canister of that name or id. */
  canisterNotFound: -32002,
  /** The state directory cannot be read or written; the message says why and what to do. */
  stateDirectoryUnusable: -32003,
} as const;
