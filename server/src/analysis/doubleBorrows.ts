import type { TextRange } from "../base/textRange.ts";
import type { Borrowing } from "./borrowings.ts";
import type { DoubleBorrow, ModelFunction, StateVariable } from "./canisterModel.ts";
import { borrowedBy, borrowingOf, collide, flowAt, type Holding, holdingsAt } from "./cellBorrows.ts";
import type { Draft, Linking } from "./drafts.ts";
import { type ItemPlace, PlacedRange, writer } from "./lastingPlace.ts";
import type { BorrowStep, CallStep } from "./steps.ts";
import { lastName } from "./textParts.ts";

/** What a step borrows, by itself or by what it calls, though another borrow forbids it. */
export function doubleBorrows(
  linking: Linking,
  draft: Draft,
  step: BorrowStep | CallStep,
  { models, item }: { readonly models: ReadonlyMap<Draft, ModelFunction>; readonly item: ItemPlace },
): readonly DoubleBorrow[] {
  const from = draft.function;
  const placed = (it: TextRange): TextRange => new PlacedRange(item, it);
  const isBorrow = step.kind === "borrow";
  const borrowed = isBorrow
    ? [borrowingOf(linking, from, step)].filter((it) => it !== undefined)
    : [...borrowedBy(linking, from, step).values()];
  if (borrowed.length === 0) return [];
  const holdings = holdingsAt(linking, from, step, isBorrow ? step.flow : flowAt(from, step));
  if (holdings.length === 0) return [];
  const throughOf = ({ by }: Borrowing): DoubleBorrow["through"] => {
    if (isBorrow) return undefined;
    const known = linking.drafts.get(by);
    return { called: lastName(step.path), by: writer(by.facts.name, by, "name", known && models.get(known)) };
  };
  const seen = new Set<StateVariable>();
  return borrowed.flatMap((borrowing): DoubleBorrow[] => {
    const { variable, operation, isCertain } = borrowing;
    const held = holdings.find((it) => collide(it.borrowing, borrowing));
    if (held === undefined || seen.has(variable)) return [];
    seen.add(variable);
    return [
      {
        kind: "doubleBorrow",
        range: placed(isBorrow ? step.range : step.pathRange),
        at: step,
        variable,
        operation,
        held: heldParts(held, placed),
        isCertain: (isBorrow || isCertain) && (held.step.kind === "borrow" || held.borrowing.isCertain),
        through: throughOf(borrowing),
      },
    ];
  });
}

function heldParts({ borrowing, step }: Holding, placed: (range: TextRange) => TextRange): DoubleBorrow["held"] {
  const { isMutable, operation } = borrowing;
  return { range: placed(step.kind === "borrow" ? step.range : step.pathRange), operation, isMutable };
}
