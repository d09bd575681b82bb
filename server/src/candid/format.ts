/**
 * Formats `.did` files. The order of everything stays, every comment stays, single empty lines stay; braces that the
 * author broke behind the opening one stay broken. Formatting a formatted text changes nothing.
 */
import type { Layout } from "./layout.ts";
import { renderLayout } from "./layout.ts";
import { parseCandid } from "./parser.ts";
import { tokenize, tokenRange } from "./tokens.ts";

const lineWidth = 80;

/** The formatted text; undefined where the text has errors of syntax, which are to be mended first. */
export function formatCandid(text: string): string | undefined {
  const { program, problems } = parseCandid(text, "");
  if (problems.length > 0) return undefined;
  const reader = new PieceReader(readPieces(text), program.service?.range.start);
  const top = reader.group("");
  return top.items.length === 0 && top.dangling.length === 0
    ? ""
    : `${renderLayout(topLayout(top), lineWidth).trim()}\n`;
}

/** A token or a comment, and how many line breaks stand before it. */
interface Piece {
  readonly text: string;
  readonly start: number;
  readonly comment?: "line" | "block";
  readonly breaksBefore: number;
  readonly breaksBehind: number;
}

type Element = Piece | Group;

interface Group {
  readonly open: string;
  readonly items: readonly Item[];
  /** Comments behind the last item, on lines of their own. */
  readonly dangling: readonly Piece[];
  /** Whether the text breaks the line behind the opening bracket. */
  readonly brokenByAuthor: boolean;
}

interface Item {
  readonly leading: readonly Piece[];
  readonly elements: readonly Element[];
  /** Comments behind it on its last line. */
  readonly trailing: readonly Piece[];
  readonly isMainService: boolean;
}

function readPieces(text: string): Piece[] {
  const { tokens, comments } = tokenize(text);
  const places = [
    ...tokens.map((token) => ({ ...tokenRange(token), comment: undefined })),
    ...comments.map(({ range, kind }) => ({ ...range, comment: kind })),
  ].sort((a, b) => a.start - b.start);
  const breaks = (start: number, end: number) => text.slice(start, end).match(/\r\n|\r|\n/g)?.length ?? 0;
  return places.map(({ start, end, comment }, index) => ({
    text: text.slice(start, end).trimEnd(),
    start,
    ...(comment && { comment }),
    breaksBefore: breaks(places[index - 1]?.end ?? 0, start),
    breaksBehind: breaks(end, places[index + 1]?.start ?? text.length),
  }));
}

/** Groups pieces by brackets and separators. */
class PieceReader {
  private readonly pieces: readonly Piece[];
  private readonly serviceStart: number | undefined;
  private at = 0;

  constructor(pieces: readonly Piece[], serviceStart: number | undefined) {
    this.pieces = pieces;
    this.serviceStart = serviceStart;
  }

  /** Reads up to the closing bracket; the top of a file is the group without brackets. */
  group(open: string): Group {
    const brokenByAuthor = (this.pieces[this.at]?.breaksBefore ?? 0) > 0;
    const items: Item[] = [];
    let leading: Piece[] = [];
    let elements: Element[] = [];
    let isMainService = false;
    const finish = () => {
      if (elements.length === 0) return;
      const { own, behind } = detachComments(elements);
      items.push({ leading, elements: own, trailing: behind.trailing, isMainService });
      leading = behind.leading;
      elements = [];
      isMainService = false;
    };
    for (let piece = this.pieces[this.at]; piece !== undefined; piece = this.pieces[this.at]) {
      this.at++;
      if (piece.comment !== undefined && elements.length === 0) {
        const last = items.at(-1);
        const staysBehind = piece.breaksBefore === 0 && (piece.comment === "line" || piece.breaksBehind > 0);
        if (last !== undefined && staysBehind && leading.length === 0) {
          items[items.length - 1] = { ...last, trailing: [...last.trailing, piece] };
        } else if (piece.comment === "block" && piece.breaksBehind === 0 && this.itemFollows()) elements.push(piece);
        else leading.push(piece);
      } else if (piece.comment === undefined && /^[;,]$/.test(piece.text)) finish();
      else if (piece.comment === undefined && /^[)}]$/.test(piece.text)) break;
      else if (piece.comment === undefined && /^[({]$/.test(piece.text)) elements.push(this.group(piece.text));
      else {
        if (piece.start === this.serviceStart) {
          finish();
          isMainService = true;
        }
        elements.push(piece);
      }
    }
    finish();
    return { open, items, dangling: leading, brokenByAuthor };
  }

  private itemFollows(): boolean {
    const next = this.pieces[this.at];
    return next !== undefined && !/^[)}]$/.test(next.text);
  }
}

