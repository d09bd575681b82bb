import { gunzipSync } from "node:zlib";
import { Fees } from "../../server/src/engine/cycles/fees.ts";
import type {
  CanisterInstance,
  ExecutionInput,
  ExecutionOutcome,
  MeteringProfile,
  PreparedModule,
} from "../../server/src/engine/embedder/contract.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";

/** An input with which most tests are content: an update `test` of an anonymous user on a 13-node subnet. */
export function executionInput(changes: Partial<ExecutionInput> = {}): ExecutionInput {
  return {
    mode: "update",
    entryPoint: { kind: "export", name: "canister_update test" },
    instructionLimit: 40_000_000_000n,
    canisterId: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 7, 1, 1),
    subnetId: Uint8Array.of(1, 2, 3),
    caller: Uint8Array.of(4),
    payload: new Uint8Array(0),
    methodName: "test",
    rejectCode: 0,
    rejectMessage: "",
    deadlineNanos: 0n,
    timeNanos: 1_700_000_000_000_000_000n,
    canisterStatus: 1,
    canisterVersion: 1n,
    controllers: [],
    environmentVariables: [],
    cyclesBalance: 5_000_000_000_000n,
    freezingThreshold: 0n,
    cyclesAvailable: 0n,
    cyclesRefunded: 0n,
    responded: false,
    callContextInstructions: 0n,
    globalTimerNanos: 0n,
    rootKey: Uint8Array.of(9, 9),
    wasmMemoryLimitBytes: 0n,
    logCapacityBytes: 4096,
    logUsedBytes: 0,
    fees: new Fees(13),
    signatureFee: 10_000_000_000n,
    outgoingCalls: { canEnqueue: () => true, costOfCall: () => 0n },
    ...changes,
  };
}

/** The embedder of the tests. */
export const embedder = createV8Embedder({
  gunzip: (packed, bytesMax) => {
    try {
      return gunzipSync(packed, { maxOutputLength: bytesMax });
    } catch {
      return undefined;
    }
  },
});

/** A module that must be valid. */
export function prepareValid(wasm: Uint8Array, profile?: MeteringProfile): PreparedModule & { kind: "valid" } {
  const prepared = embedder.prepare(wasm, profile);
  if (prepared.kind === "invalid") throw new Error(prepared.message);
  return prepared;
}

/** A fresh instance of a module that must be valid. */
export function instantiate(wasm: Uint8Array, profile?: MeteringProfile) {
  return embedder.instantiate(prepareValid(wasm, profile), undefined);
}

/** Runs an execution and keeps its changes. */
export function run(instance: CanisterInstance, changes: Partial<ExecutionInput> = {}): ExecutionOutcome {
  return instance.run(executionInput(changes), undefined, false);
}
