/**
 * A canister that does what the scripts in its arguments say: a small interpreter, assembled here, so that tests of the
 * engine need neither cargo nor a text format. A script is a sequence of operations on one 64-bit accumulator.
 */
import { assembleModule, code, type ImportedFunction, leb } from "./assembleModule.ts";

/** One or more operations, or data for one. */
export type Script = Uint8Array;

/** Heap cells for `store` and `load`: 8 bytes each, up to this address. */
const slotsAt = 4096;
const bumpAt = 8184;
const scratchAt = 8192;
const blobsAt = 16384;

/** What a script can be kept for, by `keep`. */
export const slots = { preUpgrade: 0, heartbeat: 1, globalTimer: 2, inspectMessage: 3, onLowWasmMemory: 4 } as const;

const i32 = 0x7f;
const i64 = 0x7e;

/** Functions of the System API that operations use, with parameters and results. */
const imports = {
  msg_arg_data_size: [[], [i32]],
  msg_arg_data_copy: [[i32, i32, i32], []],
  msg_caller_size: [[], [i32]],
  msg_caller_copy: [[i32, i32, i32], []],
  msg_reject_code: [[], [i32]],
  msg_reject_msg_size: [[], [i32]],
  msg_reject_msg_copy: [[i32, i32, i32], []],
  msg_deadline: [[], [i64]],
  msg_reply_data_append: [[i32, i32], []],
  msg_reply: [[], []],
  msg_reject: [[i32, i32], []],
  msg_cycles_available: [[], [i64]],
  msg_cycles_refunded: [[], [i64]],
  msg_cycles_accept: [[i64], [i64]],
  cycles_burn128: [[i64, i64, i32], []],
  canister_cycle_balance: [[], [i64]],
  canister_status: [[], [i32]],
  canister_version: [[], [i64]],
  accept_message: [[], []],
  call_new: [[i32, i32, i32, i32, i32, i32, i32, i32], []],
  call_on_cleanup: [[i32, i32], []],
  call_data_append: [[i32, i32], []],
  call_with_best_effort_response: [[i32], []],
  call_cycles_add: [[i64], []],
  call_perform: [[], [i32]],
  stable64_size: [[], [i64]],
  stable64_grow: [[i64], [i64]],
  stable64_write: [[i64, i64, i64], []],
  stable64_read: [[i64, i64, i64], []],
  certified_data_set: [[i32, i32], []],
  data_certificate_present: [[], [i32]],
  time: [[], [i64]],
  global_timer_set: [[i64], [i64]],
  performance_counter: [[i32], [i64]],
  debug_print: [[i32, i32], []],
  trap: [[i32, i32], []],
} as const satisfies Record<string, ImportedFunction>;

type ImportName = keyof typeof imports;

const importNames = Object.keys(imports) as ImportName[];

const { op } = code;

const call = (name: ImportName) => [0x10, ...leb(importNames.indexOf(name))];
const functions = { alloc: importNames.length, run: importNames.length + 1 };
const callFunction = (index: number) => [0x10, ...leb(index)];

/** Locals of `run`: pointer into the script, its end, the accumulator, three for addresses and sizes. */
const local = { pointer: 0, end: 1, acc: 2, a: 3, b: 4, c: 5, d: 6 } as const;
const get = (name: keyof typeof local) => [0x20, local[name]];
const set = (name: keyof typeof local) => [0x21, local[name]];
const advance = (bytes: number) => [...get("pointer"), ...op.i32Const(bytes), 0x6a, ...set("pointer")];
const u32 = () => [...get("pointer"), 0x28, 0, 0, ...advance4];
const advance4 = advance(4);
const immediate64 = () => [...get("pointer"), 0x29, 0, 0, ...advance(8)];
/** Address and size of a blob in the script, in two locals; the pointer stands behind it. */
const blob = (at: "a" | "c", size: "b" | "d") => [
  ...u32(),
  ...set(size),
  ...get("pointer"),
  ...set(at),
  ...get("pointer"),
  ...get(size),
  0x6a,
  ...set("pointer"),
];
const extend = [0xad];
/** Copies the bytes that two functions give (a message's argument, caller …) and appends them to the reply. */
const appendCopied = (size: ImportName, copy: ImportName) => [
  ...call(size),
  ...set("b"),
  ...get("b"),
  ...callFunction(functions.alloc),
  ...set("a"),
  ...get("a"),
  ...op.i32Const(0),
  ...get("b"),
  ...call(copy),
  ...get("a"),
  ...get("b"),
  ...call("msg_reply_data_append"),
];
const appendBlob = (name: ImportName) => [...blob("a", "b"), ...get("a"), ...get("b"), ...call(name)];
const callback = [...op.i32Const(1)];

