import type { MeteringProfile } from "../engine/embedder/contract.ts";
import { NetworkError } from "./networkError.ts";

const profiles: readonly MeteringProfile[] = ["classic", "deterministicMemoryTracker"];

/** The metering profile of a name; throws in words for the user where there is none. */
export function readMeteringProfile(text: string): MeteringProfile {
  const profile = profiles.find((it) => it === text);
  if (profile !== undefined) return profile;
  throw new NetworkError(`There is no metering profile \`${text}\`. Choose one of: ${profiles.join(", ")}.`);
}
