import type { CanisterModel, ModelFunction } from "./canisterModel.ts";
import type { ModelLedger } from "./functionModel.ts";
import type { DerivedValue, NamesNoted, Reads } from "./reads.ts";

/**
 * Something that is worked out from a canister once and asked for many times, for the canister as a whole or for each of
 * several keys. While a model follows its texts it is worked out again only when something changed that it looked at,
 * and whoever used it is concerned only when it is another one then.
 */
export class Derived<Key, Value> {
  private readonly compute: (canister: CanisterModel, key: Key) => Value;
  private readonly isSame: (before: Value, after: Value) => boolean;
  private readonly rest: { readonly names: NamesNoted; readonly isPlaceless: boolean };

  /**
   * `isSame` tells whether two values are alike; without it, each that was worked out again is another one. A value is
   * `isPlaceless` that says nowhere where something stands, but by ranges of the model, which move by themselves: it stays
   * when texts are edited around all that was looked at.
   */
  constructor(
    compute: (canister: CanisterModel, key: Key) => Value,
    options: {
      readonly isSame?: (before: Value, after: Value) => boolean;
      readonly names?: NamesNoted;
      readonly isPlaceless?: true;
    } = {},
  ) {
    this.compute = compute;
    this.isSame = options.isSame ?? Object.is;
    this.rest = { names: options.names ?? "byWord", isPlaceless: options.isPlaceless === true };
  }

  /** The value for a canister as it is now. */
  of(canister: CanisterModel, key: Key): Value {
    const { derived } = canister;
    const known = derived.valuesOf<Key, Value>(this);
    let it = known.get(key);
    if (it === undefined) {
      const { whole } = canister;
      it = new KeptValue(derived, () => this.compute(whole, key), this.isSame, this.rest);
      known.set(key, it);
    }
    return it.read();
  }
}

interface Positions {
  readonly of: readonly ModelFunction[];
  readonly byFunction: ReadonlyMap<ModelFunction, number>;
}

/** What was derived from a model, kept for as long as the model follows its texts. */
export class DerivedValues {
  /** A model that counts `once` never changes. */
  readonly extent: "lasting" | "once";
  readonly ledger: ModelLedger;
  private readonly values = new Map<object, Map<unknown, unknown>>();
  private readonly indexes = new Map<object, unknown>();
  private positions: Positions = { of: [], byFunction: new Map() };

  constructor(extent: "lasting" | "once", ledger: ModelLedger) {
    this.extent = extent;
    this.ledger = ledger;
  }

  /** Where functions stand in the list of all functions of the model. */
  positionsOf(functions: readonly ModelFunction[]): ReadonlyMap<ModelFunction, number> {
    if (this.positions.of !== functions) {
      this.positions = { of: functions, byFunction: new Map(functions.map((it, index) => [it, index])) };
    }
    return this.positions.byFunction;
  }

  /** What is kept for one index. */
  indexOf<Value>(of: object, make: () => Value): Value {
    const known = this.indexes.get(of) ?? make();
    this.indexes.set(of, known);
    return known as Value;
  }

  /** The values of one kind, by key. */
  valuesOf<Key, Value>(of: Derived<Key, Value>): Map<Key, KeptValue<Value>> {
    const known = this.values.get(of) ?? new Map<unknown, unknown>();
    this.values.set(of, known);
    return known as Map<Key, KeptValue<Value>>;
  }
}

class KeptValue<Value> implements DerivedValue {
  changedAt = 0;
  /** The revision in which it was brought up to date last. */
  private checkedAt = -1;
  private readonly of: DerivedValues;
  private readonly compute: () => Value;
  private readonly isSame: (before: Value, after: Value) => boolean;
  private readonly names: NamesNoted;
  private readonly isPlaceless: boolean;
  private known: { readonly value: Value; readonly reads: Reads | undefined } | undefined;

  constructor(
    of: DerivedValues,
    compute: () => Value,
    isSame: (before: Value, after: Value) => boolean,
    { names, isPlaceless }: { readonly names: NamesNoted; readonly isPlaceless: boolean },
  ) {
    this.of = of;
    this.compute = compute;
    this.isSame = isSame;
    this.names = names;
    this.isPlaceless = isPlaceless;
  }

  read(): Value {
    const value = this.upToDate();
    this.of.ledger.recorder.noteDerived(this);
    return value;
  }

  refresh(): void {
    const { now } = this.of.ledger.revisions;
    if (this.checkedAt === now) return;
    try {
      this.upToDate();
    } catch {
      // Whoever needs it still will meet the mistake again.
      this.known = undefined;
      this.changedAt = this.of.ledger.revisions.now;
    }
  }

  private isCurrent({ value, reads }: { readonly value: Value; readonly reads: Reads | undefined }): boolean {
    const isPlaceless = this.isPlaceless || value === undefined || typeof value === "boolean";
    return reads?.isCurrent(this.of.ledger.revisions, isPlaceless ? "anywhere" : "there") === true;
  }

  private upToDate(): Value {
    const { known } = this;
    const { extent, ledger } = this.of;
    const { recorder, revisions } = ledger;
    if (known !== undefined && (extent === "once" || this.checkedAt === revisions.now || this.isCurrent(known))) {
      this.checkedAt = revisions.now;
      return known.value;
    }
    if (extent === "once") {
      const value = this.compute();
      this.known = { value, reads: undefined };
      return value;
    }
    const { result, reads } = recorder.record(this.names, revisions, this.compute);
    const value = known !== undefined && this.isSame(known.value, result) ? known.value : result;
    if (value !== known?.value || known === undefined) this.changedAt = revisions.now;
    this.known = { value, reads };
    this.checkedAt = revisions.now;
    return value;
  }
}

/** Whether plain values are the same when they are written down. */
export function isSameAsText(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** Whether two lists have the same members. */
export function isSameList(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((it, index) => it === after[index]);
}
