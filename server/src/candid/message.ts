/**
 * The outside of a binary Candid message: its type table and the types of its arguments, and whether its values are there
 * and small enough to be read. Bytes come from strangers: nothing here takes time or memory out of proportion to them.
 * https://github.com/dfinity/candid/blob/master/spec/Candid.md#binary-format
 */
import { readSignedLeb128, readUnsignedLeb128 } from "../base/leb128.ts";
import type { FunctionMode, PrimitiveName } from "./ast.ts";
import { fieldIdMax } from "./labels.ts";
import {
  type ArgumentType,
  type CandidType,
  declareNamed,
  type FieldType,
  type MethodType,
  type NamedType,
  primitive,
} from "./types.ts";

/** The head of a message. */
export interface MessageHead {
  /** Types of the arguments as the sender declared them; table entries are named types. */
  readonly types: readonly CandidType[];
  /** Offset of the first value, in bytes. */
  readonly valuesStart: number;
  /** Entries of kinds that came after this version of Candid; their values can only be passed over. */
  readonly futureTypes: ReadonlySet<CandidType>;
}

/** Bytes of a `nat` or an `int`: about 2,100 decimal digits. The library's time grows with their square. */
export const wholeNumberBytesMax = 1000;

/** Says what is wrong with bytes; the readers of this folder turn it into data. */
export class MalformedMessage extends Error {
  /** Offset of the place, in bytes. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Bytes of a length, an index or an opcode; far more than any needs, so that padded forms pass. */
const structuralBytesMax = 64;

const opcodes = { opt: -18, vec: -19, record: -20, variant: -21, func: -22, service: -23 } as const;
const principalOpcode = -24;
const primitiveNames: readonly PrimitiveName[] = [
  ...(["null", "bool", "nat", "int", "nat8", "nat16", "nat32", "nat64", "int8", "int16", "int32", "int64"] as const),
  ...(["float32", "float64", "text", "reserved", "empty"] as const),
];
const modes: readonly FunctionMode[] = ["query", "oneway", "composite_query"];

/** Reads the head of a message; throws `MalformedMessage`. */
export function readMessageHead(bytes: Uint8Array): MessageHead {
  return new HeadReader(bytes).read();
}

/** Reads bytes in order; every failure is a `MalformedMessage`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** Ends the reading. */
  fail(message: string): MalformedMessage {
    return new MalformedMessage(message, this.offset);
  }

  /** The next byte. */
  byte(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw this.fail("the message ends too early");
    this.offset++;
    return byte;
  }

  /** A length that cannot be more than the bytes that are left, when each thing counted takes at least one. */
  count(what: string): number {
    const count = this.unsigned();
    if (count > BigInt(this.bytes.length - this.offset))
      throw this.fail(`the ${what} are more than the message can hold`);
    return Number(count);
  }

  /** An unsigned number that says how many or which one. */
  unsigned(): bigint {
    return this.number(readUnsignedLeb128, structuralBytesMax);
  }

  /** A signed number that says which one. */
  signed(): bigint {
    return this.number(readSignedLeb128, structuralBytesMax);
  }

  /** Passes over a `nat` or an `int`. */
  skipWholeNumber(): void {
    this.number(readUnsignedLeb128, wholeNumberBytesMax);
  }

  private number(read: typeof readUnsignedLeb128, bytesMax: number): bigint {
    const reading = read(this.bytes.subarray(0, this.offset + bytesMax), this.offset);
    if (reading === undefined) {
      const isCut = this.offset + bytesMax > this.bytes.length;
      throw this.fail(isCut ? "the message ends within a number" : `a number takes more than ${bytesMax} bytes`);
    }
    this.offset = reading.next;
    return reading.value;
  }

  /** As many bytes. */
  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.offset) throw this.fail("the message ends too early");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }

  /** A text with its length before it. */
  text(): string {
    const start = this.offset;
    const bytes = this.take(this.count("bytes of a text"));
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new MalformedMessage("a text is not UTF-8", start);
    }
  }
}

class HeadReader {
  private readonly reader: ByteReader;
  private table: readonly ReturnType<typeof declareNamed>[] = [];
  private readonly functions = new Set<CandidType>();
  private readonly methods: NamedType[] = [];
  private readonly futureTypes = new Set<CandidType>();

