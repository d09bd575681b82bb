/**
 * The call form: what the explorer needs to draw inputs for a method's arguments. Serialisable; computed from Candid
 * types on the server side, so that the webview needs no Candid code. (Types are completed by the Candid library.)
 */
export interface CallForm {
  readonly methods: readonly MethodForm[];
  /** Named types that fields refer to by `reference`, so that recursive types end. */
  readonly types: Readonly<Record<string, FormType>>;
}

/** How Candid annotates a method; `update` is the absence of an annotation. */
export type MethodMode = "query" | "composite_query" | "update" | "oneway";

/** Inputs for the arguments of one method. */
export interface MethodForm {
  readonly name: string;
  readonly mode: MethodMode;
  readonly arguments: readonly FormArgument[];
  /** Result types as Candid text, `(nat, opt text)`. */
  readonly results: string;
  readonly documentation?: string;
}

/** One argument of a method. */
export interface FormArgument {
  readonly name?: string;
  readonly type: FormType;
}

/** One field of a record or case of a variant. */
export interface FormField {
  /** As Candid text: an identifier, a quoted name or a number. */
  readonly label: string;
  readonly type: FormType;
  readonly documentation?: string;
}

/** What kind of input a value needs. */
export type FormType =
  | { readonly kind: "null" | "bool" | "text" | "principal" | "blob" | "reserved" | "empty" | "func" | "service" }
  | {
      readonly kind: "number";
      /** `nat`, `int`, `nat8` … `int64`. */
      readonly type: string;
      /** Decimal; absent where unbounded. */
      readonly min?: string;
      readonly max?: string;
    }
  | { readonly kind: "float"; readonly bits: 32 | 64 }
  | { readonly kind: "opt" | "vec"; readonly of: FormType }
  | { readonly kind: "record" | "variant"; readonly fields: readonly FormField[] }
  | { readonly kind: "tuple"; readonly of: readonly FormType[] }
  | { readonly kind: "reference"; readonly name: string };
