import { ByteReader } from "./byteReader.ts";
import { bulkPrefix, type ImmediateKind, operatorSlot, operatorSlots, operators, vectorPrefix } from "./opcodes.ts";

/** Number of each kind of immediate, so that the reader's switch works on small integers. */
const immediateNumbers: Readonly<Record<ImmediateKind, number>> = {
  none: 0,
  i32: 1,
  i64: 2,
  local: 3,
  label: 3,
  function: 3,
  global: 3,
  table: 3,
  data: 3,
  element: 3,
  memoryIndex: 3,
  memory: 4,
  block: 5,
  typeTable: 6,
  tableTable: 6,
  memoryMemory: 6,
  dataMemory: 6,
  elementTable: 6,
  labels: 7,
  types: 8,
  f32: 9,
  f64: 10,
  v128: 11,
  shuffle: 11,
  lane: 12,
  refType: 12,
  memoryLane: 13,
};

const indexImmediate = 3;
const unknown = 255;
const immediates = new Uint8Array(operatorSlots).fill(unknown);
for (const { code, immediate } of operators) immediates[operatorSlot(code)] = immediateNumbers[immediate];

/**
 * Walks over the operators of a body without allocating. After `next()` returned true, `code` is the opcode, `start`
 * and `at` are its ends, and `first` and `second` its immediates, as far as they are numbers.
 */
export class OperatorReader extends ByteReader {
  /** As in `Operator.code`. */
  code = 0;
  /** Dense number of the opcode, see `operatorSlot`. */
  slot = 0;
  /** Offset of the opcode. */
  start = 0;
  /**
   * Index immediate; alignment exponent of memory operators; type of a block (negative: a value type or none);
   * value of i32.const. */
  first = 0;
  /** Second index immediate; offset of memory operators in bytes. */
  second = 0;
  /** Labels of the last `br_table`, the default last. */
  readonly labels: number[] = [];

  /** Goes to the next operator; false at the end of the bytes and at what is no operator (`failed`). */
  next(): boolean {
    const at = this.at;
    if (at >= this.end) return false;
    const byte = this.bytes[at] ?? 0;
    this.start = at;
    this.at = at + 1;
    this.code = byte;
    this.slot = byte;
    if (byte >= bulkPrefix) this.readPrefixed(byte);
    const immediate = this.slot < 0 ? unknown : (immediates[this.slot] ?? unknown);
    if (immediate === 0) return !this.failed;
    // Nearly all indices take one byte.
    const index = immediate === indexImmediate && this.at < this.end ? (this.bytes[this.at] ?? 0) : 0x80;
    if (index < 0x80) {
      this.first = index;
      this.at += 1;
      return true;
    }
    this.readImmediate(immediate);
    return !this.failed;
  }

  private readPrefixed(prefix: number): void {
    if (prefix !== bulkPrefix && prefix !== vectorPrefix) return;
    const number = this.u32();
    this.code = (prefix << 8) | number;
    this.slot = number > 0xff ? -1 : operatorSlot(this.code);
  }

  private readImmediate(immediate: number): void {
    switch (immediate) {
      case 1:
        this.first = this.s33() | 0;
        return;
      case 2:
        this.skipLeb(64);
        return;
      case 3:
        this.first = this.u32();
        return;
      case 4:
        this.first = this.u32();
        this.second = this.u64();
        return;
      case 5:
        this.first = this.s33();
        return;
      case 6:
        this.first = this.u32();
        this.second = this.u32();
        return;
      case 7:
        this.readLabels();
        return;
      case 8:
        for (let left = this.count(); left > 0; left--) this.byte();
        return;
      case 9:
        this.skip(4);
        return;
      case 10:
        this.skip(8);
        return;
      case 11:
        this.skip(16);
        return;
      case 12:
        this.first = this.byte();
        return;
      case 13:
        this.first = this.u32();
        this.second = this.u64();
        this.byte();
        return;
      default:
        this.fail();
    }
  }

  private readLabels(): void {
    this.labels.length = 0;
    for (let left = this.count(); left >= 0 && !this.failed; left--) this.labels.push(this.u32());
  }
}