/** What each operation does; its number is its place here. */
const operations = {
  end: [0x0f],
  const: [...immediate64(), ...set("acc")],
  load: [...u32(), 0x29, 0, 0, ...set("acc")],
  store: [...u32(), ...get("acc"), 0x37, 0, 0],
  add: [...get("acc"), ...immediate64(), 0x7c, ...set("acc")],
  equals: [...get("acc"), ...immediate64(), 0x51, ...extend, ...set("acc")],
  skipUnless: [
    ...u32(),
    ...set("a"),
    ...get("acc"),
    0x50,
    0x04,
    0x40,
    ...get("pointer"),
    ...get("a"),
    0x6a,
    ...set("pointer"),
    0x0b,
  ],
  appendAcc: [
    ...op.i32Const(scratchAt),
    ...get("acc"),
    0x37,
    0,
    0,
    ...op.i32Const(scratchAt),
    ...op.i32Const(8),
    ...call("msg_reply_data_append"),
  ],
  append: appendBlob("msg_reply_data_append"),
  reply: call("msg_reply"),
  reject: appendBlob("msg_reject"),
  trap: appendBlob("trap"),
  unreachable: [0x00],
  print: appendBlob("debug_print"),
  time: [...call("time"), ...set("acc")],
  version: [...call("canister_version"), ...set("acc")],
  cyclesAvailable: [...call("msg_cycles_available"), ...set("acc")],
  cyclesRefunded: [...call("msg_cycles_refunded"), ...set("acc")],
  balance: [...call("canister_cycle_balance"), ...set("acc")],
  rejectCode: [...call("msg_reject_code"), ...extend, ...set("acc")],
  deadline: [...call("msg_deadline"), ...set("acc")],
  status: [...call("canister_status"), ...extend, ...set("acc")],
  instructions: [...op.i32Const(0), ...call("performance_counter"), ...set("acc")],
  contextInstructions: [...op.i32Const(1), ...call("performance_counter"), ...set("acc")],
  stableSize: [...call("stable64_size"), ...set("acc")],
  certificatePresent: [...call("data_certificate_present"), ...extend, ...set("acc")],
  accept: [...get("acc"), ...call("msg_cycles_accept"), ...set("acc")],
  burn: [...op.i64Const(0), ...get("acc"), ...op.i32Const(scratchAt), ...call("cycles_burn128")],
  setTimer: [...get("acc"), ...call("global_timer_set"), ...set("acc")],
  stableGrow: [...get("acc"), ...call("stable64_grow"), ...set("acc")],
  memoryGrow: [...get("acc"), 0xa7, 0x40, 0, ...extend, ...set("acc")],
  stableWrite: [
    ...immediate64(),
    ...set("acc"),
    ...blob("a", "b"),
    ...get("acc"),
    ...get("a"),
    ...extend,
    ...get("b"),
    ...extend,
    ...call("stable64_write"),
  ],
  appendStable: [
    ...immediate64(),
    ...set("acc"),
    ...u32(),
    ...set("b"),
    ...get("b"),
    ...callFunction(functions.alloc),
    ...set("a"),
    ...get("a"),
    ...extend,
    ...get("acc"),
    ...get("b"),
    ...extend,
    ...call("stable64_read"),
    ...get("a"),
    ...get("b"),
    ...call("msg_reply_data_append"),
  ],
  certify: appendBlob("certified_data_set"),
  appendCaller: appendCopied("msg_caller_size", "msg_caller_copy"),
  appendRejectMessage: appendCopied("msg_reject_msg_size", "msg_reject_msg_copy"),
  appendArgument: appendCopied("msg_arg_data_size", "msg_arg_data_copy"),
  acceptMessage: call("accept_message"),
  keep: [
    ...u32(),
    ...op.i32Const(8),
    0x6c,
    ...op.i32Const(slotsAt),
    0x6a,
    ...set("c"),
    ...blob("a", "b"),
    ...get("c"),
    ...get("a"),
    0x36,
    0,
    0,
    ...get("c"),
    ...get("b"),
    0x36,
    0,
    4,
  ],
  increaseStable: [
    ...op.i64Const(scratchAt),
    ...immediate64(),
    0x22,
    local.acc,
    ...op.i64Const(8),
    ...call("stable64_read"),
    ...op.i32Const(scratchAt),
    ...op.i32Const(scratchAt),
    0x29,
    0,
    0,
    ...op.i64Const(1),
    0x7c,
    0x37,
    0,
    0,
    ...get("acc"),
    ...op.i64Const(scratchAt),
    ...op.i64Const(8),
    ...call("stable64_write"),
  ],
  runKept: [
    ...u32(),
    ...op.i32Const(8),
    0x6c,
    ...op.i32Const(slotsAt),
    0x6a,
    ...set("a"),
    ...get("a"),
    0x28,
    0,
    0,
    ...get("a"),
    0x28,
    0,
    0,
    ...get("a"),
    0x28,
    0,
    4,
    0x6a,
    ...callFunction(functions.run),
  ],
  loopForever: [0x03, 0x40, 0x0c, 0x00, 0x0b],
  spin: [
    0x03,
    0x40,
    ...get("acc"),
    ...op.i64Const(1),
    0x7d,
    0x22,
    local.acc,
    ...op.i64Const(0),
    0x55,
    0x0d,
    0x00,
    0x0b,
  ],
  callNew: [
    ...blob("a", "b"),
    ...blob("c", "d"),
    ...get("a"),
    ...get("b"),
    ...get("c"),
    ...get("d"),
    ...callback,
    ...get("pointer"),
    ...blob("a", "b"),
    ...callback,
    ...get("pointer"),
    ...blob("a", "b"),
    ...call("call_new"),
  ],
  callCleanup: [...callback, ...get("pointer"), ...blob("a", "b"), ...call("call_on_cleanup")],
  callData: appendBlob("call_data_append"),
  callCycles: [...get("acc"), ...call("call_cycles_add")],
  callTimeout: [...u32(), ...call("call_with_best_effort_response")],
  callPerform: [...call("call_perform"), ...extend, ...set("acc")],
  callBadTableIndex: [
    ...blob("a", "b"),
    ...blob("c", "d"),
    ...get("a"),
    ...get("b"),
    ...get("c"),
    ...get("d"),
    ...op.i32Const(1000),
    ...op.i32Const(0),
    ...op.i32Const(1000),
    ...op.i32Const(0),
    ...call("call_new"),
  ],
} as const;

