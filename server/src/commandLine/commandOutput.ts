/** Where a command writes what it has to say: the terminal, a pipe, or a test. */
export interface CommandOutput {
  /** Writes text as it is; line ends are the caller's. */
  write(text: string): void;
  /** For what is not part of the result: progress, mistakes in the arguments. */
  writeError(text: string): void;
  /** Whether a person reads along, so that progress lines make sense. */
  readonly isTerminal: boolean;
  /** Whether escape sequences for colour are understood and wished for. */
  readonly color: boolean;
}

/** Colours that commands use; each of them is readable on dark and on light ground. */
export type TextStyle = "bold" | "dim" | "red" | "yellow" | "green" | "blue" | "cyan";

const codes: Readonly<Record<TextStyle, number>> = {
  bold: 1,
  dim: 2,
  red: 31,
  yellow: 33,
  green: 32,
  blue: 34,
  cyan: 36,
};

/** The text in a style, or as it is where the output knows no colour. */
export function styled(output: Pick<CommandOutput, "color">, text: string, ...styles: readonly TextStyle[]): string {
  if (!output.color || styles.length === 0) return text;
  return `\u001b[${styles.map((it) => codes[it]).join(";")}m${text}\u001b[0m`;
}

/**
 * Text that came from a canister, a manifest or a source file, without control characters: nothing that somebody else
 * wrote can move the cursor or pretend to be ours.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (it) => {
    return it === "\n" || it === "\t" ? it : `\\u{${it.charCodeAt(0).toString(16)}}`;
  });
}
