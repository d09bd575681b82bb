/** A subnet for tests, with canisters of one letter and its trace as text. */
import { gunzipSync } from "node:zlib";
import { Principal } from "../../server/src/base/principal.ts";
import { createV8Embedder } from "../../server/src/engine/embedder/v8Embedder.ts";
import { errorCodeText } from "../../server/src/engine/errors.ts";
import {
  argumentShapes,
  type InstallModeArgument,
  principalOf,
  principalOnWire,
  resultShapes,
  type SettingsArgument,
} from "../../server/src/engine/management/idl.ts";
import { Subnet, type SubnetOptions } from "../../server/src/engine/subnet.ts";
import { SubnetNetwork, type SubnetNetworkOptions } from "../../server/src/engine/subnetNetwork.ts";
import type { CallResponse, TraceEvent } from "../../server/src/engine/trace.ts";
import { concat, ops, type Script, type UniversalOptions, universalCanister } from "./universalCanister.ts";

/** Cycles of a test canister unless said otherwise. */
export const plenty = 100_000_000_000_000n;

/** The start of a test network's time. */
export const epochNanos = 1_700_000_000_000_000_000n;

/** Settings of which only some are given. */
export function settingsArgument(given: Partial<SettingsArgument>): SettingsArgument {
  return {
    controllers: [],
    compute_allocation: [],
    memory_allocation: [],
    freezing_threshold: [],
    reserved_cycles_limit: [],
    minimum_incoming_canister_call_cycles: [],
    log_visibility: [],
    snapshot_visibility: [],
    status_visibility: [],
    wasm_memory_limit: [],
    wasm_memory_threshold: [],
    environment_variables: [],
    log_memory_limit: [],
    ...given,
  };
}

/** A user's principal by number. */
export function user(number: number): Principal {
  return Principal.ofBytes(Uint8Array.from({ length: 29 }, (_, index) => (index === 28 ? 2 : number)));
}

/** Whom test canisters have as their controller. */
export const developer: Principal = user(1);

const modules = new Map<string, Uint8Array>();

/** The universal canister, made once for each set of options. */
export function universal(options: UniversalOptions = {}): Uint8Array {
  const key = JSON.stringify(options);
  const known = modules.get(key) ?? universalCanister(options);
  modules.set(key, known);
  return known;
}

/** The same with the section that lets upgrades keep its heap. */
export function keepingHeap(options: UniversalOptions = {}): Uint8Array {
  const name = new TextEncoder().encode("icp:private enhanced-orthogonal-persistence");
  return concat(universal(options), Uint8Array.of(0, name.length + 1, name.length), name);
}

/** One V8 embedder for all tests of a file: modules are compiled once. */
export const embedder = createV8Embedder({
  gunzip: (packed, bytesMax) => gunzipSync(packed, { maxOutputLength: bytesMax }),
});

/** Short ways to do what tests do all the time, on a subnet or on several. */
abstract class TestSurroundings<S extends Subnet | SubnetNetwork> {
  abstract readonly subnet: S;
  /** Names by canister id, for the trace. */
  readonly names = new Map<string, string>();

  /** An empty canister. */
  create(
    it: {
      readonly cycles?: bigint;
      readonly settings?: Partial<SettingsArgument>;
      /** The subnet, where it is not the first application one. */
      readonly on?: Principal;
      readonly id?: Principal;
    } = {},
  ): Principal {
    const data = replied(
      this.management(
        "provisional_create_canister_with_cycles",
        argumentShapes.provisional_create_canister_with_cycles.encode({
          amount: [it.cycles ?? plenty],
          settings: it.settings === undefined ? [] : [settingsArgument(it.settings)],
          specified_id: it.id === undefined ? [] : [principalOnWire(it.id)],
          sender_canister_version: [],
        }),
        developer,
        it.on,
      ),
    );
    const id = resultShapes.canister.decode(data);
    if (id === undefined) throw new Error("no canister id");
    const canisterId = principalOf(id.canister_id);
    this.names.set(canisterId.text, String.fromCharCode(97 + this.names.size));
    return canisterId;
  }

  /** A canister that obeys scripts. */
  universal(
    it: {
      readonly cycles?: bigint;
      readonly settings?: Partial<SettingsArgument>;
      readonly init?: Script;
      readonly on?: Principal;
    } & UniversalOptions = {},
  ): Principal {
    const { cycles, settings, init, on, ...options } = it;
    const id = this.create({
      ...(on === undefined ? {} : { on }),
      ...(cycles === undefined ? {} : { cycles }),
      ...(settings === undefined ? {} : { settings }),
    });
    replied(this.install(id, universal(options), init));
    this.subnet.takeTrace();
    return id;
  }