type OperationName = keyof typeof operations;

const operationNames = Object.keys(operations) as OperationName[];

function operation(name: OperationName, ...data: readonly Uint8Array[]): Script {
  return concat(Uint8Array.of(operationNames.indexOf(name)), ...data);
}

/** One script after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((it) => [...it]));
}

/** UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function sized(data: Uint8Array | string): Uint8Array {
  const bytes = typeof data === "string" ? utf8(data) : data;
  return concat(number32(bytes.length), bytes);
}

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function number64(value: bigint | number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return bytes;
}

/** A call: `onReply` and `onReject` run in its callbacks. */
export interface ScriptedCall {
  readonly callee: Uint8Array;
  readonly method?: string;
  /** Script for the callee, or any argument; what the method takes for `raw_rand`, else nothing when absent. */
  readonly data?: Uint8Array;
  readonly onReply?: Script;
  readonly onReject?: Script;
  readonly onCleanup?: Script;
  readonly cycles?: bigint;
  readonly timeoutSeconds?: number;
}

/** The operations, as functions that give a script. */
export const ops = {
  value: (it: bigint | number) => operation("const", number64(it)),
  load: (address: number) => operation("load", number32(address)),
  store: (address: number) => operation("store", number32(address)),
  /** Puts a value into a heap cell. */
  set: (address: number, it: bigint | number) =>
    concat(operation("const", number64(it)), operation("store", number32(address))),
  /** Adds to a heap cell. */
  increase: (address: number, by: number) =>
    concat(operation("load", number32(address)), operation("add", number64(by)), operation("store", number32(address))),
  add: (it: bigint | number) => operation("add", number64(it)),
  equals: (it: bigint | number) => operation("equals", number64(it)),
  /** Runs a script only if the accumulator is not 0. */
  when: (script: Script) => concat(operation("skipUnless", number32(script.length)), script),
  appendAcc: () => operation("appendAcc"),
  append: (data: Uint8Array | string) => operation("append", sized(data)),
  reply: (data?: Uint8Array | string) =>
    data === undefined ? operation("reply") : concat(operation("append", sized(data)), operation("reply")),
  /** Replies with the accumulator, 8 bytes, lowest first. */
  replyAcc: () => concat(operation("appendAcc"), operation("reply")),
  reject: (message: string) => operation("reject", sized(message)),
  trap: (message: string) => operation("trap", sized(message)),
  print: (message: string) => operation("print", sized(message)),
  stableWrite: (offset: number, data: Uint8Array | string) => operation("stableWrite", number64(offset), sized(data)),
  appendStable: (offset: number, size: number) => operation("appendStable", number64(offset), number32(size)),
  /** Adds one to the 8 bytes at an offset of stable memory. */
  increaseStable: (offset: number) => operation("increaseStable", number64(offset)),
  certify: (data: Uint8Array | string) => operation("certify", sized(data)),
  keep: (slot: keyof typeof slots, script: Script) => operation("keep", number32(slots[slot]), sized(script)),
  /** Runs what `keep` put there. */
  runKept: (slot: keyof typeof slots) => operation("runKept", number32(slots[slot])),
  setTimer: (nanos: bigint) => concat(operation("const", number64(nanos)), operation("setTimer")),
  accept: (cycles: bigint) => concat(operation("const", number64(cycles)), operation("accept")),
  burn: (cycles: bigint) => concat(operation("const", number64(cycles)), operation("burn")),
  stableGrow: (pages: number) => concat(operation("const", number64(pages)), operation("stableGrow")),
  memoryGrow: (pages: number) => concat(operation("const", number64(pages)), operation("memoryGrow")),
  spin: (count: bigint | number) => concat(operation("const", number64(count)), operation("spin")),
  call: (it: ScriptedCall) => concat(prepareCall(it), operation("callPerform")),
  callBadTableIndex: (callee: Uint8Array, data: Uint8Array) =>
    concat(
      operation("callBadTableIndex", sized(callee), sized("update")),
      operation("callData", sized(data)),
      operation("callPerform"),
    ),
  prepareCall,
  unreachable: () => operation("unreachable"),
  time: () => operation("time"),
  version: () => operation("version"),
  cyclesAvailable: () => operation("cyclesAvailable"),
  cyclesRefunded: () => operation("cyclesRefunded"),
  balance: () => operation("balance"),
  rejectCode: () => operation("rejectCode"),
  deadline: () => operation("deadline"),
  status: () => operation("status"),
  instructions: () => operation("instructions"),
  contextInstructions: () => operation("contextInstructions"),
  stableSize: () => operation("stableSize"),
  certificatePresent: () => operation("certificatePresent"),
  appendCaller: () => operation("appendCaller"),
  appendRejectMessage: () => operation("appendRejectMessage"),
  appendArgument: () => operation("appendArgument"),
  acceptMessage: () => operation("acceptMessage"),
  loopForever: () => operation("loopForever"),
} as const;

