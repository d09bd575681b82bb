import type { CanisterModel } from "./canisterModel.ts";
import type { CrateSources } from "./crateSources.ts";
import { LiveModel } from "./liveModel.ts";
import type { RustFacts } from "./rustFacts.ts";

/** Reads a crate and tells what it is to the Internet Computer. Never fails: what cannot be read is left out. */
export function buildModel(sources: CrateSources, facts: RustFacts): CanisterModel {
  return new LiveModel("once").follow(sources, facts);
}
