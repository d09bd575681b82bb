import { editBetween, type TextEdit } from "../base/textEdit.ts";
import type { CanisterModel, CdkName } from "./canisterModel.ts";
import { allowsAnywhere, namesInCalls } from "./cdkNames.ts";
import { type CrateIndex, followIndex, type IndexedFunction, type IndexedStatic } from "./crateIndex.ts";
import type { CrateSources } from "./crateSources.ts";
import { CrateSummaries, type SummaryChanges } from "./crateSummaries.ts";
import { DerivedValues } from "./derived.ts";
import { type Draft, Linking } from "./drafts.ts";
import type { IndexChanges } from "./formerItems.ts";
import { bareContents, type FormerContents, flagsByName, functionContents, summaryOf } from "./functionContents.ts";
import { FunctionModel } from "./functionModel.ts";
import { LiveCanister } from "./liveCanister.ts";
import type { LinkedCalls } from "./modelSteps.ts";
import { ReadRecorder } from "./reads.ts";
import { crateParts, Revisions } from "./revisions.ts";
import type { RustFacts } from "./rustFacts.ts";

/**
 * The model of one crate that follows its texts. What a text does not touch is kept: after an edit only the functions
 * are linked again that changed or call, directly or through others, what changed for them. A model that was given out
 * counts until the next one is asked for.
 */
export class LiveModel {
  /** Notes what is looked at. */
  readonly recorder = new ReadRecorder();
  /** Counts how often the model followed, and when what changed. */
  readonly revisions = new Revisions();
  private readonly extent: "lasting" | "once";
  private readonly derived: DerivedValues;
  private readonly canister: LiveCanister;
  private linking: Linking | undefined;
  private readonly summaries = new CrateSummaries();
  private models: ReadonlyMap<Draft, FunctionModel> = new Map();
  private byItem: ReadonlyMap<IndexedFunction, FunctionModel> = new Map();
  private readonly calls = new Map<Draft, LinkedCalls>();
  private readonly cdkNames = new Map<Draft, readonly CdkName[]>();

  /** `lasting` follows its texts; what is derived from a model that counts `once` is not brought up to date. */
  constructor(extent: "lasting" | "once" = "lasting") {
    this.extent = extent;
    this.derived = new DerivedValues(extent, this);
    this.canister = new LiveCanister(this, this.derived);
  }

  /** The model of the crate as its sources are now. Never fails: what cannot be read is left out. */
  follow(sources: CrateSources, facts: RustFacts): CanisterModel {
    const { index, changes } = followIndex(this.linking?.index, sources, facts);
    this.revisions.begin((path) => index.files.get(path)?.text ?? "", editsOf(this.linking?.index, index));
    const linking = this.linking ?? new Linking(index, () => this.recorder.noteParts(crateParts.places));
    if (this.linking === undefined) changes.all = true;
    else linking.follow(index, changes);
    this.linking = linking;
    const summaries = this.summaries.follow(linking, changes);
    if (changes.names || changes.all) this.renew(linking);
    this.linkAll(linking, changes, summaries);
    const { models, byItem, cdkNames } = this;
    this.canister.follow({
      sources,
      linking,
      changes,
      byItem,
      cdkNamesOf: [...models.keys()].map((it) => cdkNames.get(it)),
    });
    return this.canister;
  }

  /** Other functions than before: those that remain go on. */
  private renew(linking: Linking): void {
    const drafts = [...linking.drafts.values()];
    this.models = new Map(
      drafts.map((it) => [it, this.models.get(it) ?? new FunctionModel((item) => bareContents(it, item), this)]),
    );
    this.byItem = new Map([...this.models].map(([draft, model]) => [draft.function, model]));
    for (const kept of [this.calls, this.cdkNames])
      for (const it of kept.keys()) if (!this.models.has(it)) kept.delete(it);
  }

  private linkAll(linking: Linking, changes: IndexChanges, { changed, flagged, told, affected }: SummaryChanges): void {
    if (changes.all) {
      for (const draft of linking.drafts.values()) this.link(linking, draft, new Map());
      return;
    }
    const moved = draftsOf(linking, changes.moved.keys());
    for (const it of moved) this.models.get(it)?.moveTo(it.function.start);
    const own = new Set(affected);
    const callers = new Set<Draft>();
    for (const draft of told) for (const caller of this.summaries.callersOf(draft)) callers.add(caller);
    for (const it of [...draftsOf(linking, changes.changed), ...draftsOf(linking, changes.relinked)]) own.add(it);
    for (const draft of own) this.link(linking, draft, new Map());
    for (const draft of callers) {
      const contents = this.models.get(draft)?.now;
      if (own.has(draft) || contents === undefined) continue;
      this.link(linking, draft, this.calls.get(draft) ?? new Map(), { contents, told });
    }
    for (const draft of changed) {
      if (own.has(draft) || callers.has(draft)) continue;
      const model = this.models.get(draft);
      model?.summarize(summaryOf(linking, draft, this.models, model.now.summary.callees));
    }
    for (const draft of flagged) {
      if (own.has(draft) || callers.has(draft)) continue;
      const model = this.models.get(draft);
      model?.summarize({ ...model.now.summary, ...flagsByName(draft.flags) });
    }
    for (const it of moved) if (!own.has(it)) this.nameAgain(linking, it);
  }

  /** What allows names of ic-cdk may stand around a function that only moved. */
  private nameAgain(linking: Linking, draft: Draft): void {
    const known = this.cdkNames.get(draft) ?? [];
    const model = this.models.get(draft);
    if (known.length === 0 || model === undefined) return;
    if (!known.some((it) => it.isAllowed) && !allowsAnywhere(linking, draft.function.path)) return;
    const names = namesInCalls(linking, draft.function, model.place, model.now.steps);
    this.cdkNames.set(
      draft,
      names.map((it, index) => (known[index]?.isAllowed === it.isAllowed ? known[index] : it)),
    );
  }

  private link(linking: Linking, draft: Draft, calls: LinkedCalls, former?: FormerContents): void {
    const { models, summaries } = this;
    const model = models.get(draft);
    if (model === undefined) return;
    const { place } = model;
    model.moveTo(draft.function.start);
    const contents = functionContents(
      linking,
      draft,
      { models, item: place, calls, callees: summaries.calleesOf(draft) },
      former,
    );
    if (this.extent === "lasting") this.calls.set(draft, calls);
    model.become(contents);
    if (draft.hasMovedWrites) model.move();
    if (former === undefined) this.cdkNames.set(draft, namesInCalls(linking, draft.function, place, contents.steps));
  }
}

/** How the texts of files changed. */
function editsOf(before: CrateIndex | undefined, after: CrateIndex): ReadonlyMap<string, TextEdit> {
  const edits = new Map<string, TextEdit>();
  if (before === undefined || before.files === after.files) return edits;
  const note = (path: string, old = "", now = "") => {
    if (old !== now) edits.set(path, editBetween(old, now));
  };
  for (const [path, file] of after.files) {
    const former = before.files.get(path);
    if (former !== file) note(path, former?.text, file.text);
  }
  for (const [path, file] of before.files) if (!after.files.has(path)) note(path, file.text);
  return edits;
}

function draftsOf(linking: Linking, items: Iterable<IndexedFunction | IndexedStatic>): Draft[] {
  return [...items].flatMap((it) => (it.kind === "function" ? (linking.drafts.get(it) ?? []) : []));
}
