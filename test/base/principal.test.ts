import { expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";

test.each([
  ["aaaaa-aa", ""],
  ["2vxsx-fae", "04"],
  ["lxzze-o7777-77777-aaaaa-cai", "ffffffffffe000000101"],
  ["rwlgt-iiaaa-aaaaa-aaaaa-cai", "00000000000000000101"],
])("%s is %s", (text, hex) => {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  expect(Principal.ofBytes(bytes).text).toBe(text);
  expect(Principal.fromText(text)?.bytes).toEqual(bytes);
  expect(Principal.fromText(text.toUpperCase())?.text).toBe(text);
});

test.each(["", "aaaaa", "aaaaa-ab", "lxzze-o7777-77777-aaaaa-caj", "lxzzeo777777777aaaaacai", "!!!!!-aa"])(
  "'%s' is no principal",
  (text) => {
    expect(Principal.fromText(text)).toBeUndefined();
  },
);

test("29 bytes are the most", () => {
  expect(Principal.fromBytes(new Uint8Array(29))?.bytes.length).toBe(29);
  expect(Principal.fromBytes(new Uint8Array(30))).toBeUndefined();
});

test("equal bytes have equal keys", () => {
  expect(Principal.ofBytes(Uint8Array.of(1, 200)).key).toBe(Principal.ofBytes(Uint8Array.of(1, 200)).key);
});
