import { ByteWriter } from "../../server/src/wasm/byteWriter.ts";
import { sectionIds, type ValueType, valueTypes } from "../../server/src/wasm/module.ts";
import { bulkPrefix, type Operator, operatorNamed, vectorPrefix } from "../../server/src/wasm/opcodes.ts";

/** Name of a value type. */
export type TypeName = keyof typeof valueTypes;

/** The type of a block: none, one result, or the index of a function type. */
export type BlockTypeName = TypeName | number | undefined;

/**
 * One instruction: its name, or name and immediates. Functions, globals, locals, labels and types are indices; consts
 * take a number or bigint; memory accesses take an offset in bytes; `br_table` takes its labels, the default last.
 */
export type Instruction = string | readonly [name: string, ...immediates: Immediate[]];

type Immediate = number | bigint | string | undefined | readonly number[];

/** What can be said of a function. */
export interface FunctionParts {
  readonly params?: readonly TypeName[];
  readonly results?: readonly TypeName[];
  readonly locals?: readonly TypeName[];
  /** Without the final `end`. */
  readonly code: readonly Instruction[];
  /** Names under which it is exported. */
  readonly exports?: readonly string[];
}

const kindBytes = { function: 0, table: 1, memory: 2, global: 3 } as const;

/**
 * Assembles WebAssembly modules for tests. Imported functions must be declared before any function is defined; each
 * declaration returns the index to use in instructions.
 */
export class WasmBuilder {
  private readonly types: string[] = [];
  private readonly typeItems: { params: readonly TypeName[]; results: readonly TypeName[] }[] = [];
  private readonly imports: ByteWriter[] = [];
  private readonly functions: { type: number; body: ByteWriter }[] = [];
  private readonly tables: ByteWriter[] = [];
  private readonly memories: ByteWriter[] = [];
  private readonly globals: ByteWriter[] = [];
  private readonly exports: ByteWriter[] = [];
  private readonly elements: ByteWriter[] = [];
  private readonly data: ByteWriter[] = [];
  private readonly customSections: ByteWriter[] = [];
  private importedFunctions = 0;
  private startFunction: number | undefined;
  private hasPassiveData = false;
  private is64 = false;

  /** Index of a function type, declared once. */
  type(params: readonly TypeName[], results: readonly TypeName[] = []): number {
    const key = `${params.join()}>${results.join()}`;
    const known = this.types.indexOf(key);
    if (known !== -1) return known;
    this.typeItems.push({ params, results });
    return this.types.push(key) - 1;
  }

  /** Imports a function. */
  import(module: string, name: string, params: readonly TypeName[] = [], results: readonly TypeName[] = []): number {
    if (this.functions.length > 0) throw new Error("Imports come before functions.");
    const item = new ByteWriter();
    item.name(module);
    item.name(name);
    item.byte(0);
    item.unsigned(this.type(params, results));
    this.imports.push(item);
    return this.importedFunctions++;
  }

  /** Imports a function of the System API; the letters are those of the specification: i i32, l i64, I the address type. */
  ic0(name: string, params = "", result = ""): number {
    const typeOf = (letter: string): TypeName => (letter === "l" || (letter === "I" && this.is64) ? "i64" : "i32");
    return this.import("ic0", name, [...params].map(typeOf), [...result].map(typeOf));
  }

  /** Defines a function. */
  function({ params = [], results = [], locals = [], code, exports = [] }: FunctionParts): number {
    const body = new ByteWriter();
    body.unsigned(locals.length);
    for (const local of locals) body.bytes([1, valueTypes[local]]);
    writeInstructions(body, code);
    body.byte(0x0b);
    const index = this.importedFunctions + this.functions.push({ type: this.type(params, results), body }) - 1;
    for (const name of exports) this.export(name, "function", index);
    return index;
  }

  /** Exports something. */
  export(name: string, kind: keyof typeof kindBytes, index: number): void {
    const item = new ByteWriter();
    item.name(name);
    item.byte(kindBytes[kind]);
    item.unsigned(index);
    this.exports.push(item);
  }

