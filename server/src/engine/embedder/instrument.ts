import { ByteReader } from "../../wasm/byteReader.ts";
import { ByteWriter } from "../../wasm/byteWriter.ts";
import { sectionIds, type ValueType, valueTypes, type WasmModule } from "../../wasm/module.ts";
import { type AppendedIndices, type CounterPlace, FunctionRewriter } from "./functionRewriter.ts";

/**
 * A module rewritten for metering and rollback. Nothing of the module is renumbered: the counter is the last global,
 * helpers are the last functions, the map of dirty pages is the last memory, host functions are called through the last
 * table, and what the host needs is exported under names that begin with `prefix`.
 */
export interface InstrumentedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly prefix: string;
  readonly memory64: boolean;
  readonly hasMemory: boolean;
  readonly hasTable: boolean;
  /** Mutable globals of the module, in index order. */
  readonly mutableGlobals: readonly { readonly index: number; readonly type: ValueType }[];
  /** Functions from this index on are helpers. */
  readonly functions: number;
  /** Operators of the module as the network's instrumentation leaves it. */
  readonly operators: number;
}

/** Why a module could not be rewritten, in words that end a sentence about function `index`. */
export interface InstrumentationProblem {
  readonly index: number;
  readonly problem: string;
}

/** Slots of the table of host functions. */
export const hookSlots = { outOfInstructions: 0, grow: 1 } as const;

/** Names of exports behind the prefix; mutable globals are `global<index>`, or `get<index>` and `set<index>`. */
export const exportNames = {
  counter: "counter",
  heap: "heap",
  dirtyPages: "dirtyPages",
  hooks: "hooks",
  table: "table",
  callback: "callback",
} as const;

/** 64 KiB pages of the map: a byte for each 4 KiB page of the largest heap (4 GiB, in 64-bit modules 8 GiB). */
const mapPages = { wasm32: 16, wasm64: 32 } as const;

/** Operators and globals that the network's instrumentation adds to every module; counted for the cost of compilation. */
const injectedGlobals = 3;
const operatorsPerGlobal = 2;

/** Rewrites a module that is valid and has at most one memory. */
export function instrument(
  module: WasmModule,
  counterPlace: CounterPlace,
): InstrumentedModule | InstrumentationProblem {
  const plan = planModule(module);
  const rewriter = new FunctionRewriter(module, plan.appended, counterPlace);
  const code = new ByteWriter(module.bytes.length * 2);
  for (const [index, body] of module.bodies.entries()) {
    const functionIndex = module.importedFunctions + index;
    const type = module.types[module.functions[functionIndex] ?? -1];
    if (type === undefined) return { index: functionIndex, problem: "a type that does not exist" };
    const problem = rewriter.rewrite(type, body, code);
    if (problem !== undefined) return { index: functionIndex, problem };
  }
  for (const helper of plan.helpers) code.sized(helper.body);
  return {
    bytes: writeModule(module, plan, code),
    prefix: plan.prefix,
    memory64: plan.memory64,
    hasMemory: plan.hasMemory,
    hasTable: module.tables.length > 0,
    mutableGlobals: plan.mutableGlobals,
    functions: module.functions.length,
    operators: rewriter.operators + operatorsPerGlobal * (module.globals.length + injectedGlobals),
  };
}

interface Helper {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly body: ByteWriter;
  readonly exportName?: string;
}

interface ModulePlan {
  readonly prefix: string;
  readonly memory64: boolean;
  readonly hasMemory: boolean;
  readonly mutableGlobals: readonly { readonly index: number; readonly type: ValueType }[];
  readonly helpers: readonly Helper[];
  readonly appended: AppendedIndices;
  readonly hookTable: number;
}

function planModule(module: WasmModule): ModulePlan {
  const memory64 = module.memories[0]?.is64 ?? false;
  const hasMemory = module.memories.length > 0;
  const mutableGlobals = module.globals.flatMap(({ mutable, type }, index) => (mutable ? [{ index, type }] : []));
  const first = module.functions.length;
  const appended: AppendedIndices = {
    counterGlobal: module.globals.length,
    dirtyMemory: module.memories.length,
    outOfInstructions: first,
    chargeSize: first + 1,
    grow: first + 2,
    markRange: first + 3,
    fill: first + 4,
    copy: first + 5,
  };
  const context = { module, appended, memory64, hookTable: module.tables.length, firstHookType: module.types.length };
  const helpers = [outOfInstructionsHelper(context), chargeSizeHelper(context)];
  if (hasMemory) {
    helpers.push(growHelper(context), markRangeHelper(context), fillHelper(context), copyHelper(context));
  }
  if (module.tables.length > 0) helpers.push(callbackHelper(context));
  for (const { index, type } of mutableGlobals) {
    if (!isReadableGlobal(type)) helpers.push(...bitsHelpers(index, type));
  }
  return {
    prefix: unusedPrefix(module),
    memory64,
    hasMemory,
    mutableGlobals,
    helpers,
    appended,
    hookTable: module.tables.length,
  };
}

