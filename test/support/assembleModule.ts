/** A plain writer of Wasm modules for tests: bodies are bytes, everything else is named. */

/** Parameters and results of an import, as value types. */
export type ImportedFunction = readonly [readonly number[], readonly number[]];

/** What a module is made of. */
export interface ModuleParts {
  /** From `ic0`, in this order: they are functions 0, 1, … */
  readonly imports: Readonly<Record<string, ImportedFunction>>;
  readonly functions: readonly {
    readonly parameters: readonly number[];
    readonly results: readonly number[];
    readonly locals: readonly number[];
    /** Without the closing `end`. */
    readonly body: readonly number[];
  }[];
  /** Functions in table 0. */
  readonly table: readonly number[];
  /** 64 KiB pages. */
  readonly memoryPages: number;
  /** Function indices by exported name. */
  readonly exports: Readonly<Record<string, number>>;
  readonly data?: { readonly offset: number; readonly bytes: Uint8Array };
}

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128. */
export function sleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** Instructions with operands. */
export const code = {
  op: {
    i32Const: (value: number) => [0x41, ...sleb(value)],
    i64Const: (value: number) => [0x42, ...sleb(value)],
  },
} as const;

/** The module's bytes. */
export function assembleModule(parts: ModuleParts): Uint8Array {
  const names = Object.keys(parts.imports);
  const types: number[][] = [];
  const typeOf = (parameters: readonly number[], results: readonly number[]) => {
    const type = [0x60, ...vector(parameters.map((it) => [it])), ...vector(results.map((it) => [it]))];
    const known = types.findIndex((it) => String(it) === String(type));
    return known === -1 ? types.push(type) - 1 : known;
  };
  const imported = names.map((name) => {
    const [parameters, results] = parts.imports[name] ?? [[], []];
    return [...text("ic0"), ...text(name), 0, ...leb(typeOf(parameters, results))];
  });
  const declared = parts.functions.map((it) => leb(typeOf(it.parameters, it.results)));
  const bodies = parts.functions.map((it) => {
    const body = [...vector(it.locals.map((type) => [1, type])), ...it.body, 0x0b];
    return [...leb(body.length), ...body];
  });
  const exported = Object.entries(parts.exports).map(([name, index]) => [...text(name), 0, ...leb(index)]);
  const size = parts.table.length;
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector(declared)),
    ...(size === 0 ? [] : section(4, vector([[0x70, 0, ...leb(size)]]))),
    ...section(5, vector([[0, ...leb(parts.memoryPages)]])),
    ...section(7, vector(exported)),
    ...(size === 0 ? [] : section(9, vector([[0, 0x41, 0, 0x0b, ...vector(parts.table.map(leb))]]))),
    ...section(10, vector(bodies)),
    ...(parts.data === undefined
      ? []
      : section(
          11,
          vector([
            [0, ...code.op.i32Const(parts.data.offset), 0x0b, ...vector([...parts.data.bytes].map((it) => [it]))],
          ]),
        )),
  ]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return vector([...new TextEncoder().encode(value)].map((it) => [it]));
}
