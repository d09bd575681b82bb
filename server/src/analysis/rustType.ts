/** A Rust type as its text says it, names not resolved. */
export type RustType =
  | { readonly kind: "path"; readonly path: string; readonly arguments: readonly RustType[] }
  | { readonly kind: "tuple"; readonly types: readonly RustType[] }
  | { readonly kind: "list"; readonly of: RustType }
  | { readonly kind: "reference"; readonly to: RustType };

/** Reads the text of a type; undefined for what no value of Candid has: functions, trait objects, pointers. */
export function parseRustType(text: string): RustType | undefined {
  const reader = new TypeTextReader(text);
  const type = reader.type();
  return reader.isAtEnd() ? type : undefined;
}

class TypeTextReader {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/'\w+|::|->|[A-Za-z_]\w*|\d\w*|[^\s\w]/g) ?? [];
  }

  isAtEnd(): boolean {
    return this.at >= this.tokens.length;
  }

  type(): RustType | undefined {
    const next = this.tokens[this.at];
    if (next === "&") return this.reference();
    if (next === "(") return this.tuple();
    if (next === "[") return this.list();
    return next !== undefined && /^[A-Za-z_]/.test(next) && !/^(fn|dyn|impl|for|extern|unsafe)$/.test(next)
      ? this.path()
      : undefined;
  }

  private reference(): RustType | undefined {
    this.at++;
    if (this.tokens[this.at]?.startsWith("'")) this.at++;
    if (this.tokens[this.at] === "mut") this.at++;
    const to = this.type();
    return to && { kind: "reference", to };
  }

  private tuple(): RustType | undefined {
    this.at++;
    const types: RustType[] = [];
    let hasComma = false;
    while (!this.take(")")) {
      const type = this.type();
      if (type === undefined) return undefined;
      types.push(type);
      if (this.take(",")) hasComma = true;
      else if (this.tokens[this.at] !== ")") return undefined;
    }
    const [only] = types;
    return types.length === 1 && !hasComma && only !== undefined ? only : { kind: "tuple", types };
  }

  private list(): RustType | undefined {
    this.at++;
    const of = this.type();
    if (of === undefined) return undefined;
    while (!this.isAtEnd() && this.tokens[this.at] !== "]") this.at++;
    return this.take("]") ? { kind: "list", of } : undefined;
  }

  private path(): RustType | undefined {
    const names: string[] = [];
    let types: RustType[] = [];
    for (;;) {
      const name = this.tokens[this.at];
      if (name === undefined || !/^[A-Za-z_]/.test(name)) return undefined;
      names.push(name);
      this.at++;
      if (this.tokens[this.at] === "::" && this.tokens[this.at + 1] === "<") this.at++;
      if (this.tokens[this.at] === "<") {
        const read = this.typeArguments();
        if (read === undefined) return undefined;
        types = read;
      }
      if (!this.take("::")) break;
    }
    return { kind: "path", path: names.join("::"), arguments: types };
  }

  private typeArguments(): RustType[] | undefined {
    this.at++;
    const types: RustType[] = [];
    while (!this.take(">")) {
      const next = this.tokens[this.at];
      if (next === undefined) return undefined;
      if (/^('|\d)/.test(next)) this.at++;
      else {
        const type = this.type();
        if (type === undefined) return undefined;
        types.push(type);
      }
      if (!this.take(",") && this.tokens[this.at] !== ">") return undefined;
    }
    return types;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}
