/** The call form's inputs and their Candid text, both ways. */
import { describe, expect, test } from "vitest";
import { argumentsText, type FormTypes, initialValue, lineProblem, valueText } from "../../media/explorer/formValue.ts";
import { readArguments } from "../../media/explorer/readArguments.ts";
import type { FormType } from "../../server/src/protocol/callForm.ts";

const nat: FormType = { kind: "number", type: "nat", min: "0" };
const nat8: FormType = { kind: "number", type: "nat8", min: "0", max: "255" };
const text: FormType = { kind: "text" };

const types: FormTypes = {
  List: { kind: "opt", of: { kind: "record", fields: [field("head", nat), field("tail", reference("List"))] } },
  Tree: {
    kind: "variant",
    fields: [
      field("Node", { kind: "record", fields: [field("left", reference("Tree")), field("right", reference("Tree"))] }),
      field("Leaf", { kind: "number", type: "int" }),
    ],
  },
  Endless: { kind: "record", fields: [field("self", reference("Endless"))] },
  Account: {
    kind: "record",
    fields: [field("owner", { kind: "principal" }), field("subaccount", { kind: "opt", of: { kind: "blob" } })],
  },
};

describe("a form begins with", () => {
  test.each<[string, FormType, string]>([
    ["null", { kind: "null" }, "null"],
    ["a bool", { kind: "bool" }, "false"],
    ["a number", nat8, "0"],
    ["a float", { kind: "float", bits: 64 }, "0.0"],
    ["a text", text, '""'],
    ["a blob", { kind: "blob" }, 'blob ""'],
    ["an opt", { kind: "opt", of: text }, "null"],
    ["a vec", { kind: "vec", of: text }, "vec {}"],
    ["a record", { kind: "record", fields: [field("a", nat), field('"b c"', text)] }, 'record { a = 0; "b c" = "" }'],
    ["an empty record", { kind: "record", fields: [] }, "record {}"],
    ["a tuple", { kind: "tuple", of: [nat, text] }, 'record { 0; "" }'],
    ["a variant", { kind: "variant", fields: [field("Ok", { kind: "null" })] }, "variant { Ok }"],
    ["a recursive list", reference("List"), "null"],
    ["a recursive tree, whose first case would not end", reference("Tree"), "variant { Leaf = 0 }"],
  ])("%s", (_, type, expected) => {
    expect(valueText(type, initialValue(type, types), types)).toEqual({ kind: "text", text: expected });
  });

  test.each<[string, FormType]>([
    ["a type without values", { kind: "empty" }],
    ["a record that contains itself", reference("Endless")],
    ["a name that is not there", reference("Missing")],
    ["a variant without cases", { kind: "variant", fields: [] }],
  ])("nothing for %s, and says so", (_, type) => {
    expect(valueText(type, initialValue(type, types), types)).toMatchObject({ kind: "problem" });
  });
});

describe("inputs become Candid text", () => {
  test("numbers are checked against their limits", () => {
    expect(lineProblem(nat8, "255")).toBeUndefined();
    expect(lineProblem(nat8, "256")).toBe("nat8 ends at 255.");
    expect(lineProblem(nat8, "-1")).toBe("nat8 begins at 0.");
    expect(lineProblem(nat, "1_000_000_000_000_000_000_000")).toBeUndefined();
    expect(lineProblem(nat, "1.5")).toBe("Write a whole number (nat).");
    expect(lineProblem(nat, "")).toBeDefined();
  });

  test("principals are checked for their shape", () => {
    expect(lineProblem({ kind: "principal" }, "lxzze-o7777-77777-aaaaa-cai")).toBeUndefined();
    expect(lineProblem({ kind: "principal" }, "aaaaa-aa")).toBeUndefined();
    expect(lineProblem({ kind: "principal" }, "Not a principal")).toBeDefined();
  });

  test("what is wrong is said of the input that is wrong", () => {
    const value = initialValue(nat8, types);
    if (value.kind === "line") value.text = "300";
    expect(argumentsText([nat8], [value], types)).toEqual({ kind: "problem", value, message: "nat8 ends at 255." });
  });

  test("a text keeps quotes, line breaks and control characters", () => {
    const value = { kind: "text", text: 'a "b"\n\\c\u0007 é 🦀' } as const;
    expect(valueText(text, value, types)).toEqual({ kind: "text", text: '"a \\"b\\"\\n\\\\c\\u{7} é 🦀"' });
  });

  test("a blob is written as text or as hexadecimal digits", () => {
    const blob: FormType = { kind: "blob" };
    expect(valueText(blob, { kind: "blob", encoding: "hex", text: "DE ad" }, types)).toEqual({
      kind: "text",
      text: 'blob "\\de\\ad"',
    });
    expect(valueText(blob, { kind: "blob", encoding: "text", text: "hi" }, types)).toEqual({
      kind: "text",
      text: 'blob "hi"',
    });
    expect(valueText(blob, { kind: "blob", encoding: "hex", text: "abc" }, types)).toMatchObject({ kind: "problem" });
  });
});

describe("Candid text fills the inputs", () => {
  test.each<[string, readonly FormType[], string]>([
    ["numbers", [nat, nat8], "(1_000, 255)"],
    ["text with escapes", [text], '("a \\"b\\"\\n🦀")'],
    ["nested records", [reference("Account")], '(record { owner = principal "2vxsx-fae"; subaccount = null })'],
    ["a blob", [{ kind: "blob" }], '(blob "\\de\\ad")'],
    ["opt and vec", [{ kind: "opt", of: { kind: "vec", of: nat } }], "(opt vec { 1; 2; 3 })"],
    ["a tuple", [{ kind: "tuple", of: [nat, text] }], '(record { 7; "x" })'],
    [
      "variants",
      [reference("Tree")],
      "(variant { Node = record { left = variant { Leaf = -1 }; right = variant { Leaf = 2 } } })",
    ],
    ["a list", [reference("List")], "(opt record { head = 1; tail = opt record { head = 2; tail = null } })"],
    ["floats", [{ kind: "float", bits: 64 }], "(-1.5e-3)"],
    ["bool and null", [{ kind: "bool" }, { kind: "null" }], "(true, null)"],
  ])("%s, and come back the same", (_, argumentTypes, candid) => {
    const values = readArguments(candid, argumentTypes, types);
    expect(values).toBeDefined();
    expect(argumentsText(argumentTypes, values ?? [], types)).toEqual({ kind: "text", text: candid });
  });

  test("annotations, comments and a missing opt field are understood", () => {
    const values = readArguments('(// who\n record { owner = principal "2vxsx-fae" },)', [reference("Account")], types);
    expect(values).toBeDefined();
    expect(readArguments("(5 : nat)", [nat], types)).toBeDefined();
  });

  test.each<[string, readonly FormType[]]>([
    ["(", [nat]],
    ["(1, 2)", [nat]],
    ["(1) 2", [nat]],
    ['("a")', [nat]],
    ["(record { other = 1 })", [reference("Account")]],
    ["(variant { Leaf = 1; Leaf = 2 })", [reference("Tree")]],
    ["(0xff)", [nat]],
    ['("\\ff")', [text]],
    ['("\\u{110000}")', [text]],
    ["(§)", [nat]],
  ])("%s does not fit and stays text", (candid, argumentTypes) => {
    expect(readArguments(candid, argumentTypes, types)).toBeUndefined();
  });
});

function field(label: string, type: FormType) {
  return { label, type };
}

function reference(name: string): FormType {
  return { kind: "reference", name };
}
