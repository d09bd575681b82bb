import { ByteWriter } from "../../wasm/byteWriter.ts";
import { valueTypes, type WasmModule } from "../../wasm/module.ts";
import type { AppendedIndices, RewriteForm } from "./functionRewriter.ts";
import type { Helper } from "./helperFunctions.ts";
import { stableLayout } from "./stableLayout.ts";

/** Instructions of a read or write before those for each byte, as the System API's table has them. */
const accessFixed = 20;

/** Bytes of the longest access that code does without the host: for more, leaving the code costs little. */
const shortAccessMax = 4_096;

/** Functions of the System API that are replaced. */
const replacedNames = ["stable_read", "stable_write", "stable64_read", "stable64_write"] as const;
type ReplacedName = (typeof replacedNames)[number];

/** An imported function that calls go around. */
export interface ReplacedImport {
  readonly name: ReplacedName;
  /** Its index in the module. */
  readonly index: number;
}

/** The imports of a module that read or write stable memory; none where there is no heap to copy from or to. */
export function replacedImports({ imports, memories }: WasmModule): ReplacedImport[] {
  if (memories.length === 0) return [];
  return imports
    .filter(({ item }) => item.kind === "function")
    .flatMap(({ module, name }, index) => {
      const replaced = module === "ic0" ? replacedNames.find((it) => it === name) : undefined;
      return replaced === undefined ? [] : [{ name: replaced, index }];
    });
}

/** What the helpers depend on. */
export interface StableHelperContext {
  readonly appended: AppendedIndices;
  readonly memory64: boolean;
  readonly form: RewriteForm;
}

/** Locals behind the three parameters; all i64 but the last two. */
const locals = { heap: 3, at: 4, size: 5, counter: 6, index: 7, page: 8, mark: 9 } as const;

/**
 * A function in place of an import: it does short accesses that need nothing of the host (bounds, pages and instructions
 * are all right) in WebAssembly, for the same instructions, and calls the import for everything else.
 */
export function stableHelper(context: StableHelperContext, { name, index }: ReplacedImport): Helper {
  const { appended, memory64, form } = context;
  const is64 = name.startsWith("stable64");
  const isRead = name.endsWith("read");
  const body = new StableCode(appended, memory64);
  body.bytes([2, 5, valueTypes.i64, 2, valueTypes.i32]);
  body.bytes([0x02, 0x40]);
  body.parameter(isRead ? 0 : 1, is64, locals.heap);
  body.parameter(isRead ? 1 : 0, is64, locals.at);
  body.parameter(2, is64, locals.size);
  body.leaveUnlessInBounds(!is64);
  body.leaveUnlessPaid(appended.counterGlobal);
  body.leaveUnlessMarked(isRead, form.meteringProfile === "classic");
  body.get(locals.counter);
  body.op(0x24, appended.counterGlobal);
  body.copy(isRead);
  if (isRead || form.meteringProfile !== "classic") {
    body.address(locals.heap);
    body.address(locals.size);
    body.op(0x10, isRead ? appended.markRange : appended.markReads);
  }
  body.bytes([0x0f, 0x0b]);
  for (const parameter of [0, 1, 2]) body.get(parameter);
  body.op(0x10, index);
  body.byte(0x0b);
  const type = is64 ? valueTypes.i64 : valueTypes.i32;
  return { params: [type, type, type], results: [], body };
}

/** Writes the parts of the helpers. Where something is not as the short way wants it, the code leaves block 0. */
class StableCode extends ByteWriter {
  private readonly appended: AppendedIndices;
  private readonly memory64: boolean;

  constructor(appended: AppendedIndices, memory64: boolean) {
    super(512);
    this.appended = appended;
    this.memory64 = memory64;
  }

  op(code: number, operand: number): void {
    this.byte(code);
    this.unsigned(operand);
  }

  get(local: number): void {
    this.op(0x20, local);
  }

  private set(local: number): void {
    this.op(0x21, local);
  }

  private i64(value: number): void {
    this.byte(0x42);
    this.signed(value);
  }

  /** A load or store of one of the memories, its address on the stack. */
  private access(code: readonly number[], memory: number, offset = 0): void {
    this.bytes(code);
    this.byte(0x40);
    this.unsigned(memory);
    this.unsigned(offset);
  }

  private accessMarks(code: number, offset: number): void {
    this.access([code], this.appended.stableMarks, offset);
  }

  private load32(offset: number): void {
    this.bytes([0x41, 0]);
    this.accessMarks(0x28, offset);
  }

  private leaveIf(): void {
    this.bytes([0x0d, 0]);
  }

  /** Puts a parameter into a local of 64 bits. */
  parameter(parameter: number, is64: boolean, local: number): void {
    this.get(parameter);
    if (!is64) this.byte(0xad);
    this.set(local);
  }

  /** Pushes a local as an address of the heap. */
  address(local: number): void {
    this.get(local);
    if (!this.memory64) this.byte(0xa7);
  }

