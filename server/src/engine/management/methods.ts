/** The management canister, `aaaaa-aa`: which methods there are, and how a call of one is executed. */
import { Principal } from "../../base/principal.ts";
import { errorCodes, type Reject, reject, unroutable } from "../errors.ts";
import type { ExecutionEnvironment, ManagementCall } from "../executionEnvironment.ts";
import { canisterInfo } from "./canisterInfo.ts";
import { canisterMetadata } from "./canisterMetadata.ts";
import { canisterMetrics } from "./canisterMetrics.ts";
import { canisterStatus } from "./canisterStatus.ts";
import { clearChunkStore } from "./clearChunkStore.ts";
import { createCanister } from "./createCanister.ts";
import { deleteCanister } from "./deleteCanister.ts";
import { deleteCanisterSnapshot } from "./deleteCanisterSnapshot.ts";
import { depositCycles } from "./depositCycles.ts";
import { ecdsaPublicKey, signWithEcdsa } from "./ecdsa.ts";
import { fetchCanisterLogs } from "./fetchCanisterLogs.ts";
import { httpRequest } from "./httpRequest.ts";
import { installChunkedCode } from "./installChunkedCode.ts";
import { installCodeMethod } from "./installCode.ts";
import { listCanisterSnapshots } from "./listCanisterSnapshots.ts";
import { listCanisters } from "./listCanisters.ts";
import { loadCanisterSnapshot } from "./loadCanisterSnapshot.ts";
import { type ManagementMethod, type ManagementOutcome, refuse } from "./managementMethod.ts";
import { nodeMetricsHistory } from "./nodeMetricsHistory.ts";
import { provisionalCreateCanisterWithCycles } from "./provisionalCreateCanisterWithCycles.ts";
import { provisionalTopUpCanister } from "./provisionalTopUpCanister.ts";
import { rawRand } from "./rawRand.ts";
import { readCanisterSnapshotData } from "./readCanisterSnapshotData.ts";
import { readCanisterSnapshotMetadata } from "./readCanisterSnapshotMetadata.ts";
import { undecodableStart } from "./refusals.ts";
import { schnorrPublicKey, signWithSchnorr } from "./schnorr.ts";
import { senderVersionObstacle } from "./senderVersion.ts";
import { startCanister } from "./startCanister.ts";
import { stopCanister } from "./stopCanister.ts";
import { storedChunks } from "./storedChunks.ts";
import { subnetInfo } from "./subnetInfo.ts";
import { takeCanisterSnapshot } from "./takeCanisterSnapshot.ts";
import { uninstallCodeMethod } from "./uninstallCode.ts";
import { updateSettings } from "./updateSettings.ts";
import { uploadCanisterSnapshotData } from "./uploadCanisterSnapshotData.ts";
import { uploadCanisterSnapshotMetadata } from "./uploadCanisterSnapshotMetadata.ts";
import { uploadChunk } from "./uploadChunk.ts";
import { vetkdDeriveKey, vetkdPublicKey } from "./vetkd.ts";

/** Methods by name. */
const methods: ReadonlyMap<string, ManagementMethod> = new Map(
  Object.entries({
    canister_info: canisterInfo,
    canister_metadata: canisterMetadata,
    canister_status: canisterStatus,
    clear_chunk_store: clearChunkStore,
    create_canister: createCanister,
    delete_canister: deleteCanister,
    deposit_cycles: depositCycles,
    ecdsa_public_key: ecdsaPublicKey,
    http_request: httpRequest,
    install_chunked_code: installChunkedCode,
    install_code: installCodeMethod,
    provisional_create_canister_with_cycles: provisionalCreateCanisterWithCycles,
    provisional_top_up_canister: provisionalTopUpCanister,
    raw_rand: rawRand,
    schnorr_public_key: schnorrPublicKey,
    sign_with_ecdsa: signWithEcdsa,
    sign_with_schnorr: signWithSchnorr,
    start_canister: startCanister,
    stop_canister: stopCanister,
    stored_chunks: storedChunks,
    uninstall_code: uninstallCodeMethod,
    update_settings: updateSettings,
    upload_chunk: uploadChunk,
    delete_canister_snapshot: deleteCanisterSnapshot,
    list_canister_snapshots: listCanisterSnapshots,
    load_canister_snapshot: loadCanisterSnapshot,
    read_canister_snapshot_data: readCanisterSnapshotData,
    read_canister_snapshot_metadata: readCanisterSnapshotMetadata,
    take_canister_snapshot: takeCanisterSnapshot,
    upload_canister_snapshot_data: uploadCanisterSnapshotData,
    upload_canister_snapshot_metadata: uploadCanisterSnapshotMetadata,
    canister_metrics: canisterMetrics,
    fetch_canister_logs: fetchCanisterLogs,
    list_canisters: listCanisters,
    node_metrics_history: nodeMetricsHistory,
    subnet_info: subnetInfo,
    vetkd_derive_key: vetkdDeriveKey,
    vetkd_public_key: vetkdPublicKey,
  }),
);

/** Methods that need a Bitcoin node. */
const bitcoin: ReadonlySet<string> = new Set([
  "bitcoin_get_balance",
  "bitcoin_get_block_headers",
  "bitcoin_get_current_fee_percentiles",
  "bitcoin_get_utxos",
  "bitcoin_send_transaction",
]);

