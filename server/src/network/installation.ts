import { readFileSync } from "node:fs";
import { toHex } from "../base/bytes.ts";
import { Principal } from "../base/principal.ts";
import type { CanisterView } from "../engine/canisterView.ts";
import type { CallOutcome, InstallParams, InstallResult, UpgradeSide } from "../protocol/network.ts";
import { tellCanisterIds } from "./canisterIdVariables.ts";
import { type CanisterInterface, type EncodedArguments, emptyMessage } from "./canisterInterface.ts";
import { anonymousName, developerName, type SenderIdentity } from "./identities.ts";
import { createArgument, createdCanister, installArgument } from "./managementArguments.ts";
import { NetworkError, reasonOf } from "./networkError.ts";
import { invalidCall, type NetworkState } from "./networkState.ts";
import { subnetNamed } from "./subnetNames.ts";
import { rejectText } from "./wire.ts";

/**
 * Installs, reinstalls or upgrades a canister of the project; creates it first where there is none of that name. An
 * upgrade or reinstall is shown with the argument-free queries before and after.
 */
export function installCanister(state: NetworkState, params: InstallParams): InstallResult {
  const wasm = readModule(params.wasmPath);
  const existing = state.named(params.name);
  const prepared = state.embedder.prepare(wasm, state.metering);
  // A canister that exists is told by the network; a new one is not created for a module that cannot run.
  if (prepared.kind === "invalid" && existing === undefined) {
    throw new NetworkError(`${params.wasmPath} cannot be installed: ${prepared.message}`);
  }
  const next = state.interfaceOfModule(prepared, params.candid);
  const encoded = encodedArgument(next, params);
  if (encoded.kind === "problem") {
    const message = `The install argument does not fit: ${encoded.message}`;
    return { canisterId: existing?.canisterId.text ?? "", outcome: invalidCall(message) };
  }
  const canister = existing ?? createCanister(state, params);
  const sender = state.manager(canister, params.identity);
  const before = sideOf(state, canister, sender);
  const keepHeap =
    params.mode === "upgrade" &&
    prepared.kind === "valid" &&
    prepared.facts.enhancedOrthogonalPersistence &&
    hasOrthogonalPersistence(state, canister);
  const { canisterId } = canister;
  const argument = installArgument({ canisterId, mode: params.mode, wasm, argument: encoded.bytes, keepHeap });
  const run = state.run({ sender, canisterId: Principal.management, method: "install_code", argument }, "update");
  const installed = run.response.kind === "reply";
  if (installed) state.setCandid(canisterId, params.candid);
  const after = state.viewOf(canisterId);
  const outcome = state.outcome(run, canister.cycles - after.cycles, () => "()");
  return {
    canisterId: canisterId.text,
    outcome: withAdvice(outcome, canister, params),
    ...(before !== undefined && { before }),
    ...(before !== undefined && installed && withSide(sideOf(state, after, sender))),
  };
}

/** Who upgrades without an argument means none, whatever the first install took. */
function encodedArgument(next: CanisterInterface, { mode, argument }: InstallParams): EncodedArguments {
  if (argument === undefined && mode === "upgrade") return { kind: "bytes", bytes: emptyMessage };
  return next.encodeInstall(argument ?? "()");
}

function withSide(after: UpgradeSide | undefined): { readonly after?: UpgradeSide } {
  return after === undefined ? {} : { after };
}

/** What to do where the network's own words do not say it. */
function withAdvice(outcome: CallOutcome, before: CanisterView, { mode }: InstallParams): CallOutcome {
  if (outcome.kind !== "rejected") return outcome;
  const advice =
    mode === "install" && before.moduleHash !== undefined
      ? "\nThe canister has code already: upgrade it to keep its stable memory, or reinstall it to begin anew."
      : mode === "upgrade" && before.moduleHash === undefined
        ? "\nThe canister has no code yet: install it."
        : "";
  return { ...outcome, message: outcome.message + advice };
}

function readModule(wasmPath: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(wasmPath));
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = missing ? "there is no such file. Build the canister first." : reasonOf(error);
    throw new NetworkError(`The module ${wasmPath} cannot be read: ${reason}`);
  }
}

function createCanister(state: NetworkState, { name, identity, subnet }: InstallParams): CanisterView {
  // Nobody could manage what anonymous controls but everybody: the developer's identity creates in its place.
  const isAnonymous = identity === undefined && state.selectedIdentity === anonymousName;
  const sender = isAnonymous ? state.identities.named(developerName) : state.sender(identity);
  const method = "provisional_create_canister_with_cycles";
  const argument = createArgument();
  const on = subnet === undefined ? {} : { effectiveId: subnetNamed(state.subnet.subnets(), subnet) };
  const call = { sender, canisterId: Principal.management, method, argument, ...on };
  const { response } = state.run(call, "update");
  if (response.kind === "reject") {
    throw new NetworkError(`The canister \`${name}\` cannot be created: ${rejectText(response.reject)}`);
  }
  const created = createdCanister(response.data);
  const principal = created === undefined ? undefined : Principal.fromBytes(created);
  if (principal === undefined) throw new NetworkError(`The network gave no id for the canister \`${name}\`.`);
  state.setName(name, principal);
  tellCanisterIds(state);
  return state.viewOf(principal);
}

function hasOrthogonalPersistence(state: NetworkState, canister: CanisterView): boolean {
  const wasm = state.subnet.module(canister.canisterId);
  const prepared = wasm === undefined ? undefined : state.embedder.prepare(wasm, state.metering);
  return prepared?.kind === "valid" && prepared.facts.enhancedOrthogonalPersistence;
}

/** What a canister shows of itself; undefined while it has no code. */
function sideOf(state: NetworkState, canister: CanisterView, sender: SenderIdentity): UpgradeSide | undefined {
  if (canister.moduleHash === undefined) return undefined;
  const candid = state.interfaceOf(canister);
  return {
    moduleHash: toHex(canister.moduleHash),
    heapMemoryBytes: canister.heapBytes,
    stableMemoryBytes: canister.stableBytes,
    cycles: canister.cycles.toString(),
    queries: candid.plainQueries().map((method) => ({ method, result: ask(state, canister, candid, method, sender) })),
  };
}

function ask(
  state: NetworkState,
  { canisterId }: CanisterView,
  candid: CanisterInterface,
  method: string,
  sender: SenderIdentity,
): string {
  const encoded = candid.encodeCall(method, "()");
  if (encoded.kind === "problem") return encoded.message;
  const { response } = state.run({ sender, canisterId, method, argument: encoded.bytes }, "query");
  return response.kind === "reply" ? candid.replyText(method, response.data) : rejectText(response.reject);
}