/** `()` in Candid, which methods without arguments want to have. */
export const noArguments: Uint8Array = Uint8Array.of(0x44, 0x49, 0x44, 0x4c, 0, 0);

function prepareCall(it: ScriptedCall): Script {
  const none = new Uint8Array(0);
  const parts = [
    operation(
      "callNew",
      sized(it.callee),
      sized(it.method ?? "update"),
      sized(it.onReply ?? none),
      sized(it.onReject ?? none),
    ),
    operation("callData", sized(it.data ?? (it.method === "raw_rand" ? noArguments : none))),
  ];
  if (it.onCleanup !== undefined) parts.push(operation("callCleanup", sized(it.onCleanup)));
  if (it.cycles !== undefined) parts.push(operation("const", number64(it.cycles)), operation("callCycles"));
  if (it.timeoutSeconds !== undefined) parts.push(operation("callTimeout", number32(it.timeoutSeconds)));
  return concat(...parts);
}

/** Which optional entry points the canister exports. */
export interface UniversalOptions {
  readonly heartbeat?: boolean;
  readonly inspectMessage?: boolean;
  /** A query method `kept`, which runs what is kept for the global timer. */
  readonly keptQuery?: boolean;
  /** Makes the module another one, for upgrades. */
  readonly variant?: number;
}

