/**
 * Names of Rust functions as people write them, from the symbols that compilers make of them, hashes left out.
 * Both forms: the older `_ZN…E` and the newer `_R…` (https://doc.rust-lang.org/rustc/symbol-mangling/v0.html).
 */
export function readableName(symbol: string): string {
  // Behind a dot stands what a linker or optimizer added.
  const plain = symbol.replace(/\.llvm\..*$/, "");
  const older = /^_?_ZN(.*)E(?:\.\d+)?$/s.exec(plain);
  if (older !== null) return olderName(older[1] ?? "") ?? symbol;
  const newer = /^_?_R([A-Z][A-Za-z0-9_]*)(?:[.$].*)?$/s.exec(plain);
  return newer === null ? symbol : (new SymbolReader(newer[1] ?? "").name() ?? symbol);
}

const escapes: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

function olderName(body: string): string | undefined {
  const parts: string[] = [];
  for (let at = 0; at < body.length; ) {
    const digits = /^\d+/.exec(body.slice(at))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length;
    const part = body.slice(at, at + Number(digits));
    if (part.length !== Number(digits)) return undefined;
    parts.push(part);
    at += part.length;
  }
  if (/^h[0-9a-f]{16}$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.length === 0 ? undefined : parts.map(unescapePart).join("::");
}

function unescapePart(part: string): string {
  return part
    .replace(/^_\$/, "$")
    .replace(/\$(u[0-9a-f]+|[A-Z]+)\$/g, (whole, code: string) =>
      code.startsWith("u") ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? whole),
    )
    .replaceAll("..", "::");
}

const basicTypes: Readonly<Record<string, string>> = {
  a: "i8",
  b: "bool",
  c: "char",
  d: "f64",
  e: "str",
  f: "f32",
  h: "u8",
  i: "isize",
  j: "usize",
  l: "i32",
  m: "u32",
  n: "i128",
  o: "u128",
  p: "_",
  s: "i16",
  t: "u16",
  u: "()",
  v: "...",
  x: "i64",
  y: "u64",
  z: "!",
};

/** How deep types may be nested, and how long a name may become: symbols can refer back to their own parts. */
const depthMax = 100;
const nameLengthMax = 4_096;

class NotASymbol extends Error {}

/** Reads the newer form. */
class SymbolReader {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  name(): string | undefined {
    try {
      const name = this.path(true);
      return name.length > nameLengthMax ? undefined : name;
    } catch (error) {
      if (error instanceof NotASymbol) return undefined;
      throw error;
    }
  }

