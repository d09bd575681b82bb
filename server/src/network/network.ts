import { randomBytes } from "node:crypto";
import type { CanisterView } from "../engine/canisterView.ts";
import type { Embedder, ExecutionWatch } from "../engine/embedder/contract.ts";
import type { SubnetKind } from "../engine/subnetKinds.ts";
import { SubnetNetwork } from "../engine/subnetNetwork.ts";
import { SavedModuleRefused } from "../engine/subnetState.ts";
import type {
  CallOutcome,
  CallParams,
  CanisterSummary,
  CanisterTarget,
  NetworkMethod,
  NetworkRequests,
  NetworkStatus,
  Progress,
  TraceLine,
} from "../protocol/network.ts";
import { Identities } from "./identities.ts";
import { installCanister } from "./installation.ts";
import { canisterArgument, uninstallArgument } from "./managementArguments.ts";
import { deleteSnapshot, loadSnapshot, manage, snapshotsOf, takeSnapshot } from "./managementRequests.ts";
import { choose, type NetworkChoices, usualChoices, type WantedChoices } from "./networkChoices.ts";
import { NetworkError, stateNotForHere } from "./networkError.ts";
import { invalidCall, NetworkState, requireText } from "./networkState.ts";
import type { OutcallDoor } from "./outcallPort.ts";
import { Outcalls } from "./outcalls.ts";
import { readShellFacts, type ShellFacts, writeShellFacts } from "./shellFacts.ts";
import { type SavedState, StateDirectory } from "./stateDirectory.ts";
import { readSubnetKinds } from "./subnetNames.ts";

/** What a network is opened with. */
export interface NetworkOptions extends WantedChoices {
  /** The workspace's `.canister-workbench` folder; its lock is held by the caller. */
  readonly directory: string;
  readonly embedder: Embedder;
  /** Nanoseconds since 1970-01-01, by the machine's clock. */
  readonly clock: () => bigint;
  /** Whether the user wants the running request to end; asked between slices and rounds. */
  readonly isCancelled: () => boolean;
  /** Told while a message execution runs. */
  readonly progress: (progress: Progress) => void;
  /** Told what the user has to know without having asked: state that could not be read or written. */
  readonly notice: (message: string) => void;
  /** Kinds of the subnets of a new network; one application subnet when absent. */
  readonly subnets?: readonly string[];
  /** For the status: versions of the engine, of Node and of V8. */
  readonly versions: Readonly<Record<string, string>>;
  /** Where HTTPS outcalls are made; absent: nobody answers them. */
  readonly outcalls?: OutcallDoor;
}

/** Requests that a network answers itself; cancelling is the business of the process around it. */
export type AnsweredMethod = Exclude<NetworkMethod, "network/cancel">;

type Handlers = {
  readonly [M in AnsweredMethod]: (params: NetworkRequests[M]["params"]) => NetworkRequests[M]["result"];
};

/** Rounds that run when time has passed, before the next request is looked at. */
const roundsPerTickMax = 100;

/** Steps from timer to timer when the clock is moved forward by hand; what is left is jumped over. */
const timerStepsMax = 1_000;

/** Characters of a line of a reply, beyond which records are broken into lines. */
const replyWidth = 100;

/** State that changed by itself is written at most so often, in milliseconds. */
const saveIntervalMillis = 10_000;

/**
 * The network of a workspace: its subnets with real time, files and identities around them. Every request of the protocol
 * enters here, whoever sends it. Synchronous: it lives in a Worker, or in a process of its own.
 */
export class Network {
  readonly #options: NetworkOptions;
  readonly #stateDirectory: StateDirectory;
  readonly #handlers: Handlers;
  /** Undefined where nobody asked for any. */
  readonly #wantedKinds: readonly SubnetKind[] | undefined;
  #choices: NetworkChoices;
  #state: NetworkState;
  #outcalls: Outcalls;
  #generation = 0;
  #title = "";
  /** Nanoseconds by which the network's clock is ahead of the machine's. */
  #clockAhead = 0n;
  #saveProblem: string | undefined;
  #unsavedSinceMillis: number | undefined;

