import type { CanisterModel, ModelFunction } from "./canisterModel.ts";
import { type DerivedValues, isSameList } from "./derived.ts";
import { FunctionModel } from "./functionModel.ts";
import type { DerivedValue, Reads } from "./reads.ts";

/**
 * What the functions of a canister have of something, by function, in the order of the crate; functions that have nothing
 * of it are left out. While a model follows its texts, only those functions are read again that changed.
 */
export class FunctionIndex<Found> {
  private readonly read: (function_: ModelFunction, canister: CanisterModel) => readonly Found[];
  private readonly isPlaceless: boolean;

  /**
   * `read` should look at little else than the function: whatever it looks at is looked at again after each change. What it
   * finds is `isPlaceless` where it says nowhere where something stands, but by ranges of the model (see `Derived`).
   */
  constructor(
    read: (function_: ModelFunction, canister: CanisterModel) => readonly Found[],
    options: { readonly isPlaceless?: true } = {},
  ) {
    this.read = read;
    this.isPlaceless = options.isPlaceless === true;
  }

  /** The index of a canister as it is now. */
  of(canister: CanisterModel): ReadonlyMap<ModelFunction, readonly Found[]> {
    const { derived, whole } = canister;
    return derived.indexOf(this, () => new KeptIndex(derived, whole, this.read, this.isPlaceless)).read();
  }
}

interface Entry<Found> {
  readonly found: readonly Found[];
  readonly reads: Reads | undefined;
  /** Nothing was looked at but the function. */
  readonly isPlain: boolean;
}

class KeptIndex<Found> implements DerivedValue {
  changedAt = 0;
  private readonly of: DerivedValues;
  private readonly canister: CanisterModel;
  private readonly readOne: (function_: ModelFunction, canister: CanisterModel) => readonly Found[];
  private readonly where: "there" | "anywhere";
  private functions: readonly ModelFunction[] = [];
  private entries: Entry<Found>[] = [];
  /** Positions of entries for which more was looked at than the function. */
  private others: Set<number> = new Set();
  /** The entries are others than those of `index`. */
  private differs = false;
  private index: ReadonlyMap<ModelFunction, readonly Found[]> = new Map();
  private at = -1;

  constructor(
    of: DerivedValues,
    canister: CanisterModel,
    readOne: (function_: ModelFunction, canister: CanisterModel) => readonly Found[],
    isPlaceless: boolean,
  ) {
    this.where = isPlaceless ? "anywhere" : "there";
    this.of = of;
    this.canister = canister;
    this.readOne = readOne;
  }

  read(): ReadonlyMap<ModelFunction, readonly Found[]> {
    this.refresh();
    this.of.ledger.recorder.noteDerived(this);
    return this.index;
  }

  refresh(): void {
    const { extent, ledger } = this.of;
    const { recorder, revisions } = ledger;
    if (this.at === revisions.now || (extent === "once" && this.at >= 0)) return;
    const { result: functions } = recorder.record("byFunction", revisions, () => this.canister.functions);
    if (extent === "once") {
      this.readOnce(functions);
      this.at = revisions.now;
      return;
    }
    const isOtherList = functions !== this.functions;
    if (isOtherList) this.readList(functions);
    else this.readChanged();
    this.at = revisions.now;
    if (!this.differs) return;
    this.differs = false;
    const found = this.entries.flatMap((it, index): [ModelFunction, readonly Found[]][] => {
      const function_ = functions[index];
      return it.found.length === 0 || function_ === undefined ? [] : [[function_, it.found]];
    });
    if (isOtherList && this.changedAt > 0 && isSameIndex(this.index, found)) return;
    this.index = new Map(found);
    this.changedAt = revisions.now;
  }

  /** Nothing is kept for the next time. */
  private readOnce(functions: readonly ModelFunction[]): void {
    const index = new Map<ModelFunction, readonly Found[]>();
    for (const it of functions) {
      const found = this.readOne(it, this.canister);
      if (found.length > 0) index.set(it, found);
    }
    this.index = index;
    this.changedAt = this.of.ledger.revisions.now;
  }

  /** Other functions than before: entries of those that remain go on. */
  private readList(functions: readonly ModelFunction[]): void {
    const known = new Map(this.functions.map((it, index) => [it, this.entries[index]]));
    const entries = functions.map((it) => {
      const former = known.get(it);
      return former !== undefined && this.isCurrent(it, former) ? former : this.readAnew(it, former);
    });
    this.functions = functions;
    this.entries = entries;
    this.others = new Set();
    for (const [index, it] of entries.entries()) if (!it.isPlain) this.others.add(index);
    this.differs = true;
  }

  /** The same functions as before: those are read that changed, and those for which more was looked at than themselves. */
  private readChanged(): void {
    const { functions, entries, others, of } = this;
    const positions = of.positionsOf(functions);
    const open = new Set(others);
    for (const it of of.ledger.revisions.functionsChangedSince(this.at) ?? functions) {
      const index = positions.get(it);
      if (index !== undefined) open.add(index);
    }
    for (const index of open) {
      const it = functions[index];
      const former = entries[index];
      if (it === undefined || (former !== undefined && this.isCurrent(it, former))) continue;
      const entry = this.readAnew(it, former);
      this.differs ||= entry.found !== former?.found;
      entries[index] = entry;
      if (entry.isPlain) others.delete(index);
      else others.add(index);
    }
  }

  private isCurrent(function_: ModelFunction, { reads, isPlain }: Entry<Found>): boolean {
    if (isPlain && function_ instanceof FunctionModel && function_.changedAt <= this.at) return true;
    return reads?.isCurrent(this.of.ledger.revisions, this.where) === true;
  }

  /** What was found before stays the same list where it has the same members. */
  private readAnew(function_: ModelFunction, former: Entry<Found> | undefined): Entry<Found> {
    const { ledger } = this.of;
    const read = (): readonly Found[] => {
      const found = this.readOne(function_, this.canister);
      return former !== undefined && isSameList(former.found, found) ? former.found : found;
    };
    const { result, reads } = ledger.recorder.record("byFunction", ledger.revisions, read);
    const isPlain = function_ instanceof FunctionModel && reads.isOnlyOf(function_);
    return { found: result, reads, isPlain };
  }
}

function isSameIndex<Found>(
  before: ReadonlyMap<ModelFunction, readonly Found[]>,
  after: readonly [ModelFunction, readonly Found[]][],
): boolean {
  const others = before.entries();
  return (
    before.size === after.length &&
    after.every(([function_, found]) => {
      const other = others.next().value;
      return other?.[0] === function_ && other[1] === found;
    })
  );
}