  /** A memory of 64 KiB pages. */
  memory(minimum: number, maximum?: number, is64 = false): number {
    const item = new ByteWriter();
    item.byte((maximum === undefined ? 0 : 1) | (is64 ? 4 : 0));
    item.unsigned(minimum);
    if (maximum !== undefined) item.unsigned(maximum);
    this.is64 ||= is64;
    return this.memories.push(item) - 1;
  }

  /** A table of functions with its first entries. */
  table(functions: readonly number[], minimum = functions.length): number {
    const item = new ByteWriter();
    item.bytes([valueTypes.funcref, 0]);
    item.unsigned(minimum);
    const index = this.tables.push(item) - 1;
    const element = new ByteWriter();
    element.unsigned(index === 0 ? 0 : 2);
    if (index > 0) element.unsigned(index);
    element.bytes([0x41, 0, 0x0b]);
    if (index > 0) element.byte(0);
    element.unsigned(functions.length);
    for (const it of functions) element.unsigned(it);
    this.elements.push(element);
    return index;
  }

  /** A global with a constant value; floats and vectors begin as 0. */
  global(type: TypeName, mutable: boolean, value: number | bigint = 0): number {
    const item = new ByteWriter();
    item.bytes([valueTypes[type], mutable ? 1 : 0]);
    if (type === "v128") writeInstructions(item, [["v128.const"]]);
    else if (type === "funcref" || type === "externref") writeInstructions(item, [["ref.null", type]]);
    else writeInstructions(item, [[`${type}.const`, value]]);
    item.byte(0x0b);
    return this.globals.push(item) - 1;
  }

  /** Data at an address, or passive where there is none. */
  segment(bytes: Uint8Array, address?: number): number {
    const item = new ByteWriter();
    if (address === undefined) {
      item.byte(1);
      this.hasPassiveData = true;
    } else {
      item.byte(0);
      writeInstructions(item, [this.is64 ? ["i64.const", address] : ["i32.const", address]]);
      item.byte(0x0b);
    }
    item.unsigned(bytes.length);
    item.bytes(bytes);
    return this.data.push(item) - 1;
  }

  /** A custom section, written at the end. */
  custom(name: string, content: Uint8Array): void {
    const item = new ByteWriter();
    item.name(name);
    item.bytes(content);
    this.customSections.push(item);
  }

  /** A name section with names of functions. */
  names(functions: readonly (readonly [index: number, name: string])[]): void {
    const names = new ByteWriter();
    names.unsigned(functions.length);
    for (const [index, name] of functions) {
      names.unsigned(index);
      names.name(name);
    }
    const content = new ByteWriter();
    content.byte(1);
    content.sized(names);
    this.custom("name", content.toBytes());
  }

  /** The function to run at instantiation. */
  start(index: number): void {
    this.startFunction = index;
  }

  /** The module. */
  build(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter(1024);
    out.bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const types = this.typeItems.map(({ params, results }) => {
      const item = new ByteWriter();
      item.byte(0x60);
      writeTypes(item, params);
      writeTypes(item, results);
      return item;
    });
    writeSection(out, sectionIds.type, types);
    writeSection(out, sectionIds.import, this.imports);
    writeSection(
      out,
      sectionIds.function,
      this.functions.map(({ type }) => unsigned(type)),
    );
    writeSection(out, sectionIds.table, this.tables);
    writeSection(out, sectionIds.memory, this.memories);
    writeSection(out, sectionIds.global, this.globals);
    writeSection(out, sectionIds.export, this.exports);
    if (this.startFunction !== undefined) {
      out.byte(sectionIds.start);
      out.sized(unsigned(this.startFunction));
    }
    writeSection(out, sectionIds.element, this.elements);
    if (this.hasPassiveData) {
      out.byte(sectionIds.dataCount);
      out.sized(unsigned(this.data.length));
    }
    writeSection(
      out,
      sectionIds.code,
      this.functions.map(({ body }) => sized(body)),
    );
    writeSection(out, sectionIds.data, this.data);
    for (const section of this.customSections) {
      out.byte(sectionIds.custom);
      out.sized(section);
    }
    return out.toBytes();
  }
}

