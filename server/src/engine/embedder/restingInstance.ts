import type { AwakeInstances, Sleeper } from "./awakeInstances.ts";
import type { V8CanisterInstance } from "./canisterInstance.ts";
import type {
  CanisterInstance,
  ExecutionInput,
  ExecutionOutcome,
  ExecutionWatch,
  HasMemories,
  MemoryImage,
  MemoryPage,
} from "./contract.ts";
import { pageBytes } from "./heapMemory.ts";

/** Bytes of heap and of stable memory above which an instance stays awake: copying it would take longer than it saves. */
const sleepingBytesMax = 256 * 1024 * 1024;

/** Indices of the 4 KiB pages that were written since the disk has an image. */
interface UnsavedPages {
  readonly heap: ReadonlySet<number>;
  readonly stable: ReadonlySet<number>;
}

/**
 * An instance that sleeps while others need the room: then it is an image of its memories, and the next use makes a new
 * instance from that. Nobody can tell the difference.
 */
export class RestingInstance implements CanisterInstance, HasMemories, Sleeper {
  readonly #awakeInstances: AwakeInstances;
  /** Makes an instance with the contents of an image. */
  readonly #restore: (image: MemoryImage) => V8CanisterInstance;
  #instance: V8CanisterInstance | undefined;
  #image: MemoryImage | undefined;
  /** Written before it slept. */
  #unsaved: UnsavedPages | undefined;
  /** While held, and once others have its memories, it stays awake. */
  #held = false;
  #lent = false;
  #used = true;

  constructor(
    awakeInstances: AwakeInstances,
    instance: V8CanisterInstance,
    restore: (image: MemoryImage) => V8CanisterInstance,
  ) {
    this.#awakeInstances = awakeInstances;
    this.#instance = instance;
    this.#restore = restore;
    awakeInstances.add(this);
  }

  get stableMemory() {
    this.#lent = true;
    return this.#awake().stableMemory;
  }

  get mainMemory() {
    this.#lent = true;
    return this.#awake().mainMemory;
  }

  wasUsed(): boolean {
    const used = this.#used;
    this.#used = false;
    return used;
  }

  sleep(): boolean {
    const instance = this.#instance;
    if (instance === undefined) return true;
    if (this.#held || this.#lent) return false;
    if (Math.max(instance.heapBytes(), instance.stableBytes()) > sleepingBytesMax) return false;
    const changed = instance.takeImage("changed");
    this.#unsaved = {
      heap: joined(this.#unsaved?.heap, changed.heapPages),
      stable: joined(this.#unsaved?.stable, changed.stablePages),
    };
    this.#image = instance.copyImage();
    this.#instance = undefined;
    return true;
  }

  run(input: ExecutionInput, watch: ExecutionWatch | undefined, discardChanges: boolean): ExecutionOutcome {
    const outcome = this.#awake().run(input, watch, discardChanges);
    if (outcome.held) this.#held = true;
    return outcome;
  }

  hold(): void {
    this.#awake().hold();
    this.#held = true;
  }

  release(end: "keep" | "undo"): void {
    this.#awake().release(end);
    this.#held = false;
    // What had its memories was thrown away.
    if (end === "undo") this.#lent = false;
  }

  suspendHold(): MemoryImage {
    const changes = this.#awake().suspendHold();
    this.#held = false;
    return changes;
  }

  resumeHold(changes: MemoryImage): void {
    this.#awake().resumeHold(changes);
    this.#held = true;
  }

  lendMemories(): void {
    this.#instance?.lendMemories();
    this.#held = true;
  }

  takeMemoriesBack(): void {
    this.#instance?.takeMemoriesBack();
    this.#held = false;
  }

  heapBytes(): number {
    return this.#image?.heapBytes ?? this.#awake().heapBytes();
  }

  stableBytes(): number {
    return this.#image?.stableBytes ?? this.#awake().stableBytes();
  }

  takeImage(kind: "changed" | "full"): MemoryImage {
    const unsaved = this.#unsaved;
    this.#unsaved = undefined;
    if (this.#image !== undefined) return kind === "full" ? this.#image : onlyPages(this.#image, unsaved);
    const image = this.#awake().takeImage(kind);
    if (kind === "full" || unsaved === undefined) return image;
    const before = onlyPages(this.#awake().copyImage(), unsaved);
    return {
      ...image,
      heapPages: withMissing(image.heapPages, before.heapPages),
      stablePages: withMissing(image.stablePages, before.stablePages),
    };
  }

  copyImage(): MemoryImage {
    return this.#image ?? this.#awake().copyImage();
  }

  #awake(): V8CanisterInstance {
    this.#used = true;
    return this.#instance ?? this.#wake();
  }

  #wake(): V8CanisterInstance {
    const image = this.#image;
    if (image === undefined) throw new Error("An instance is awake or has an image.");
    const instance = this.#restore(image);
    this.#instance = instance;
    this.#image = undefined;
    this.#awakeInstances.add(this);
    return instance;
  }
}

function joined(before: ReadonlySet<number> | undefined, pages: readonly MemoryPage[]): ReadonlySet<number> {
  return new Set([...(before ?? []), ...pages.map((it) => it.index)]);
}

/** The image with only those pages; one that is zero by now is written as zeros. */
function onlyPages(image: MemoryImage, pages: UnsavedPages | undefined): MemoryImage {
  return {
    ...image,
    heapPages: pagesOf(image.heapPages, pages?.heap, image.heapBytes),
    stablePages: pagesOf(image.stablePages, pages?.stable, image.stableBytes),
  };
}

function pagesOf(
  pages: readonly MemoryPage[],
  wanted: ReadonlySet<number> | undefined,
  memoryBytes: number,
): readonly MemoryPage[] {
  if (wanted === undefined || wanted.size === 0) return [];
  const present = new Map(pages.map((it) => [it.index, it]));
  return [...wanted]
    .filter((index) => index * pageBytes < memoryBytes)
    .map((index) => present.get(index) ?? { index, bytes: new Uint8Array(pageBytes) });
}

function withMissing(pages: readonly MemoryPage[], more: readonly MemoryPage[]): readonly MemoryPage[] {
  const present = new Set(pages.map((it) => it.index));
  return [...pages, ...more.filter((it) => !present.has(it.index))];
}
