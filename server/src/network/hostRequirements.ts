import { NetworkError } from "./networkError.ts";

/** Whether this V8 takes modules with several memories, as every rewritten module has them: one with two of no pages. */
export const hasSeveralMemories: boolean = WebAssembly.validate(
  Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0),
);

/** No canister runs on this Node. */
export function hostTooOld(): NetworkError {
  return new NetworkError(
    `Canisters run on Node 22 or newer, and this is Node ${process.versions.node}. Start the command with a newer one; \`check\` works on this one, too.`,
  );
}
