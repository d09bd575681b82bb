import type { RustParser } from "../rust/syntax.ts";
import type { RustFile, RustItem } from "../rust/syntaxTree.ts";
import { isEntryAttribute, isExcluded } from "./attributes.ts";
import { type ItemFacts, readItem } from "./itemFacts.ts";
import { NameSet } from "./nameSet.ts";
import { storedStatics } from "./storedByType.ts";

/** What is known of one file by itself. */
export interface FileFacts {
  readonly text: string;
  readonly items: readonly PlacedItem[];
  /** Something in the file could not be read. */
  readonly hasError: boolean;
  /** Where the first thing begins that could not be read. */
  readonly errorStart?: number;
  /**
   * Where the first function stands with attributes of more than one entry point: the upper ones belong to a function that
   * is still to be written. No version of ic-cdk compiles it.
   */
  readonly unwrittenStart?: number;
}

/** An item's facts and where the item stands. */
export interface PlacedItem {
  readonly facts: ItemFacts;
  /** Offset in the file that the facts' ranges count from. */
  readonly start: number;
  /** Inline modules around it, those of `thread_local!` and `lazy_static!` included. */
  readonly modules: readonly string[];
  readonly implOf: RustItem["implOf"];
}

/** Where facts of files come from. */
export interface FactsReader {
  /** The facts of a text; `features` are those that are on. */
  read(path: string, text: string, features: readonly string[]): FileFacts;
}

interface KnownFile {
  readonly features: string;
  readonly file: RustFile;
  readonly facts: FileFacts;
  /** What was known of the file when it was whole for the last time, if it is not now. */
  readonly readable: FileFacts | undefined;
}

interface KnownItem {
  readonly facts: ItemFacts | undefined;
}

/** Files whose trees are kept for the next keystroke. */
const editedFilesMax = 16;

/**
 * What is known of Rust files, remembered by path and text so that a keystroke costs one file's re-reading. Where texts are
 * read `once`, nothing is kept for the next text of a file.
 */
export class RustFacts implements FactsReader {
  /** Reads files as if their functions did nothing, for those who only want to know what types they declare. */
  readonly declarations: FactsReader = { read: (...file) => this.readDeclarations(...file) };
  private readonly parser: RustParser;
  private readonly extent: "lasting" | "once";
  /** By path; a file of a package that others ask for with other features is known once for each. */
  private readonly files = new Map<string, KnownFile[]>();
  /** What is known of files without their functions' bodies, by path; the last one asked for. */
  private readonly declared = new Map<string, { readonly features: string; readonly facts: FileFacts }>();
  /** Paths of edited files, the latest last. */
  private edited: string[] = [];
  /** By the nodes of items, which last for as long as their texts do: as they are, and as they are amid what cannot be read. */
  private readonly items = new WeakMap<object, { sound?: KnownItem; broken?: KnownItem }>();

  constructor(parser: RustParser, extent: "lasting" | "once" = "lasting") {
    this.parser = parser;
    this.extent = extent;
  }

  /** The facts of a text; `features` are those that are on. */
  read(path: string, text: string, features: readonly string[]): FileFacts {
    const featuresKey = features.join();
    const known = this.known(path, featuresKey);
    if (known?.file.text === text) return known.facts;
    if (known?.readable?.text === text) return known.readable;
    const file = this.parser.parse(text, (attributes) => isExcluded(attributes, features), known?.file);
    const { hasError, errorStart } = file;
    const items = [...file.items.flatMap((it) => this.place(it)), ...storedItems(text)];
    const unwrittenStart = items.find(hasTwoEntries)?.start;
    const facts = {
      text,
      items,
      hasError,
      ...(errorStart !== undefined && { errorStart }),
      ...(unwrittenStart !== undefined && { unwrittenStart }),
    };
    const last = known !== undefined && isWhole(known.facts) ? known.facts : known?.readable;
    const readable = !isWhole(facts) && known !== undefined ? last : undefined;
    const others = (this.files.get(path) ?? []).filter((it) => it !== known);
    const kept = this.extent === "lasting" ? file : { ...file, items: [] };
    this.files.set(path, [...others, { features: featuresKey, file: kept, facts, readable }]);
    if (known !== undefined) this.noteEdit(path);
    return facts;
  }

  /** Knows nothing yet: for other texts of the same files, such as those of the last commit. */
  beside(): RustFacts {
    return new RustFacts(this.parser, this.extent);
  }

