import type { SyntaxNode } from "../rust/syntaxTree.ts";
import { type AttributeFacts, isExcluded, readAttributes } from "./attributes.ts";

/** What a struct, an enum or an alias is made of, as its text says it. */
export type TypeShape =
  | { readonly kind: "fields"; readonly fields: readonly ShapeField[] }
  | { readonly kind: "tuple"; readonly fields: readonly ShapeField[] }
  | { readonly kind: "unit" }
  | { readonly kind: "enum"; readonly cases: readonly ShapeCase[] }
  | { readonly kind: "alias"; readonly type: string };

/** A field with what serde is told of it. */
export interface ShapeField {
  /** Empty in tuples. */
  readonly name: string;
  readonly type: string;
  readonly attributes: readonly AttributeFacts[];
}

/** A case of an enum. */
export interface ShapeCase {
  readonly name: string;
  readonly attributes: readonly AttributeFacts[];
  readonly shape: Exclude<TypeShape, { readonly kind: "enum" | "alias" }>;
}

/** Reads the shape of a struct, an enum or an alias. */
export function readShape(node: SyntaxNode): TypeShape | undefined {
  if (node.kind === "type_item") {
    const type = node.child("type")?.text;
    return type === undefined ? undefined : { kind: "alias", type };
  }
  if (node.kind !== "enum_item") return readBody(node);
  const list = node.childOfKind("enum_variant_list");
  const cases = attributed(list).flatMap(({ node: it, attributes }): ShapeCase[] => {
    const name = it.child("name")?.text;
    return it.kind !== "enum_variant" || name === undefined ? [] : [{ name, attributes, shape: readBody(it) }];
  });
  return { kind: "enum", cases };
}

/** Names of the type parameters: `T` of `struct Page<'a, T: CandidType>`. */
export function readTypeParameters(node: SyntaxNode): readonly string[] {
  const list = node.child("type_parameters");
  return (list?.parts ?? []).flatMap((it) => {
    if (it.kind === "lifetime" || it.kind === "lifetime_parameter" || it.kind === "const_parameter") return [];
    return /^[A-Za-z_]\w*/.exec(it.text)?.[0] ?? [];
  });
}

function readBody(node: SyntaxNode): Exclude<TypeShape, { readonly kind: "enum" | "alias" }> {
  const named = node.childOfKind("field_declaration_list");
  if (named !== undefined) {
    const fields = attributed(named).flatMap(({ node: it, attributes }): ShapeField[] => {
      const name = it.child("name")?.text.replace(/^r#/, "");
      return name === undefined ? [] : [{ name, type: it.child("type")?.text ?? "", attributes }];
    });
    return { kind: "fields", fields };
  }
  const ordered = node.childOfKind("ordered_field_declaration_list");
  if (ordered === undefined) return { kind: "unit" };
  const fields = attributed(ordered).flatMap(({ node: it, attributes }): ShapeField[] =>
    it.field === "type" ? [{ name: "", type: it.text, attributes }] : [],
  );
  return { kind: "tuple", fields };
}

/** The parts of a list with the attributes before each; parts that canisters leave out are left out. */
function attributed(list: SyntaxNode | undefined): { node: SyntaxNode; attributes: readonly AttributeFacts[] }[] {
  const found: { node: SyntaxNode; attributes: readonly AttributeFacts[] }[] = [];
  let text = "";
  for (const child of list?.children ?? []) {
    if (child.kind === "line_comment" || child.kind === "block_comment" || child.kind === "visibility_modifier")
      continue;
    if (child.kind === "attribute_item") {
      text += child.text;
      continue;
    }
    if (!isExcluded(text, undefined)) found.push({ node: child, attributes: readAttributes(text) });
    text = "";
  }
  return found;
}