  private constructor(options: NetworkOptions, stateDirectory: StateDirectory, saved: SavedState | undefined) {
    this.#options = options;
    this.#stateDirectory = stateDirectory;
    this.#handlers = this.#table();
    this.#wantedKinds = options.subnets === undefined ? undefined : readSubnetKinds(options.subnets);
    this.#choices = choose(usualChoices, options);
    this.#state = this.#restored(saved);
    this.#outcalls = this.#newOutcalls();
    const ahead = this.#state.subnet.timeNanos - options.clock();
    if (ahead > 0n) this.#clockAhead = ahead;
  }

  /**
   * Opens the network that the directory keeps, or an empty one. Throws `stateDirectoryUnusable` where the directory
   * cannot be used; state that cannot be read is moved aside and told through `notice`.
   */
  static open(options: NetworkOptions): Network {
    const { stateDirectory, saved, notices } = StateDirectory.open(options.directory);
    for (const notice of notices) options.notice(notice);
    return new Network(options, stateDirectory, saved);
  }

  /** Answers a request. Throws `NetworkError` in words for the user. */
  request<M extends AnsweredMethod>(method: M, params: NetworkRequests[M]["params"]): NetworkRequests[M]["result"] {
    const handler: Handlers[M] | undefined = this.#handlers[method];
    if (handler === undefined) throw new NetworkError(`There is no request \`${method}\`.`);
    return handler(params);
  }

  /** Runs what fell due since the last time. Answers whether anything ran, so that the state changed. */
  tick(): boolean {
    const ran = this.#catchUp();
    if (ran) this.#unsavedSinceMillis ??= performance.now();
    const since = this.#unsavedSinceMillis;
    if (since !== undefined && performance.now() - since >= saveIntervalMillis) this.#save();
    return ran;
  }

