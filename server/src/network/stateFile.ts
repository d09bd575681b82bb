import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { CanisterImage } from "../engine/subnetState.ts";
import {
  type CommitRecord,
  ImageAssembly,
  readPayload,
  readRecordHeader,
  recordHeaderBytes,
  type StateRecord,
  stateFileHeader,
} from "./stateRecords.ts";

/** What a state file holds. */
export type StateFileContent =
  | {
      readonly kind: "loaded";
      readonly commit: CommitRecord;
      /** All full. */
      readonly images: readonly CanisterImage[];
      /** Bytes up to the end of the last operation that was written as a whole. */
      readonly goodBytes: number;
      /** What lies behind the good bytes: nothing, an operation that was being written, or damage. */
      readonly tail: "none" | "torn" | "damaged";
    }
  | { readonly kind: "unusable"; readonly reason: string };

/** Reads a state file up to the last whole operation. Never throws for what the file contains. */
export function readStateFile(path: string): StateFileContent {
  const file = openSync(path, "r");
  try {
    return new StateFileReader(file).read();
  } finally {
    closeSync(file);
  }
}

class StateFileReader {
  readonly #file: number;
  readonly #size: number;
  readonly #assemblies = new Map<string, ImageAssembly>();
  #pending: CanisterImage[] = [];
  #commit: CommitRecord | undefined;
  #goodBytes = 0;

  constructor(file: number) {
    this.#file = file;
    this.#size = fstatSync(file).size;
  }

  read(): StateFileContent {
    const header = this.#bytes(0, stateFileHeader.length);
    const nameBytes = stateFileHeader.length - 1;
    if (header.length < stateFileHeader.length || !header.subarray(0, nameBytes).equals(name())) {
      return { kind: "unusable", reason: "it is not a file of Canister Workbench" };
    }
    if (header[nameBytes] !== stateFileHeader[nameBytes]) {
      const reason = `its format ${header[nameBytes]} is not the format ${stateFileHeader[nameBytes]} of this version`;
      return { kind: "unusable", reason };
    }
    const tail = this.#readRecords(stateFileHeader.length);
    if (this.#commit === undefined) return { kind: "unusable", reason: "it holds no complete state" };
    const images = this.#commit.canisters.flatMap((id) => this.#assemblies.get(id)?.image(id) ?? []);
    return { kind: "loaded", commit: this.#commit, images, goodBytes: this.#goodBytes, tail };
  }

  #readRecords(from: number): "none" | "torn" | "damaged" {
    let at = from;
    while (at < this.#size) {
      const header = this.#bytes(at, recordHeaderBytes);
      if (header.length < recordHeaderBytes) return "torn";
      const facts = readRecordHeader(header);
      if (facts === undefined) return this.#isZero(at) ? "torn" : "damaged";
      const end = at + recordHeaderBytes + facts.bytes;
      if (end > this.#size) return "torn";
      const payload = this.#bytes(at + recordHeaderBytes, facts.bytes);
      if (crc32(payload) !== facts.checksum) return end === this.#size ? "torn" : "damaged";
      if (!this.#take(payload, end)) return "damaged";
      at = end;
    }
    return this.#goodBytes === this.#size ? "none" : "torn";
  }

  /** False for a record that has a right checksum and no sense. */
  #take(payload: Buffer, end: number): boolean {
    let record: StateRecord;
    try {
      record = readPayload(payload);
    } catch {
      return false;
    }
    if (record.kind === "image") {
      this.#pending.push(record.image);
      return true;
    }
    for (const image of this.#pending) {
      const assembly = this.#assemblies.get(image.canisterId) ?? new ImageAssembly();
      assembly.apply(image);
      this.#assemblies.set(image.canisterId, assembly);
    }
    this.#pending = [];
    const alive = new Set(record.commit.canisters);
    for (const id of this.#assemblies.keys()) if (!alive.has(id)) this.#assemblies.delete(id);
    this.#commit = record.commit;
    this.#goodBytes = end;
    return true;
  }

  /** A file system that lost power can leave zeros where a record was to be written. */
  #isZero(from: number): boolean {
    const step = 1 << 20;
    for (let at = from; at < this.#size; at += step) {
      if (this.#bytes(at, Math.min(step, this.#size - at)).some((it) => it !== 0)) return false;
    }
    return true;
  }

  #bytes(from: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - from)));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#file, bytes, filled, bytes.length - filled, from + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }
}

function name(): Uint8Array {
  return stateFileHeader.subarray(0, stateFileHeader.length - 1);
}
