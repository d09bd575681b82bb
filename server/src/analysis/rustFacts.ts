import type { RustParser } from "../rust/syntax.ts";

/** What is known of Rust files, remembered by path and text so that a keystroke costs one file's re-reading. */
export class RustFacts {
  readonly parser: RustParser;

  constructor(parser: RustParser) {
    this.parser = parser;
  }

  /** The file was closed or deleted: what was remembered of it may go. */
  forget(_path: string): void {}
}
