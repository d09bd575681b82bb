/** From the concrete syntax tree to the program: ids, documentation, and what the tolerant grammar let pass. */
import type { CstNode, IToken, TokenType } from "chevrotain";
import type { Problem, ProblemFix } from "../base/problem.ts";
import type { TextRange } from "../base/textRange.ts";
import {
  type Argument,
  type Comment,
  type Declaration,
  type Field,
  type FieldLabel,
  type FunctionExpression,
  type FunctionMode,
  type Method,
  type MissingExpression,
  type ModeAnnotation,
  type Name,
  type PrimitiveName,
  type Program,
  primitiveWords,
  type ReferenceExpression,
  type ServiceDeclaration,
  type ServiceExpression,
  type TypeExpression,
} from "./ast.ts";
import { documentationBefore } from "./documentation.ts";
import { fieldHash, fieldIdMax } from "./labels.ts";
import { readLiteralText, readNat } from "./literals.ts";
import { Comma, Identifier, isKeyword, Semicolon, Text, tokenRange } from "./tokens.ts";

/** The file that a tree was parsed from. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly comments: readonly Comment[];
  /** Items that were reported already as broken; what they lack is not reported again. */
  readonly reported: readonly TextRange[];
}

/** Builds the program of its declarations' trees; parts that a tree lacks are reported, and left out or `missing`. */
export function buildProgram(
  trees: readonly CstNode[],
  source: SourceText,
): { readonly program: Program; readonly problems: Problem[] } {
  const builder = new Builder(source);
  return { program: builder.program(trees), problems: builder.problems };
}

/** Builds the type of a tree whose root is the grammar's rule `type`. */
export function buildType(
  tree: CstNode,
  source: SourceText,
): { readonly type: TypeExpression; readonly problems: Problem[] } {
  const builder = new Builder(source);
  return { type: builder.type(tree, rangeOf(tree).end), problems: builder.problems };
}

function isPrimitive(word: string): word is PrimitiveName {
  return word !== "blob" && primitiveWords.some((it) => it === word);
}

class Builder {
  readonly problems: Problem[] = [];
  private readonly source: SourceText;

  constructor(source: SourceText) {
    this.source = source;
  }

  program(trees: readonly CstNode[]): Program {
    const { file, text, comments } = this.source;
    const of = (rule: string) => trees.filter((it) => it.name === rule);
    const services = of("serviceDeclaration");
    const declarations = [
      ...of("typeDeclaration").flatMap((it) => this.typeDeclaration(it)),
      ...of("importDeclaration").flatMap((it) => this.importDeclaration(it)),
    ].sort((a, b) => a.range.start - b.range.start);
    const [service, ...others] = services;
    for (const other of others) this.report(rangeOf(other), "A file declares one main service; this is another one.");
    if (service !== undefined) {
      const late = declarations.find((it) => it.range.start > rangeOf(service).start);
      if (late !== undefined) this.report(startOf(late.range, text), "Declarations stand before the main service.");
    }
    const main = service === undefined ? {} : { service: this.serviceDeclaration(service) };
    return { file, text, comments, declarations, ...main };
  }

  private typeDeclaration(node: CstNode): Declaration[] {
    const { end } = rangeOf(node);
    const name = this.name(tokensOf(node, "AnyName")[0]);
    if (name === undefined) {
      this.reportMissing("The name of the type", end);
      return [];
    }
    if (name.quoted) this.report(name.range, "Names of types are not quoted.");
    else if (isPrimitive(name.text) && !isKeyword(name.text))
      this.report(name.range, `\`${name.text}\` is a primitive type; choose another name.`);
    const hasSign = tokensOf(node, "Equals").length > 0;
    const type = hasSign ? this.type(nodesOf(node, "type")[0], end) : this.missing("`=`", end);
    return [{ kind: "type", name, type, range: rangeOf(node), ...this.documentation(node) }];
  }

  private importDeclaration(node: CstNode): Declaration[] {
    const path = this.name(tokensOf(node, "Text")[0]);
    if (path === undefined) {
      this.reportMissing("The path of a file in quotes", rangeOf(node).end);
      return [];
    }
    const importsService = tokensOf(node, "ServiceKeyword").length > 0;
    return [{ kind: "import", importsService, path, range: rangeOf(node) }];
  }

