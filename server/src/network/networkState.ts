import { toHex } from "../base/bytes.ts";
import { Principal } from "../base/principal.ts";
import type { CanisterView } from "../engine/canisterView.ts";
import { candidInterface } from "../engine/embedder/candidInterface.ts";
import type { Embedder, MeteringProfile, PreparedModule } from "../engine/embedder/contract.ts";
import type { SubnetNetwork, SubnetTraceEvent } from "../engine/subnetNetwork.ts";
import type { CallOutcome, CanisterSummary, SubnetSummary, TraceLine } from "../protocol/network.ts";
import { CanisterInterface } from "./canisterInterface.ts";
import { developerName, type Identities, type SenderIdentity } from "./identities.ts";
import { type MessageRun, runQuery, runUpdate, type UserCall } from "./messageRun.ts";
import type { NetworkChoices } from "./networkChoices.ts";
import { canisterNotFoundError, NetworkError } from "./networkError.ts";
import type { ShellFacts } from "./shellFacts.ts";
import { subnetNames } from "./subnetNames.ts";
import { callOutcome, canisterSummary, traceLines } from "./wire.ts";

/** What the network is put together from. */
export interface NetworkParts {
  readonly subnet: SubnetNetwork;
  readonly identities: Identities;
  readonly embedder: Embedder;
  readonly choices: NetworkChoices;
  /** Whether the user wants the running request to end. */
  readonly isCancelled: () => boolean;
  /** Waits a little for answers to HTTPS outcalls; false when none can come. */
  readonly waitForOutcalls: () => boolean;
  /** Told before each message, for progress: `counter: update spin`. */
  readonly setTitle: (title: string) => void;
}

/**
 * The subnets with what makes them usable by people: names of canisters, their interfaces, identities. The requests of
 * `Network` work on it.
 */
export class NetworkState {
  readonly subnet: SubnetNetwork;
  readonly identities: Identities;
  readonly embedder: Embedder;
  readonly isCancelled: () => boolean;
  readonly #parts: NetworkParts;
  readonly #names: Map<string, string>;
  readonly #candids: Map<string, string>;
  /** By module hash and the project's text: reading an interface runs code of the module. */
  readonly #interfaces = new Map<string, CanisterInterface>();
  readonly #subnetNames: ReadonlyMap<string, string>;
  #selectedIdentity: string;

  constructor(parts: NetworkParts, facts: ShellFacts | undefined) {
    this.#parts = parts;
    this.subnet = parts.subnet;
    this.#subnetNames = subnetNames(parts.subnet.subnets());
    this.identities = parts.identities;
    this.embedder = parts.embedder;
    this.isCancelled = parts.isCancelled;
    this.#names = new Map(facts?.names);
    this.#candids = new Map(facts?.candids);
    const selected = facts?.selectedIdentity ?? developerName;
    this.#selectedIdentity = parts.identities.all().some((it) => it.name === selected) ? selected : developerName;
  }