function writeSection(out: ByteWriter, id: number, items: readonly ByteWriter[]): void {
  if (items.length === 0) return;
  const content = new ByteWriter();
  content.unsigned(items.length);
  for (const item of items) content.append(item);
  out.byte(id);
  out.sized(content);
}

function unsigned(value: number): ByteWriter {
  const writer = new ByteWriter();
  writer.unsigned(value);
  return writer;
}

function sized(content: ByteWriter): ByteWriter {
  const writer = new ByteWriter();
  writer.sized(content);
  return writer;
}

function writeTypes(out: ByteWriter, types: readonly TypeName[]): void {
  out.unsigned(types.length);
  for (const type of types) out.byte(valueTypes[type]);
}

/** Writes instructions by name. */
export function writeInstructions(out: ByteWriter, code: readonly Instruction[]): void {
  for (const instruction of code) {
    const [name, ...immediates] = typeof instruction === "string" ? [instruction] : instruction;
    const operator = operatorNamed(name);
    if (operator === undefined) throw new Error(`There is no instruction ${name}.`);
    writeOpcode(out, operator);
    writeImmediates(out, operator, immediates);
  }
}

function writeOpcode(out: ByteWriter, { code }: Operator): void {
  const prefix = code >> 8;
  if (prefix === bulkPrefix || prefix === vectorPrefix) {
    out.byte(prefix);
    out.unsigned(code & 0xff);
  } else out.byte(code);
}

function writeImmediates(out: ByteWriter, { name, immediate }: Operator, values: readonly Immediate[]): void {
  const number = (index: number) => Number(values[index] ?? 0);
  switch (immediate) {
    case "none":
      return;
    case "block":
      if (typeof values[0] === "number") out.signed(values[0]);
      else out.byte(values[0] === undefined ? 0x40 : typeByte(values[0]));
      return;
    case "labels": {
      const labels = values.map(Number);
      out.unsigned(labels.length - 1);
      for (const label of labels) out.unsigned(label);
      return;
    }
    case "types":
      out.byte(1);
      out.byte(typeByte(values[0]));
      return;
    case "memory":
    case "memoryLane":
      out.unsigned(0);
      out.unsigned(number(0));
      if (immediate === "memoryLane") out.byte(number(1));
      return;
    case "i32":
      out.signed(number(0) | 0);
      return;
    case "i64":
      out.signedBig(BigInt.asIntN(64, BigInt(number(0) === 0 ? 0 : (values[0] as number | bigint))));
      return;
    case "f32":
    case "f64": {
      const bytes = Buffer.alloc(immediate === "f32" ? 4 : 8);
      if (immediate === "f32") bytes.writeFloatLE(number(0));
      else bytes.writeDoubleLE(number(0));
      out.bytes(bytes);
      return;
    }
    case "v128":
    case "shuffle":
      out.bytes(Array.isArray(values[0]) ? values[0] : new Uint8Array(16));
      return;
    case "lane":
      out.byte(number(0));
      return;
    case "refType":
      out.byte(typeByte(values[0]));
      return;
    default:
      writeIndices(out, name, immediate, values);
  }
}

function writeIndices(out: ByteWriter, name: string, immediate: Operator["immediate"], values: readonly Immediate[]) {
  const isPair = /Table$|Memory$/.test(immediate);
  out.unsigned(Number(values[0] ?? 0));
  if (isPair) out.unsigned(Number(values[1] ?? 0));
  if (name === "call" && values[0] === undefined) throw new Error("call needs the index of a function.");
}

function typeByte(name: Immediate): ValueType {
  const type = valueTypes[name as TypeName];
  if (type === undefined) throw new Error(`There is no value type ${String(name)}.`);
  return type;
}
