/** The management canister against its published interface: every method, every field of arguments and results. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { resolveProgram } from "../../server/src/candid/resolve.ts";
import { compareInterfaces, interfaceMismatches } from "../../server/src/candid/subtype.ts";
import { httpShapes } from "../../server/src/engine/management/httpShapes.ts";
import { argumentShapes, resultShapes } from "../../server/src/engine/management/idl.ts";
import { insightArguments, insightResults } from "../../server/src/engine/management/insightShapes.ts";
import { snapshotArguments, snapshotResults } from "../../server/src/engine/management/snapshotShapes.ts";
import { thresholdArguments, thresholdResults } from "../../server/src/engine/management/thresholdShapes.ts";
import { rejectText, TestNetwork } from "../support/engine.ts";
import { projectRoot } from "../support/sourceFiles.ts";
import { concat, ops } from "../support/universalCanister.ts";

interface Shape {
  readonly candid: string;
}

/** Arguments and results as the engine reads and writes them; `undefined` where there are none. */
const methods: Readonly<
  Record<string, readonly [argument: Shape | undefined, result: Shape | undefined, query?: true]>
> = {
  create_canister: [argumentShapes.create_canister, resultShapes.canister],
  update_settings: [argumentShapes.update_settings, undefined],
  upload_chunk: [argumentShapes.upload_chunk, resultShapes.chunk],
  clear_chunk_store: [argumentShapes.canister, undefined],
  stored_chunks: [argumentShapes.canister, resultShapes.chunks],
  install_code: [argumentShapes.install_code, undefined],
  install_chunked_code: [argumentShapes.install_chunked_code, undefined],
  uninstall_code: [argumentShapes.uninstall_code, undefined],
  start_canister: [argumentShapes.canister, undefined],
  stop_canister: [argumentShapes.canister, undefined],
  canister_status: [argumentShapes.canister, resultShapes.canister_status, true],
  canister_metrics: [argumentShapes.canister, insightResults.canister_metrics, true],
  delete_canister: [argumentShapes.canister, undefined],
  deposit_cycles: [argumentShapes.canister, undefined],
  raw_rand: [undefined, resultShapes.blob],
  http_request: [httpShapes.request, httpShapes.result],
  canister_info: [argumentShapes.canister_info, resultShapes.canister_info],
  canister_metadata: [argumentShapes.canister_metadata, resultShapes.metadata],
  ecdsa_public_key: [thresholdArguments.ecdsa_public_key, thresholdResults.publicKey],
  sign_with_ecdsa: [thresholdArguments.sign_with_ecdsa, thresholdResults.signature],
  schnorr_public_key: [thresholdArguments.schnorr_public_key, thresholdResults.publicKey],
  sign_with_schnorr: [thresholdArguments.sign_with_schnorr, thresholdResults.signature],
  vetkd_public_key: [thresholdArguments.vetkd_public_key, thresholdResults.vetkd_public_key],
  vetkd_derive_key: [thresholdArguments.vetkd_derive_key, thresholdResults.vetkd_derive_key],
  node_metrics_history: [insightArguments.node_metrics_history, insightResults.node_metrics_history],
  subnet_info: [insightArguments.subnet_info, insightResults.subnet_info],
  provisional_create_canister_with_cycles: [
    argumentShapes.provisional_create_canister_with_cycles,
    resultShapes.canister,
  ],
  provisional_top_up_canister: [argumentShapes.provisional_top_up_canister, undefined],
  take_canister_snapshot: [snapshotArguments.take, snapshotResults.snapshot],
  load_canister_snapshot: [snapshotArguments.load, undefined],
  read_canister_snapshot_metadata: [snapshotArguments.snapshot, snapshotResults.metadata],
  read_canister_snapshot_data: [snapshotArguments.readData, snapshotResults.data],
  upload_canister_snapshot_metadata: [snapshotArguments.uploadMetadata, snapshotResults.snapshotId],
  upload_canister_snapshot_data: [snapshotArguments.uploadData, undefined],
  list_canister_snapshots: [argumentShapes.canister, snapshotResults.list],
  delete_canister_snapshot: [snapshotArguments.snapshot, undefined],
  fetch_canister_logs: [insightArguments.fetch_canister_logs, insightResults.fetch_canister_logs, true],
  list_canisters: [undefined, insightResults.list_canisters, true],
};

const bitcoin = [
  "bitcoin_get_balance",
  "bitcoin_get_utxos",
  "bitcoin_send_transaction",
  "bitcoin_get_current_fee_percentiles",
  "bitcoin_get_block_headers",
];

const path = join(projectRoot, "../shared/reference/ic.did");

/** The library writes a function type without its keyword, and with an arrow of its own. */
function candidOf(shape: Shape | undefined): string {
  return (shape?.candid ?? "").replace(/(function\s*:\s*)\(/, "$1func (").replace("→", "->");
}

function interfaceOf(text: string, file: string) {
  const { program, problems } = parseCandid(text, file);
  const { environment, problems: unresolved } = resolveProgram(program, () => undefined);
  expect([...problems, ...unresolved]).toEqual([]);
  if (environment.service === undefined) throw new Error(`${file} declares no service`);
  return environment.service;
}

describe.skipIf(!existsSync(path))("the published interface", () => {
  const published = () => interfaceOf(readFileSync(path, "utf8"), "ic.did");

  test("has no method that is unknown here, and these types", () => {
    const lines = Object.entries(methods).map(
      ([name, [argument, result, query]]) =>
        `${name} : (${candidOf(argument)}) -> (${candidOf(result)})${query === true ? " query" : ""};`,
    );
    const own = interfaceOf(`service : {\n${lines.join("\n")}\n}`, "own.did");
    const mismatches = interfaceMismatches(published(), own);
    expect(mismatches.map(({ path: at, message }) => `${at.join(" ")}: ${message}`)).toHaveLength(bitcoin.length);
    for (const [index, name] of [...bitcoin].entries()) expect(mismatches[index]?.path.join(" ")).toContain(name);
    const names = published().service.methods.map((it) => it.name);
    expect(names.filter((it) => methods[it] === undefined)).toEqual(bitcoin);
    const all = published();
    const service = { ...all.service, methods: all.service.methods.filter((it) => !bitcoin.includes(it.name)) };
    // Nor is anything optional that arrives as null because its type is another one.
    expect(compareInterfaces({ ...all, service }, own)).toEqual({ lossy: [] });
  });

  test("is answered method by method: it works, or says why not", () => {
    const network = new TestNetwork();
    const a = network.universal();
    for (const { name } of published().service.methods) {
      const onReject = concat(ops.appendRejectMessage(), ops.reply());
      const script = ops.call({
        callee: new Uint8Array(0),
        method: name,
        data: Uint8Array.of(7),
        onReject,
        onReply: ops.reply("done"),
      });
      const answer = network.update(a, script);
      const text = answer.kind === "reply" ? new TextDecoder().decode(answer.data) : rejectText(answer);
      expect(text).toMatch(bitcoin.includes(name) ? /needs a connection to Bitcoin/ : /^done$|Error decoding candid/);
    }
  });
});
