import { ByteReader } from "./byteReader.ts";
import {
  type ByteSpan,
  type CustomSection,
  type DataSegment,
  type Export,
  type ExportKind,
  type FunctionType,
  type GlobalType,
  type Import,
  type Limits,
  type Section,
  sectionIds,
  type TableType,
  type ValueType,
  type WasmModule,
} from "./module.ts";
import { OperatorReader } from "./operatorReader.ts";

/** A module, as far as it could be read, and what is wrong with its bytes; unusable where there are problems. */
export interface ModuleReading {
  readonly module: WasmModule;
  readonly problems: readonly string[];
}

/** What is being put together while sections are read. */
interface Draft {
  bytes: Uint8Array;
  sections: Section[];
  types: FunctionType[];
  imports: Import[];
  functions: number[];
  importedFunctions: number;
  tables: TableType[];
  memories: Limits[];
  globals: GlobalType[];
  importedGlobals: number;
  exports: Export[];
  start?: number;
  bodies: ByteSpan[];
  data: DataSegment[];
  customSections: CustomSection[];
}

const exportKinds: readonly ExportKind[] = ["function", "table", "memory", "global", "tag"];

const sectionNames = Object.fromEntries(Object.entries(sectionIds).map(([name, id]) => [id, name]));

/**
 * Reads the declarations of a module. Never throws, whatever the bytes. Says where the bytes are no module; whether
 * types and code are valid is left to the engine that compiles it.
 */
export function readModule(bytes: Uint8Array): ModuleReading {
  const draft: Draft = {
    bytes,
    sections: [],
    types: [],
    imports: [],
    functions: [],
    importedFunctions: 0,
    tables: [],
    memories: [],
    globals: [],
    importedGlobals: 0,
    exports: [],
    bodies: [],
    data: [],
    customSections: [],
  };
  const problems: string[] = [];
  const reader = new ByteReader(bytes);
  if (!hasPreamble(bytes)) {
    problems.push("The bytes do not begin as a WebAssembly module of version 1.");
    return { module: draft, problems };
  }
  reader.skip(8);
  while (!reader.done) {
    const offset = reader.at;
    const id = reader.byte();
    const size = reader.u32();
    const start = reader.at;
    reader.skip(size);
    if (reader.failed) {
      problems.push(`The section at offset ${offset} ends behind the module.`);
      break;
    }
    const section = { id, start, end: start + size };
    draft.sections.push(section);
    const problem = readSection(draft, section);
    if (problem !== undefined) problems.push(problem);
  }
  if (draft.bodies.length !== draft.functions.length - draft.importedFunctions) {
    problems.push("The function and the code section have different lengths.");
  }
  return { module: draft, problems };
}

function hasPreamble(bytes: Uint8Array): boolean {
  return [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].every((byte, index) => bytes[index] === byte);
}

function readSection(draft: Draft, section: Section): string | undefined {
  const reader = new ByteReader(draft.bytes, section.start, section.end);
  const name = sectionNames[section.id];
  if (name === undefined) return `There is no section with id ${section.id} (offset ${section.start}).`;
  const isRepeated =
    section.id !== sectionIds.custom && draft.sections.some((it) => it.id === section.id && it !== section);
  if (isRepeated) return `The ${name} section is there twice.`;
  sectionReaders[section.id]?.(reader, draft, section);
  const isKnown = section.id in sectionReaders && section.id !== sectionIds.custom && section.id !== sectionIds.element;
  if (reader.failed || (isKnown && !reader.done))
    return `The ${name} section at offset ${section.start} cannot be read.`;
  return undefined;
}

type SectionReader = (reader: ByteReader, draft: Draft, section: Section) => void;

