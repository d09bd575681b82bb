import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Embedder } from "../../server/src/engine/embedder/contract.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";
import { Network, type NetworkOptions } from "../../server/src/network/network.ts";
import type { Progress } from "../../server/src/protocol/network.ts";
import { projectRoot } from "../support/sourceFiles.ts";

/** A network in a folder, by a clock of its own. */
export interface TestNetwork {
  readonly network: Network;
  readonly embedder: Embedder;
  readonly notices: string[];
  readonly progress: Progress[];
  /** Nanoseconds since 1970-01-01. */
  now: bigint;
  /** Whether the user cancels, as soon as progress is told. */
  cancels: boolean;
}

/** Opens the network that a folder keeps. */
export function openNetwork(directory: string, changes: Partial<NetworkOptions> = {}): TestNetwork {
  const notices: string[] = [];
  const progress: Progress[] = [];
  const test = { notices, progress, now: 1_780_000_000_000_000_000n, cancels: false };
  const gunzip = (packed: Uint8Array, maxOutputLength: number) => gunzipSync(packed, { maxOutputLength });
  const embedder = createV8Embedder({ gunzip });
  const network = Network.open({
    directory,
    embedder,
    clock: () => test.now,
    isCancelled: () => test.cancels && progress.length > 0,
    progress: (it) => progress.push(it),
    notice: (it) => notices.push(it),
    versions: { engine: "test" },
    ...changes,
  });
  return Object.assign(test, { network, embedder });
}

/** The module of a sample canister. */
export function sampleModule(sample: string, name: string): string {
  return join(projectRoot, "media/samples", sample, "wasm", `${name}.wasm`);
}
