/** Texts of rejects are cut to 8 KiB. Section 3.2. */
import { expect, test } from "vitest";
import { cutText } from "../../server/src/engine/cutText.ts";

test.each([
  ["abcdefgh", 8, "abcdefgh"],
  ["abcdefgh", 7, "ab...gh"],
  ["abcdefgh", 6, "a...gh"],
  ["abcdefgh", 3, "..."],
  ["ääää", 8, "ääää"],
  // Two bytes for each: no character is cut in two.
  ["ääää", 7, "ä...ä"],
  ["äääää", 9, "ä...ää"],
  ["äääää", 8, "ä...ä"],
  ["😀😀😀", 11, "😀...😀"],
  ["", 5, ""],
])("%s to %i bytes", (text, bytes, expected) => {
  expect(cutText(text, bytes)).toBe(expected);
});