  install(
    id: Principal,
    wasm: Uint8Array,
    argument: Uint8Array = new Uint8Array(0),
    mode: InstallModeArgument = { install: null },
  ): CallResponse {
    return this.management(
      "install_code",
      argumentShapes.install_code.encode({
        mode,
        canister_id: principalOnWire(id),
        wasm_module: wasm,
        arg: argument,
        sender_canister_version: [],
      }),
    );
  }

  upgrade(id: Principal, wasm: Uint8Array, argument?: Uint8Array): CallResponse {
    return this.install(id, wasm, argument, { upgrade: [] });
  }

  updateSettings(id: Principal, settings: Partial<SettingsArgument>): CallResponse {
    return this.management(
      "update_settings",
      argumentShapes.update_settings.encode({
        canister_id: principalOnWire(id),
        settings: settingsArgument(settings),
        sender_canister_version: [],
      }),
    );
  }

  /** A management method whose argument is only a canister id. */
  manage(method: string, id: Principal, caller: Principal = developer): CallResponse {
    return this.management(method, argumentShapes.canister.encode({ canister_id: principalOnWire(id) }), caller);
  }

  /** The same without waiting for the answer. */
  sendManagement(method: string, id: Principal): string {
    const argument = argumentShapes.canister.encode({ canister_id: principalOnWire(id) });
    return this.send(Principal.management, argument, method);
  }

  /** `effectiveId` names the subnet for calls that are about no canister. */
  management(
    method: string,
    argument: Uint8Array,
    caller: Principal = developer,
    effectiveId?: Principal,
  ): CallResponse {
    return this.ingress(Principal.management, method, argument, caller, effectiveId);
  }

  /** Lets a universal canister call a method of the management canister, and reply what came: see `callRejection`. */
  callManagement(caller: Principal, method: string, argument: Uint8Array, cycles = 0n): CallResponse {
    const script = ops.call({
      callee: new Uint8Array(0),
      method,
      data: argument,
      cycles,
      onReply: concat(ops.appendArgument(), ops.reply()),
      onReject: concat(ops.append(rejectedCall), ops.appendRejectMessage(), ops.reply()),
    });
    return this.update(caller, script);
  }

  /** Calls `update` and waits for the response. */
  update(id: Principal, script: Script, caller: Principal = developer): CallResponse {
    return this.ingress(id, "update", script, caller);
  }

  query(id: Principal, script: Script, method = "query", caller: Principal = developer): CallResponse {
    return this.subnet.query({ caller, canisterId: id, method, argument: script }).response;
  }

  /** Sends a message and does not wait. */
  send(id: Principal, script: Script, method = "update", caller: Principal = developer): string {
    const submission = this.subnet.submitIngress({ caller, canisterId: id, method, argument: script });
    if (submission.kind === "refused") throw new Error(submission.reject.message);
    return submission.ingressId;
  }

  /** The response of a message that was sent; undefined while there is none. */
  responseOf(ingressId: string): CallResponse | undefined {
    const status = this.subnet.ingressStatus(ingressId);
    return status.kind === "done" ? status.response : undefined;
  }

  ingress(
    id: Principal,
    method: string,
    argument: Uint8Array,
    caller: Principal = developer,
    effectiveId?: Principal,
  ): CallResponse {
    const submission = this.subnet.submitIngress({
      caller,
      canisterId: id,
      method,
      argument,
      ...(effectiveId === undefined ? {} : { effectiveId }),
    });
    if (submission.kind === "refused") return { kind: "reject", reject: submission.reject };
    const status = this.subnet.awaitIngress(submission.ingressId, 1000);
    if (status.kind !== "done") throw new Error(`no response: ${status.kind}`);
    return status.response;
  }

  /** Cycles of a canister. */
  cycles(id: Principal): bigint {
    return this.subnet.canister(id)?.cycles ?? 0n;
  }

  /** The 64-bit number at an address of a universal canister's heap. */
  cell(id: Principal, address: number): bigint {
    return repliedNumber(this.query(id, concat(ops.load(address), ops.replyAcc())));
  }

  /** What happened since the last call, one line each. */
  trace(): string {
    return this.subnet
      .takeTrace()
      .map((event) => traceLine(event, (id) => this.names.get(id) ?? id))
      .join("\n");
  }
}

/** One subnet with tracing. */
export class TestNetwork extends TestSurroundings<Subnet> {
  readonly subnet: Subnet;