  /** What was known of a file when it was whole for the last time: when it could be read to its end, and no function had to be written yet. */
  lastReadable(path: string, text: string, features: readonly string[]): FileFacts | undefined {
    if (isWhole(this.read(path, text, features))) return undefined;
    const known = this.known(path, features.join());
    return known?.file.text === text ? known.readable : undefined;
  }

  /** The same as `declarations` of files that are read whole in any case, so that nothing is parsed twice. */
  get shared(): FactsReader {
    if (this.extent === "lasting") return this;
    return {
      read: (...file) => {
        this.read(...file);
        return this.readDeclarations(...file);
      },
    };
  }

  /** Nobody asks again what the functions of a file do. */
  forgetContents(path: string): void {
    for (const { facts, features } of this.files.get(path) ?? []) {
      this.declared.set(path, { features, facts: withoutContents(facts) });
    }
    this.files.delete(path);
  }

  /** The file was closed or deleted: what was remembered of it may go. */
  forget(path: string): void {
    for (const { file } of this.files.get(path) ?? []) this.parser.release(file);
    this.files.delete(path);
    this.declared.delete(path);
    this.edited = this.edited.filter((it) => it !== path);
  }

  private readDeclarations(path: string, text: string, features: readonly string[]): FileFacts {
    const featuresKey = features.join();
    const whole = this.known(path, featuresKey);
    if (whole?.file.text === text && this.extent === "lasting") return whole.facts;
    const known = this.declared.get(path);
    if (known?.features === featuresKey && known.facts.text === text) return known.facts;
    if (whole?.file.text === text) {
      const facts = withoutContents(whole.facts);
      this.declared.set(path, { features: featuresKey, facts });
      return facts;
    }
    const { items, hasError } = this.parser.parseDeclarations(text, (attributes) => isExcluded(attributes, features));
    const facts = { text, items: [...items.flatMap((it) => this.place(it)), ...storedItems(text)], hasError };
    this.declared.set(path, { features: featuresKey, facts });
    return facts;
  }

  private noteEdit(path: string): void {
    this.edited = [...this.edited.filter((it) => it !== path), path];
    if (this.edited.length <= editedFilesMax) return;
    const oldest = this.edited.shift();
    if (oldest === undefined) return;
    for (const { file } of this.files.get(oldest) ?? []) this.parser.release(file);
  }

  private known(path: string, features: string): KnownFile | undefined {
    return this.files.get(path)?.find((it) => it.features === features);
  }

  private place(item: RustItem): PlacedItem[] {
    if (this.extent === "once") return placed(item, readItem(item));
    const known = this.items.get(item.node) ?? {};
    const kind = item.hasError || item.inError ? "broken" : "sound";
    let own = known[kind];
    if (own === undefined) {
      const other = known.sound ?? known.broken;
      own = { facts: other === undefined ? readItem(item) : withError(other.facts, kind === "broken") };
      this.items.set(item.node, { ...known, [kind]: own });
      // The node stands for the item's text from now on; a crate's trees would fill the memory.
      if (other === undefined) item.node.release();
    }
    return placed(item, own.facts);
  }
}

/** What stands for state that a file asks for by its type. */
function storedItems(text: string): PlacedItem[] {
  return storedStatics(text).map((facts) => ({ facts, start: 0, modules: [], implOf: undefined }));
}

function placed({ start, modules, implOf }: RustItem, facts: ItemFacts | undefined): PlacedItem[] {
  return facts === undefined ? [] : [{ facts, start, modules, implOf }];
}

/** What a file declares, without what its functions do. */
function withoutContents(file: FileFacts): FileFacts {
  const items = file.items.map((it) => {
    if (it.facts.kind !== "function") return it;
    return { ...it, facts: { ...it.facts, steps: [], texts: [], names: noNames, returnsPlace: undefined } };
  });
  return { ...file, items };
}

const noNames = new NameSet("");

function isWhole({ hasError, unwrittenStart }: FileFacts): boolean {
  return !hasError && unwrittenStart === undefined;
}

function hasTwoEntries({ facts }: PlacedItem): boolean {
  return facts.kind === "function" && facts.attributes.filter(isEntryAttribute).length > 1;
}

/** The same text, but for whether something around it could not be read. */
function withError(facts: ItemFacts | undefined, hasError: boolean): ItemFacts | undefined {
  return facts?.kind === "function" ? { ...facts, hasError } : facts;
}
