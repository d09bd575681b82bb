const text = new TextEncoder();

/** Bytes of a number of 32 bits in its longest form. */
const paddedBytes = 5;

/** Collects bytes; numbers in the forms of the WebAssembly binary format. */
export class ByteWriter {
  private buffer: Uint8Array<ArrayBuffer>;
  /** Bytes written so far. */
  length = 0;

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.buffer.length) this.reserve(1);
    this.buffer[this.length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    const size = values.length;
    this.reserve(size);
    if (size < 48) {
      const target = this.buffer;
      let to = this.length;
      for (let from = 0; from < size; from++) target[to++] = values[from] ?? 0;
    } else this.buffer.set(values, this.length);
    this.length += size;
  }

  /** Copies a part of other bytes. */
  span(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.reserve(size);
    if (size < 48) {
      const target = this.buffer;
      let to = this.length;
      for (let from = start; from < end; from++) target[to++] = source[from] ?? 0;
    } else this.buffer.set(source.subarray(start, end), this.length);
    this.length += size;
  }

  /** An unsigned LEB128 number below 2^53. */
  unsigned(value: number): void {
    if (value < 0x80) {
      this.byte(value);
      return;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A signed LEB128 number between -2^53 and 2^53. */
  signed(value: number): void {
    let rest = value;
    while (rest >= 0x40 || rest < -0x40) {
      const low = ((rest % 128) + 128) % 128;
      this.byte(low | 0x80);
      rest = (rest - low) / 128;
    }
    this.byte(rest & 0x7f);
  }

  /** A signed LEB128 number of up to 64 bits. */
  signedBig(value: bigint): void {
    let rest = value;
    while (rest >= 0x40n || rest < -0x40n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  name(name: string): void {
    const bytes = text.encode(name);
    this.unsigned(bytes.length);
    this.bytes(bytes);
  }

  /** The bytes of another writer, their length before them. */
  sized(content: ByteWriter): void {
    this.unsigned(content.length);
    this.span(content.buffer, 0, content.length);
  }

  /** The bytes of another writer. */
  append(content: ByteWriter): void {
    this.span(content.buffer, 0, content.length);
  }

  /** Leaves room for the size of what is written from here on; the answer is for `endSized`. */
  beginSized(): number {
    this.reserve(paddedBytes);
    this.length += paddedBytes;
    return this.length;
  }

  /** Writes the size of all that was written since `beginSized`: below 2^32, in five bytes, whatever it is. */
  endSized(start: number): void {
    let rest = this.length - start;
    for (let at = start - paddedBytes; at < start - 1; at++) {
      this.buffer[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[start - 1] = rest;
  }

  /** Forgets what was written, keeping the room. */
  clear(): void {
    this.length = 0;
  }

  /** What was written, valid until more is. */
  view(): Uint8Array<ArrayBuffer> {
    return this.buffer.subarray(0, this.length);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + size));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}
