import { type FunctionType, sectionIds, type ValueType, valueTypeName, type WasmModule } from "../../wasm/module.ts";
import { operatorOf } from "../../wasm/opcodes.ts";
import { OperatorReader } from "../../wasm/operatorReader.ts";
import { moduleLimits } from "./moduleLimits.ts";
import { systemApi, typeOfLetter } from "./systemApi.ts";

/**
 * Checks what the network demands of a canister's module beyond being valid WebAssembly; says the first thing that is
 * wrong in the replica's words. https://internetcomputer.org/docs/references/ic-interface-spec#system-api-module
 * This is what comes before the code, which is checked while it is rewritten (`functionProblem`).
 */
export function declarationProblem(module: WasmModule): string | undefined {
  return (
    importProblem(module) ??
    exportProblem(module) ??
    dataProblem(module) ??
    globalProblem(module) ??
    functionCountProblem(module)
  );
}

/** What is checked behind the code. */
export function problemBehindCode(module: WasmModule): string | undefined {
  return customSectionProblem(module) ?? tableProblem(module);
}

/** How the reasons begin that the network reports as errors of its Wasm engine. */
export const engineErrorStart = "Failed to instantiate module:";

/** The size of the code section is checked before anything else is. */
export function codeSizeProblem(module: WasmModule): string | undefined {
  const section = module.sections.find(({ id }) => id === sectionIds.code);
  const size = section === undefined ? 0 : section.end - section.start;
  if (size <= moduleLimits.codeBytes) return undefined;
  return `Wasm module code section size of ${size} exceeds the maximum allowed size of ${moduleLimits.codeBytes}.`;
}

