import type { CanisterModel, ModelFunction } from "./canisterModel.ts";
import type { DerivedValues } from "./derived.ts";
import { FunctionModel } from "./functionModel.ts";
import type { DerivedValue, Reads } from "./reads.ts";

/**
 * What the functions of a canister have of something, by function, in the order of the crate; functions that have nothing
 * of it are left out. While a model follows its texts, only those functions are read again that changed.
 */
export class FunctionIndex<Found> {
  private readonly read: (function_: ModelFunction, canister: CanisterModel) => readonly Found[];

  /** `read` should look at little else than the function: whatever it looks at is looked at again after each change. */
  constructor(read: (function_: ModelFunction, canister: CanisterModel) => readonly Found[]) {
    this.read = read;
  }

  /** The index of a canister as it is now. */
  of(canister: CanisterModel): ReadonlyMap<ModelFunction, readonly Found[]> {
    const { derived, whole } = canister;
    return derived.indexOf(this, () => new KeptIndex(derived, whole, this.read)).read();
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
  private functions: readonly ModelFunction[] = [];
  private entries: Entry<Found>[] = [];
  private index: ReadonlyMap<ModelFunction, readonly Found[]> = new Map();
  private at = -1;

  constructor(
    of: DerivedValues,
    canister: CanisterModel,
    readOne: (function_: ModelFunction, canister: CanisterModel) => readonly Found[],
  ) {
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
    const isOtherList = functions !== this.functions;
    const known = isOtherList ? new Map(this.functions.map((it, index) => [it, this.entries[index]])) : undefined;
    let differs = isOtherList;
    const entries: Entry<Found>[] = isOtherList ? [] : this.entries;
    for (const [index, it] of functions.entries()) {
      const former = known === undefined ? this.entries[index] : known.get(it);
      if (former !== undefined && this.isCurrent(it, former)) {
        entries[index] = former;
        continue;
      }
      const entry = this.readAnew(it);
      differs ||= entry.found.length > 0 || (former?.found.length ?? 0) > 0;
      entries[index] = entry;
    }
    this.functions = functions;
    this.entries = entries;
    this.at = revisions.now;
    if (!differs) return;
    const found = entries.flatMap((it, index): [ModelFunction, readonly Found[]][] => {
      const function_ = functions[index];
      return it.found.length === 0 || function_ === undefined ? [] : [[function_, it.found]];
    });
    if (isOtherList && this.changedAt > 0 && isSameIndex(this.index, found)) return;
    this.index = new Map(found);
    this.changedAt = revisions.now;
  }

  private isCurrent(function_: ModelFunction, { reads, isPlain }: Entry<Found>): boolean {
    if (isPlain && function_ instanceof FunctionModel && function_.changedAt <= this.at) return true;
    return reads?.isCurrent(this.of.ledger.revisions) === true;
  }

  private readAnew(function_: ModelFunction): Entry<Found> {
    const { extent, ledger } = this.of;
    const read = () => this.readOne(function_, this.canister);
    if (extent === "once") return { found: read(), reads: undefined, isPlain: true };
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