  private next(): string {
    const char = this.text[this.at++];
    if (char === undefined) throw new NotASymbol();
    return char;
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  /** A number in base 62, ended by an underscore: nothing is 0, everything else one more than it says. */
  private number62(): number {
    if (this.take("_")) return 0;
    let value = 0;
    for (let char = this.next(); char !== "_"; char = this.next()) {
      const digit = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(char);
      if (digit === -1) throw new NotASymbol();
      value = value * 62 + digit;
    }
    return value + 1;
  }

  private disambiguator(): number {
    return this.take("s") ? this.number62() + 1 : 0;
  }

  private identifier(): string {
    const isPunycode = this.take("u");
    const digits = /^(0|[1-9]\d*)/.exec(this.text.slice(this.at))?.[0];
    if (digits === undefined) throw new NotASymbol();
    this.at += digits.length;
    this.take("_");
    const end = this.at + Number(digits);
    if (end > this.text.length) throw new NotASymbol();
    const bytes = this.text.slice(this.at, end);
    this.at = end;
    return isPunycode ? `punycode{${bytes.replace(/_(?=[^_]*$)/, "-")}}` : bytes;
  }

  /** What `read` gives at an earlier place. */
  private back(read: () => string): string {
    const start = this.at - 1;
    const target = this.number62();
    if (target >= start) throw new NotASymbol();
    const resume = this.at;
    this.at = target;
    const value = read();
    this.at = resume;
    return value;
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > depthMax) throw new NotASymbol();
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** `isValue` where generic arguments need `::` before them. */
  private path(isValue: boolean): string {
    return this.nested(() => this.pathInside(isValue));
  }

  private pathInside(isValue: boolean): string {
    switch (this.next()) {
      case "C":
        this.disambiguator();
        return this.identifier();
      case "N":
        return this.member(isValue);
      case "M":
        this.disambiguator();
        this.path(false);
        return `<${this.type()}>`;
      case "X":
        this.disambiguator();
        this.path(false);
        return `<${this.type()} as ${this.path(false)}>`;
      case "Y":
        return `<${this.type()} as ${this.path(false)}>`;
      case "I": {
        const name = this.path(isValue);
        return `${name}${isValue ? "::" : ""}<${this.list(() => this.genericArgument()).join(", ")}>`;
      }
      case "B":
        return this.back(() => this.path(isValue));
      default:
        throw new NotASymbol();
    }
  }

  private member(isValue: boolean): string {
    const kind = this.next();
    const parent = this.path(isValue);
    const index = this.disambiguator();
    const name = this.identifier();
    if (!/[A-Z]/.test(kind)) return name === "" ? parent : `${parent}::${name}`;
    const word = kind === "C" ? "closure" : kind === "S" ? "shim" : kind;
    return `${parent}::{${word}${name === "" ? "" : `:${name}`}#${index}}`;
  }

  private genericArgument(): string {
    if (this.take("L")) return lifetimeName(this.number62());
    return this.take("K") ? this.constant() : this.type();
  }

  private list(read: () => string): string[] {
    const items: string[] = [];
    while (!this.take("E")) items.push(read());
    return items;
  }

  private type(): string {
    return this.nested(() => this.typeInside());
  }

  private typeInside(): string {
    const char = this.next();
    const basic = basicTypes[char];
    if (basic !== undefined) return basic;
    switch (char) {
      case "R":
      case "Q": {
        const lifetime = this.take("L") ? this.number62() : 0;
        const named = lifetime === 0 ? "" : `${lifetimeName(lifetime)} `;
        return `&${named}${char === "Q" ? "mut " : ""}${this.type()}`;
      }
      case "P":
        return `*const ${this.type()}`;
      case "O":
        return `*mut ${this.type()}`;
      case "A":
        return `[${this.type()}; ${this.constant()}]`;
      case "S":
        return `[${this.type()}]`;
      case "T": {
        const items = this.list(() => this.type());
        return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
      }
      case "F":
        return this.functionType();
      case "D":
        return this.dynamicType();
      case "B":
        return this.back(() => this.type());
      default:
        this.at -= 1;
        return this.path(false);
    }
  }

  private functionType(): string {
    if (this.take("G")) this.number62();
    const unsafe = this.take("U") ? "unsafe " : "";
    const abi = this.take("K") ? `extern "${this.take("C") ? "C" : this.identifier().replaceAll("_", "-")}" ` : "";
    const parameters = this.list(() => this.type());
    const result = this.type();
    return `${unsafe}${abi}fn(${parameters.join(", ")})${result === "()" ? "" : ` -> ${result}`}`;
  }

  private dynamicType(): string {
    if (this.take("G")) this.number62();
    const traits: string[] = [];
    while (!this.take("E")) traits.push(this.dynamicTrait());
    if (!this.take("L")) throw new NotASymbol();
    const lifetime = this.number62();
    return `dyn ${traits.join(" + ")}${lifetime === 0 ? "" : ` + ${lifetimeName(lifetime)}`}`;
  }

  private dynamicTrait(): string {
    let name = this.path(false);
    while (this.take("p")) {
      const binding = `${this.identifier()} = ${this.type()}`;
      name = name.endsWith(">") ? `${name.slice(0, -1)}, ${binding}>` : `${name}<${binding}>`;
    }
    return name;
  }

  private constant(): string {
    if (this.take("p")) return "_";
    if (this.take("B")) return this.back(() => this.constant());
    const type = this.next();
    const sign = this.take("n") ? "-" : "";
    const digits = /^[0-9a-f]*_/.exec(this.text.slice(this.at))?.[0];
    if (digits === undefined) throw new NotASymbol();
    this.at += digits.length;
    const value = BigInt(`0x0${digits.slice(0, -1)}`);
    if (type === "b") return value === 0n ? "false" : "true";
    return type === "c" ? `'${String.fromCodePoint(Number(value))}'` : `${sign}${value}`;
  }
}

function lifetimeName(index: number): string {
  return index === 0 ? "'_" : `'${String.fromCharCode(96 + Math.min(index, 26))}`;
}
