import type { WasmModule } from "../../wasm/module.ts";
import type { GlobalFact, ModuleFacts } from "./contract.ts";
import { methodOf } from "./moduleValidation.ts";

/** What the subnet wants to know of a module that is valid. */
export function moduleFacts(
  module: WasmModule,
  counted: { readonly instrumentedOperators: number; readonly moduleBytes: number },
  globals: readonly GlobalFact[],
): ModuleFacts {
  const functions = new Set(module.exports.flatMap(({ kind, name }) => (kind === "function" ? [name] : [])));
  const methods = [...functions].map(methodOf).filter((it) => it !== undefined);
  const namesOf = (kind: string) => new Set(methods.flatMap((it) => (it.kind === kind ? [it.name] : [])));
  const { bytes, customSections } = module;
  return {
    memory64: module.memories[0]?.is64 ?? false,
    updateMethods: namesOf("update"),
    queryMethods: namesOf("query"),
    compositeQueryMethods: namesOf("composite_query"),
    hasInit: functions.has("canister_init"),
    hasPreUpgrade: functions.has("canister_pre_upgrade"),
    hasPostUpgrade: functions.has("canister_post_upgrade"),
    hasInspectMessage: functions.has("canister_inspect_message"),
    hasHeartbeat: functions.has("canister_heartbeat"),
    hasGlobalTimer: functions.has("canister_global_timer"),
    hasOnLowWasmMemory: functions.has("canister_on_low_wasm_memory"),
    hasStart: module.start !== undefined,
    icpSections: new Map(
      customSections
        .filter(({ name }) => name.startsWith("icp:"))
        .map((it) => [it.name, bytes.slice(it.start, it.end)]),
    ),
    enhancedOrthogonalPersistence: customSections.some(({ name }) =>
      /(^| )enhanced-orthogonal-persistence$/.test(name),
    ),
    ...counted,
    globals,
    globalBytes: bytesOfGlobals(globals),
  };
}

/** Bytes of globals, the instruction counter among them: a vector takes two of the usual 8. */
function bytesOfGlobals(globals: readonly GlobalFact[]): number {
  return globals.reduce((sum, { kind }) => sum + (kind === "v128" ? 16 : 8), 8);
}
