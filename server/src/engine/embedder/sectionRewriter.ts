import { ByteReader } from "../../wasm/byteReader.ts";
import { ByteWriter } from "../../wasm/byteWriter.ts";
import { type Limits, sectionIds, type ValueType, valueTypes, type WasmModule } from "../../wasm/module.ts";
import type { AppendedIndices } from "./functionRewriter.ts";
import { type Helper, isReadableGlobal } from "./helperFunctions.ts";
import { hookSlots } from "./hostFunctions.ts";
import { pageMaps } from "./pageMaps.ts";
import { stableLimits, stableMarksLimits } from "./stableLayout.ts";

/** Names of exports behind the prefix; mutable globals are `global<index>`, or `get<index>` and `set<index>`. */
export const exportNames = { counter: "counter", hooks: "hooks", start: "start", table: "table" } as const;

/** Where the memories are imported from. */
export const memoryImports = {
  module: "workbench",
  heap: "heap",
  dirtyPages: "dirtyPages",
  stable: "stable",
  marks: "marks",
} as const;

/** Bounds of the memory that holds the maps of pages. */
export function mapLimits(memory64: boolean): Limits {
  const pages = pageMaps(memory64).wasmPages;
  return { minimum: pages, maximum: pages, is64: false, shared: false };
}

/** What is added to a module. */
export interface ModulePlan {
  readonly prefix: string;
  readonly memory64: boolean;
  readonly hasMemory: boolean;
  readonly usesStable: boolean;
  readonly mutableGlobals: readonly { readonly index: number; readonly type: ValueType }[];
  readonly helpers: readonly Helper[];
  readonly appended: AppendedIndices;
  readonly hookTable: number;
}

/** Types appended before those of the helpers; see `HelperContext.firstHookType`. */
const hookTypes = 4;

/** Sections in the order that the format demands. */
const sectionOrder = [1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11];

/**
 * Writes the module with everything added; `writeCode` writes the content of its code section. Undefined, or the problem
 * that this found.
 */
export function writeModule(
  module: WasmModule,
  plan: ModulePlan,
  out: ByteWriter,
  writeCode: () => string | undefined,
): string | undefined {
  out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const additions = sectionAdditions(module, plan);
  for (const id of sectionOrder) {
    const section = module.sections.find((it) => it.id === id);
    const addition = additions.get(id);
    // The module's own memory is imported instead.
    if (id === sectionIds.memory) continue;
    if (id === sectionIds.data && module.data.length > 0) {
      out.byte(id);
      out.sized(passiveSegments(module));
    } else if (id === sectionIds.code) {
      out.byte(id);
      const start = out.beginSized();
      const problem = writeCode();
      if (problem !== undefined) return problem;
      out.endSized(start);
    } else if (addition !== undefined && addition.count > 0) {
      out.byte(id);
      out.sized(appendItems(module, section, addition));
    } else if (section !== undefined) {
      out.byte(id);
      out.unsigned(section.end - section.start);
      out.span(module.bytes, section.start, section.end);
    }
  }
  return undefined;
}

/**
 * The segments, all passive, those that were active empty: as they are once they were copied. Copying is left to the
 * host, which makes instances for memories that have long changed.
 */
function passiveSegments({ bytes, data }: WasmModule): ByteWriter {
  const content = new ByteWriter(256);
  content.unsigned(data.length);
  for (const { offset, start, end } of data) {
    const isActive = offset !== undefined;
    content.byte(1);
    content.unsigned(isActive ? 0 : end - start);
    if (!isActive) content.span(bytes, start, end);
  }
  return content;
}

interface Addition {
  count: number;
  readonly items: ByteWriter;
}

function appendItems(module: WasmModule, section: { start: number; end: number } | undefined, addition: Addition) {
  const content = new ByteWriter((section === undefined ? 0 : section.end - section.start) + addition.items.length + 8);
  const reader = new ByteReader(module.bytes, section?.start ?? 0, section?.end ?? 0);
  const count = section === undefined ? 0 : reader.u32();
  content.unsigned(count + addition.count);
  if (section !== undefined) content.span(module.bytes, reader.at, section.end);
  content.append(addition.items);
  return content;
}

function sectionAdditions(module: WasmModule, plan: ModulePlan): ReadonlyMap<number, Addition> {
  const address = plan.memory64 ? valueTypes.i64 : valueTypes.i32;
  const additions = new Map<number, Addition>();
  const add = (id: number): ByteWriter => {
    const addition = additions.get(id) ?? { count: 0, items: new ByteWriter(64) };
    additions.set(id, addition);
    addition.count += 1;
    return addition.items;
  };
  const addType = (params: readonly ValueType[], results: readonly ValueType[]) => {
    const items = add(sectionIds.type);
    items.byte(0x60);
    for (const list of [params, results]) {
      items.unsigned(list.length);
      items.bytes(list);
    }
  };
  addType([], []);
  addType([address], [address]);
  addType([address], []);
  addType([address, address], []);
  for (const [index, { params, results }] of plan.helpers.entries()) {
    addType(params, results);
    add(sectionIds.function).unsigned(module.types.length + hookTypes + index);
  }
  const hooks = Object.keys(hookSlots).length;
  add(sectionIds.table).bytes([valueTypes.funcref, 1, hooks, hooks]);
  const addMemoryImport = (name: string, limits: Limits) => {
    const items = add(sectionIds.import);
    items.name(memoryImports.module);
    items.name(name);
    items.byte(2);
    writeLimits(items, limits);
  };
  const [heap] = module.memories;
  const isHeapImported = module.imports.some(({ item }) => item.kind === "memory");
  if (heap !== undefined) {
    if (!isHeapImported) addMemoryImport(memoryImports.heap, heap);
    addMemoryImport(memoryImports.dirtyPages, mapLimits(plan.memory64));
    if (plan.usesStable) {
      addMemoryImport(memoryImports.stable, stableLimits);
      addMemoryImport(memoryImports.marks, stableMarksLimits);
    }
  }
  add(sectionIds.global).bytes([valueTypes.i64, 1, 0x42, 0, 0x0b]);
  addExports(module, plan, (name, kind, index) => {
    const items = add(sectionIds.export);
    items.name(name);
    items.byte(kind);
    items.unsigned(index);
  });
  return additions;
}

/** Writes the bounds of a memory. */
export function writeLimits(out: ByteWriter, { minimum, maximum, is64 }: Limits): void {
  out.byte((maximum === undefined ? 0 : 1) | (is64 ? 4 : 0));
  out.unsigned(minimum);
  if (maximum !== undefined) out.unsigned(maximum);
}

function addExports(
  module: WasmModule,
  { prefix, helpers, appended, hookTable, mutableGlobals }: ModulePlan,
  add: (name: string, kind: 0 | 1 | 3, index: number) => void,
): void {
  if (module.start !== undefined) add(prefix + exportNames.start, 0, module.start);
  for (const [index, { exportName }] of helpers.entries()) {
    if (exportName !== undefined) add(prefix + exportName, 0, module.functions.length + index);
  }
  add(prefix + exportNames.hooks, 1, hookTable);
  if (module.tables.length > 0) add(prefix + exportNames.table, 1, 0);
  add(prefix + exportNames.counter, 3, appended.counterGlobal);
  for (const { index, type } of mutableGlobals) {
    if (isReadableGlobal(type)) add(`${prefix}global${index}`, 3, index);
  }
}