  private serviceDeclaration(node: CstNode): ServiceDeclaration {
    const name = this.name(tokensOf(node, "AnyName")[0]);
    const list = nodesOf(node, "argumentList")[0];
    const range = rangeOf(node);
    return {
      kind: "service",
      ...(name && { name }),
      ...(list && { constructorArguments: this.arguments(list) }),
      body: this.serviceBody(node, range.end),
      range,
      ...this.documentation(node),
    };
  }

  private serviceBody(declaration: CstNode, end: number): ServiceDeclaration["body"] {
    const node = nodesOf(declaration, "serviceBody")[0];
    const methods = node && nodesOf(node, "methods")[0];
    if (methods !== undefined) return this.service(methods, rangeOf(methods));
    const reference = this.reference(node && nodesOf(node, "reference")[0]);
    if (reference !== undefined) return reference;
    if (tokensOf(declaration, "Colon").length === 0) return this.missing("`:`", end);
    const hasArguments = nodesOf(declaration, "argumentList").length > 0;
    const needsArrow = hasArguments && tokensOf(declaration, "Arrow").length === 0;
    return this.missing(needsArrow ? "`->`" : "The service, `{ … }` or a name,", end);
  }

  type(node: CstNode | undefined, end: number): TypeExpression {
    if (node === undefined) return this.missing("A type", end);
    const range = rangeOf(node);
    const keyword = [
      ...tokensOf(node, "NullKeyword"),
      ...tokensOf(node, "PrincipalKeyword"),
      ...tokensOf(node, "BlobKeyword"),
    ][0];
    if (keyword !== undefined) {
      return {
        kind: "primitive",
        name: keyword.image === "blob" ? "blob" : isPrimitive(keyword.image) ? keyword.image : "null",
        range,
      };
    }
    const only = (name: string) => (node.children[name] === undefined ? undefined : nodesOf(node, name)[0]);
    const reference = only("reference");
    if (reference !== undefined) return this.referenceOrPrimitive(reference) ?? this.missing("A type", end);
    const wrapper = only("wrapper");
    if (wrapper !== undefined) {
      const kind = tokensOf(wrapper, "OptKeyword").length > 0 ? "opt" : "vec";
      return { kind, of: this.type(nodesOf(wrapper, "type")[0], range.end), range };
    }
    const record = only("record");
    if (record !== undefined) return { kind: "record", fields: this.fields(record, "recordField"), range };
    const variant = only("variant");
    if (variant !== undefined) return { kind: "variant", fields: this.fields(variant, "variantCase"), range };
    const functionType = only("functionType");
    if (functionType !== undefined) return this.functionType(nodesOf(functionType, "signature")[0], range);
    const service = only("serviceType");
    const methods = service && nodesOf(service, "methods")[0];
    return methods === undefined ? this.missing("`{`", end) : this.service(methods, range);
  }

  private reference(node: CstNode | undefined): ReferenceExpression | undefined {
    const token = node && tokensOf(node, "Identifier")[0];
    return token && { kind: "reference", name: token.image, range: tokenRange(token) };
  }

  private referenceOrPrimitive(node: CstNode): TypeExpression | undefined {
    const reference = this.reference(node);
    if (reference === undefined || !isPrimitive(reference.name)) return reference;
    return { kind: "primitive", name: reference.name, range: reference.range };
  }

  private fields(node: CstNode, rule: "recordField" | "variantCase"): Field[] {
    if (tokensOf(node, "LeftBrace").length === 0) this.reportMissing("`{`", rangeOf(node).end);
    const nodes = nodesOf(node, rule);
    this.checkSeparators(nodes, [...tokensOf(node, "Semicolon"), ...tokensOf(node, "Comma")], Semicolon);
    let next = 0;
    return nodes.flatMap((it): Field[] => {
      const label = this.label(nodesOf(it, "label")[0]);
      const type = nodesOf(it, "type")[0];
      if (label === undefined && type === undefined) return [];
      const range = rangeOf(it);
      const id = label?.id ?? next;
      if (label === undefined && id > fieldIdMax) this.report(range, "Field numbers are below 2^32.");
      next = id + 1;
      const hasType = rule === "recordField" || type !== undefined || tokensOf(it, "Colon").length > 0;
      return [
        {
          ...(label && { label: label.label }),
          id,
          ...(hasType && { type: this.type(type, range.end) }),
          range,
          ...this.documentation(it),
        },
      ];
    });
  }