  leaveUnlessInBounds(is32: boolean): void {
    const { heap, at, size, index, counter } = locals;
    // Of 1 to 4096 bytes.
    this.get(size);
    this.i64(1);
    this.byte(0x7d);
    this.i64(shortAccessMax);
    this.byte(0x5a);
    this.leaveIf();
    // Within the stable memory that is here: the start alone first, so that the sum cannot overflow.
    this.bytes([0x41, 0]);
    this.accessMarks(0x29, stableLayout.reachableBytes);
    this.set(index);
    this.get(at);
    this.get(index);
    this.byte(0x56);
    this.leaveIf();
    this.get(at);
    this.get(size);
    this.byte(0x7c);
    this.get(index);
    this.byte(0x56);
    this.leaveIf();
    if (is32) {
      this.load32(stableLayout.beyond32Bits);
      this.leaveIf();
    }
    // Within the heap.
    this.bytes([0x3f, 0]);
    if (!this.memory64) this.byte(0xad);
    this.i64(16);
    this.byte(0x86);
    this.op(0x22, counter);
    this.get(size);
    this.byte(0x54);
    this.leaveIf();
    this.get(heap);
    this.get(counter);
    this.get(size);
    this.bytes([0x7d, 0x56]);
    this.leaveIf();
  }

  leaveUnlessPaid(counterGlobal: number): void {
    this.op(0x23, counterGlobal);
    this.get(locals.size);
    this.byte(0x7d);
    this.i64(accessFixed);
    this.byte(0x7d);
    this.op(0x22, locals.counter);
    this.i64(0);
    this.byte(0x53);
    this.leaveIf();
  }

  /**
   * Both pages that a short access may touch must have been written, or touched for reading; where `mayTouch`, they may be
   * touched now. Otherwise the host charges for them.
   */
  leaveUnlessMarked(isRead: boolean, mayTouch: boolean): void {
    this.load32(stableLayout.mark);
    this.set(locals.mark);
    this.get(locals.at);
    this.leaveUnlessPageMarked(isRead, mayTouch);
    this.get(locals.at);
    this.get(locals.size);
    this.byte(0x7c);
    this.i64(1);
    this.byte(0x7d);
    this.leaveUnlessPageMarked(isRead, mayTouch);
  }

  /** The page of the offset on the stack. */
  private leaveUnlessPageMarked(isRead: boolean, mayTouch: boolean): void {
    const { page, mark } = locals;
    this.i64(12);
    this.bytes([0x88, 0xa7, 0x41, 2, 0x74]);
    this.op(0x22, page);
    this.accessMarks(0x28, stableLayout.marks);
    if (isRead) this.bytes([0x41, 1, 0x72]);
    this.get(mark);
    this.byte(0x47);
    if (!isRead || !mayTouch) {
      this.leaveIf();
      return;
    }
    this.bytes([0x04, 0x40]);
    this.load32(stableLayout.touchesLeft);
    this.byte(0x45);
    this.bytes([0x0d, 1]);
    this.bytes([0x41, 0]);
    this.load32(stableLayout.touchesLeft);
    this.bytes([0x41, 1, 0x6b]);
    this.accessMarks(0x36, stableLayout.touchesLeft);
    this.get(page);
    this.get(mark);
    this.bytes([0x41, 1, 0x6b]);
    this.accessMarks(0x36, stableLayout.marks);
    this.byte(0x0b);
  }

  /** Copies the bytes: 16 at a time and the last 16 once more, or both ends, or up to three single ones. */
  copy(isRead: boolean): void {
    const { size, index } = locals;
    const atLeast = (bytes: number) => {
      this.get(size);
      this.i64(bytes);
      this.bytes([0x5a, 0x04, 0x40]);
    };
    const piece = (width: 1 | 4 | 8 | 16, pushIndex: () => void) => this.copyPiece(isRead, width, pushIndex);
    const start = () => this.i64(0);
    const end = (width: number) => () => {
      this.get(size);
      this.i64(width);
      this.byte(0x7d);
    };
    atLeast(16);
    start();
    this.set(index);
    this.bytes([0x03, 0x40]);
    piece(16, () => this.get(index));
    this.get(index);
    this.i64(16);
    this.byte(0x7c);
    this.op(0x22, index);
    end(16)();
    this.bytes([0x58, 0x0d, 0, 0x0b]);
    piece(16, end(16));
    this.byte(0x05);
    atLeast(8);
    piece(8, start);
    piece(8, end(8));
    this.byte(0x05);
    atLeast(4);
    piece(4, start);
    piece(4, end(4));
    this.byte(0x05);
    piece(1, start);
    piece(1, () => {
      this.get(size);
      this.i64(1);
      this.byte(0x88);
    });
    piece(1, end(1));
    this.bytes([0x0b, 0x0b, 0x0b]);
  }

  private copyPiece(isRead: boolean, width: keyof typeof accessCodes, pushIndex: () => void): void {
    const { load, store } = accessCodes[width];
    const heapAddress = () => {
      this.get(locals.heap);
      pushIndex();
      this.byte(0x7c);
      if (!this.memory64) this.byte(0xa7);
    };
    const stableAddress = () => {
      this.get(locals.at);
      pushIndex();
      this.byte(0x7c);
    };
    if (isRead) {
      heapAddress();
      stableAddress();
      this.access(load, this.appended.stableMemory);
      this.bytes([...store, 0, 0]);
    } else {
      stableAddress();
      heapAddress();
      this.bytes([...load, 0, 0]);
      this.access(store, this.appended.stableMemory);
    }
  }
}

/** Loads and stores by width in bytes. */
const accessCodes = {
  1: { load: [0x2d], store: [0x3a] },
  4: { load: [0x28], store: [0x36] },
  8: { load: [0x29], store: [0x37] },
  16: { load: [0xfd, 0], store: [0xfd, 11] },
} as const;
