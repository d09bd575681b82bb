import type { SourceFiles } from "../analysis/crateSources.ts";
import type { RustFacts } from "../analysis/rustFacts.ts";
import type { TextRange } from "../base/textRange.ts";
import type { Finding } from "../rules/rule.ts";

/** The text that a file is analysed by, instead of the present one, which is not whole at the moment. */
export interface StandIn {
  /** The last text of the file that could be read. */
  readonly readable: string;
  readonly present: string;
  /** Where in the present text reading stops first; absent where all can be read, and a function is still to be written. */
  readonly errorStart?: number;
  /** Where attributes stand of a function that is still to be written. */
  readonly unwrittenStart?: number;
}

/**
 * Files as the analysis is to read them: those that are not whole at the moment, because somebody types in them, by
 * their last whole text. So nothing flickers, and rules about what a crate lacks stay truthful.
 */
export class ReadableTexts implements SourceFiles {
  /** What was read in place of the present text, by path. */
  readonly standIns = new Map<string, StandIn>();
  private readonly files: SourceFiles;
  private readonly facts: RustFacts;
  private readonly features: readonly string[];
  private readonly isOpen: (path: string) => boolean;

  constructor(parts: {
    readonly files: SourceFiles;
    readonly facts: RustFacts;
    readonly features: readonly string[];
    /** Whether the file is open in an editor: what changed on disk was not typed and counts as it is. */
    readonly isOpen: (path: string) => boolean;
  }) {
    this.files = parts.files;
    this.facts = parts.facts;
    this.features = parts.features;
    this.isOpen = parts.isOpen;
  }

  size(path: string): number | undefined {
    return this.files.size?.(path);
  }

  readText(path: string): string | undefined {
    const present = this.files.readText(path);
    if (present === undefined || !this.isOpen(path)) return present;
    const readable = this.facts.lastReadable(path, present, this.features)?.text;
    if (readable === undefined) return present;
    const { errorStart, unwrittenStart } = this.facts.read(path, present, this.features);
    this.standIns.set(path, {
      readable,
      present,
      ...(errorStart !== undefined && { errorStart }),
      ...(unwrittenStart !== undefined && { unwrittenStart }),
    });
    return readable;
  }
}

/** A range of the readable text in the present one; nothing where its text was changed. */
export function presentRange({ readable, present }: StandIn, range: TextRange): TextRange | undefined {
  const shortest = Math.min(readable.length, present.length);
  let start = 0;
  while (start < shortest && readable[start] === present[start]) start++;
  if (range.end <= start) return range;
  let common = 0;
  while (common < shortest - start && readable.at(-1 - common) === present.at(-1 - common)) common++;
  if (range.start < readable.length - common) return undefined;
  const shift = present.length - readable.length;
  return { start: range.start + shift, end: range.end + shift };
}

/** A finding about readable texts, told of the present ones; nothing where its place was changed. */
export function presentFinding(finding: Finding, standIns: ReadonlyMap<string, StandIn>): Finding | undefined {
  const place = <T extends { readonly path: string; readonly range: TextRange }>(it: T): T | undefined => {
    const standIn = standIns.get(it.path);
    if (standIn === undefined) return it;
    const range = presentRange(standIn, it.range);
    return range && { ...it, range };
  };
  const places = <T extends { readonly path: string; readonly range: TextRange }>(all: readonly T[]) =>
    all.flatMap((it) => place(it) ?? []);
  const moved = place(finding);
  if (moved === undefined) return undefined;
  const fixes = finding.fixes.filter((it) => places(it.edits).length === it.edits.length);
  return {
    ...moved,
    related: places(finding.related),
    fixes: fixes.map((it) => ({ ...it, edits: places(it.edits) })),
  };
}