  private label(node: CstNode | undefined): { readonly label: FieldLabel; readonly id: number } | undefined {
    const number = node && tokensOf(node, "Nat")[0];
    if (number !== undefined) {
      const range = tokenRange(number);
      const value = readNat(number.image);
      if (value > BigInt(fieldIdMax)) this.report(range, "Field numbers are below 2^32.");
      return { label: { kind: "number", range }, id: Number(value & BigInt(fieldIdMax)) };
    }
    const name = node && this.name(tokensOf(node, "AnyName")[0]);
    return name && { label: { kind: "name", name, range: name.range }, id: fieldHash(name.text) };
  }

  private functionType(signature: CstNode | undefined, range: TextRange): FunctionExpression {
    const [before, after] = signature === undefined ? [] : nodesOf(signature, "argumentList");
    if (before === undefined) this.reportMissing("`(`", range.end);
    else if (after === undefined) {
      const hasArrow = signature !== undefined && tokensOf(signature, "Arrow").length > 0;
      this.reportMissing(hasArrow ? "`(`" : "`->`", range.end);
    }
    return {
      kind: "func",
      arguments: before === undefined ? [] : this.arguments(before),
      results: after === undefined ? [] : this.arguments(after),
      modes: signature === undefined ? [] : modesOf(signature),
      range,
    };
  }

  private arguments(list: CstNode): Argument[] {
    const nodes = nodesOf(list, "argument");
    this.checkSeparators(nodes, [...tokensOf(list, "Comma"), ...tokensOf(list, "Semicolon")], Comma);
    return nodes.map((node) => {
      const name = this.name(tokensOf(node, "AnyName")[0]);
      const range = rangeOf(node);
      return { ...(name && { name }), type: this.type(nodesOf(node, "type")[0], range.end), range };
    });
  }

  private service(node: CstNode, range: TextRange): ServiceExpression {
    const nodes = nodesOf(node, "method");
    this.checkSeparators(nodes, [...tokensOf(node, "Semicolon"), ...tokensOf(node, "Comma")], Semicolon);
    return { kind: "service", methods: nodes.flatMap((it) => this.method(it)), range };
  }

  private method(node: CstNode): Method[] {
    const name = this.name(tokensOf(node, "AnyName")[0]);
    if (name === undefined) return [];
    const range = rangeOf(node);
    return [{ name, type: this.methodType(node, range), range, ...this.documentation(node) }];
  }

  private methodType(node: CstNode, range: TextRange): FunctionExpression | ReferenceExpression | MissingExpression {
    const withKeyword = nodesOf(node, "functionType")[0];
    const hasColon = tokensOf(node, "Colon").length > 0;
    if (withKeyword !== undefined) {
      const keyword = tokensOf(withKeyword, "FuncKeyword")[0];
      if (keyword !== undefined) {
        const fix = { title: "Remove `func`", range: tokenRange(keyword), newText: "" };
        this.report(fix.range, "The type of a method is written without `func`.", [fix]);
      }
    }
    const signature = nodesOf(withKeyword ?? node, "signature")[0];
    if (signature !== undefined) return this.functionType(signature, rangeOf(signature));
    return (
      this.reference(nodesOf(node, "reference")[0]) ??
      this.missing(hasColon ? "The type of the method" : "`:`", range.end)
    );
  }

  private name(token: IToken | undefined): Name | undefined {
    if (token === undefined) return undefined;
    const range = tokenRange(token);
    if (token.tokenType === Text) {
      const { text, problems } = readLiteralText(token.image, range.start);
      this.problems.push(...problems);
      return { text, quoted: true, range };
    }
    if (token.tokenType !== Identifier) {
      const quoted = `"${token.image}"`;
      const fix = { title: `Quote the name: ${quoted}`, range, newText: quoted };
      this.report(range, `\`${token.image}\` is a keyword of Candid. As a name it is written ${quoted}.`, [fix]);
    }
    return { text: token.image, quoted: false, range };
  }

  private documentation(node: CstNode): { readonly documentation?: string } {
    const documentation = documentationBefore(this.source, rangeOf(node).start);
    return documentation === undefined ? {} : { documentation };
  }

