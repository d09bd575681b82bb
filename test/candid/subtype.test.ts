import { describe, expect, test } from "vitest";
import { parseCandid } from "../../server/src/candid/parser.ts";
import { resolveProgram } from "../../server/src/candid/resolve.ts";
import { readInterface } from "../../server/src/candid/serviceInterface.ts";
import {
  compareInterfaces,
  compareTypes,
  interfaceMismatches,
  type Mismatch,
} from "../../server/src/candid/subtype.ts";
import { assetNames, assetResolver, assetText, hasAssets } from "./assets.ts";

function say({ path, message }: Mismatch): string {
  return `${path.join(", ")}: ${message}`;
}

/** Differences and losses between two services, the old one first. */
function check(before: string, after: string, expected: { mismatch?: string; lossy?: readonly string[] }) {
  const [old, recent] = [before, after].map((it) => {
    const { environment, problems } = readInterface(it);
    expect(problems).toEqual([]);
    return environment.service!;
  });
  const { mismatch, lossy } = compareInterfaces(old!, recent!);
  expect(mismatch && say(mismatch)).toBe(expected.mismatch);
  expect(lossy.map(say)).toEqual(expected.lossy ?? []);
}

describe("an upgrade of a service", () => {
  test("says of two types of one name what each is", () => {
    check(
      "type A = record { x : nat }; service : { f : () -> (A) }",
      "type A = variant { x : nat }; service : { f : () -> (A) }",
      { mismatch: 'method "f", result 1: one `A` is a variant, the other a record' },
    );
  });

  test("may add methods, results, and arguments that can be left out", () => {
    check("service : { f : (nat) -> (text) }", "service : { f : (nat, opt text) -> (text, bool); g : () -> () }", {});
    check("service : { f : (nat) -> (int) }", "service : { f : (int) -> (nat) }", {});
    check(
      "service : { f : (record { a : nat }) -> () }",
      "service : { f : (record { a : nat; b : opt nat }) -> () }",
      {},
    );
    check("service : { f : (variant { a }) -> () }", "service : { f : (variant { a; b }) -> () }", {});
  });

  test("may not break those who call it", () => {
    check("service : { f : () -> () }", "service : {}", { mismatch: 'method "f": is missing' });
    check("service : { f : (nat) -> () }", "service : { f : (text) -> () }", {
      mismatch: 'method "f", argument 1: `nat` is not `text`',
    });
    check("service : { f : () -> (variant { a }) }", "service : { f : () -> (variant { a; b }) }", {
      mismatch: 'method "f", result 1, case "b": is not expected',
    });
    check(
      "service : { f : () -> (record { a : vec record { b : nat } }) }",
      "service : { f : () -> (record { a : vec record { b : int } }) }",
      {
        mismatch: 'method "f", result 1, field "a", element, field "b": `int` is not `nat`',
      },
    );
    check("service : { f : () -> () query }", "service : { f : () -> () }", {
      mismatch: 'method "f": is an update, where query is expected',
    });
    check("service : { f : (record { a : nat }) -> () }", "service : { f : (record { a : nat; b : nat }) -> () }", {
      mismatch: 'method "f", argument 1, field "b": is missing, and `nat` cannot be left out',
    });
  });

  test("tells where values would silently become null", () => {
    check("service : { f : () -> (opt nat) }", "service : { f : () -> (opt text) }", {
      lossy: ['method "f", result 1: `opt text` read as `opt nat` becomes `null`'],
    });
  });

  test("of recursive types ends", () => {
    const list = "type L = opt record { head : nat; tail : L };";
    const other = "type M = opt record { head : int; tail : N }; type N = M;";
    check(`${other} service : { f : (L) -> (M) } ${""}`.replace("(L)", "(M)"), `${list} service : { f : (L) -> (L) }`, {
      lossy: ['method "f", argument 1: `M` read as `opt record { head : nat; tail : L }` becomes `null`'],
    });
  });

  test("shows one difference for each method that breaks", () => {
    const before = readInterface("service : { a : () -> (nat); b : () -> (); c : () -> () }").environment.service!;
    const after = readInterface("service : { a : () -> (text); c : () -> () }").environment.service!;
    expect(interfaceMismatches(before, after).map(say)).toEqual([
      'method "a", result 1: `text` is not `nat`',
      'method "b": is missing',
    ]);
  });
});

describe.skipIf(!hasAssets)("Candid's own pretty-printed files", () => {
  for (const name of assetNames("assets/ok")) {
    test(`${name} declares the types of its original`, () => {
      const [original, printed] = [`assets/${name}`, `assets/ok/${name}`].map((path) => {
        const { program } = parseCandid(assetText(path) ?? "", path);
        return resolveProgram(program, assetResolver).environment;
      });
      for (const [type, after] of printed!.types) {
        const before = original!.types.get(type)!;
        expect([compareTypes(before, after), compareTypes(after, before)]).toEqual([{ lossy: [] }, { lossy: [] }]);
      }
      expect(printed!.types.size).toBeGreaterThanOrEqual(original!.types.size);
      const [before, after] = [original!.service, printed!.service];
      expect(before === undefined).toBe(after === undefined);
      if (before === undefined || after === undefined) return;
      expect([compareInterfaces(before, after), compareInterfaces(after, before)]).toEqual([
        { lossy: [] },
        { lossy: [] },
      ]);
      expect(after.service.methods.map((it) => it.name).sort()).toEqual(
        before.service.methods.map((it) => it.name).sort(),
      );
    });
  }
});
