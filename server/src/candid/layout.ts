/** Lays out text in lines of a width: what fits stays on one line, what does not is broken at its own places. */
import { assertNever } from "../base/assert.ts";

/** A text whose line breaks are still open. */
export type Layout =
  | string
  | { readonly kind: "concat"; readonly parts: readonly Layout[] }
  /** Broken as a whole or not at all; `broken` says that it has to be. */
  | { readonly kind: "group"; readonly content: Layout; readonly broken: boolean }
  | { readonly kind: "indent"; readonly content: Layout }
  /** A line break where the group is broken, else `flat`. */
  | { readonly kind: "line"; readonly flat: string }
  /** A line break always; `blank` leaves an empty line, too. */
  | { readonly kind: "hardLine"; readonly blank: boolean }
  /** Stands only where the group is broken. */
  | { readonly kind: "whenBroken"; readonly text: string }
  /** Stands behind a line without counting for its width, as a comment does. */
  | { readonly kind: "suffix"; readonly text: string };

type Mode = "flat" | "broken";

interface Command {
  readonly indentation: number;
  readonly mode: Mode;
  readonly layout: Layout;
}

/** The text of a layout in lines of at most `width` characters where that can be, indented by two spaces. */
export function renderLayout(layout: Layout, width: number): string {
  const lines: string[] = [];
  let current = "";
  let column = 0;
  const stack: Command[] = [{ indentation: 0, mode: "broken", layout }];
  const newLine = (indentation: number, blank: boolean) => {
    lines.push(current.trimEnd());
    if (blank) lines.push("");
    current = " ".repeat(indentation);
    column = indentation;
  };
  const write = (text: string) => {
    current += text;
    const lineBreak = text.lastIndexOf("\n");
    column = lineBreak === -1 ? column + text.length : text.length - lineBreak - 1;
  };
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { indentation, mode, layout: it } = command;
    if (typeof it === "string") {
      write(it);
      continue;
    }
    switch (it.kind) {
      case "concat":
        for (const part of it.parts.toReversed()) stack.push({ indentation, mode, layout: part });
        break;
      case "indent":
        stack.push({ indentation: indentation + 2, mode, layout: it.content });
        break;
      case "group": {
        const flat: Command = { indentation, mode: "flat", layout: it.content };
        const isFlat = !it.broken && fits(flat, stack, width - column);
        stack.push(isFlat ? flat : { ...flat, mode: "broken" });
        break;
      }
      case "line":
        if (mode === "flat") write(it.flat);
        else newLine(indentation, false);
        break;
      case "hardLine":
        newLine(indentation, it.blank);
        break;
      case "whenBroken":
        if (mode === "broken") write(it.text);
        break;
      case "suffix":
        current += it.text;
        break;
      default:
        assertNever(it);
    }
  }
  return [...lines, current].join("\n");
}

/** Whether the command, and what follows it up to the next line break, has room. */
function fits(first: Command, following: readonly Command[], room: number): boolean {
  const stack: Command[] = [first];
  let rest = following.length;
  let left = room;
  while (left >= 0) {
    const command = stack.pop() ?? following[--rest];
    if (command === undefined) return true;
    const { mode, layout: it } = command;
    if (typeof it === "string") {
      const lineBreak = it.indexOf("\n");
      if (lineBreak !== -1) return lineBreak <= left;
      left -= it.length;
      continue;
    }
    switch (it.kind) {
      case "concat":
        for (const part of it.parts.toReversed()) stack.push({ ...command, layout: part });
        break;
      case "indent":
        stack.push({ ...command, layout: it.content });
        break;
      case "group":
        stack.push({ ...command, mode: it.broken ? "broken" : mode, layout: it.content });
        break;
      case "line":
        if (mode === "broken") return true;
        left -= it.flat.length;
        break;
      case "hardLine":
        return true;
      case "whenBroken":
        if (mode === "broken") left -= it.text.length;
        break;
      case "suffix":
        break;
      default:
        assertNever(it);
    }
  }
  return false;
}
