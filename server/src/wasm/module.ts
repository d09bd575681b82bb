/**
 * What a WebAssembly module declares, as far as others need to know it: everything but the code, of which only the
 * place is kept. https://webassembly.github.io/spec/core/binary/modules.html
 */

/** A value type by its byte in the binary format. */
export type ValueType = number;

/** The value types that canisters may use, by name. */
export const valueTypes = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
  funcref: 0x70,
  externref: 0x6f,
} as const;

/** Name of a value type in the text format. */
export function valueTypeName(type: ValueType): string {
  const name = Object.entries(valueTypes).find(([, code]) => code === type)?.[0];
  return name ?? `0x${type.toString(16)}`;
}

/** A function type. */
export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Bounds of a memory (64 KiB pages) or table (elements). */
export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
  /** Addressed by i64. */
  readonly is64: boolean;
  readonly shared: boolean;
}

/** A table. */
export interface TableType {
  readonly element: ValueType;
  readonly limits: Limits;
}

/** A global. */
export interface GlobalType {
  readonly type: ValueType;
  readonly mutable: boolean;
}

/** One import. */
export interface Import {
  readonly module: string;
  readonly name: string;
  readonly item:
    | { readonly kind: "function"; readonly typeIndex: number }
    | { readonly kind: "table"; readonly table: TableType }
    | { readonly kind: "memory"; readonly memory: Limits }
    | { readonly kind: "global"; readonly global: GlobalType }
    | { readonly kind: "tag" };
}

/** What an export names. */
export type ExportKind = "function" | "table" | "memory" | "global" | "tag";

/** One export. */
export interface Export {
  readonly name: string;
  readonly kind: ExportKind;
  /** In the index space of its kind. */
  readonly index: number;
}

/** A part of the module's bytes. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** A section; `start` is behind its id and size. */
export interface Section extends ByteSpan {
  readonly id: number;
}

/** A custom section; the span is that of its content, behind the name. */
export interface CustomSection extends ByteSpan {
  readonly name: string;
}

/** A data segment. */
export interface DataSegment extends ByteSpan {
  /** For active segments the bytes of the offset expression, its `end` included. */
  readonly offset?: ByteSpan;
}

/** Ids of the sections. */
export const sectionIds = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** A module as read from bytes. */
export interface WasmModule {
  readonly bytes: Uint8Array;
  /** All sections in their order, custom ones included. */
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  /** Type index of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly importedFunctions: number;
  /** Imported ones first, here and below. */
  readonly tables: readonly TableType[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalType[];
  readonly importedGlobals: number;
  readonly exports: readonly Export[];
  /** Function run at instantiation. */
  readonly start?: number;
  /** Function bodies: local declarations, code, final `end`; in order of the defined functions. */
  readonly bodies: readonly ByteSpan[];
  readonly data: readonly DataSegment[];
  readonly customSections: readonly CustomSection[];
}
