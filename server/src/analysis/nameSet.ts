/** Every name that occurs in a text, comments aside. Most texts are only asked for names that they do not have. */
export class NameSet {
  private readonly text: string;
  private names: ReadonlySet<string> | undefined;

  /** `text` is Rust. */
  constructor(text: string) {
    this.text = text;
  }

  /** Whether the name occurs. */
  has(name: string): boolean {
    return this.text.includes(name) && this.all().has(name);
  }

  /** The names in the order of their first occurrence. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.all()[Symbol.iterator]();
  }

  private all(): ReadonlySet<string> {
    this.names ??= new Set(withoutComments(this.text).match(/[A-Za-z_]\w*/g) ?? []);
    return this.names;
  }
}

function withoutComments(text: string): string {
  if (!text.includes("//") && !text.includes("/*")) return text;
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (it) => (it.startsWith('"') ? it : " "));
}