/** Comments at the end of an item belong behind it on its line, or above what follows. */
function detachComments(elements: readonly Element[]) {
  let end = elements.length;
  while (end > 1 && isComment(elements[end - 1])) end--;
  const comments = elements.slice(end).filter(isComment);
  const firstOnOwnLine = comments.findIndex((it) => it.breaksBefore > 0);
  const split = firstOnOwnLine === -1 ? comments.length : firstOnOwnLine;
  return {
    own: elements.slice(0, end),
    behind: { trailing: comments.slice(0, split), leading: comments.slice(split) },
  };
}

function isComment(element: Element | undefined): element is Piece {
  return element !== undefined && "comment" in element;
}

const line: Layout = { kind: "line", flat: "" };
const space: Layout = { kind: "line", flat: " " };

function hardLine(blank = false): Layout {
  return { kind: "hardLine", blank };
}

function concat(...parts: readonly Layout[]): Layout {
  return { kind: "concat", parts };
}

function topLayout({ items, dangling }: Group): Layout {
  const parts = items.flatMap((item, index) => [
    ...(index === 0 ? [] : [hardLine(startsWithBlank(item))]),
    itemLayout(item, item.isMainService ? "" : ";"),
  ]);
  return concat(...parts, ...danglingLayout(dangling, items.length > 0));
}

function groupLayout(group: Group, isMainBody: boolean): Layout {
  const { open, items, dangling, brokenByAuthor } = group;
  const close = open === "{" ? "}" : ")";
  if (items.length === 0 && dangling.length === 0) return `${open}${close}`;
  const [only] = items;
  if (only !== undefined && isHugged(group)) return concat(open, itemLayout(only, ""), close);
  const separator = open === "{" ? ";" : ",";
  const edge = open === "{" ? space : line;
  const parts = items.flatMap((item, index) => {
    const isLast = index === items.length - 1;
    const ending: Layout = isLast ? { kind: "whenBroken", text: separator } : separator;
    const blank = startsWithBlank(item);
    const before = index === 0 ? [] : [blank ? hardLine(true) : space];
    return [...before, itemLayout(item, ending)];
  });
  const content = concat(
    open,
    { kind: "indent", content: concat(edge, ...parts, ...danglingLayout(dangling, items.length > 0)) },
    edge,
    close,
  );
  const broken = isMainBody || mustBreak(group) || (open === "{" && brokenByAuthor);
  return { kind: "group", content, broken };
}

/** A lone argument that ends with braces needs no lines of its own: `(record {` … `})`. */
function isHugged({ open, items, dangling }: Group): boolean {
  const [only, another] = items;
  if (open !== "(" || only === undefined || another !== undefined) return false;
  if (dangling.length + only.leading.length + only.trailing.length > 0 || only.elements.some(isComment)) return false;
  const last = only.elements.at(-1);
  return last !== undefined && "open" in last && last.open === "{";
}

/** Whether something in the group cannot stand on one line with the rest. */
function mustBreak({ items, dangling }: Group): boolean {
  const breaks = (piece: Piece) => piece.comment === "line" || piece.text.includes("\n");
  return (
    dangling.length > 0 ||
    items.some(
      (item, index) =>
        item.leading.length > 0 ||
        item.trailing.length > 0 ||
        (index > 0 && startsWithBlank(item)) ||
        item.elements.some((it) => ("open" in it ? elementBreaks(it) : isComment(it) && breaks(it))),
    )
  );
}

function elementBreaks(group: Group): boolean {
  return mustBreak(group) || (group.open === "{" && group.brokenByAuthor && group.items.length > 0);
}

function itemLayout({ leading, elements, trailing, isMainService }: Item, ending: Layout): Layout {
  const parts: Layout[] = leading.flatMap((comment, index) => {
    const next = leading[index + 1];
    return [comment.text, hardLine((next?.breaksBefore ?? firstBreaks(elements)) > 1)];
  });
  const lastGroup = elements.findLastIndex((it) => "open" in it);
  for (const [index, element] of elements.entries()) {
    const previous = elements[index - 1];
    if (previous !== undefined)
      parts.push(breaksBetween(previous, element) ? { kind: "indent", content: hardLine() } : " ");
    const isMainBody = isMainService && index === lastGroup && index === elements.length - 1;
    if ("open" in element) parts.push(groupLayout(element, isMainBody && element.open === "{"));
    else parts.push(element.text);
  }
  parts.push(ending, ...trailing.map((it): Layout => ({ kind: "suffix", text: ` ${it.text}` })));
  return concat(...parts);
}

function breaksBetween(previous: Element, element: Element): boolean {
  return (isComment(previous) && previous.comment === "line") || (isComment(element) && element.breaksBefore > 0);
}

function firstBreaks([first]: readonly Element[]): number {
  return first !== undefined && "text" in first ? first.breaksBefore : 0;
}

function startsWithBlank({ leading, elements }: Item): boolean {
  return (leading[0]?.breaksBefore ?? firstBreaks(elements)) > 1;
}

function danglingLayout(comments: readonly Piece[], afterItems: boolean): Layout[] {
  return comments.flatMap((comment, index) => [
    ...(index > 0 || afterItems ? [hardLine(comment.breaksBefore > 1)] : []),
    comment.text,
  ]);
}
