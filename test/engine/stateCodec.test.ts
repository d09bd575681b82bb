import { expect, test } from "vitest";
import { Principal } from "../../server/src/base/principal.ts";
import { decodeState, encodeState } from "../../server/src/engine/stateCodec.ts";

test("plain data survives the way to bytes and back", () => {
  const data = {
    nothing: undefined,
    empty: null,
    flags: [true, false],
    numbers: [0, -1, 1.5, Number.MAX_SAFE_INTEGER],
    cycles: [0n, -1n, 2n ** 128n],
    text: "käse\u0000🦀",
    bytes: Uint8Array.of(0, 255),
    nested: { list: [[], [[1]]], pair: [["a", [1, 2]]] },
    map: new Map<string, unknown>([
      ["a", [1, [2]]],
      ["b", new Map()],
    ]),
    id: Principal.fromText("lxzze-o7777-77777-aaaaa-cai"),
  };
  const back = decodeState(encodeState(data));
  expect(back).toEqual(data);
  expect(encodeState(back)).toEqual(encodeState(data));
});

test("bytes that are cut or foreign are refused with a reason", () => {
  const bytes = encodeState({ text: "hello" });
  expect(() => decodeState(bytes.slice(0, bytes.length - 2))).toThrow(/cut off/);
  expect(() => decodeState(Uint8Array.of(200))).toThrow(/unknown tag 200/);
});

test("functions are no plain data", () => {
  expect(() => encodeState({ f: () => 1 })).toThrow(/Not plain data/);
});
