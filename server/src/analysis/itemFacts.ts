import type { TextRange } from "../base/textRange.ts";
import { lazyStaticModule, threadLocalModule } from "../rust/desugarMacros.ts";
import type { RustItem, SyntaxNode } from "../rust/syntaxTree.ts";
import { type AttributeFacts, readAttributes } from "./attributes.ts";
import { type FunctionFacts, readFunction } from "./functionFacts.ts";
import { readShape, readTypeParameters, type TypeShape } from "./typeShape.ts";

/** What one item declares. Ranges count from the beginning of the item. */
export type ItemFacts =
  | FunctionFacts
  | StaticFacts
  | ModuleFacts
  | UseFacts
  | TypeFacts
  | { readonly kind: "innerAttribute"; readonly attributes: readonly AttributeFacts[] }
  | { readonly kind: "macro"; readonly name: string; readonly text: string; readonly range: TextRange };

/** A `static`, alone or in `thread_local!` or `lazy_static!`. */
export interface StaticFacts {
  readonly kind: "static";
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  readonly type: string;
  readonly init: string;
  readonly isMutable: boolean;
  readonly isConst: boolean;
}

/** `mod name;` */
export interface ModuleFacts {
  readonly kind: "module";
  readonly name: string;
  /** `#[path = "…"]` */
  readonly file: string | undefined;
}

/** A `use` declaration: one entry for each name that it brings. */
export interface UseFacts {
  readonly kind: "use";
  readonly range: TextRange;
  readonly isPublic: boolean;
  readonly attributes: readonly AttributeFacts[];
  readonly names: readonly UsedName[];
}

/** One name that a `use` brings into a module. */
export interface UsedName {
  readonly path: readonly string[];
  /** The name that it gets; `*` for everything, `_` for nothing. */
  readonly name: string;
  /** The last name of the path. */
  readonly range: TextRange;
  /** The whole path, where it is written in one piece. */
  readonly pathRange: TextRange | undefined;
}

/** A struct, an enum or an alias. */
export interface TypeFacts {
  readonly kind: "type";
  readonly name: string;
  /** What an alias stands for. */
  readonly alias: string | undefined;
  /** Fields of a struct with their types. */
  readonly fields: readonly { readonly name: string; readonly type: string; readonly range: TextRange }[];
  readonly attributes: readonly AttributeFacts[];
  readonly typeParameters: readonly string[];
  readonly shape: TypeShape | undefined;
  readonly nameRange: TextRange;
}

/** Reads what an item declares; nothing for items that say nothing about a canister. */
export function readItem(item: RustItem): ItemFacts | undefined {
  const { node } = item;
  const range = { start: node.start, end: node.end };
  const name = node.child("name");
  switch (node.kind) {
    case "function_item":
      return readFunction(item);
    case "static_item":
    case "const_item":
      return readStatic(node, name, range);
    case "mod_item":
      return name === undefined ? undefined : { kind: "module", name: name.text, file: pathAttribute(item.attributes) };
    case "use_declaration":
      return readUse(item, range);
    case "struct_item":
    case "enum_item":
    case "type_item":
      return name === undefined ? undefined : readType(item, name);
    case "inner_attribute_item":
      return { kind: "innerAttribute", attributes: readAttributes(node.text) };
    case "macro_definition":
      return { kind: "macro", name: name?.text ?? "", text: node.text, range };
    case "macro_invocation":
    case "expression_statement": {
      const path = /^[\w:]+(?=!)/.exec(node.text)?.[0];
      return path === undefined ? undefined : { kind: "macro", name: path, text: node.text, range };
    }
    default:
      return undefined;
  }
}

/** How a static came to be declared, from the modules that stand for macros. */
export function staticOrigin(modules: readonly string[]): "threadLocal" | "lazyStatic" | "plain" {
  const last = modules.at(-1);
  if (last === undefined || !last.endsWith("_")) return "plain";
  if (threadLocalPattern.test(last)) return "threadLocal";
  return lazyStaticPattern.test(last) ? "lazyStatic" : "plain";
}

