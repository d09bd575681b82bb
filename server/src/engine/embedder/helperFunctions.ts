import { ByteWriter } from "../../wasm/byteWriter.ts";
import { type ValueType, valueTypes, type WasmModule } from "../../wasm/module.ts";
import type { AppendedIndices, RewriteForm } from "./functionRewriter.ts";
import { hookSlots } from "./hostFunctions.ts";
import { pageMaps } from "./pageMaps.ts";
import { type ReplacedImport, stableHelper } from "./stableHelpers.ts";

/** Name behind the prefix under which the helper that calls back is exported. */
export const callbackExport = "callback";

/** A function that is added to a module. */
export interface Helper {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly body: ByteWriter;
  /** Behind the prefix. */
  readonly exportName?: string;
}

/** What the helpers of a module depend on. */
export interface HelperContext {
  readonly module: WasmModule;
  readonly appended: AppendedIndices;
  readonly form: RewriteForm;
  readonly memory64: boolean;
  readonly hookTable: number;
  /** Type indices: () -> (), (address) -> (address), (address) -> (), (address, address) -> (), in this order. */
  readonly firstHookType: number;
}

/** Helpers that every module gets first, and that those with a memory get behind them. */
export const helperCounts = { always: 6, withMemory: 5 } as const;

/** All helpers of a module, in the order of their indices. */
export function helperFunctions(context: HelperContext, replaced: readonly ReplacedImport[]): Helper[] {
  const { module } = context;
  const helpers = [
    hookHelper(context, hookSlots.outOfInstructions),
    hookHelper(context, hookSlots.callToNothing),
    hookHelper(context, hookSlots.segmentDropped),
    chargeSizeHelper(context),
    pagesHelper(context, hookSlots.touched),
    pagesHelper(context, hookSlots.written),
  ];
  if (module.memories.length > 0) {
    helpers.push(growHelper(context), markRangeHelper(context), fillHelper(context), copyHelper(context));
    helpers.push(markReadsHelper(context));
  }
  helpers.push(...replaced.map((it) => stableHelper(context, it)));
  if (module.tables.length > 0) helpers.push(callbackHelper(context));
  for (const [index, { type, mutable }] of module.globals.entries()) {
    if (mutable && !isReadableGlobal(type)) helpers.push(...bitsHelpers(index, type));
  }
  return helpers;
}

/** Whether JavaScript reads and writes a global of the type without losing bits. */
export function isReadableGlobal(type: ValueType): boolean {
  return type === valueTypes.i32 || type === valueTypes.i64;
}

function addressType({ memory64 }: HelperContext): ValueType {
  return memory64 ? valueTypes.i64 : valueTypes.i32;
}

/** Calls a host function without parameters. */
function hookHelper(context: HelperContext, slot: number): Helper {
  const body = codeWriter();
  callHook(body, context, slot, context.firstHookType);
  body.byte(0x0b);
  return { params: [], results: [], body };
}

/** Tells the host of the bytes that are reached. */
function pagesHelper(context: HelperContext, slot: number): Helper {
  const address = addressType(context);
  const body = codeWriter();
  op(body, 0x20, 0);
  op(body, 0x20, 1);
  callHook(body, context, slot, context.firstHookType + 3);
  body.byte(0x0b);
  return { params: [address, address], results: [], body };
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
  const body = codeWriter();
  chargeSize(body, context, 0);
  body.byte(0x0b);
  return { params: [addressType(context)], results: [], body };
}

function chargeSize(body: ByteWriter, { appended, memory64, form }: HelperContext, sizeLocal: number): void {
  const { counterGlobal, outOfInstructions } = appended;
  op(body, 0x23, counterGlobal);
  op(body, 0x20, sizeLocal);
  if (!memory64) body.byte(0xad);
  body.byte(0x7d);
  op(body, 0x24, counterGlobal);
  op(body, 0x23, counterGlobal);
  body.bytes([0x42, 0x00, 0x53, 0x04, 0x40]);
  if (form.counterPlace === "local") body.byte(0x00);
  else op(body, 0x10, outOfInstructions);
  body.byte(0x0b);
}

