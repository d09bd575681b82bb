import { createHash } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { CanisterImage, SubnetState } from "../engine/subnetState.ts";
import { LivePages } from "./livePages.ts";
import { type NetworkError, reasonOf, stateDirectoryError } from "./networkError.ts";
import { readStateFile } from "./stateFile.ts";
import { commitPayload, frameRecord, imagePayloads, stateFileHeader } from "./stateRecords.ts";

/** The network's state as it lies on disk. */
export interface SavedState {
  /** Facts of the shell, opaque here. */
  readonly shell: Uint8Array;
  /** With full images. */
  readonly subnet: SubnetState;
}

/** What one operation changed. */
export interface StateChange {
  readonly shell: Uint8Array;
  /** Images may hold changed pages only, but all of them after `wantsCheckpoint`. */
  readonly subnet: SubnetState;
  /** Names of the images that count: of canisters that have code, and of snapshots. */
  readonly canisters: readonly string[];
}

/** What was found in a state directory. */
export interface OpenedState {
  readonly stateDirectory: StateDirectory;
  /** Absent in a new directory, or where nothing could be read. */
  readonly saved?: SavedState;
  /** What the user has to know: files that could not be read and where they are now. */
  readonly notices: readonly string[];
}

/** The calls of the file system that can fail half-way; replaced in tests to fill the disk. */
export interface DiskWrites {
  /** Writes all bytes at a position or throws. */
  write(file: number, bytes: Uint8Array, position: number): void;
}

/** Bytes that a state file may have beyond twice what its state needs, before a new checkpoint replaces it: 32 MiB. */
const surplusBytesMax = 32 << 20;

const stateFilePattern = /^state-(\d{6,})\.bin$/;

/**
 * The folder that keeps a network's state between processes: one state file (a checkpoint, followed by a journal of what
 * each operation changed), the modules as uploaded, the identities. A file is replaced only by a complete one, and what
 * cannot be read is moved aside, never deleted. The caller holds the directory's lock.
 */
export class StateDirectory {
  readonly #directory: string;
  readonly #disk: DiskWrites;
  #generation: number;
  #file: number | undefined;
  #goodBytes: number;
  #livePages = new LivePages();