/** The module. Methods: `update` (update), `query` (query), `composite` (composite query); their argument is a script. */
export function universalCanister(options: UniversalOptions = {}): Uint8Array {
  const first = functions.run + 1;
  const entry = { argument: first, callback: first + 1, slot0: first + 2 };
  const exports: Record<string, number> = {
    "canister_update update": entry.argument,
    "canister_query query": entry.argument,
    "canister_composite_query composite": entry.argument,
    canister_init: entry.argument,
    canister_post_upgrade: entry.argument,
    canister_pre_upgrade: entry.slot0 + slots.preUpgrade,
    canister_global_timer: entry.slot0 + slots.globalTimer,
    canister_on_low_wasm_memory: entry.slot0 + slots.onLowWasmMemory,
    ...(options.keptQuery === true ? { "canister_query kept": entry.slot0 + slots.globalTimer } : {}),
    ...(options.heartbeat === true ? { canister_heartbeat: entry.slot0 + slots.heartbeat } : {}),
    ...(options.inspectMessage === true ? { canister_inspect_message: entry.slot0 + slots.inspectMessage } : {}),
  };
  return assembleModule({
    imports,
    functions: [
      { parameters: [i32], results: [i32], locals: [i32], body: allocBody },
      { parameters: [i32, i32], results: [], locals: [i64, i32, i32, i32, i32], body: runBody() },
      { parameters: [], results: [], locals: [i32, i32], body: argumentBody },
      { parameters: [i32], results: [], locals: [], body: callbackBody },
      ...Object.values(slots).map((slot) => ({ parameters: [], results: [], locals: [], body: slotBody(slot) })),
    ],
    table: [entry.argument, entry.callback],
    memoryPages: 4,
    exports,
    data: { offset: bumpAt, bytes: number32(blobsAt + (options.variant ?? 0) * 16) },
  });
}

/** Moves the end of the blobs, growing the memory as needed. */
const allocBody = [
  ...[...op.i32Const(bumpAt), 0x28, 0, 0, 0x21, 1],
  ...[...op.i32Const(bumpAt), 0x20, 1, 0x20, 0, 0x6a, 0x36, 0, 0],
  0x02,
  0x40,
  0x03,
  0x40,
  ...[...op.i32Const(bumpAt), 0x28, 0, 0, 0x3f, 0, ...op.i32Const(65536), 0x6c, 0x4d, 0x0d, 1],
  ...[...op.i32Const(1), 0x40, 0, ...op.i32Const(-1), 0x46, 0x04, 0x40, 0x00, 0x0b, 0x0c, 0],
  0x0b,
  0x0b,
  0x20,
  1,
];

/** Copies the argument into the heap and runs it. */
const argumentBody = [
  ...[...call("msg_arg_data_size"), 0x21, 1],
  ...[0x20, 1, ...callFunction(functions.alloc), 0x21, 0],
  ...[0x20, 0, ...op.i32Const(0), 0x20, 1, ...call("msg_arg_data_copy")],
  ...[0x20, 0, 0x20, 0, 0x20, 1, 0x6a, ...callFunction(functions.run)],
];

/** Runs the script at the environment: its size, then its bytes. */
const callbackBody = [
  ...[0x20, 0, ...op.i32Const(4), 0x6a],
  ...[0x20, 0, ...op.i32Const(4), 0x6a, 0x20, 0, 0x28, 0, 0, 0x6a],
  ...callFunction(functions.run),
];

function slotBody(slot: number): number[] {
  const at = slotsAt + slot * 8;
  const start = [...op.i32Const(at), 0x28, 0, 0];
  const size = [...op.i32Const(at), 0x28, 0, 4];
  const accept = slot === slots.inspectMessage ? [...size, 0x45, 0x04, 0x40, ...call("accept_message"), 0x0b] : [];
  return [...accept, ...start, ...start, ...size, 0x6a, ...callFunction(functions.run)];
}

/** The interpreter's loop: one block for each operation, left by a branch table. */
function runBody(): number[] {
  const count = operationNames.length;
  const opened = operationNames.flatMap(() => [0x02, 0x40]);
  const targets = operationNames.flatMap((_, index) => leb(index));
  const dispatch = [
    ...get("pointer"),
    0x2d,
    0,
    0,
    ...get("pointer"),
    ...op.i32Const(1),
    0x6a,
    ...set("pointer"),
    0x0e,
    ...leb(count),
    ...targets,
    ...leb(0),
  ];
  const cases = operationNames.flatMap((name, index) => [
    0x0b,
    ...operations[name],
    ...(name === "unreachable" || name === "end" ? [] : [0x0c, ...leb(count - 1 - index)]),
  ]);
  const atEnd = [...get("pointer"), ...get("end"), 0x4f, 0x04, 0x40, 0x0f, 0x0b];
  return [0x03, 0x40, ...atEnd, ...opened, ...dispatch, ...cases, 0x0b];
}
