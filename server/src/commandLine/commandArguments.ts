import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** The words after a command's name, read. */
export interface ReadWords {
  /** The value of `--name VALUE`. */
  text(name: string): string | undefined;
  /** Whether `--name` is there. */
  flag(name: string): boolean;
  readonly positionals: readonly string[];
}

/** Which words a command takes. */
export interface WordRules {
  /** Names of options with a value. */
  readonly texts?: readonly string[];
  /** Names of options without a value. */
  readonly flags?: readonly string[];
  /** How many words without a name there can be. */
  readonly positionals: { readonly min: number; readonly max: number };
}

/** Reads the words after a command's name; a text says what is wrong with them. */
export function readWords(words: readonly string[], { texts = [], flags = [], positionals }: WordRules) {
  const options: ParseArgsOptionsConfig = {};
  for (const name of texts) options[name] = { type: "string" };
  for (const name of flags) options[name] = { type: "boolean" };
  try {
    const read = parseArgs({ args: [...words], allowPositionals: true, options });
    if (read.positionals.length < positionals.min) return "Something is missing.";
    if (read.positionals.length > positionals.max) {
      return `\`${read.positionals[positionals.max]}\` is one word too many. Put an argument with spaces in quotes.`;
    }
    return {
      text: (name) => stringIn(read.values[name]),
      flag: (name) => read.values[name] === true,
      positionals: read.positionals,
    } satisfies ReadWords;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How a command prints its result. */
export type OutputFormat = "text" | "json";

/** The value of `--format`; undefined where there is no such format. */
export function readFormat(words: ReadWords): OutputFormat | undefined {
  const format = words.text("format") ?? "text";
  return format === "text" || format === "json" ? format : undefined;
}

function stringIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
