/** Walks over the values of a message before anybody makes them, so that hostile bytes end early. */
import { assertNever } from "../base/assert.ts";
import type { PrimitiveName } from "./ast.ts";
import { ByteReader, type MessageHead } from "./message.ts";
import { type CandidType, structure } from "./types.ts";

/** How deep values may be nested: far more than data has, far less than a stack can take. */
const nestingMax = 1000;

/** Values that may be there beyond those that the message's length can account for, as `vec null` has them. */
const freeValuesMax = 100_000;

/** Bytes of values that have always the same length. */
const fixedSizes: Partial<Record<PrimitiveName, number>> = {
  ...{ null: 0, reserved: 0, nat8: 1, int8: 1, nat16: 2, int16: 2, nat32: 4, int32: 4, nat64: 8, int64: 8 },
  ...{ float32: 4, float64: 8 },
};

const principalBytesMax = 29;

/** Throws `MalformedMessage` unless the values are all there, valid, and none is left over. */
export function checkValues(bytes: Uint8Array, head: MessageHead): void {
  const walker = new ValueWalker(new ByteReader(bytes, head.valuesStart), head.futureTypes);
  for (const type of head.types) walker.value(type, 0);
  walker.end();
}

class ValueWalker {
  private readonly reader: ByteReader;
  private readonly futureTypes: ReadonlySet<CandidType>;
  private valuesLeft: number;

  constructor(reader: ByteReader, futureTypes: ReadonlySet<CandidType>) {
    this.reader = reader;
    this.futureTypes = futureTypes;
    this.valuesLeft = freeValuesMax + 10 * reader.bytes.length;
  }

  end(): void {
    if (this.reader.offset < this.reader.bytes.length) throw this.reader.fail("there are bytes behind the last value");
  }

  value(declared: CandidType, depth: number): void {
    const { reader } = this;
    this.spend(1);
    if (depth > nestingMax) throw reader.fail(`values are nested more than ${nestingMax} deep`);
    if (this.futureTypes.has(declared)) {
      this.future();
      return;
    }
    const type = structure(declared);
    switch (type.kind) {
      case "primitive":
        this.primitive(type.name);
        return;
      case "opt": {
        const tag = reader.byte();
        if (tag > 1) throw reader.fail("an `opt` begins with neither 0 nor 1");
        if (tag === 1) this.value(type.of, depth + 1);
        return;
      }
      case "vec":
        this.vector(type.of, depth);
        return;
      case "record":
        for (const field of type.fields) this.value(field.type, depth + 1);
        return;
      case "variant": {
        const index = reader.unsigned();
        const field = type.fields[Number(index)];
        if (field === undefined) throw reader.fail(`a variant has no case ${index}`);
        this.value(field.type, depth + 1);
        return;
      }
      case "func":
        this.tag("a function");
        this.tag("a principal");
        this.principal();
        reader.text();
        return;
      case "service":
        this.tag("a service");
        this.principal();
        return;
      default:
        assertNever(type);
    }
  }

  private vector(of: CandidType, depth: number): void {
    const { reader } = this;
    const length = reader.unsigned();
    const element = structure(of);
    const size = element.kind === "primitive" && !this.futureTypes.has(of) ? fixedSizes[element.name] : undefined;
    const count = length > BigInt(this.valuesLeft) ? Number.POSITIVE_INFINITY : Number(length);
    if (size !== undefined && size > 0) {
      if (count * size > reader.bytes.length - reader.offset) throw reader.fail("a vector is longer than the message");
      reader.take(count * size);
      return;
    }
    if (count === Number.POSITIVE_INFINITY) throw reader.fail("a vector has more elements than can be read");
    for (let index = 0; index < count; index++) this.value(of, depth + 1);
  }

  private primitive(name: PrimitiveName): void {
    const { reader } = this;
    const size = fixedSizes[name];
    if (size !== undefined) {
      reader.take(size);
      return;
    }
    switch (name) {
      case "bool":
        if (reader.byte() > 1) throw reader.fail("a bool is neither 0 nor 1");
        return;
      case "nat":
      case "int":
        reader.skipWholeNumber();
        return;
      case "text":
        reader.text();
        return;
      case "principal":
        this.tag("a principal");
        this.principal();
        return;
      default:
        throw reader.fail("there is a value of type `empty`");
    }
  }

  private tag(what: string): void {
    if (this.reader.byte() !== 1) throw this.reader.fail(`${what} is not given by its bytes`);
  }

  private principal(): void {
    const length = this.reader.count("bytes of a principal");
    if (length > principalBytesMax) throw this.reader.fail(`a principal is longer than ${principalBytesMax} bytes`);
    this.reader.take(length);
  }

  /** Values of future types say how many bytes they take. */
  private future(): void {
    const length = this.reader.count("bytes of a value");
    this.reader.count("references of a value");
    this.reader.take(length);
  }

  private spend(values: number): void {
    this.valuesLeft -= values;
    if (this.valuesLeft < 0) throw this.reader.fail("it holds more values than can be read");
  }
}
