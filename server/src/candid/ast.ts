/**
 * The syntax tree of a `.did` file. Every node has a range in the file's text. Where the text is broken, the tree holds
 * what could be understood: parts that are missing are of kind `missing` or absent.
 * https://github.com/dfinity/candid/blob/master/spec/Candid.md#syntax
 */
import type { TextRange } from "../base/textRange.ts";

/** A parsed `.did` file. */
export interface Program {
  /** Path or address of the file, as its reader names it. */
  readonly file: string;
  readonly text: string;
  /** In the order of the text. */
  readonly declarations: readonly Declaration[];
  /** The main service, if the file declares one. */
  readonly service?: ServiceDeclaration;
  /** All comments, in the order of the text. */
  readonly comments: readonly Comment[];
}

/** A `//` comment to the end of its line, or a block comment, which may hold others. */
export interface Comment {
  readonly kind: "line" | "block";
  readonly range: TextRange;
}

/** What stands at the top of a file, the main service apart. */
export type Declaration = TypeDeclaration | ImportDeclaration;

/** `type name = …;` */
export interface TypeDeclaration {
  readonly kind: "type";
  readonly name: Name;
  readonly type: TypeExpression;
  readonly documentation?: string;
  readonly range: TextRange;
}

/** `import "path";` brings the types of another file, `import service "path";` its methods, too. */
export interface ImportDeclaration {
  readonly kind: "import";
  readonly importsService: boolean;
  readonly path: Name;
  readonly range: TextRange;
}

/** `service name : (arguments) -> { … }`, the interface of a canister. */
export interface ServiceDeclaration {
  readonly kind: "service";
  readonly name?: Name;
  /** Present for a service constructor: what the canister takes when it is installed. */
  readonly constructorArguments?: readonly Argument[];
  readonly body: ServiceExpression | ReferenceExpression | MissingExpression;
  readonly documentation?: string;
  readonly range: TextRange;
}

/** An identifier or a quoted name; `text` is without quotes and escapes. */
export interface Name {
  readonly text: string;
  readonly quoted: boolean;
  readonly range: TextRange;
}

/** A type as written. */
export type TypeExpression =
  | PrimitiveExpression
  | ReferenceExpression
  | WrapperExpression
  | FieldsExpression
  | FunctionExpression
  | ServiceExpression
  | MissingExpression;

/** Names of the types without parts, and `blob`, which is `vec nat8`. */
export const primitiveWords = [
  ...(["null", "bool", "nat", "int", "nat8", "nat16", "nat32", "nat64", "int8", "int16", "int32", "int64"] as const),
  ...(["float32", "float64", "text", "reserved", "empty", "principal", "blob"] as const),
] as const;

/** Types without parts. */
export type PrimitiveName = Exclude<(typeof primitiveWords)[number], "blob">;

/** A type without parts. */
export interface PrimitiveExpression {
  readonly kind: "primitive";
  readonly name: PrimitiveName | "blob";
  readonly range: TextRange;
}

/** The name of a declared type. */
export interface ReferenceExpression {
  readonly kind: "reference";
  readonly name: string;
  readonly range: TextRange;
}

/** `opt t` or `vec t`. */
export interface WrapperExpression {
  readonly kind: "opt" | "vec";
  readonly of: TypeExpression;
  readonly range: TextRange;
}

/** `record { … }` or `variant { … }`. */
export interface FieldsExpression {
  readonly kind: "record" | "variant";
  readonly fields: readonly Field[];
  readonly range: TextRange;
}

/** A field of a record or a case of a variant. */
export interface Field {
  /** Absent for a position of a tuple. */
  readonly label?: FieldLabel;
  /** The number or the hash of the name; for a position, one more than the field before has. */
  readonly id: number;
  /** Absent for a case without a value, which is `null`. */
  readonly type?: TypeExpression;
  readonly documentation?: string;
  readonly range: TextRange;
}

/** How a field is called in the text. */
export type FieldLabel =
  | { readonly kind: "name"; readonly name: Name; readonly range: TextRange }
  | { readonly kind: "number"; readonly range: TextRange };

/** `func (…) -> (…) query`, or the same without `func` as the type of a method. */
export interface FunctionExpression {
  readonly kind: "func";
  readonly arguments: readonly Argument[];
  readonly results: readonly Argument[];
  readonly modes: readonly ModeAnnotation[];
  readonly range: TextRange;
}

/** What a function promises: not to change state, or not to answer. */
export type FunctionMode = "query" | "composite_query" | "oneway";

/** A mode as written. */
export interface ModeAnnotation {
  readonly mode: FunctionMode;
  readonly range: TextRange;
}

/** A parameter or a result. Its name is documentation only. */
export interface Argument {
  readonly name?: Name;
  readonly type: TypeExpression;
  readonly range: TextRange;
}

/** `service { … }`, or the braces of the main service. */
export interface ServiceExpression {
  readonly kind: "service";
  readonly methods: readonly Method[];
  readonly range: TextRange;
}

/** A method of a service. */
export interface Method {
  readonly name: Name;
  readonly type: FunctionExpression | ReferenceExpression | MissingExpression;
  readonly documentation?: string;
  readonly range: TextRange;
}

/** A type that the text lacks. */
export interface MissingExpression {
  readonly kind: "missing";
  readonly range: TextRange;
}
