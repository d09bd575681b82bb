import { describe, expect, test } from "vitest";
import { editBetween, rangeAfter } from "../../server/src/base/textEdit.ts";
import { Dice } from "../support/dice.ts";

const pieces = ["fn a() {}\n", "a", "\n", "aa", "{}", ""];

function randomText(dice: Dice): string {
  return Array.from({ length: dice.roll(6) }, () => pieces[dice.roll(pieces.length)] ?? "").join("");
}

describe("an edit between two texts", () => {
  test("is what lies between their common beginning and their common end", () => {
    expect(editBetween("let a = 1;", "let abc = 1;")).toEqual({ start: 5, oldEnd: 5, newEnd: 7 });
    expect(editBetween("same", "same")).toEqual({ start: 4, oldEnd: 4, newEnd: 4 });
    expect(editBetween("", "new")).toEqual({ start: 0, oldEnd: 0, newEnd: 3 });
    // What is common is counted once.
    expect(editBetween("aa", "aaa")).toEqual({ start: 2, oldEnd: 2, newEnd: 3 });
  });

  test("leads from one to the other, and leaves every range that it tells of with its text", () => {
    const dice = new Dice(1);
    let told = 0;
    for (let round = 0; round < 2000; round++) {
      const [before, after] = [randomText(dice), randomText(dice)];
      const edit = editBetween(before, after);
      const put = before.slice(0, edit.start) + after.slice(edit.start, edit.newEnd) + before.slice(edit.oldEnd);
      expect(put).toBe(after);
      const start = dice.roll(before.length + 1);
      const end = start + dice.roll(before.length - start + 1);
      const moved = rangeAfter(edit, { start, end });
      if (moved === undefined) continue;
      told++;
      expect(after.slice(moved.start, moved.end)).toBe(before.slice(start, end));
    }
    expect(told).toBeGreaterThan(200);
  });
});

describe("a range after an edit", () => {
  const edit = { start: 10, oldEnd: 14, newEnd: 11 };

  test("stays in front of it, and moves behind it", () => {
    expect(rangeAfter(edit, { start: 2, end: 10 })).toEqual({ start: 2, end: 10 });
    expect(rangeAfter(edit, { start: 14, end: 20 })).toEqual({ start: 11, end: 17 });
  });

  test("is not known where the edit touches it", () => {
    expect(rangeAfter(edit, { start: 2, end: 11 })).toBeUndefined();
    expect(rangeAfter(edit, { start: 13, end: 20 })).toBeUndefined();
    expect(rangeAfter(edit, { start: 2, end: 20 })).toBeUndefined();
  });

  test("is not known either where it is empty and stands at one of its ends", () => {
    expect(rangeAfter(edit, { start: 10, end: 10 })).toBeUndefined();
    expect(rangeAfter(edit, { start: 14, end: 14 })).toBeUndefined();
    expect(rangeAfter(edit, { start: 9, end: 9 })).toEqual({ start: 9, end: 9 });
    expect(rangeAfter(edit, { start: 15, end: 15 })).toEqual({ start: 12, end: 12 });
  });
});
