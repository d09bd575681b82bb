import { sha256 } from "@noble/hashes/sha2.js";

/** Bytes of one block of randomness. */
const blockBytes = 32;

/** Randomness that depends on a seed and on how often it was asked, and on nothing else. */
export class Randomness {
  readonly seed: Uint8Array;
  /** Blocks given so far. */
  count: number;

  constructor(seed: Uint8Array, count: number) {
    this.seed = seed;
    this.count = count;
  }

  /** The next 32 bytes. */
  nextBlock(): Uint8Array {
    const input = new Uint8Array(8 + this.seed.length);
    new DataView(input.buffer).setBigUint64(0, BigInt(this.count));
    input.set(this.seed, 8);
    this.count++;
    const block = sha256(input);
    return block.length === blockBytes ? block : block.slice(0, blockBytes);
  }
}