  constructor(options: Partial<SubnetOptions> | Subnet = {}) {
    super();
    this.subnet =
      options instanceof Subnet
        ? options
        : Subnet.create({ embedder, seed: Uint8Array.of(1, 2, 3), timeNanos: epochNanos, tracing: true, ...options });
  }
}

/** Several subnets with tracing. */
export class TestSubnets extends TestSurroundings<SubnetNetwork> {
  readonly subnet: SubnetNetwork;

  constructor(options: Partial<SubnetNetworkOptions> | SubnetNetwork) {
    super();
    this.subnet =
      options instanceof SubnetNetwork
        ? options
        : SubnetNetwork.create({
            embedder,
            seed: Uint8Array.of(1, 2, 3),
            timeNanos: epochNanos,
            tracing: true,
            ...options,
          });
  }

  /** The id of the subnet at a place. */
  id(place: number): Principal {
    const view = this.subnet.subnets()[place];
    if (view === undefined) throw new Error(`no subnet ${place}`);
    return view.subnetId;
  }
}

/** The data of a reply; fails the test on a reject. */
export function replied(response: CallResponse): Uint8Array {
  if (response.kind === "reject") throw new Error(`rejected: ${response.reject.message}`);
  return response.data;
}

/** A reply as text. */
export function repliedText(response: CallResponse): string {
  return new TextDecoder().decode(replied(response));
}

/** A reply of `replyAcc` as a number. */
export function repliedNumber(response: CallResponse): bigint {
  const data = replied(response);
  return new DataView(data.buffer, data.byteOffset).getBigUint64(0, true);
}

/** A reject as `IC0503 5 text`; fails the test on a reply. */
export function rejectText(response: CallResponse): string {
  if (response.kind === "reply") throw new Error(`replied: ${new TextDecoder().decode(response.data)}`);
  const { errorCode, rejectCode, message } = response.reject;
  return `${errorCode === undefined ? "-" : errorCodeText(errorCode)} ${rejectCode} ${message}`;
}

/** What `callManagement` begins its reply with when the call was rejected. */
const rejectedCall = "reject ";

/** Why the call of `callManagement`, or a user's call, was rejected; undefined when it was not. */
export function callRejection(response: CallResponse): string | undefined {
  if (response.kind === "reject") return rejectText(response);
  const text = new TextDecoder().decode(response.data);
  return text.startsWith(rejectedCall) ? text.slice(rejectedCall.length) : undefined;
}

function traceLine(event: TraceEvent, name: (id: string) => string): string {
  const indent = "  ".repeat(event.depth);
  switch (event.kind) {
    case "ingressReceived":
      return `${indent}ingress ${name(event.canisterId)} ${event.method}`;
    case "ingressRefused":
      return `${indent}refused ${name(event.canisterId)} ${event.method}: ${firstLine(event.reject.message)}`;
    case "executed": {
      const end = event.outcome === "trapped" ? "trapped" : event.committed ? "committed" : "discarded";
      return `${indent}execute ${name(event.canisterId)} ${event.mode}: ${end}`;
    }
    case "requestSent":
      return `${indent}request ${name(event.canisterId)} -> ${name(event.callee)} ${event.method}${event.cycles === 0n ? "" : `, ${event.cycles} cycles`}`;
    case "responded":
      return `${indent}respond ${name(event.from)} -> ${name(event.to)}: ${responseText(event.response)}${event.refund === 0n ? "" : `, refund ${event.refund}`}`;
    case "responseDropped":
      return `${indent}dropped response for ${name(event.canisterId)}, lost ${event.cyclesLost}`;
    case "expired":
      return `${indent}expired ${name(event.canisterId)} -> ${name(event.callee)}${event.requestDropped ? ", never executed" : ""}`;
    case "requestDropped":
      return `${indent}dropped ${event.method} of ${name(event.caller)} for ${name(event.canisterId)}, lost ${event.cyclesLost}`;
    case "log":
      return `${indent}log ${name(event.canisterId)}: ${event.content}`;
    case "compiled":
      return `${indent}compile for ${name(event.canisterId)}`;
    case "management":
      return `${indent}management ${event.method} ${name(event.canisterId)}${event.reject === undefined ? "" : `: ${firstLine(event.reject.message)}`}`;
    case "stopped":
      return `${indent}stopped ${name(event.canisterId)}`;
    case "ranOutOfCycles":
      return `${indent}out of cycles ${name(event.canisterId)}`;
  }
}

function responseText(response: CallResponse): string {
  if (response.kind === "reply") return `reply '${new TextDecoder().decode(response.data)}'`;
  return `reject ${response.reject.errorCode === undefined ? "" : `${errorCodeText(response.reject.errorCode)} `}${response.reject.rejectCode}`;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
