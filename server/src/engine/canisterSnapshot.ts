/** Snapshots of canisters. https://internetcomputer.org/docs/references/ic-interface-spec#ic-take_canister_snapshot */
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../base/bytes.ts";
import type { Principal } from "../base/principal.ts";
import type { Canister, LowMemoryHook } from "./canister.ts";
import type { GlobalFact, GlobalKind, MemoryImage } from "./embedder/contract.ts";
import { limits } from "./limits.ts";
import { PagedMemory } from "./pagedMemory.ts";

/** How a snapshot came to be. Only uploaded ones can be written to. */
export type SnapshotSource = "takenFromCanister" | "metadataUpload";

/** A global with its bits, read as an unsigned number. */
export interface GlobalContent {
  readonly kind: GlobalKind;
  readonly bits: bigint;
}

/** What a snapshot holds beside memories, module and chunks. */
export interface SnapshotFacts {
  readonly source: SnapshotSource;
  /** Nanoseconds since 1970-01-01. */
  readonly takenAtNanos: bigint;
  /** Of the canister when the snapshot was taken. */
  readonly canisterVersion: bigint;
  readonly certifiedData: Uint8Array;
  /** As the network orders them. */
  readonly globals: readonly GlobalContent[];
  /** Nanoseconds, 0 when inactive; undefined where an upload says nothing of it. */
  readonly globalTimerNanos: bigint | undefined;
  /** Undefined where an upload says nothing of it. */
  readonly lowMemoryHook: LowMemoryHook | undefined;
  /** Bytes of memory that it counts for, without its chunks. */
  readonly contentBytes: number;
}

/** Everything that makes a snapshot. */
export interface SnapshotParts {
  readonly id: Uint8Array;
  readonly facts: SnapshotFacts;
  readonly module: Uint8Array;
  readonly heap: PagedMemory;
  readonly stable: PagedMemory;
  readonly chunks: ReadonlyMap<string, Uint8Array>;
}

/** One snapshot of a canister. */
export class CanisterSnapshot {
  readonly id: Uint8Array;
  readonly facts: SnapshotFacts;
  readonly heap: PagedMemory;
  readonly stable: PagedMemory;
  /** By the hex of their hash. */
  readonly chunks: Map<string, Uint8Array>;
  /** Whether the disk has all pages, so that changes are enough. */
  imageTaken = false;
  #module: Uint8Array;
  #moduleHash: string | undefined;

  constructor(parts: SnapshotParts) {
    this.id = parts.id;
    this.facts = parts.facts;
    this.heap = parts.heap;
    this.stable = parts.stable;
    this.chunks = new Map(parts.chunks);
    this.#module = parts.module;
  }

  /** As it was uploaded to the canister, or to the snapshot. */
  get module(): Uint8Array {
    return this.#module;
  }

  /** Hex of the SHA-256 of the module. */
  get moduleHash(): string {
    this.#moduleHash ??= toHex(sha256(this.#module));
    return this.#moduleHash;
  }

  /** Bytes of memory that the canister pays for. */
  get sizeBytes(): number {
    return this.facts.contentBytes + this.chunks.size * limits.chunkBytes;
  }

  /** A slice of the module, or undefined where it ends behind it. */
  readModule(offset: bigint, size: bigint): Uint8Array | undefined {
    if (offset + size > BigInt(this.#module.length)) return undefined;
    return this.#module.slice(Number(offset), Number(offset + size));
  }

  /** Writes a slice of the module; false where it ends behind it. */
  writeModule(offset: bigint, bytes: Uint8Array): boolean {
    if (offset + BigInt(bytes.length) > BigInt(this.#module.length)) return false;
    const module = this.#module.slice();
    module.set(bytes, Number(offset));
    this.#module = module;
    this.#moduleHash = undefined;
    return true;
  }

  /** The memories for an instance of a module with those globals; undefined where the snapshot has others. */
  imageFor(globals: readonly GlobalFact[]): MemoryImage | undefined {
    const { facts, heap, stable } = this;
    if (globals.length !== facts.globals.length) return undefined;
    const values: bigint[] = [];
    for (const [index, { kind, value }] of globals.entries()) {
      const content = facts.globals[index];
      if (content?.kind !== kind) return undefined;
      if (!("at" in value)) continue;
      values[value.at] = kind === "v128" ? BigInt.asUintN(64, content.bits) : content.bits;
      if (kind === "v128") values[value.at + 1] = content.bits >> 64n;
    }
    return {
      heapBytes: heap.sizeBytes,
      stableBytes: stable.sizeBytes,
      heapPages: heap.pages(),
      stablePages: stable.pages(),
      globals: values,
    };
  }
}

/** A snapshot of a canister as it is; undefined for one without code. */
export function snapshotOf(canister: Canister, timeNanos: bigint): CanisterSnapshot | undefined {
  const { code } = canister;
  if (code === undefined) return undefined;
  const image = code.instance.copyImage();
  const metrics = canister.memoryMetrics();
  const heap = new PagedMemory(image.heapBytes, image.heapPages);
  const stable = new PagedMemory(image.stableBytes, image.stablePages);
  for (const earlier of canister.snapshots.values()) {
    heap.share(earlier.heap);
    stable.share(earlier.stable);
  }
  const { globals } = code.prepared.facts;
  return new CanisterSnapshot({
    id: nextSnapshotId(canister),
    facts: {
      source: "takenFromCanister",
      takenAtNanos: timeNanos,
      canisterVersion: canister.version,
      certifiedData: canister.certifiedData,
      globals: globals.map((it) => contentOf(it, image.globals)),
      globalTimerNanos: canister.globalTimerNanos,
      lowMemoryHook: canister.lowMemoryHook,
      contentBytes: snapshotBytes(canister) - metrics.chunkStore,
    },
    module: code.wasm,
    heap,
    stable,
    chunks: canister.chunks,
  });
}

/** Bytes that a snapshot of the canister as it is would count for. */
export function snapshotBytes(canister: Canister): number {
  const { heap, stable, globals, module, chunkStore } = canister.memoryMetrics();
  return heap + stable + globals + module + chunkStore + canister.certifiedData.length;
}

/** The id of the canister's next snapshot: a number of 8 bytes, then the id of the canister. */
export function nextSnapshotId(canister: Canister): Uint8Array {
  const id = new Uint8Array(8 + canister.id.bytes.length);
  new DataView(id.buffer).setBigUint64(0, BigInt(canister.nextSnapshotNumber++));
  id.set(canister.id.bytes, 8);
  return id;
}

/** Whether bytes can be the id of a snapshot: a number of 8 bytes and a principal. */
export function isSnapshotId(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes.length <= 8 + 29;
}

/** Whether a snapshot of that id is, or was, one of the canister. */
export function isSnapshotOf(canisterId: Principal, id: Uint8Array): boolean {
  return toHex(id.subarray(8)) === toHex(canisterId.bytes);
}

function contentOf({ kind, value }: GlobalFact, image: readonly bigint[]): GlobalContent {
  if (!("at" in value)) return { kind, bits: value.bits };
  const low = image[value.at] ?? 0n;
  if (kind === "v128")
    return { kind, bits: BigInt.asUintN(64, low) | (BigInt.asUintN(64, image[value.at + 1] ?? 0n) << 64n) };
  return { kind, bits: BigInt.asUintN(kind === "i32" || kind === "f32" ? 32 : 64, low) };
}