  constructor(bytes: Uint8Array) {
    this.reader = new ByteReader(bytes);
  }

  read(): MessageHead {
    const { reader } = this;
    const magic = [0x44, 0x49, 0x44, 0x4c];
    if (magic.some((byte, index) => reader.bytes[index] !== byte)) throw reader.fail("it does not begin with `DIDL`");
    reader.offset = magic.length;
    const length = reader.count("entries of the type table");
    this.table = Array.from({ length }, (_, index) => declareNamed(`table${index}`));
    for (const { type, define } of this.table) define(this.tableEntry(type));
    for (const type of this.methods) {
      if (!this.functions.has(type)) throw reader.fail("the type of a method is no function");
    }
    const types = this.types("arguments");
    return { types, valuesStart: reader.offset, futureTypes: this.futureTypes };
  }

  private tableEntry(self: NamedType): CandidType {
    const { reader } = this;
    const opcode = Number(reader.signed());
    switch (opcode) {
      case opcodes.opt:
        return { kind: "opt", of: this.type() };
      case opcodes.vec:
        return { kind: "vec", of: this.type() };
      case opcodes.record:
        return { kind: "record", fields: this.fields() };
      case opcodes.variant:
        return { kind: "variant", fields: this.fields() };
      case opcodes.func: {
        this.functions.add(self);
        const parameters = this.types("arguments of a function").map((type): ArgumentType => ({ type }));
        const results = this.types("results of a function").map((type): ArgumentType => ({ type }));
        return { kind: "func", arguments: parameters, results, modes: this.modes() };
      }
      case opcodes.service:
        return { kind: "service", methods: this.serviceMethods() };
      default:
        if (opcode >= principalOpcode)
          throw reader.fail(`the type table has an entry of kind ${opcode}, which is no constructor`);
        reader.take(reader.count("bytes of a type"));
        this.futureTypes.add(self);
        // Nothing is known of it but that its values fit `reserved` and `opt`.
        return primitive("reserved");
    }
  }

  private types(what: string): CandidType[] {
    return Array.from({ length: this.reader.count(what) }, () => this.type());
  }

  private type(): CandidType {
    const { reader } = this;
    const index = Number(reader.signed());
    if (index >= 0) {
      const entry = this.table[index];
      if (entry === undefined) throw reader.fail(`there is no entry ${index} in the type table`);
      return entry.type;
    }
    const name = index === principalOpcode ? "principal" : primitiveNames[-index - 1];
    if (name === undefined) throw reader.fail(`there is no primitive type ${index}`);
    return primitive(name);
  }

  private fields(): FieldType[] {
    const { reader } = this;
    let previous = -1;
    return Array.from({ length: reader.count("fields") }, () => {
      const id = reader.unsigned();
      if (id > BigInt(fieldIdMax)) throw reader.fail("a field number is not below 2^32");
      if (Number(id) <= previous) throw reader.fail("fields are not sorted, or one is there twice");
      previous = Number(id);
      return { id: previous, type: this.type() };
    });
  }

  private modes(): FunctionMode[] {
    const { reader } = this;
    return Array.from({ length: reader.count("modes of a function") }, () => {
      const mode = modes[reader.byte() - 1];
      if (mode === undefined) throw reader.fail("a function has an unknown mode");
      return mode;
    });
  }

  private serviceMethods(): MethodType[] {
    const { reader } = this;
    let previous: Uint8Array | undefined;
    return Array.from({ length: reader.count("methods") }, () => {
      const start = reader.offset;
      const name = reader.text();
      const bytes = reader.bytes.subarray(start, reader.offset);
      if (previous !== undefined && !comesBefore(withoutLength(previous), withoutLength(bytes))) {
        throw reader.fail("methods are not sorted, or one is there twice");
      }
      previous = bytes;
      const type = this.type();
      if (type.kind !== "named") throw reader.fail("the type of a method is no function");
      this.methods.push(type);
      return { name, type };
    });
  }
}

/** The bytes of a text behind its length. */
function withoutLength(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(readUnsignedLeb128(bytes, 0)?.next ?? 0);
}

function comesBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return a.length < b.length;
}