/** Methods that only the network itself has use for. */
const internal: ReadonlySet<string> = new Set([
  "bitcoin_get_successors",
  "bitcoin_send_transaction_internal",
  "flexible_http_request",
  "rename_canister",
  "reshare_chain_key",
  "setup_initial_dkg",
  "subnet_metrics",
]);

/** Whether the network knows a method of that name, whoever may call it. */
export function hasManagementMethod(name: string): boolean {
  return methods.has(name) || bitcoin.has(name) || internal.has(name);
}

/** The method, or the reject that a call of it gets. */
export function managementMethod(
  name: string,
  caller: "user" | "canister",
):
  | { readonly kind: "found"; readonly method: ManagementMethod }
  | { readonly kind: "missing"; readonly reject: Reject } {
  const method = methods.get(name);
  if (caller === "user" && (method === undefined || method.callers === "canisters")) {
    return { kind: "missing", reject: notForUsers(name) };
  }
  if (method === undefined) return { kind: "missing", reject: missing(name) };
  return { kind: "found", method };
}

const installations: ReadonlySet<string> = new Set(["install_code", "install_chunked_code"]);

/** Whether a call must wait: its canister executes something over several rounds, or another installation goes on. */
export function waitsForExecution(env: ExecutionEnvironment, call: ManagementCall): boolean {
  if (env.long.busy.size === 0) return false;
  if (installations.has(call.method) && env.long.installingUntilRound > env.round) return true;
  const target = methods.get(call.method)?.target(call.argument);
  const canister = target === undefined ? undefined : env.canister(target);
  return canister !== undefined && env.long.busy.has(canister);
}

/** Executes one call and answers it, unless the answer comes later. */
export function executeManagementCall(env: ExecutionEnvironment, call: ManagementCall): void {
  env.roundExecutions++;
  const found = managementMethod(call.method, call.origin.kind === "canister" ? "canister" : "user");
  const obstacle = found.kind === "missing" ? found.reject : senderVersionObstacle(call);
  const executed =
    found.kind === "missing" || obstacle !== undefined
      ? refuse(obstacle ?? missing(call.method))
      : found.method.execute(env, call);
  const outcome = executed.kind === "reject" ? refuse(asRouted(call, executed.reject)) : executed;
  if (env.trace !== undefined) {
    env.trace.push({
      kind: "management",
      round: env.round,
      ...call.place,
      method: call.method,
      canisterId: (found.kind === "found" ? found.method.target(call.argument)?.text : undefined) ?? "",
      caller: call.caller.text,
      ...(outcome.kind === "reject" ? { reject: outcome.reject } : {}),
    });
  }
  if (call.feeAfterwards !== undefined && found.kind === "found") chargeAfterwards(env, call, found.method);
  answer(env, call, outcome);
}

function chargeAfterwards(env: ExecutionEnvironment, call: ManagementCall, method: ManagementMethod): void {
  const target = method.target(call.argument);
  const canister = target === undefined ? undefined : env.canister(target);
  if (canister === undefined || call.feeAfterwards === undefined) return;
  // A canister that would freeze pays nothing.
  if (!canister.account.withdraw(call.feeAfterwards, canister.freezingThreshold(env.fees))) return;
  env.consume(canister, "ingress_induction", call.feeAfterwards);
}

function answer(env: ExecutionEnvironment, call: ManagementCall, outcome: ManagementOutcome): void {
  if (outcome.kind === "later") {
    if (call.origin.kind === "ingress") env.ingressHistory.setProcessing(call.origin.ingressId);
  } else if (outcome.kind === "reply") {
    const { data, cyclesKept } = outcome;
    env.respond(Principal.management, call, { kind: "reply", data }, call.cycles - cyclesKept);
  } else {
    env.respond(Principal.management, call, { kind: "reject", reject: outcome.reject }, call.cycles);
  }
}

/** Methods whose arguments are not looked at before they are executed. */
const unread: ReadonlySet<string> = new Set([
  "create_canister",
  "http_request",
  "provisional_create_canister_with_cycles",
  "raw_rand",
]);

/** A canister's call whose argument cannot be read is not even routed: it is not known which canister it is about. */
function asRouted({ origin, method }: ManagementCall, it: Reject): Reject {
  const isMisread = it.errorCode === errorCodes.InvalidManagementPayload && it.message.startsWith(undecodableStart);
  if (origin.kind !== "canister" || unread.has(method) || !isMisread) return it;
  return unroutable(
    method,
    `UserError(UserError { code: InvalidManagementPayload, description: ${JSON.stringify(it.message)} })`,
  );
}

function missing(name: string): Reject {
  if (!bitcoin.has(name)) return unroutable(name, `MethodNotFound(${JSON.stringify(name)})`);
  const message = `Management canister method '${name}' needs a connection to Bitcoin, which this network does not have. Test against a Bitcoin canister of your own.`;
  return reject("CanisterMethodNotFound", message);
}

/** Methods about a canister that only canisters can call: the network looks at them longer before it refuses a user. */
const aboutCanisters: ReadonlySet<string> = new Set(["canister_info", "canister_metadata", "canister_metrics"]);

/** Why a user cannot call what is not there, or what only canisters can. */
function notForUsers(name: string): Reject {
  if (!hasManagementMethod(name)) {
    return reject("CanisterMethodNotFound", `ic00 interface does not expose method ${name}`);
  }
  return reject(
    "CanisterRejectedMessage",
    aboutCanisters.has(name)
      ? `Only canisters can call ic00 method ${name}`
      : `ic00 method ${name} can not be called via ingress messages`,
  );
}