  /** Milliseconds until the next call of `tick` is due; undefined while nothing happens by itself. */
  millisToNextTick(): number | undefined {
    const { subnet } = this.#state;
    if (subnet.hasHeartbeats() || subnet.hasDebits()) return 1_000;
    if (!subnet.isIdle()) return 20;
    const next = subnet.nextTimer();
    const unsaved = this.#unsavedSinceMillis === undefined ? undefined : saveIntervalMillis;
    if (next === undefined) return unsaved;
    const millis = Number((next - this.#now()) / 1_000_000n) + 1;
    return Math.min(Math.max(millis, 1), unsaved ?? 60_000);
  }

  /** Writes what is not yet written and closes the files. */
  close(): void {
    if (this.#unsavedSinceMillis !== undefined || this.#saveProblem !== undefined) this.#save();
    this.#stateDirectory.close();
  }

  #table(): Handlers {
    return {
      "network/status": () => this.#status(),
      "network/install": (params) => this.#changing(() => installCanister(this.#state, params)),
      "network/call": (params) => this.#call(params),
      "network/interface": (params) => {
        const found = this.#state.interfaceOf(this.#canister(params));
        return { candid: found.candid, form: found.callForm() };
      },
      "network/stop": (params) => this.#manage(params, "stop_canister"),
      "network/start": (params) => this.#manage(params, "start_canister"),
      "network/delete": (params) => this.#manage(params, "delete_canister"),
      "network/uninstall": (params) => this.#manage(params, "uninstall_code"),
      "network/takeSnapshot": (params) => this.#changing(() => takeSnapshot(this.#state, this.#canister(params))),
      "network/snapshots": (params) => ({ snapshots: snapshotsOf(this.#state, this.#canister(params)) }),
      "network/loadSnapshot": (params) =>
        this.#changing(() =>
          loadSnapshot(this.#state, this.#canister(params), requireText(params.snapshot, "snapshot")),
        ),
      "network/deleteSnapshot": (params) =>
        this.#changing(() =>
          deleteSnapshot(this.#state, this.#canister(params), requireText(params.snapshot, "snapshot")),
        ),
      "network/addCycles": (params) => this.#changing(() => this.#addCycles(params, params.amount)),
      "network/logs": (params) => ({ lines: this.#logs(this.#canister(params)) }),
      "network/selectIdentity": ({ name }) =>
        this.#changing(() => {
          this.#state.selectIdentity(requireText(name, "name"));
          return this.#status();
        }),
      "network/createIdentity": ({ name }) =>
        this.#changing(() => {
          this.#state.selectIdentity(this.#state.identities.create(requireText(name, "name")).name);
          return this.#status();
        }),
      "network/advanceTime": ({ seconds }) => this.#changing(() => ({ trace: this.#advanceTime(seconds) })),
      "network/reset": (params) => this.#reset(params),
    };
  }

  #status(): NetworkStatus {
    const { subnet, identities, selectedIdentity } = this.#state;
    this.#catchUp();
    return {
      canisters: subnet.canisters().map((it) => this.#state.summaryOf(it)),
      subnets: this.#state.subnets(),
      identities: identities.all().map(({ name, principal }) => ({ name, principal: principal.text })),
      selectedIdentity,
      timeNanos: subnet.timeNanos.toString(),
      versions: this.#options.versions,
      ...(this.#saveProblem !== undefined && { problem: this.#saveProblem }),
    };
  }

  #call(params: CallParams): CallOutcome {
    const method = requireText(params.method, "method");
    const canister = this.#canister(params);
    const missing = missingMethod(canister, method);
    if (missing !== undefined) return invalidCall(missing);
    const candid = this.#state.interfaceOf(canister);
    const encoded = candid.encodeCall(method, params.argument);
    if (encoded.kind === "problem") return invalidCall(encoded.message);
    const sender = this.#state.sender(params.identity);
    const isReader = canister.queryMethods.has(method) || canister.compositeQueryMethods.has(method);
    const as = params.as ?? candid.methodKind(method) ?? (isReader ? "query" : "update");
    const { canisterId } = canister;
    const execute = () => {
      const { cycles } = this.#state.viewOf(canisterId);
      const run = this.#state.run({ sender, canisterId, method, argument: encoded.bytes }, as);
      const left = this.#state.subnet.canister(canisterId)?.cycles ?? 0n;
      return this.#state.outcome(run, cycles - left, (bytes) => candid.replyText(method, bytes, replyWidth));
    };
    if (as === "update") return this.#changing(execute);
    this.#catchUp();
    return execute();
  }

  #manage(target: CanisterTarget, method: "stop_canister" | "start_canister" | "delete_canister" | "uninstall_code") {
    return this.#changing(() => {
      const canister = this.#canister(target);
      const { canisterId } = canister;
      const argument = method === "uninstall_code" ? uninstallArgument(canisterId) : canisterArgument(canisterId);
      return manage(this.#state, canister, method, argument);
    });
  }

  #addCycles(target: CanisterTarget, amount: string): CanisterSummary {
    const { canisterId } = this.#canister(target);
    const text = requireText(amount, "amount").replaceAll("_", "");
    if (!/^\d{1,38}$/.test(text)) {
      throw new NetworkError(`\`${amount}\` is no amount of cycles: write a whole number, such as 1_000_000_000_000.`);
    }
    this.#state.subnet.addCycles(canisterId, BigInt(text));
    return this.#state.summaryOf(this.#state.viewOf(canisterId));
  }