/** Marks the pages of a range of bytes within the memory; an empty one marks none. */
function markRangeHelper(context: HelperContext): Helper {
  const body = codeWriter([1, 2, valueTypes.i32]);
  markWrites(body, context, { address: 0, size: 1, first: 2, further: 3 });
  body.byte(0x0b);
  return { params: [addressType(context), addressType(context)], results: [], body };
}

/** The same for a range that is read. */
function markReadsHelper(context: HelperContext): Helper {
  const body = codeWriter([1, 2, valueTypes.i32]);
  markReads(body, context, { address: 0, size: 1, first: 2, further: 3 });
  body.byte(0x0b);
  return { params: [addressType(context), addressType(context)], results: [], body };
}

interface RangeLocals {
  readonly address: number;
  readonly size: number;
  /** Scratch locals, i32. */
  readonly first: number;
  readonly further: number;
}

/** Marks what a bulk operation wrote; where the tracker charges at once, the host is told of it. */
function markWrites(body: ByteWriter, context: HelperContext, locals: RangeLocals): void {
  markRange(body, context, locals, { shift: 12, map: 0 });
  if (chargesAtOnce(context)) tellHost(body, context.appended.written, locals);
}

/** Marks what a bulk operation read, for the tracker. */
function markReads(body: ByteWriter, context: HelperContext, locals: RangeLocals): void {
  const { form, appended, memory64 } = context;
  if (chargesAtOnce(context)) tellHost(body, appended.touched, locals);
  else if (form.meteringProfile !== "classic") {
    markRange(body, context, locals, { shift: 16, map: pageMaps(memory64).touched });
  }
}

function chargesAtOnce({ form }: HelperContext): boolean {
  return form.meteringProfile !== "classic" && form.counterPlace === "global";
}

function tellHost(body: ByteWriter, helper: number, { address, size }: RangeLocals): void {
  op(body, 0x20, address);
  op(body, 0x20, size);
  op(body, 0x10, helper);
}

/** A map of pages: their size as a power of two, and where the map begins. */
interface PageMap {
  readonly shift: number;
  readonly map: number;
}

/** Most ranges lie in one page or two; only longer ones are worth an operation on the map. */
function markRange(
  body: ByteWriter,
  { appended, memory64 }: HelperContext,
  locals: RangeLocals,
  { shift: pageShift, map }: PageMap,
): void {
  const shift = memory64 ? [0x42, pageShift, 0x88, 0xa7] : [0x41, pageShift, 0x76];
  const markTop = () => {
    body.bytes([0x41, 1, 0x3a, 0x40]);
    body.unsigned(appended.dirtyMemory);
    body.unsigned(map);
  };
  op(body, 0x20, locals.size);
  body.bytes(memory64 ? [0x50, 0x45] : []);
  body.bytes([0x04, 0x40]);
  op(body, 0x20, locals.address);
  body.bytes(shift);
  op(body, 0x22, locals.first);
  markTop();
  op(body, 0x20, locals.address);
  op(body, 0x20, locals.size);
  body.bytes(memory64 ? [0x7c, 0x42, 1, 0x7d] : [0x6a, 0x41, 1, 0x6b]);
  body.bytes(shift);
  op(body, 0x20, locals.first);
  body.byte(0x6b);
  op(body, 0x22, locals.further);
  body.bytes([0x04, 0x40]);
  op(body, 0x20, locals.first);
  op(body, 0x20, locals.further);
  body.byte(0x6a);
  markTop();
  op(body, 0x20, locals.further);
  body.bytes([0x41, 1, 0x4b, 0x04, 0x40]);
  op(body, 0x20, locals.first);
  if (map > 0) {
    body.byte(0x41);
    body.signed(map);
    body.byte(0x6a);
  }
  body.bytes([0x41, 1]);
  op(body, 0x20, locals.further);
  body.bytes([0xfc, 0x0b]);
  body.unsigned(appended.dirtyMemory);
  body.bytes([0x0b, 0x0b, 0x0b]);
}