function importProblem(module: WasmModule): string | undefined {
  const invalid = (text: string) => `Wasm module has an invalid import section. ${text}`;
  for (const { module: from, name, item } of module.imports) {
    if (item.kind === "global") return invalid("Importing globals is not allowed.");
    if (item.kind === "tag") return invalid("Importing tags is not allowed.");
    if (item.kind === "table" && from !== "env") return invalid("Only tables imported from env.table are allowed.");
    if (item.kind === "memory" && from !== "env") return invalid("Only memory imported from env.memory is allowed.");
    if (item.kind !== "function") continue;
    const row = systemApi.get(name);
    const memory64 = module.memories[0]?.is64 ?? false;
    if (row === undefined || (row.only32 && memory64)) {
      return invalid(`Module imports function '${name}' from '${from}' that is not exported by the runtime.`);
    }
    if (from !== "ic0") {
      return invalid(
        `Module imports function "${name}" from "${from}", expected to be imported from one of ["ic0"] instead.`,
      );
    }
    const params = [...row.params].map((letter) => typeOfLetter(letter, memory64));
    const results = row.result === "" ? [] : [typeOfLetter(row.result, memory64)];
    const problem = signatureProblem({ params, results }, name, module.types[item.typeIndex]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function signatureProblem(expected: FunctionType, name: string, actual: FunctionType | undefined): string | undefined {
  const invalid = (text: string) => `Wasm module has an invalid function signature. ${text}`;
  const [params, results] = [actual?.params ?? [], actual?.results ?? []];
  if (typeList(params) !== typeList(expected.params)) {
    return invalid(`Expected input params ${typeList(expected.params)} for '${name}', got ${typeList(params)}.`);
  }
  if (typeList(results) !== typeList(expected.results)) {
    return invalid(`Expected return type ${typeList(expected.results)} for '${name}', got ${typeList(results)}.`);
  }
  return undefined;
}

function typeList(types: readonly ValueType[]): string {
  return `[${types.map((type) => valueTypeName(type).toUpperCase()).join(", ")}]`;
}

/** Exports of the canister module format that are no methods. */
export const systemExports: ReadonlySet<string> = new Set([
  "canister_init",
  "canister_pre_upgrade",
  "canister_post_upgrade",
  "canister_inspect_message",
  "canister_heartbeat",
  "canister_global_timer",
  "canister_on_low_wasm_memory",
]);

/** Names that the network's own instrumentation exports. */
const reservedExports: ReadonlySet<string> = new Set([
  "canister counter_instructions",
  "canister_start",
  "canister counter_dirty_pages",
  "canister counter_accessed_pages",
  "stable_memory",
  "stable_bytemap_memory",
]);

/** The kind and the name of an exported method. */
export function methodOf(exportName: string): { readonly kind: string; readonly name: string } | undefined {
  const match = /^canister_(update|query|composite_query) (.*)$/s.exec(exportName);
  return match === null ? undefined : { kind: match[1] ?? "", name: match[2] ?? "" };
}

const methodForms = "`canister_update <name>`, `canister_query <name>`, or `canister_composite_query <name>`";

function exportProblem(module: WasmModule): string | undefined {
  const invalid = (text: string) => `Wasm module has an invalid export section. ${text}`;
  const methods = new Set<string>();
  let nameBytes = 0;
  for (const { name, kind, index } of module.exports) {
    if (reservedExports.has(name)) return invalid(`Exporting reserved symbol ${name} not allowed.`);
    if (kind !== "function") continue;
    const method = methodOf(name);
    if (method !== undefined) {
      if (methods.has(method.name)) {
        return `Duplicate function '${method.name}' exported multiple times with different call types: update, query, or composite_query.`;
      }
      methods.add(method.name);
      nameBytes += Buffer.byteLength(method.name);
    } else if (name.startsWith("canister_") && !systemExports.has(name)) {
      return invalid(`Exporting reserved function '${name}' with "canister_" prefix`);
    }
    if (method === undefined && !systemExports.has(name)) continue;
    const problem = signatureProblem({ params: [], results: [] }, name, module.types[module.functions[index] ?? -1]);
    if (problem !== undefined) return problem;
  }
  if (methods.size > moduleLimits.exportedMethods) {
    return `The number of exported functions called ${methodForms} is ${methods.size} which exceeds ${moduleLimits.exportedMethods}.`;
  }
  if (nameBytes > moduleLimits.exportedNameBytes) {
    return `The sum of \`<name>\` lengths in exported functions called ${methodForms} is ${nameBytes} which exceeds the allowed limit of ${moduleLimits.exportedNameBytes}.`;
  }
  return undefined;
}

/** An active segment must lie at a constant address. */
function dataProblem(module: WasmModule): string | undefined {
  const is64 = module.memories[0]?.is64 ?? false;
  for (const { offset } of module.data) {
    if (offset === undefined) continue;
    const reader = new OperatorReader(module.bytes, offset.start, offset.end);
    const isConstant = reader.next() && reader.code === (is64 ? 0x42 : 0x41);
    const isAlone = isConstant && reader.next() && reader.code === 0x0b && reader.done;
    if (isAlone) continue;
    return `Wasm module has an invalid data section. Invalid offset expression in data segment for ${is64 ? 64 : 32}bit memory`;
  }
  return undefined;
}

function globalProblem(module: WasmModule): string | undefined {
  const defined = module.globals.length;
  if (defined > moduleLimits.globals) {
    return `Wasm module defined ${defined} globals which exceeds the maximum number allowed ${moduleLimits.globals}.`;
  }
  const unsupported = module.globals.find(({ type }) => !(0x7b <= type && type <= 0x7f));
  if (unsupported === undefined) return undefined;
  return `Wasm module has an invalid global section. Unsupported global type: ${valueTypeName(unsupported.type)}`;
}

function functionCountProblem(module: WasmModule): string | undefined {
  const defined = module.bodies.length;
  if (defined <= moduleLimits.functions) return undefined;
  return `Wasm module defined ${defined} functions which exceeds the maximum number allowed ${moduleLimits.functions}.`;
}

/** Found by the network only when it makes the first instance: an error of its Wasm engine. */
function tableProblem(module: WasmModule): string | undefined {
  const large = module.tables.find(({ limits }) => limits.minimum > moduleLimits.tableElements);
  if (large === undefined) return undefined;
  return `${engineErrorStart} table minimum size of ${large.limits.minimum} elements exceeds table limits`;
}

/** What was found in the code of a function. */
export interface FunctionCode {
  /** Operators. */
  readonly size: number;
  /** The sum of their weights; see `operatorWeights`. */
  readonly complexity: number;
  /** Code of an operator that canisters may not use; -1 for none. */
  readonly refused: number;
  /** Offset of what is no operator; -1 for none. */
  readonly unreadable: number;
}

/** What the network has against a function, the index being that among the functions that the module defines. */
export function functionProblem(index: number, code: FunctionCode): string | undefined {
  const { size, complexity } = code;
  if (code.refused >= 0) {
    return `Wasm module contains a function at index ${index} with unsupported instruction ${operatorOf(code.refused)?.name}.`;
  }
  if (code.unreadable >= 0) {
    return `The function at index ${index} contains an instruction that canisters may not use, at offset ${code.unreadable}.`;
  }
  if (complexity > moduleLimits.functionComplexity) {
    return `Wasm module contains a function at index ${index} with complexity ${complexity} which exceeds the maximum complexity allowed ${moduleLimits.functionComplexity}.`;
  }
  if (size > moduleLimits.functionOperators) {
    return `Wasm module contains a function at index ${index} of size ${size} that exceeds the maximum allowed size of ${moduleLimits.functionOperators}.`;
  }
  return undefined;
}

function customSectionProblem(module: WasmModule): string | undefined {
  const invalid = (text: string) => `Wasm module has an invalid custom section. ${text}`;
  const names = new Set<string>();
  let bytes = 0;
  for (const { name: fullName, start, end } of module.customSections) {
    if (!fullName.startsWith("icp:")) continue;
    if (fullName === "icp:public" || fullName === "icp:private") {
      return invalid("'icp:' section names must have a space after the public/private scope");
    }
    const name = /^icp:(?:public|private) (.*)$/s.exec(fullName)?.[1];
    if (name === undefined) {
      return invalid(`Invalid custom section: Custom section '${fullName}' has no public/private scope defined.`);
    }
    if (names.has(name)) return invalid(`Invalid custom section: name ${name} already exists`);
    bytes += end - start + Buffer.byteLength(name);
    if (bytes > moduleLimits.customSectionBytes) {
      return invalid(
        `Invalid custom sections: total size of the custom sections exceeds the maximum allowed: size ${bytes} bytes, allowed ${moduleLimits.customSectionBytes} bytes`,
      );
    }
    names.add(name);
    if (names.size > moduleLimits.customSections) {
      return `Wasm module defined ${names.size} custom sections which exceeds the maximum number allowed ${moduleLimits.customSections}.`;
    }
  }
  return undefined;
}