const sectionReaders: Readonly<Record<number, SectionReader>> = {
  [sectionIds.custom]: (reader, draft, section) => {
    const name = reader.name();
    if (!reader.failed) draft.customSections.push({ name, start: reader.at, end: section.end });
  },
  [sectionIds.type]: (reader, draft) => {
    repeat(reader, () => {
      if (reader.byte() !== 0x60) reader.fail();
      draft.types.push({ params: readValueTypes(reader), results: readValueTypes(reader) });
    });
  },
  [sectionIds.import]: (reader, draft) => repeat(reader, () => readImport(reader, draft)),
  [sectionIds.function]: (reader, draft) => repeat(reader, () => draft.functions.push(reader.u32())),
  [sectionIds.table]: (reader, draft) => repeat(reader, () => draft.tables.push(readTable(reader))),
  [sectionIds.memory]: (reader, draft) => repeat(reader, () => draft.memories.push(readLimits(reader))),
  [sectionIds.global]: (reader, draft) =>
    repeat(reader, () => {
      draft.globals.push(readGlobal(reader));
      readExpression(reader);
    }),
  [sectionIds.export]: (reader, draft) =>
    repeat(reader, () => {
      const name = reader.name();
      const kind = exportKinds[reader.byte()];
      const index = reader.u32();
      if (kind === undefined) reader.fail();
      else draft.exports.push({ name, kind, index });
    }),
  [sectionIds.start]: (reader, draft) => {
    draft.start = reader.u32();
  },
  [sectionIds.code]: (reader, draft) =>
    repeat(reader, () => {
      const size = reader.u32();
      const start = reader.at;
      reader.skip(size);
      draft.bodies.push({ start, end: start + size });
    }),
  [sectionIds.data]: (reader, draft) => repeat(reader, () => draft.data.push(readData(reader))),
  [sectionIds.dataCount]: (reader) => {
    reader.u32();
  },
};

function repeat(reader: ByteReader, readItem: () => void): void {
  for (let left = reader.count(); left > 0 && !reader.failed; left--) readItem();
}

function readValueTypes(reader: ByteReader): ValueType[] {
  const types: ValueType[] = [];
  repeat(reader, () => types.push(readValueType(reader)));
  return types;
}

function readValueType(reader: ByteReader): ValueType {
  const type = reader.byte();
  const isKnown = (0x7b <= type && type <= 0x7f) || type === 0x70 || type === 0x6f;
  return isKnown ? type : reader.fail();
}

function readImport(reader: ByteReader, draft: Draft): void {
  const module = reader.name();
  const name = reader.name();
  const item = readImportItem(reader);
  if (reader.failed || item === undefined) return;
  draft.imports.push({ module, name, item });
  if (item.kind === "function") {
    draft.functions.push(item.typeIndex);
    draft.importedFunctions += 1;
  }
  if (item.kind === "table") draft.tables.push(item.table);
  if (item.kind === "memory") draft.memories.push(item.memory);
  if (item.kind === "global") {
    draft.globals.push(item.global);
    draft.importedGlobals += 1;
  }
}

function readImportItem(reader: ByteReader): Import["item"] | undefined {
  switch (reader.byte()) {
    case 0:
      return { kind: "function", typeIndex: reader.u32() };
    case 1:
      return { kind: "table", table: readTable(reader) };
    case 2:
      return { kind: "memory", memory: readLimits(reader) };
    case 3:
      return { kind: "global", global: readGlobal(reader) };
    case 4:
      reader.byte();
      reader.u32();
      return { kind: "tag" };
    default:
      reader.fail();
      return undefined;
  }
}

function readTable(reader: ByteReader): TableType {
  return { element: readValueType(reader), limits: readLimits(reader) };
}

function readGlobal(reader: ByteReader): GlobalType {
  const type = readValueType(reader);
  const mutable = reader.byte();
  if (mutable > 1) reader.fail();
  return { type, mutable: mutable === 1 };
}

function readLimits(reader: ByteReader): Limits {
  const flags = reader.byte();
  if (flags > 7) reader.fail();
  const minimum = reader.u64();
  const maximum = (flags & 1) === 1 ? reader.u64() : undefined;
  return { minimum, ...(maximum === undefined ? {} : { maximum }), is64: (flags & 4) !== 0, shared: (flags & 2) !== 0 };
}

/** Passes over a constant expression and its `end`. */
function readExpression(reader: ByteReader): ByteSpan {
  const start = reader.at;
  const operators = new OperatorReader(reader.bytes, start, reader.end);
  while (operators.next()) {
    if (operators.code !== 0x0b) continue;
    reader.at = operators.at;
    return { start, end: reader.at };
  }
  reader.fail();
  return { start, end: start };
}

function readData(reader: ByteReader): DataSegment {
  const mode = reader.u32();
  if (mode > 2) reader.fail();
  if (mode === 2) reader.u32();
  const offset = mode === 1 ? undefined : readExpression(reader);
  const size = reader.u32();
  const start = reader.at;
  reader.skip(size);
  return { start, end: start + size, ...(offset === undefined ? {} : { offset }) };
}
