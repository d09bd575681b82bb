import { Principal } from "../base/principal.ts";
import { settingsArgument } from "./managementArguments.ts";
import type { NetworkState } from "./networkState.ts";

/** Environment variables that a canister can have. */
const variablesMax = 32;

/** Bytes of the longest name of one. */
const nameBytesMax = 128;

/**
 * Tells every canister of the project the ids of all others, as environment variables `PUBLIC_CANISTER_ID:name`, the way
 * icp-cli does at a deployment. Done when a canister is created, in ordinary update_settings calls that the canisters pay
 * for; one that cannot pay, or that none of the workspace's identities controls, keeps what it knows.
 * https://internetcomputer.org/docs/references/ic-interface-spec#system-api-environment-variables
 */
export function tellCanisterIds(state: NetworkState): void {
  const named = state.subnet.canisters().flatMap((canister) => {
    const name = state.nameOf(canister.canisterId.text);
    return name === undefined ? [] : [{ name, canister }];
  });
  const variables = named
    .map(({ name, canister }) => ({ name: `PUBLIC_CANISTER_ID:${name}`, value: canister.canisterId.text }))
    .filter((it) => Buffer.byteLength(it.name) <= nameBytesMax)
    .slice(0, variablesMax);
  for (const { canister } of named) {
    const sender = state.manager(canister, undefined);
    const argument = settingsArgument(canister.canisterId, variables);
    state.run({ sender, canisterId: Principal.management, method: "update_settings", argument }, "update");
  }
}