  private constructor(directory: string, disk: DiskWrites, at: Position) {
    this.#directory = directory;
    this.#disk = disk;
    this.#generation = at.generation;
    this.#goodBytes = at.goodBytes;
    if (at.goodBytes === 0) return;
    for (const image of at.images) this.#livePages.add(image);
    this.#file = openSync(this.#statePath(at.generation), "r+");
    // What lies behind is no whole operation; the next one is written in its place.
    ftruncateSync(this.#file, at.goodBytes);
  }

  /** Makes the directory if needed and reads what it holds. Throws `stateDirectoryUnusable` when it cannot be used at all. */
  static open(directory: string, disk: DiskWrites = plainWrites): OpenedState {
    try {
      prepareDirectory(directory);
      return open(directory, (at) => new StateDirectory(directory, disk, at));
    } catch (error) {
      throw stateDirectoryError(`The network's state in ${directory} cannot be opened`, error);
    }
  }

  /** Whether the next `save` must be given full images. */
  get wantsCheckpoint(): boolean {
    if (this.#file === undefined) return true;
    return this.#goodBytes > 2 * this.#livePages.bytes + surplusBytesMax;
  }

  /**
   * Writes what an operation changed, so that it survives the end of the process. Answers why it could not, in words for
   * the user; then the files hold the state before, and the next `save` wants full images.
   */
  save(change: StateChange): NetworkError | undefined {
    const checkpoint = this.wantsCheckpoint;
    try {
      this.#writeModules(change.subnet.modules);
      if (checkpoint) this.#writeCheckpoint(change);
      else this.#append(change);
      return undefined;
    } catch (error) {
      if (!checkpoint) this.#forgetTail();
      const attempt = `The network's state cannot be written to ${this.#directory}`;
      return stateDirectoryError(`${attempt}; the network goes on and tries again with the next change`, error);
    }
  }

  /** Moves the state file aside, since what it holds cannot be used; answers its new path. The directory is then empty. */
  setAside(): string {
    this.#close();
    const moved = moveAside(this.#directory, this.#statePath(this.#generation));
    this.#generation += 1;
    this.#goodBytes = 0;
    return moved;
  }

  /** Has the next `save` bring the whole state, since it has nothing to do with the one before. */
  startOver(): void {
    this.#close();
  }

  /** Closes the files; the state is as it was last saved. */
  close(): void {
    this.#close();
  }

  #append(change: StateChange): void {
    const file = this.#file;
    if (file === undefined) throw new Error("the state file is closed");
    const end = writeRecords(this.#disk, file, this.#goodBytes, change);
    fdatasyncSync(file);
    this.#goodBytes = end;
    this.#count(change);
  }

  #writeCheckpoint(change: StateChange): void {
    const generation = this.#generation + 1;
    const path = this.#statePath(generation);
    const end = placeFile(path, (file) => {
      this.#disk.write(file, stateFileHeader, 0);
      return writeRecords(this.#disk, file, stateFileHeader.length, change);
    });
    syncDirectory(this.#directory);
    this.#close();
    rmSync(this.#statePath(this.#generation), { force: true });
    this.#generation = generation;
    this.#goodBytes = end;
    this.#livePages = new LivePages();
    this.#count(change);
    this.#file = openSync(path, "r+");
    this.#removeUnusedModules(change.subnet.modules);
  }

  #count({ subnet, canisters }: StateChange): void {
    for (const image of subnet.images) this.#livePages.add(image);
    this.#livePages.keep(canisters);
  }

  /** After a failed append: cut off what was written of it, and have the next change bring the whole state. */
  #forgetTail(): void {
    if (this.#file === undefined) return;
    try {
      ftruncateSync(this.#file, this.#goodBytes);
    } catch {
      // A tail that stays is dropped when the file is read.
    }
    this.#close();
  }

  #close(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
  }

  #writeModules(modules: ReadonlyMap<string, Uint8Array>): void {
    for (const [hash, bytes] of modules) {
      const path = modulePath(this.#directory, hash);
      if (existsSync(path)) continue;
      placeFile(path, (file) => this.#disk.write(file, bytes, 0));
    }
  }

  #removeUnusedModules(used: ReadonlyMap<string, Uint8Array>): void {
    for (const name of readdirSync(join(this.#directory, "modules"))) {
      const hash = /^([0-9a-f]{64})\.wasm$/.exec(name)?.[1];
      if (hash !== undefined && !used.has(hash)) rmSync(modulePath(this.#directory, hash), { force: true });
    }
  }

  #statePath(generation: number): string {
    return statePath(this.#directory, generation);
  }
}

/** Writes a file beside its place, and moves it there when it is whole and on disk; answers what `write` answers. */
function placeFile<T>(path: string, write: (file: number) => T): T {
  const draft = `${path}.draft`;
  try {
    const file = openSync(draft, "w");
    let written: T;
    try {
      written = write(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    return written;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

interface Position {
  readonly generation: number;
  readonly goodBytes: number;
  readonly images: readonly CanisterImage[];
}

const plainWrites: DiskWrites = {
  write(file, bytes, position) {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(file, bytes, written, bytes.length - written, position + written);
    }
  },
};

function prepareDirectory(directory: string): void {
  mkdirSync(join(directory, "modules"), { recursive: true });
  for (const folder of [directory, join(directory, "modules")]) {
    // Left by a process that ended while it wrote.
    for (const name of readdirSync(folder)) if (name.endsWith(".draft")) rmSync(join(folder, name), { force: true });
  }
  const ignore = join(directory, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}

/** Reads the newest state file that can be read; the others are moved aside and named. */
function open(directory: string, make: (at: Position) => StateDirectory): OpenedState {
  const notices: string[] = [];
  const generations = stateGenerations(directory);
  const newest = generations[0] ?? 0;
  for (const generation of generations) {
    const path = statePath(directory, generation);
    const content = readStateFile(path);
    const modules = content.kind === "loaded" ? readModules(directory, content.commit.modules) : undefined;
    if (content.kind === "loaded" && typeof modules === "object") {
      const { commit, goodBytes, images, tail } = content;
      if (tail === "damaged") notices.push(keepCopy(directory, path));
      const at = { generation, goodBytes, images };
      const saved = savedState(commit.shell, commit.facts, images, modules);
      const stateDirectory = make(at);
      for (const older of generations.filter((it) => it < generation)) rmSync(statePath(directory, older));
      return { stateDirectory, saved, notices };
    }
    const reason = content.kind === "unusable" ? content.reason : modules;
    notices.push(
      `The network's state ${path} cannot be read: ${reason}. The network begins empty; the file was kept as ${moveAside(directory, path)}.`,
    );
  }
  return { stateDirectory: make({ generation: newest, goodBytes: 0, images: [] }), notices };
}

function savedState(
  shell: Uint8Array,
  facts: Uint8Array,
  images: readonly CanisterImage[],
  modules: ReadonlyMap<string, Uint8Array>,
): SavedState {
  return { shell, subnet: { facts: new Uint8Array(facts), images, modules } };
}

function stateGenerations(directory: string): number[] {
  return readdirSync(directory)
    .flatMap((name) => stateFilePattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function statePath(directory: string, generation: number): string {
  return join(directory, `state-${String(generation).padStart(6, "0")}.bin`);
}

function modulePath(directory: string, hash: string): string {
  return join(directory, "modules", `${hash}.wasm`);
}

/** The modules of a state, or why they cannot be had. */
function readModules(directory: string, hashes: readonly string[]): ReadonlyMap<string, Uint8Array> | string {
  const modules = new Map<string, Uint8Array>();
  for (const hash of hashes) {
    const path = modulePath(directory, hash);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      return `the module ${path} cannot be read, ${reasonOf(error)}`;
    }
    if (createHash("sha256").update(bytes).digest("hex") !== hash) return `the module ${path} was changed`;
    modules.set(hash, bytes);
  }
  return modules;
}

/** Writes one operation; answers the position behind it. */
function writeRecords(disk: DiskWrites, file: number, from: number, change: StateChange): number {
  let at = from;
  const write = (payload: Uint8Array) => {
    for (const bytes of frameRecord(payload)) {
      disk.write(file, bytes, at);
      at += bytes.length;
    }
  };
  const { shell, subnet, canisters } = change;
  for (const image of subnet.images) for (const payload of imagePayloads(image)) write(payload);
  write(commitPayload({ shell, facts: subnet.facts, canisters, modules: [...subnet.modules.keys()] }));
  return at;
}

function moveAside(directory: string, path: string): string {
  const aside = freeName(directory, "unreadable");
  renameSync(path, aside);
  return aside;
}

/** Keeps a damaged file as it is, beside the part of it that is used. */
function keepCopy(directory: string, path: string): string {
  const aside = freeName(directory, "damaged");
  copyFileSync(path, aside);
  return `The network's state ${path} is damaged: what came before the damage is used. The whole file was kept as ${aside}.`;
}

function freeName(directory: string, word: string): string {
  const day = new Date().toISOString().slice(0, 10);
  for (let count = 1; ; count++) {
    const path = join(directory, `${word}-state-${day}-${count}.bin`);
    if (!existsSync(path)) return path;
  }
}

/** Makes a rename durable; Windows cannot open a folder and needs no such thing. */
function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
