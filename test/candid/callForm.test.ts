import { describe, expect, test } from "vitest";
import { callFormOf, installFormOf } from "../../server/src/candid/callForm.ts";
import { readInterface } from "../../server/src/candid/serviceInterface.ts";

function interfaceOf(text: string) {
  const { environment, problems } = readInterface(text);
  expect(problems).toEqual([]);
  return environment.service!;
}

describe("the call form", () => {
  test("keeps names, documentation, modes and the bounds of numbers", () => {
    const form = callFormOf(
      interfaceOf(`service : {
        // Pays.
        pay : (record {
          // Who gets it.
          to : principal; amount : nat8; "a b" : opt blob; 5 : int }, memo : text) -> (variant { ok : nat; err : text });
        read : () -> (text) query;
        all : (vec float32) -> () composite_query;
        note : (record { bool; reserved }) -> () oneway;
      }`),
    );
    expect(form).toEqual({
      types: {},
      methods: [
        {
          name: "pay",
          mode: "update",
          documentation: "Pays.",
          results: "(variant { ok : nat; err : text })",
          arguments: [
            {
              type: {
                kind: "record",
                fields: [
                  { label: "to", documentation: "Who gets it.", type: { kind: "principal" } },
                  { label: "amount", type: { kind: "number", type: "nat8", min: "0", max: "255" } },
                  { label: '"a b"', type: { kind: "opt", of: { kind: "blob" } } },
                  { label: "5", type: { kind: "number", type: "int" } },
                ],
              },
            },
            { name: "memo", type: { kind: "text" } },
          ],
        },
        { name: "read", mode: "query", results: "(text)", arguments: [] },
        {
          name: "all",
          mode: "composite_query",
          results: "()",
          arguments: [{ type: { kind: "vec", of: { kind: "float", bits: 32 } } }],
        },
        {
          name: "note",
          mode: "oneway",
          results: "()",
          arguments: [{ type: { kind: "tuple", of: [{ kind: "bool" }, { kind: "reserved" }] } }],
        },
      ],
    });
  });

  test("ends recursive types by reference, and survives JSON", () => {
    const form = callFormOf(
      interfaceOf(
        "type List = opt record { head : nat; tail : List }; type Id = nat; service : { f : (List, Id) -> (List) }",
      ),
    );
    const list = {
      kind: "opt",
      of: {
        kind: "record",
        fields: [
          { label: "head", type: { kind: "number", type: "nat", min: "0" } },
          { label: "tail", type: { kind: "reference", name: "List" } },
        ],
      },
    };
    expect(JSON.parse(JSON.stringify(form))).toEqual({
      types: { List: list },
      methods: [
        {
          name: "f",
          mode: "update",
          results: "(List)",
          arguments: [
            { type: { kind: "reference", name: "List" } },
            { type: { kind: "number", type: "nat", min: "0" } },
          ],
        },
      ],
    });
  });

  test("of an installation is there where the service takes arguments", () => {
    expect(installFormOf(interfaceOf("service : (owner : opt principal) -> {}"))?.methods[0]?.arguments).toEqual([
      { name: "owner", type: { kind: "opt", of: { kind: "principal" } } },
    ]);
    expect(installFormOf(interfaceOf("service : {}"))).toBeUndefined();
  });
});
