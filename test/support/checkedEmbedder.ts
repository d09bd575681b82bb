/**
 * An embedder whose instances are held against plain copies of themselves: what is not committed leaves the memories as
 * they were, what is committed is what a fresh instance makes of the same execution, and a hold that is undone is undone.
 */
import { expect } from "vitest";
import type {
  CanisterInstance,
  Embedder,
  ExecutionInput,
  ExecutionWatch,
  HasMemories,
  MemoryImage,
  PreparedModule,
} from "../../server/src/engine/embedder/contract.ts";

type ValidModule = PreparedModule & { readonly kind: "valid" };

/** Counts of what was compared. */
export interface Comparisons {
  undone: number;
  repeated: number;
  holds: number;
}

/** Wraps an embedder; `comparisons` counts. */
export function checkedEmbedder(embedder: Embedder, comparisons: Comparisons): Embedder {
  return {
    prepare: (wasm) => embedder.prepare(wasm),
    instantiate: (module, stable, main) =>
      new CheckedInstance(embedder, module, embedder.instantiate(module, stable, main), comparisons),
    restore: (module, image) => new CheckedInstance(embedder, module, embedder.restore(module, image), comparisons),
  };
}

class CheckedInstance implements CanisterInstance, HasMemories {
  private readonly embedder: Embedder;
  private readonly module: ValidModule;
  private readonly inner: CanisterInstance & HasMemories;
  private readonly comparisons: Comparisons;
  private held: MemoryImage | undefined;

  constructor(
    embedder: Embedder,
    module: ValidModule,
    inner: CanisterInstance & HasMemories,
    comparisons: Comparisons,
  ) {
    this.embedder = embedder;
    this.module = module;
    this.inner = inner;
    this.comparisons = comparisons;
  }

  get stableMemory() {
    return this.inner.stableMemory;
  }

  get mainMemory() {
    return this.inner.mainMemory;
  }

  run(input: ExecutionInput, watch: ExecutionWatch | undefined, discardChanges: boolean) {
    const before = this.inner.copyImage();
    const copy = this.embedder.restore(this.module, before);
    const outcome = this.inner.run(input, watch, discardChanges);
    const repeated = copy.run(input, watch, discardChanges);
    expect(outcome).toEqual(repeated);
    this.comparisons.repeated++;
    const after = this.inner.copyImage();
    expect(after).toEqual(copy.copyImage());
    if (outcome.kind === "trapped" || discardChanges) {
      expect(after).toEqual(before);
      this.comparisons.undone++;
    }
    return outcome;
  }

  hold(): void {
    this.held = this.inner.copyImage();
    this.inner.hold();
  }

  release(end: "keep" | "undo"): void {
    this.inner.release(end);
    if (end === "undo") expect(this.inner.copyImage()).toEqual(this.held);
    this.comparisons.holds++;
    this.held = undefined;
  }

  suspendHold(): MemoryImage {
    const changes = this.inner.suspendHold();
    expect(this.inner.copyImage()).toEqual(this.held);
    this.held = undefined;
    return changes;
  }

  resumeHold(changes: MemoryImage): void {
    this.held = this.inner.copyImage();
    this.inner.resumeHold(changes);
  }

  lendMemories(): void {
    this.inner.lendMemories();
  }

  takeMemoriesBack(): void {
    this.inner.takeMemoriesBack();
  }

  heapBytes(): number {
    return this.inner.heapBytes();
  }

  stableBytes(): number {
    return this.inner.stableBytes();
  }

  takeImage(kind: "changed" | "full"): MemoryImage {
    return this.inner.takeImage(kind);
  }

  copyImage(): MemoryImage {
    return this.inner.copyImage();
  }
}
