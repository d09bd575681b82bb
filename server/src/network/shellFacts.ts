import type { WantedChoices } from "./networkChoices.ts";

/** What the shell knows beside the subnet. Kept with every saved state. */
export interface ShellFacts extends WantedChoices {
  /** Canister ids (textual) by the project's names. */
  readonly names: ReadonlyMap<string, string>;
  /** Candid texts of the project's .did files, by canister id: used where the module carries none. */
  readonly candids: ReadonlyMap<string, string>;
  /** Name of the identity that sends messages unless a request says otherwise. */
  readonly selectedIdentity: string;
}

/** Version of the form of these facts; raised when a field changes its meaning. */
const version = 1;

/** The facts as bytes. */
export function writeShellFacts({ names, candids, ...rest }: ShellFacts): Uint8Array {
  return Buffer.from(JSON.stringify({ version, names: [...names], candids: [...candids], ...rest }));
}

/** The facts in bytes that `writeShellFacts` made. Throws when they are of another version. */
export function readShellFacts(bytes: Uint8Array): ShellFacts {
  const facts: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (!isFacts(facts)) throw new Error("the names of its canisters have a form that this version does not know");
  const { names, candids, selectedIdentity, metering, rateLimits } = facts;
  return {
    names: new Map(names),
    candids: new Map(candids),
    selectedIdentity,
    ...(metering !== undefined && { metering }),
    ...(rateLimits !== undefined && { rateLimits }),
  };
}

interface FactsOnDisk extends WantedChoices {
  readonly version: number;
  readonly names: readonly (readonly [string, string])[];
  readonly candids: readonly (readonly [string, string])[];
  readonly selectedIdentity: string;
}

function isFacts(value: unknown): value is FactsOnDisk {
  if (typeof value !== "object" || value === null) return false;
  return "version" in value && value.version === version && "names" in value && Array.isArray(value.names);
}
