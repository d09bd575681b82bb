import { currentMeteringProfile, type MeteringProfile } from "../engine/embedder/contract.ts";
import { NetworkError } from "./networkError.ts";

/** How a network executes, where the real one has changed or differs from its test environments. */
export interface NetworkChoices {
  /** How memory is charged. */
  readonly metering: MeteringProfile;
  /** Whether canisters that install or write a lot must wait for rounds that pay it off. */
  readonly rateLimits: boolean;
}

/** What a request, a setting or a saved state says of them; nothing where it leaves them as they are. */
export interface WantedChoices {
  /** Name of a metering profile. */
  readonly metering?: string;
  readonly rateLimits?: boolean;
}

/** As the real network charges today, and as test environments limit. */
export const usualChoices: NetworkChoices = { metering: currentMeteringProfile, rateLimits: false };

const profiles: readonly MeteringProfile[] = ["classic", "deterministicMemoryTracker"];

/** The choices of before with what is wanted; throws in words for the user where there is no such profile. */
export function choose(before: NetworkChoices, wanted: WantedChoices): NetworkChoices {
  return {
    metering: wanted.metering === undefined ? before.metering : readMeteringProfile(wanted.metering),
    rateLimits: wanted.rateLimits ?? before.rateLimits,
  };
}

function readMeteringProfile(text: string): MeteringProfile {
  const profile = profiles.find((it) => it === text);
  if (profile !== undefined) return profile;
  throw new NetworkError(`There is no metering profile \`${text}\`. Choose one of: ${profiles.join(", ")}.`);
}