/** Whether JavaScript reads and writes a global of the type without losing bits. */
export function isReadableGlobal(type: ValueType): boolean {
  return (
    type === valueTypes.i32 || type === valueTypes.i64 || type === valueTypes.funcref || type === valueTypes.externref
  );
}

function unusedPrefix(module: WasmModule): string {
  let prefix = "workbench:";
  while (module.exports.some(({ name }) => name.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}

interface HelperContext {
  readonly module: WasmModule;
  readonly appended: AppendedIndices;
  readonly memory64: boolean;
  readonly hookTable: number;
  /** Type indices: () -> () and (address) -> (address) and (address) -> (), appended in this order. */
  readonly firstHookType: number;
}

function addressType({ memory64 }: HelperContext): ValueType {
  return memory64 ? valueTypes.i64 : valueTypes.i32;
}

function outOfInstructionsHelper(context: HelperContext): Helper {
  const body = codeWriter();
  callHook(body, context, hookSlots.outOfInstructions, context.firstHookType);
  body.byte(0x0b);
  return { params: [], results: [], body };
}

function growHelper(context: HelperContext): Helper {
  const address = addressType(context);
  const body = codeWriter();
  op(body, 0x20, 0);
  callHook(body, context, hookSlots.grow, context.firstHookType + 1);
  body.byte(0x0b);
  return { params: [address], results: [address], body };
}

function callHook(body: ByteWriter, { hookTable }: HelperContext, slot: number, type: number): void {
  body.byte(0x41);
  body.signed(slot);
  op(body, 0x11, type);
  body.unsigned(hookTable);
}

/** Takes a size off the counter and tests it. */
function chargeSizeHelper(context: HelperContext): Helper {
  const { counterGlobal, outOfInstructions } = context.appended;
  const body = codeWriter();
  op(body, 0x23, counterGlobal);
  op(body, 0x20, 0);
  if (!context.memory64) body.byte(0xad);
  body.byte(0x7d);
  op(body, 0x24, counterGlobal);
  op(body, 0x23, counterGlobal);
  body.bytes([0x42, 0x00, 0x53, 0x04, 0x40]);
  op(body, 0x10, outOfInstructions);
  body.bytes([0x0b, 0x0b]);
  return { params: [addressType(context)], results: [], body };
}

/** Marks the pages of a range of bytes within the memory; an empty one marks none. */
function markRangeHelper(context: HelperContext): Helper {
  const { memory64 } = context;
  const shift = memory64 ? [0x42, 12, 0x88, 0xa7] : [0x41, 12, 0x76];
  const body = codeWriter([1, 1, valueTypes.i32]);
  op(body, 0x20, 1);
  body.bytes(memory64 ? [0x50, 0x45] : []);
  body.bytes([0x04, 0x40]);
  op(body, 0x20, 0);
  body.bytes(shift);
  op(body, 0x22, 2);
  body.bytes([0x41, 1]);
  op(body, 0x20, 0);
  op(body, 0x20, 1);
  body.bytes(memory64 ? [0x7c, 0x42, 1, 0x7d] : [0x6a, 0x41, 1, 0x6b]);
  body.bytes(shift);
  op(body, 0x20, 2);
  body.bytes([0x6b, 0x41, 1, 0x6a, 0xfc, 0x0b]);
  body.unsigned(context.appended.dirtyMemory);
  body.bytes([0x0b, 0x0b]);
  return { params: [addressType(context), addressType(context)], results: [], body };
}

function fillHelper(context: HelperContext): Helper {
  const address = addressType(context);
  const body = codeWriter();
  op(body, 0x20, 2);
  op(body, 0x10, context.appended.chargeSize);
  for (const local of [0, 1, 2]) op(body, 0x20, local);
  body.bytes([0xfc, 0x0b, 0]);
  markWritten(body, context);
  return { params: [address, valueTypes.i32, address], results: [], body };
}

function copyHelper(context: HelperContext): Helper {
  const address = addressType(context);
  const body = codeWriter();
  op(body, 0x20, 2);
  op(body, 0x10, context.appended.chargeSize);
  for (const local of [0, 1, 2]) op(body, 0x20, local);
  body.bytes([0xfc, 0x0a, 0, 0]);
  markWritten(body, context);
  return { params: [address, address, address], results: [], body };
}

function markWritten(body: ByteWriter, context: HelperContext): void {
  op(body, 0x20, 0);
  op(body, 0x20, 2);
  op(body, 0x10, context.appended.markRange);
  body.byte(0x0b);
}

/** Calls a function of table 0 with an environment. */
function callbackHelper(context: HelperContext): Helper {
  const address = addressType(context);
  const isTable64 = context.module.tables[0]?.limits.is64 ?? false;
  const body = codeWriter();
  op(body, 0x20, 1);
  op(body, 0x20, 0);
  if (isTable64 && !context.memory64) body.byte(0xad);
  if (!isTable64 && context.memory64) body.byte(0xa7);
  op(body, 0x11, context.firstHookType + 2);
  body.bytes([0, 0x0b]);
  return { params: [address, address], results: [], body, exportName: exportNames.callback };
}

/** Reads and writes a global as bits: f32 and f64 as i64, v128 as two of them. */
function bitsHelpers(index: number, type: ValueType): Helper[] {
  const read = codeWriter();
  const write = codeWriter();
  if (type === valueTypes.v128) {
    for (const lane of [0, 1]) {
      op(read, 0x23, index);
      read.bytes([0xfd, 29, lane]);
    }
    op(write, 0x20, 0);
    write.bytes([0xfd, 18]);
    op(write, 0x20, 1);
    write.bytes([0xfd, 30, 1]);
  } else {
    op(read, 0x23, index);
    read.bytes(type === valueTypes.f32 ? [0xbc, 0xad] : [0xbd]);
    op(write, 0x20, 0);
    write.bytes(type === valueTypes.f32 ? [0xa7, 0xbe] : [0xbf]);
  }
  read.byte(0x0b);
  op(write, 0x24, index);
  write.byte(0x0b);
  const bits = type === valueTypes.v128 ? [valueTypes.i64, valueTypes.i64] : [valueTypes.i64];
  return [
    { params: [], results: bits, body: read, exportName: `get${index}` },
    { params: bits, results: [], body: write, exportName: `set${index}` },
  ];
}

function codeWriter(locals: readonly number[] = [0]): ByteWriter {
  const writer = new ByteWriter(64);
  writer.bytes(locals);
  return writer;
}

function op(writer: ByteWriter, code: number, index: number): void {
  writer.byte(code);
  writer.unsigned(index);
}

/** Sections in the order that the format demands. */
const sectionOrder = [1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11];

function writeModule(module: WasmModule, plan: ModulePlan, code: ByteWriter): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter(module.bytes.length + code.length);
  out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  const additions = sectionAdditions(module, plan);
  for (const id of sectionOrder) {
    const section = module.sections.find((it) => it.id === id);
    const addition = additions.get(id);
    if (id === sectionIds.code) {
      const content = new ByteWriter(code.length + 8);
      content.unsigned(module.bodies.length + plan.helpers.length);
      content.append(code);
      out.byte(id);
      out.sized(content);
    } else if (addition !== undefined && addition.count > 0) {
      out.byte(id);
      out.sized(appendItems(module, section, addition));
    } else if (section !== undefined) {
      out.byte(id);
      out.unsigned(section.end - section.start);
      out.span(module.bytes, section.start, section.end);
    }
  }
  return out.toBytes();
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
  for (const [index, { params, results }] of plan.helpers.entries()) {
    addType(params, results);
    add(sectionIds.function).unsigned(module.types.length + 3 + index);
  }
  const hooks = Object.keys(hookSlots).length;
  add(sectionIds.table).bytes([valueTypes.funcref, 1, hooks, hooks]);
  if (plan.hasMemory) {
    const pages = plan.memory64 ? mapPages.wasm64 : mapPages.wasm32;
    add(sectionIds.memory).bytes([1, pages, pages]);
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

function addExports(
  module: WasmModule,
  { prefix, helpers, appended, hasMemory, hookTable, mutableGlobals }: ModulePlan,
  add: (name: string, kind: 0 | 1 | 2 | 3, index: number) => void,
): void {
  if (module.start !== undefined) add("(start)", 0, module.start);
  for (const [index, { exportName }] of helpers.entries()) {
    if (exportName !== undefined) add(prefix + exportName, 0, module.functions.length + index);
  }
  add(prefix + exportNames.hooks, 1, hookTable);
  if (module.tables.length > 0) add(prefix + exportNames.table, 1, 0);
  if (hasMemory) {
    add(prefix + exportNames.heap, 2, 0);
    add(prefix + exportNames.dirtyPages, 2, appended.dirtyMemory);
  }
  add(prefix + exportNames.counter, 3, appended.counterGlobal);
  for (const { index, type } of mutableGlobals) {
    if (isReadableGlobal(type)) add(`${prefix}global${index}`, 3, index);
  }
}
