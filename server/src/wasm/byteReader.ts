const text = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads numbers from bytes of unknown origin. The first thing that cannot be read sets `failed` and moves to the end,
 * so that loops stop; values read after that are 0.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  at: number;
  end: number;
  failed = false;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes on between two other offsets, as a new reader would. */
  moveTo(start: number, end: number): void {
    this.at = start;
    this.end = end;
    this.failed = false;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  fail(): 0 {
    this.failed = true;
    this.at = this.end;
    return 0;
  }

  byte(): number {
    if (this.at >= this.end) return this.fail();
    return this.bytes[this.at++] ?? 0;
  }

  skip(bytes: number): void {
    if (bytes > this.end - this.at) this.fail();
    else this.at += bytes;
  }

  /** An unsigned LEB128 number of up to 32 bits. */
  u32(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      if (scale > 2 ** 27) return this.fail();
    }
    return value > 0xffff_ffff ? this.fail() : value;
  }

  /** An unsigned LEB128 number of up to 64 bits; exact up to 2^53. */
  u64(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 62) return this.fail();
    }
  }

  /** Passes over a signed or unsigned LEB128 number of up to so many bits. */
  skipLeb(bits: 32 | 33 | 64): void {
    const bytesMax = Math.ceil(bits / 7);
    for (let count = 1; this.byte() >= 0x80; count++) {
      if (count >= bytesMax) this.fail();
    }
  }

  /** A signed LEB128 number of up to 33 bits. */
  s33(): number {
    const first = this.byte();
    if (first < 0x80) return (first << 25) >> 25;
    let value = first & 0x7f;
    for (let scale = 128; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale * 128;
      if (scale > 2 ** 27) return this.fail();
    }
  }

  /** A UTF-8 name with its length before it. */
  name(): string {
    const length = this.u32();
    const start = this.at;
    this.skip(length);
    if (this.failed) return "";
    try {
      return text.decode(this.bytes.subarray(start, start + length));
    } catch {
      this.fail();
      return "";
    }
  }

  /** A count of items that take at least one byte each; fails where the rest is too short for them. */
  count(): number {
    const count = this.u32();
    return count > this.end - this.at ? this.fail() : count;
  }
}