  #logs({ canisterId }: CanisterView): readonly string[] {
    return this.#state.subnet.logs(canisterId).map(({ timestampNanos, content }) => {
      return `[${new Date(Number(timestampNanos / 1_000_000n)).toISOString()}] ${content}`;
    });
  }

  #advanceTime(seconds: number): readonly TraceLine[] {
    if (!Number.isFinite(seconds) || seconds < 0 || seconds > 100 * 366 * 86_400) {
      throw new NetworkError("The clock moves forward only: give seconds, from 0 to a hundred years.");
    }
    const { subnet } = this.#state;
    const nanos = BigInt(Math.round(seconds * 1e9));
    const end = subnet.timeNanos + nanos;
    this.#clockAhead += nanos;
    this.#title = "timers";
    subnet.takeTrace();
    for (let step = 0; step < timerStepsMax && !this.#options.isCancelled(); step++) {
      const next = subnet.nextTimer();
      if (next === undefined || next > end) break;
      subnet.advanceTime(next - subnet.timeNanos);
      subnet.executeUntilIdle(roundsPerTickMax);
    }
    if (end > subnet.timeNanos) subnet.advanceTime(end - subnet.timeNanos);
    if (subnet.hasHeartbeats()) subnet.executeRound();
    subnet.executeUntilIdle(roundsPerTickMax);
    this.#payDebits(nanos);
    return this.#state.traceLines(subnet.takeTrace());
  }

  #reset({ subnets, ...wanted }: NetworkRequests["network/reset"]["params"]): NetworkStatus {
    const { selectedIdentity, subnet } = this.#state;
    const kinds = subnets === undefined ? subnet.subnets().map((it) => it.kind) : readSubnetKinds(subnets);
    this.#choices = choose(this.#choices, wanted);
    this.#clockAhead = 0n;
    this.#stateDirectory.startOver();
    this.#state = this.#newState(this.#newSubnets(kinds), {
      names: new Map(),
      candids: new Map(),
      selectedIdentity,
    });
    this.#outcalls = this.#newOutcalls();
    this.#save();
    return this.#status();
  }

  #canister({ canister }: CanisterTarget): CanisterView {
    return this.#state.canister(requireText(canister, "canister"));
  }

  /** Runs a request that changes the state, and writes the change whether or not the request succeeded. */
  #changing<T>(run: () => T): T {
    this.#catchUp();
    try {
      return run();
    } finally {
      this.#outcalls.exchange(this.#state.subnet);
      this.#save();
    }
  }

  /** Lets the time that passed take effect: the clock first, then what fell due. */
  #catchUp(): boolean {
    const { subnet } = this.#state;
    const passed = this.#now() - subnet.timeNanos;
    if (passed > 0n) subnet.advanceTime(passed);
    this.#title = "timers and heartbeats";
    let executions = subnet.hasHeartbeats() ? subnet.executeRound().executions : 0;
    this.#payDebits(passed);
    this.#outcalls.exchange(subnet);
    for (let round = 0; round < roundsPerTickMax && !subnet.isIdle(); round++) {
      executions += subnet.executeRound().executions;
      this.#outcalls.exchange(subnet);
    }
    subnet.takeTrace();
    return executions > 0;
  }

  /** The rounds of a time in which a canister's debit shrinks, at one per second; nanoseconds. */
  #payDebits(nanos: bigint): void {
    // Each round has moved the time by a nanosecond, so a second between two ticks is not quite one.
    const rounds = Math.min(Number((nanos + 500_000_000n) / 1_000_000_000n), roundsPerTickMax);
    const { subnet } = this.#state;
    for (let round = 0; round < rounds && subnet.hasDebits(); round++) subnet.executeRound();
  }

  #now(): bigint {
    return this.#options.clock() + this.#clockAhead;
  }

  #save(): void {
    const { subnet } = this.#state;
    const problem = this.#stateDirectory.save({
      shell: writeShellFacts(this.#state.facts()),
      subnet: subnet.state(this.#stateDirectory.wantsCheckpoint ? "full" : "changed"),
      canisters: subnet.imageIds(),
    });
    this.#unsavedSinceMillis = undefined;
    if (problem !== undefined && this.#saveProblem === undefined) this.#options.notice(problem.message);
    this.#saveProblem = problem?.message;
  }

  #restored(saved: SavedState | undefined): NetworkState {
    if (saved === undefined) return this.#newState(this.#newSubnets(this.#wantedKinds), undefined);
    try {
      const facts = readShellFacts(saved.shell);
      this.#choices = choose(choose(usualChoices, facts), this.#options);
      const subnets = this.#asWanted(SubnetNetwork.restore(this.#subnetOptions(), saved.subnet));
      return this.#newState(subnets, facts);
    } catch (error) {
      if (error instanceof SavedModuleRefused) throw stateNotForHere(this.#options.directory, error);
      const kept = this.#stateDirectory.setAside();
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.notice(
        `The network's state cannot be used, and the network begins empty: ${reason} It was kept as ${kept}.`,
      );
      return this.#newState(this.#newSubnets(this.#wantedKinds), undefined);
    }
  }

  #newState(subnet: SubnetNetwork, facts: ShellFacts | undefined): NetworkState {
    const { directory, embedder, isCancelled } = this.#options;
    const identities = Identities.open(directory);
    const setTitle = (title: string) => {
      this.#title = title;
    };
    const waitForOutcalls = () => this.#waitForOutcalls();
    const choices = this.#choices;
    return new NetworkState({ subnet, identities, embedder, isCancelled, waitForOutcalls, setTitle, choices }, facts);
  }

  #newOutcalls(): Outcalls {
    this.#generation++;
    return new Outcalls(this.#options.outcalls, this.#generation, (id) => this.#state.nameOf(id));
  }

  /** Waits a little while a call waits for the answer of a server; the clock goes on meanwhile. */
  #waitForOutcalls(): boolean {
    const { subnet } = this.#state;
    if (!this.#outcalls.isWaiting(subnet)) return false;
    if (!this.#outcalls.exchange(subnet, "wait")) {
      const passed = this.#now() - subnet.timeNanos;
      if (passed > 0n) subnet.advanceTime(passed);
    }
    return true;
  }

  /** An empty network takes the subnets that are asked for; one with canisters keeps its own, which the user is told. */
  #asWanted(saved: SubnetNetwork): SubnetNetwork {
    const wanted = this.#wantedKinds;
    const kinds = saved.subnets().map((it) => it.kind);
    if (wanted === undefined || wanted.join() === kinds.join()) return saved;
    if (saved.canisters().length === 0) return this.#newSubnets(wanted);
    this.#options.notice(
      `The network has canisters and keeps its subnets: ${kinds.join(", ")}. Reset it to have those that the settings name: ${wanted.join(", ")}.`,
    );
    return saved;
  }

  #newSubnets(kinds: readonly SubnetKind[] | undefined): SubnetNetwork {
    return SubnetNetwork.create({ ...this.#subnetOptions(), ...(kinds !== undefined && { subnets: kinds }) });
  }

  #subnetOptions() {
    const { embedder, clock } = this.#options;
    const watch = this.#watch();
    const { metering: meteringProfile, rateLimits } = this.#choices;
    return { embedder, seed: randomBytes(32), timeNanos: clock(), tracing: true, watch, meteringProfile, rateLimits };
  }

  #watch(): ExecutionWatch {
    return {
      slicePassed: (used, limit) => {
        this.#options.progress({
          title: this.#title,
          instructions: used.toString(),
          instructionLimit: limit.toString(),
        });
        return this.#options.isCancelled() ? "cancel" : "continue";
      },
    };
  }
}

/** What to say of a method that the installed module does not export. */
function missingMethod(canister: CanisterView, method: string): string | undefined {
  if (canister.moduleHash === undefined) return undefined;
  const exported = [canister.updateMethods, canister.queryMethods, canister.compositeQueryMethods];
  if (exported.some((it) => it.has(method))) return undefined;
  // Names with spaces or brackets belong to libraries: the timers of ic-cdk call themselves through one.
  const names = exported.flatMap((it) => [...it]).filter((it) => !/[\s<>]/.test(it));
  const known = names.length === 0 ? "It exports no method." : `Its methods: ${names.sort().join(", ")}.`;
  return `The canister has no method \`${method}\`. ${known}`;
}