const threadLocalPattern = new RegExp(`^${threadLocalModule}_+$`);
const lazyStaticPattern = new RegExp(`^${lazyStaticModule}_+$`);

/** The modules of an item without those that stand for macros. */
export function realModules(modules: readonly string[]): readonly string[] {
  return staticOrigin(modules) === "plain" ? modules : modules.slice(0, -1);
}

function readStatic(node: SyntaxNode, name: SyntaxNode | undefined, range: TextRange): StaticFacts | undefined {
  if (name === undefined) return undefined;
  return {
    kind: "static",
    name: name.text,
    nameRange: { start: name.start, end: name.end },
    range,
    type: node.child("type")?.text ?? "",
    init: node.child("value")?.text ?? "",
    isMutable: node.childOfKind("mutable_specifier") !== undefined,
    isConst: node.kind === "const_item",
  };
}

function readType({ node, attributes }: RustItem, name: SyntaxNode): TypeFacts {
  return {
    kind: "type",
    name: name.text,
    nameRange: { start: name.start, end: name.end },
    alias: node.kind === "type_item" ? node.child("type")?.text : undefined,
    fields: fields(node),
    attributes: readAttributes(attributes),
    typeParameters: readTypeParameters(node),
    shape: readShape(node),
  };
}

function pathAttribute(attributes: string): string | undefined {
  const attribute = readAttributes(attributes).find((it) => it.path === "path");
  return attribute === undefined ? undefined : /"([^"]*)"/.exec(attribute.arguments)?.[1];
}

function fields(node: SyntaxNode): TypeFacts["fields"] {
  const list = node.childOfKind("field_declaration_list");
  return (list?.parts ?? []).flatMap((it) => {
    const name = it.child("name");
    if (name === undefined) return [];
    return [{ name: name.text, type: it.child("type")?.text ?? "", range: { start: it.start, end: it.end } }];
  });
}

/** The names that a `use` declaration brings. */
export function namesUsed(declaration: SyntaxNode): readonly UsedName[] {
  const argument = declaration.child("argument");
  return argument === undefined ? [] : usedNames(argument, [], true);
}

function readUse(item: RustItem, range: TextRange): UseFacts {
  return {
    kind: "use",
    range,
    isPublic: item.node.childOfKind("visibility_modifier") !== undefined,
    attributes: readAttributes(item.attributes),
    names: namesUsed(item.node),
  };
}

function usedNames(node: SyntaxNode, prefix: readonly string[], isWhole: boolean): UsedName[] {
  const range = { start: node.start, end: node.end };
  switch (node.kind) {
    case "use_list":
      return node.parts.flatMap((it) => usedNames(it, prefix, false));
    case "scoped_use_list": {
      const path = [...prefix, ...segments(node.child("path")?.text ?? "")];
      return (node.child("list")?.parts ?? []).flatMap((it) => usedNames(it, path, false));
    }
    case "use_as_clause": {
      const path = node.child("path");
      if (path === undefined) return [];
      const name = node.child("alias")?.text ?? "_";
      return usedNames(path, prefix, isWhole).map((it) => ({ ...it, name }));
    }
    case "use_wildcard": {
      const path = segments(node.text.replace(/::\s*\*$/, "").replace(/^\*$/, ""));
      return [{ path: [...prefix, ...path], name: "*", range, pathRange: undefined }];
    }
    default: {
      const own = segments(node.text);
      const path = own[0] === "self" && prefix.length > 0 ? prefix : [...prefix, ...own];
      const last = node.child("name") ?? node;
      const name = path.at(-1) ?? "";
      return [{ path, name, range: { start: last.start, end: last.end }, pathRange: isWhole ? range : undefined }];
    }
  }
}

/** The names of a path, generics and spaces left out. */
export function segments(path: string): string[] {
  return path
    .replace(/<[^<>]*(<[^<>]*(<[^<>]*>[^<>]*)*>[^<>]*)*>/g, "")
    .split("::")
    .map((it) => it.trim())
    .filter((it) => it !== "");
}