function fillHelper(context: HelperContext): Helper {
  const address = addressType(context);
  return { params: [address, valueTypes.i32, address], results: [], body: bulkBody(context, [0xfc, 0x0b, 0]) };
}

function copyHelper(context: HelperContext): Helper {
  const address = addressType(context);
  const body = context.memory64 ? bulkBody(context, [0xfc, 0x0a, 0, 0]) : shortCopyBody(context);
  return { params: [address, address, address], results: [], body };
}

/** Charges the size, does the operation, marks what it wrote. */
function bulkBody(context: HelperContext, operation: readonly number[]): ByteWriter {
  const body = codeWriter([1, 2, valueTypes.i32]);
  chargeSize(body, context, 2);
  for (const local of [0, 1, 2]) op(body, 0x20, local);
  body.bytes(operation);
  const locals = { address: 0, size: 2, first: 3, further: 4 };
  if (operation[1] === 0x0a) markReads(body, context, { ...locals, address: 1 });
  markWrites(body, context, locals);
  body.byte(0x0b);
  return body;
}

/** Locals of `shortCopyBody` behind its parameters target, source and size. */
const copyLocals = { first: 3, further: 4, head: 5, tail: 6, head32: 7, tail32: 8 } as const;

/**
 * The same for memory.copy, with lengths of 4 to 16 bytes as loads and stores, which V8 does without leaving the code:
 * both ends are loaded before either is stored, so overlapping ranges come out right. The far end is
 * stored first: where it is out of bounds, nothing was written yet. Ends beyond 2^32 are left to memory.copy.
 */
function shortCopyBody(context: HelperContext): ByteWriter {
  const { head, tail, head32, tail32, first, further } = copyLocals;
  const body = codeWriter([3, 2, valueTypes.i32, 2, valueTypes.i64, 2, valueTypes.i32]);
  chargeSize(body, context, 2);
  // (size - 4) < 13 && (target | source) < 2^32 - 256, both without sign
  op(body, 0x20, 2);
  body.bytes([0x41, 4, 0x6b, 0x41, 13, 0x49]);
  op(body, 0x20, 0);
  op(body, 0x20, 1);
  body.bytes([0x72, 0x41, 0x80, 0x7e, 0x49, 0x71, 0x04, 0x40]);
  op(body, 0x20, 2);
  body.bytes([0x41, 8, 0x4f, 0x04, 0x40]);
  copyBothEnds(body, { width: 8, load: 0x29, store: 0x37, head, tail });
  body.byte(0x05);
  copyBothEnds(body, { width: 4, load: 0x28, store: 0x36, head: head32, tail: tail32 });
  body.bytes([0x0b, 0x05]);
  for (const local of [0, 1, 2]) op(body, 0x20, local);
  body.bytes([0xfc, 0x0a, 0, 0, 0x0b]);
  markReads(body, context, { address: 1, size: 2, first, further });
  markWrites(body, context, { address: 0, size: 2, first, further });
  body.byte(0x0b);
  return body;
}

interface BothEnds {
  readonly width: number;
  readonly load: number;
  readonly store: number;
  /** Scratch locals. */
  readonly head: number;
  readonly tail: number;
}

function copyBothEnds(body: ByteWriter, { width, load, store, head, tail }: BothEnds): void {
  const end = (start: number) => {
    op(body, 0x20, start);
    op(body, 0x20, 2);
    body.bytes([0x6a, 0x41, width, 0x6b]);
  };
  op(body, 0x20, 1);
  body.bytes([load, 0, 0]);
  op(body, 0x21, head);
  end(1);
  body.bytes([load, 0, 0]);
  op(body, 0x21, tail);
  end(0);
  op(body, 0x20, tail);
  body.bytes([store, 0, 0]);
  op(body, 0x20, 0);
  op(body, 0x20, head);
  body.bytes([store, 0, 0]);
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
  return { params: [address, address], results: [], body, exportName: callbackExport };
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
