import { EventEmitter } from "vscode";
import type { ProjectCanister } from "../../server/src/protocol/language.ts";
import type { NetworkStatus } from "../../server/src/protocol/network.ts";
import { type CanisterItem, isInstalled, joinCanisters } from "./explorer/canisterItem.ts";

/** What the canister list is read from. */
export interface CanisterSources {
  /** The canisters that the manifests declare; empty while the language server does not run. */
  readonly declared: () => Promise<readonly ProjectCanister[]>;
  /** The network's status; undefined while nothing needs the network. */
  readonly status: () => Promise<NetworkStatus | undefined>;
}

/** The canisters of the project and of the network, joined; the one list that tree, panel and commands read. */
export class CanisterList {
  readonly #sources: CanisterSources;
  readonly #changed = new EventEmitter<void>();
  #declared: readonly ProjectCanister[] = [];
  #status: NetworkStatus | undefined;
  #problem: string | undefined;
  #loaded = false;

  constructor(sources: CanisterSources) {
    this.#sources = sources;
  }

  /** Fires after every refresh. */
  get onChanged() {
    return this.#changed.event;
  }

  /** Whether the manifests have been read at least once, so that a missing canister is really missing. */
  get loaded(): boolean {
    return this.#loaded;
  }

  /** All canisters, the project's first. */
  get items(): readonly CanisterItem[] {
    return joinCanisters(this.#declared, this.#status?.canisters ?? []);
  }

  /** The network as it was at the last refresh. */
  get status(): NetworkStatus | undefined {
    return this.#status;
  }

  /** Why the network cannot be shown. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The canisters that the manifests declare. */
  get declared(): readonly ProjectCanister[] {
    return this.#declared;
  }

  /** How many canisters accept calls. */
  get runningCount(): number {
    return this.items.filter((it) => isInstalled(it) && it.summary?.status === "running").length;
  }

  /** The canister of a project's name or a canister id. */
  find(nameOrId: string): CanisterItem | undefined {
    return this.items.find((it) => it.name === nameOrId || it.summary?.canisterId === nameOrId);
  }

  /** Reads the manifests' canisters again. */
  async refreshDeclared(): Promise<void> {
    this.#declared = await this.#sources.declared();
    this.#loaded = true;
    this.#changed.fire();
  }

  /** Asks the network again. A network that cannot be asked leaves the manifests' canisters in the list. */
  async refreshStatus(): Promise<void> {
    try {
      this.#status = await this.#sources.status();
      this.#problem = undefined;
    } catch (error) {
      this.#status = undefined;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#changed.fire();
  }
}
