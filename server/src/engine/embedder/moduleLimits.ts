/**
 * Limits that a module must keep to be installed.
 * Source: dfinity/ic rs/config/src/embedders.rs, rs/embedders/src/wasm_utils/validation.rs, as of 2026-11-21.
 */
export const moduleLimits = {
  functions: 50_000,
  globals: 1_000,
  customSections: 16,
  /** Bytes of names and contents of all `icp:` sections. */
  customSectionBytes: 1_048_576,
  exportedMethods: 1_000,
  /** Bytes of the names of all exported methods. */
  exportedNameBytes: 20_000,
  /** Operators of one function. */
  functionOperators: 1_000_000,
  /** Sum of the weights of one function's operators. */
  functionComplexity: 1_000_000,
  /** Elements that a table begins with. */
  tableElements: 1_000_000,
  /** Bytes of the code section. */
  codeBytes: 12 * 1_048_576,
  /** Bytes of a module, unpacked. */
  moduleBytes: 100 * 1_048_576,
} as const;
