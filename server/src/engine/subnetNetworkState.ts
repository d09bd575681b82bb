/** The state of a network of subnets for the disk: that of its subnets in one, with what is between them. */
import { decodeState, encodeState } from "./stateCodec.ts";
import type { StreamFacts, StreamPace } from "./streams.ts";
import type { SubnetState } from "./subnetState.ts";

/** What a network has beside its subnets. */
export interface NetworkFactsOnDisk {
  readonly format: "canister-workbench network";
  readonly version: number;
  readonly pace: StreamPace;
  readonly ingressCounter: number;
  /** By the places of sender and receiver: `0>1`. */
  readonly streams: readonly (readonly [string, StreamFacts])[];
}

/** A network's facts with those of each subnet, as bytes. */
interface JoinedFacts extends NetworkFactsOnDisk {
  readonly subnets: readonly Uint8Array[];
}

/** Version of the format of the facts; raised when a field changes its meaning. */
const formatVersion = 1;

/** All subnets as one state: ids of canisters and hashes of modules mean the same in all of them. */
export function joinState(facts: NetworkFactsOnDisk, subnets: readonly SubnetState[]): SubnetState {
  const [only] = subnets;
  // A single subnet is written as before there were several.
  if (subnets.length === 1 && only !== undefined) return only;
  const joined: JoinedFacts = { ...facts, subnets: subnets.map((it) => it.facts) };
  return {
    facts: encodeState(joined),
    images: subnets.flatMap((it) => it.images),
    modules: new Map(subnets.flatMap((it) => [...it.modules])),
  };
}

/** The states of the subnets; without facts of a network where the state is that of a single subnet. */
export function splitState(state: SubnetState): {
  readonly facts?: NetworkFactsOnDisk;
  readonly subnets: readonly SubnetState[];
} {
  const joined = decodeState(state.facts);
  if (!isJoined(joined)) return { subnets: [state] };
  if (joined.version !== formatVersion) {
    throw new Error(
      `The saved state of the network has format ${joined.version}, this version reads format ${formatVersion}. Use the version that wrote it, or reset the network.`,
    );
  }
  const { images, modules } = state;
  return { facts: joined, subnets: joined.subnets.map((facts) => ({ facts, images, modules })) };
}

function isJoined(value: unknown): value is JoinedFacts {
  return (
    typeof value === "object" && value !== null && "format" in value && value.format === "canister-workbench network"
  );
}
