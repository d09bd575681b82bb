import { crc32 } from "node:zlib";
import type { MemoryImage, MemoryPage } from "../engine/embedder/contract.ts";
import type { CanisterImage } from "../engine/subnetState.ts";

/**
 * The format of a state file: a header, then records. A record is the length of its payload, the CRC-32 of the payload
 * and the CRC-32 of these eight bytes (each 4 bytes, little-endian), then the payload. Several image records and the
 * commit record that follows them are one operation: without its commit record an operation did not happen.
 */
export const stateFormat = 1;

/** First bytes of a state file: a name and the version of the format. */
export const stateFileHeader: Uint8Array = Buffer.concat([Buffer.from("ICWBSTATE"), Buffer.of(stateFormat)]);

/** Bytes before the payload of a record. */
export const recordHeaderBytes = 12;

/** Bytes of a page of an image. */
export const pageBytes = 4096;

/** Pages in one image record at most, so that no record passes 16 MiB by much. */
const pagesPerRecord = 4096;

/** What holds after an operation, beside the memories. */
export interface CommitRecord {
  /** Facts of the shell: names, identities, interfaces. */
  readonly shell: Uint8Array;
  /** Facts of the subnet. */
  readonly facts: Uint8Array;
  /** Ids of the canisters whose memories count; images of all others are forgotten. */
  readonly canisters: readonly string[];
  /** Hashes of the modules in use, hex of their SHA-256; each one is a file of its own. */
  readonly modules: readonly string[];
}

/** One record, read. */
export type StateRecord =
  | { readonly kind: "image"; readonly image: CanisterImage }
  | { readonly kind: "commit"; readonly commit: CommitRecord };

/** A record as bytes, with its header. */
export function frameRecord(payload: Uint8Array): Uint8Array[] {
  const header = Buffer.alloc(recordHeaderBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  header.writeUInt32LE(crc32(header.subarray(0, 8)), 8);
  return [header, payload];
}

/** What the header of a record says, or undefined where it is damaged. */
export function readRecordHeader(header: Buffer): { readonly bytes: number; readonly checksum: number } | undefined {
  if (header.readUInt32LE(8) !== crc32(header.subarray(0, 8))) return undefined;
  return { bytes: header.readUInt32LE(0), checksum: header.readUInt32LE(4) };
}

/** Payloads of the records of one canister's image, made one after the other: each can have 16 MiB. */
export function* imagePayloads({ canisterId, kind, image }: CanisterImage): Generator<Uint8Array> {
  const pages = [
    ...image.heapPages.map((page) => ({ memory: 0, page })),
    ...image.stablePages.map((page) => ({ memory: 1, page })),
  ];
  // An image without pages is a record too: its sizes and globals count.
  for (let from = 0; from === 0 || from < pages.length; from += pagesPerRecord) {
    const part = pages.slice(from, from + pagesPerRecord);
    const facts = Buffer.from(
      JSON.stringify({
        canisterId,
        kind: from === 0 ? kind : "changed",
        heapBytes: image.heapBytes,
        stableBytes: image.stableBytes,
        globals: image.globals.map(String),
        heapPages: part.filter((it) => it.memory === 0).map((it) => it.page.index),
        stablePages: part.filter((it) => it.memory === 1).map((it) => it.page.index),
      } satisfies ImageFacts),
    );
    const payload = Buffer.allocUnsafe(5 + facts.length + part.length * pageBytes);
    payload[0] = imageTag;
    payload.writeUInt32LE(facts.length, 1);
    payload.set(facts, 5);
    part.forEach(({ page }, index) => {
      payload.set(page.bytes, 5 + facts.length + index * pageBytes);
    });
    yield payload;
  }
}

/** Payload of a commit record. */
export function commitPayload({ shell, facts, canisters, modules }: CommitRecord): Uint8Array {
  const index = Buffer.from(JSON.stringify({ canisters, modules, shellBytes: shell.length } satisfies CommitIndex));
  const lengths = Buffer.alloc(5);
  lengths[0] = commitTag;
  lengths.writeUInt32LE(index.length, 1);
  return Buffer.concat([lengths, index, shell, facts]);
}

/** Reads a payload; throws where it is none of ours. */
export function readPayload(payload: Buffer): StateRecord {
  const indexBytes = payload.readUInt32LE(1);
  const text = payload.toString("utf8", 5, 5 + indexBytes);
  const rest = payload.subarray(5 + indexBytes);
  switch (payload[0]) {
    case imageTag:
      return { kind: "image", image: readImage(JSON.parse(text), rest) };
    case commitTag: {
      const { canisters, modules, shellBytes }: CommitIndex = JSON.parse(text);
      const commit = { canisters, modules, shell: rest.subarray(0, shellBytes), facts: rest.subarray(shellBytes) };
      return { kind: "commit", commit };
    }
    default:
      throw new Error(`an unknown kind of record (${payload[0]})`);
  }
}

const imageTag = 1;
const commitTag = 2;

interface ImageFacts {
  readonly canisterId: string;
  readonly kind: "full" | "changed";
  readonly heapBytes: number;
  readonly stableBytes: number;
  /** Decimal: JSON has no numbers of 64 bits. */
  readonly globals: readonly string[];
  readonly heapPages: readonly number[];
  readonly stablePages: readonly number[];
}

interface CommitIndex {
  readonly canisters: readonly string[];
  readonly modules: readonly string[];
  readonly shellBytes: number;
}

function readImage(facts: ImageFacts, pages: Buffer): CanisterImage {
  const { canisterId, kind, heapBytes, stableBytes } = facts;
  const page = (index: number, position: number): MemoryPage => ({
    index,
    bytes: pages.subarray(position * pageBytes, (position + 1) * pageBytes),
  });
  const heapPages = facts.heapPages.map(page);
  const stablePages = facts.stablePages.map((it, position) => page(it, heapPages.length + position));
  const globals = facts.globals.map(BigInt);
  return { canisterId, kind, image: { heapBytes, stableBytes, globals, heapPages, stablePages } };
}

/** The memories of one canister while records are put over each other. */
export class ImageAssembly {
  readonly #heap = new Map<number, MemoryPage>();
  readonly #stable = new Map<number, MemoryPage>();
  #last: MemoryImage | undefined;

  /** Puts an image over what is there, or in its place when it is full. */
  apply({ kind, image }: CanisterImage): void {
    if (kind === "full") {
      this.#heap.clear();
      this.#stable.clear();
    }
    for (const page of image.heapPages) this.#heap.set(page.index, page);
    for (const page of image.stablePages) this.#stable.set(page.index, page);
    this.#last = image;
  }

  /** All that was put here, as one full image. */
  image(canisterId: string): CanisterImage | undefined {
    if (this.#last === undefined) return undefined;
    const { heapBytes, stableBytes, globals } = this.#last;
    const heapPages = inOrder(this.#heap);
    const stablePages = inOrder(this.#stable);
    return { canisterId, kind: "full", image: { heapBytes, stableBytes, globals, heapPages, stablePages } };
  }
}

function inOrder(pages: ReadonlyMap<number, MemoryPage>): MemoryPage[] {
  return [...pages.values()].sort((a, b) => a.index - b.index);
}