  /** What has to be kept beside the subnet. */
  facts(): ShellFacts {
    const { choices } = this.#parts;
    return { names: this.#names, candids: this.#candids, selectedIdentity: this.#selectedIdentity, ...choices };
  }

  /** How memory is charged. */
  get metering(): MeteringProfile {
    return this.#parts.choices.metering;
  }

  get selectedIdentity(): string {
    return this.#selectedIdentity;
  }

  /** Chooses who sends messages unless a request says otherwise. Throws for an unknown name. */
  selectIdentity(name: string): void {
    this.#selectedIdentity = this.identities.named(name).name;
  }

  /** The canister that the project calls so, if it was created and is not deleted. */
  named(name: string): CanisterView | undefined {
    const id = this.#names.get(name);
    const principal = id === undefined ? undefined : Principal.fromText(id);
    return principal === undefined ? undefined : this.subnet.canister(principal);
  }

  /** The project's name of a canister. */
  nameOf(canisterId: string): string | undefined {
    for (const [name, id] of this.#names) if (id === canisterId) return name;
    return undefined;
  }

  setName(name: string, canisterId: Principal): void {
    this.#names.set(name, canisterId.text);
  }

  /** Keeps the project's .did text of a canister, for a module that carries none. */
  setCandid(canisterId: Principal, candid: string | undefined): void {
    if (candid === undefined) this.#candids.delete(canisterId.text);
    else this.#candids.set(canisterId.text, candid);
  }

  /** Forgets names and interfaces of canisters that are gone. */
  forgetDeleted(): void {
    const alive = new Set(this.subnet.canisters().map((it) => it.canisterId.text));
    for (const [name, id] of this.#names) if (!alive.has(id)) this.#names.delete(name);
    for (const id of this.#candids.keys()) if (!alive.has(id)) this.#candids.delete(id);
  }

  /** The canister that a request means: by the project's name or by its id. Throws `canisterNotFound`. */
  canister(target: string): CanisterView {
    const byName = this.named(target);
    if (byName !== undefined) return byName;
    const principal = Principal.fromText(target);
    const byId = principal === undefined ? undefined : this.subnet.canister(principal);
    if (byId !== undefined) return byId;
    const known = this.subnet.canisters().map((it) => this.nameOf(it.canisterId.text) ?? it.canisterId.text);
    throw canisterNotFoundError(target, known);
  }

  /** The canister as it is now. Throws when it was deleted in between. */
  viewOf(canisterId: Principal): CanisterView {
    return this.canister(canisterId.text);
  }

  /** Who sends a call: the identity named, else the selected one. */
  sender(name: string | undefined): SenderIdentity {
    return this.identities.named(name ?? this.#selectedIdentity);
  }

  /**
   * Who manages a canister: the identity named, else the selected one if it is a controller, else one of the
   * workspace's identities that is, so that an identity selected for calls does not stand in the way of an upgrade.
   */
  manager(canister: CanisterView, name: string | undefined): SenderIdentity {
    const selected = this.sender(name);
    if (name !== undefined) return selected;
    const controls = (it: SenderIdentity) => canister.controllers.some((key) => key.key === it.principal.key);
    if (controls(selected)) return selected;
    return this.identities.all().find(controls) ?? selected;
  }

  /** The interface of the installed module, from the module itself, else from the project. */
  interfaceOf(canister: CanisterView): CanisterInterface {
    const candid = this.#candids.get(canister.canisterId.text);
    const wasm = this.subnet.module(canister.canisterId);
    if (canister.moduleHash === undefined || wasm === undefined) return CanisterInterface.read([candid]);
    return this.#interface(canister.moduleHash, () => this.embedder.prepare(wasm, this.metering), candid);
  }

  /** The interface of a module that is about to be installed. */
  interfaceOfModule(prepared: PreparedModule, candid: string | undefined): CanisterInterface {
    if (prepared.kind === "invalid") return CanisterInterface.read([candid]);
    return this.#interface(prepared.hash, () => prepared, candid);
  }

  /** Runs an update call, a query, or a method of the management canister. */
  run(call: UserCall, as: "update" | "query"): MessageRun {
    const canister = call.canisterId.key === "" ? "management canister" : this.displayName(call.canisterId.text);
    this.#parts.setTitle(`${canister}: ${as} ${call.method}`);
    return as === "query" ? runQuery(this.subnet, call) : runUpdate(this.subnet, call, this.#parts);
  }

  /** How a run ended, for the wire. `lost` is what its canister lost in cycles. */
  outcome(run: MessageRun, lost: bigint, replyText: (bytes: Uint8Array) => string): CallOutcome {
    const cost = {
      instructions: run.instructions.toString(),
      metering: this.metering,
      cycles: lost.toString(),
      rounds: run.rounds,
      durationMillis: run.durationMillis,
    };
    return callOutcome(run.response, replyText, { cost, trace: this.traceLines(run.events) });
  }

  /** Events in words: names instead of ids, arguments and replies as text. */
  traceLines(events: readonly SubnetTraceEvent[]): readonly TraceLine[] {
    const interfaceOf = (id: string) => {
      const principal = Principal.fromText(id);
      const canister = principal === undefined ? undefined : this.subnet.canister(principal);
      return canister === undefined ? CanisterInterface.read([]) : this.interfaceOf(canister);
    };
    return traceLines(events, {
      name: (id) => this.displayName(id),
      // Arguments of the management canister hold whole modules, and its events say what it did.
      argument: (id, method, bytes) => (isManagement(id) ? "" : interfaceOf(id).argumentText(method, bytes)),
      reply: (id, method, bytes) => (isManagement(id) ? "" : interfaceOf(id).replyText(method, bytes)),
      subnet: (id) => this.#subnetName(id),
    });
  }

  /** The subnets as the explorer shows them. */
  subnets(): readonly SubnetSummary[] {
    const subnets = this.subnet.subnets();
    const names = subnetNames(subnets);
    return subnets.map(({ subnetId, kind, subnetSize, canisters }) => {
      const { text } = subnetId;
      return { subnetId: text, name: names.get(text) ?? kind, kind, nodes: subnetSize, canisters };
    });
  }

  /** A canister as the explorer shows it. */
  summaryOf(canister: CanisterView): CanisterSummary {
    const { canisterId } = canister;
    const subnetId = this.subnet.subnetOf(canisterId)?.text;
    const subnet = subnetId === undefined ? undefined : this.#subnetName(subnetId);
    return canisterSummary(canister, this.nameOf(canisterId.text), subnet);
  }

  /** Undefined where there is only one, which nobody needs to tell from others. */
  #subnetName(subnetId: string): string | undefined {
    return this.#subnetNames.size < 2 ? undefined : this.#subnetNames.get(subnetId);
  }

  /** A canister's name, an identity's name, else the id itself. */
  displayName(principal: string): string {
    const identity = () => this.identities.all().find((it) => it.principal.text === principal)?.name;
    const management = isManagement(principal) ? "management canister" : undefined;
    return this.nameOf(principal) ?? management ?? identity() ?? principal;
  }

  #interface(hash: Uint8Array, prepare: () => PreparedModule, candid: string | undefined): CanisterInterface {
    const key = `${toHex(hash)}\n${candid ?? ""}`;
    let known = this.#interfaces.get(key);
    if (known === undefined) {
      const prepared = prepare();
      const own = prepared.kind === "valid" ? candidInterface(prepared) : undefined;
      known = CanisterInterface.read([own, candid]);
      this.#interfaces.set(key, known);
    }
    return known;
  }
}

function isManagement(principal: string): boolean {
  return principal === Principal.management.text;
}

/** A call that was refused before anything was sent, in words for the user. */
export function invalidCall(message: string): CallOutcome {
  return { kind: "invalid", message };
}

/** Stops a request whose parameters are not what the protocol says. */
export function requireText(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new NetworkError(`The request lacks \`${name}\`.`);
}