  /** Items and separators have to alternate; behind the last item none is needed. */
  private checkSeparators(items: readonly CstNode[], separators: readonly IToken[], wanted: TokenType): void {
    const sign = wanted.LABEL ?? "";
    const word = sign.replaceAll("`", "");
    const all = [
      ...items.map((node) => ({ range: rangeOf(node), node })),
      ...separators.map((token) => ({ range: tokenRange(token), token })),
    ];
    all.sort((a, b) => a.range.start - b.range.start);
    let open: TextRange | undefined;
    let previous: CstNode | undefined;
    for (const entry of all) {
      if ("node" in entry) {
        if (open !== undefined) this.reportMissing(isLoneWord(previous) ? "`:`" : sign, open.end);
        previous = entry.node;
        open = entry.range;
        continue;
      }
      const { range, token } = entry;
      if (open === undefined) {
        this.report(range, `Nothing stands before this \`${token.image}\`.`, [
          { title: "Remove it", range, newText: "" },
        ]);
      } else if (token.tokenType !== wanted) {
        const fix = { title: `Replace by ${sign}`, range, newText: word };
        this.report(range, `${sign} separates here, not \`${token.image}\`.`, [fix]);
      }
      open = undefined;
    }
  }

  /** A part that the text lacks; reports it. */
  private missing(what: string, end: number): MissingExpression {
    this.reportMissing(what, end);
    return { kind: "missing", range: { start: end, end } };
  }

  /** `what` is a sign in backticks, which can be inserted, or the name of a part. */
  private reportMissing(what: string, end: number): void {
    if (this.source.reported.some((it) => it.start <= end && end <= it.end)) return;
    const sign = /^`(.*)`$/.exec(what)?.[1];
    const fix = sign !== undefined && [{ title: `Insert ${what}`, range: { start: end, end }, newText: sign }];
    this.report({ start: Math.max(0, end - 1), end }, `${what} is missing behind this.`, fix || []);
  }

  private report(range: TextRange, message: string, fixes: readonly ProblemFix[] = []): void {
    this.problems.push({ code: "did-syntax", message, range, severity: "error", ...(fixes.length > 0 && { fixes }) });
  }
}

function modesOf(signature: CstNode): ModeAnnotation[] {
  const tokens = ["QueryKeyword", "CompositeQueryKeyword", "OnewayKeyword"].flatMap((it) => tokensOf(signature, it));
  const modes: readonly FunctionMode[] = ["query", "composite_query", "oneway"];
  return tokens
    .sort((a, b) => a.startOffset - b.startOffset)
    .flatMap((token) => {
      const mode = modes.find((it) => it === token.image);
      return mode === undefined ? [] : [{ mode, range: tokenRange(token) }];
    });
}

/** Whether a field or argument is only an identifier that names no type: with something behind it, it was meant as a name. */
function isLoneWord(node: CstNode | undefined): boolean {
  if (node === undefined || !["recordField", "argument"].includes(node.name)) return false;
  const type = node.children.label === undefined ? nodesOf(node, "type")[0] : undefined;
  const reference = type && nodesOf(type, "reference")[0];
  const word = reference && tokensOf(reference, "Identifier")[0]?.image;
  return node.children.AnyName === undefined && word !== undefined && !isPrimitive(word);
}

/** The first word of a range. */
function startOf(range: TextRange, text: string): TextRange {
  const word = /^\w*/.exec(text.slice(range.start, range.end))?.[0] ?? "";
  return { start: range.start, end: range.start + word.length };
}

function nodesOf(node: CstNode, rule: string): CstNode[] {
  return (node.children[rule] ?? []).filter(
    (it): it is CstNode => "children" in it && it.location !== undefined && !Number.isNaN(it.location.startOffset),
  );
}

/** Real tokens only, not those that recovery made up. */
function tokensOf(node: CstNode, type: string): IToken[] {
  return (node.children[type] ?? []).filter(
    (it): it is IToken => "image" in it && it.isInsertedInRecovery !== true && !Number.isNaN(it.startOffset),
  );
}

function rangeOf(node: CstNode): TextRange {
  const start = node.location?.startOffset ?? 0;
  return { start, end: (node.location?.endOffset ?? start - 1) + 1 };
}
