import type { TextRange } from "../base/textRange.ts";
import { CandidTypes, type TypeCrate } from "./candidTypes.ts";
import type { CanisterModel, CdkName, Constant, ModelFunction, StateRef } from "./canisterModel.ts";
import { namesInCalls, namesInUses } from "./cdkNames.ts";
import { type CrateIndex, followIndex, type IndexedFunction, type IndexedStatic } from "./crateIndex.ts";
import type { CrateSources } from "./crateSources.ts";
import { CrateSummaries, type SummaryChanges } from "./crateSummaries.ts";
import { type Draft, Linking } from "./drafts.ts";
import { readEntryPoint } from "./entryPoints.ts";
import type { IndexChanges } from "./formerItems.ts";
import { bareContents, functionContents, summaryOf } from "./functionContents.ts";
import { FunctionModel, ReadRecorder } from "./functionModel.ts";
import type { LinkedCalls } from "./modelSteps.ts";
import type { RustFacts } from "./rustFacts.ts";

/**
 * The model of one crate that follows its texts. What a text does not touch is kept: after an edit only the functions
 * are linked again that changed or call, directly or through others, what changed for them. A model that was given out
 * counts until the next one is asked for.
 */
export class LiveModel {
  /** Notes which functions are looked at. */
  readonly recorder = new ReadRecorder();
  /** Counts how often statics, constants or the files changed that cannot be read. */
  surroundings = 0;
  private linking: Linking | undefined;
  private unreadable = "";
  private readonly summaries = new CrateSummaries();
  private models: ReadonlyMap<Draft, FunctionModel> = new Map();
  private byItem: ReadonlyMap<IndexedFunction, FunctionModel> = new Map();
  private readonly calls = new Map<Draft, LinkedCalls>();
  private readonly cdkNames = new Map<Draft, readonly CdkName[]>();

  /** The model of the crate as its sources are now. Never fails: what cannot be read is left out. */
  follow(sources: CrateSources, facts: RustFacts): CanisterModel {
    const { index, changes } = followIndex(this.linking?.index, sources, facts);
    const linking = this.linking ?? new Linking(index);
    if (this.linking !== undefined) linking.follow(index, changes);
    this.linking = linking;
    const summaries = this.summaries.follow(linking, changes);
    if (changes.names) this.renew(linking);
    this.linkAll(linking, changes, summaries);
    this.touchMoved(linking, changes);
    const model = this.model(sources, linking);
    const unreadable = model.unreadable.map((it) => `${it.path}:${it.offset}`).join();
    const isMoved = [...changes.moved].some((it) => it.kind === "static");
    if (changes.names || isMoved || unreadable !== this.unreadable) this.surroundings += 1;
    this.unreadable = unreadable;
    return model;
  }

  /** Other functions than before: those that remain go on. */
  private renew(linking: Linking): void {
    const drafts = [...linking.drafts.values()];
    this.models = new Map(
      drafts.map((it) => [it, this.models.get(it) ?? new FunctionModel(bareContents(it), this.recorder)]),
    );
    this.byItem = new Map([...this.models].map(([draft, model]) => [draft.function, model]));
    this.calls.clear();
    this.cdkNames.clear();
  }

  private linkAll(linking: Linking, changes: IndexChanges, { changed, told, affected }: SummaryChanges): void {
    if (changes.names) {
      for (const draft of linking.drafts.values()) this.link(linking, draft, new Map());
      return;
    }
    const own = new Set(affected);
    const callers = new Set<Draft>();
    for (const draft of told) for (const caller of this.summaries.callersOf(draft)) callers.add(caller);
    for (const it of [...changes.changed, ...changes.moved]) {
      const draft = it.kind === "function" ? linking.drafts.get(it) : undefined;
      if (draft === undefined) continue;
      own.add(draft);
      // Whoever hands it something to write says where it does.
      if (draft.parameterWrites.size > 0) for (const caller of this.summaries.callersOf(draft)) callers.add(caller);
    }
    for (const draft of own) this.link(linking, draft, new Map());
    for (const draft of callers) if (!own.has(draft)) this.link(linking, draft, this.calls.get(draft) ?? new Map());
    for (const draft of changed) {
      if (own.has(draft) || callers.has(draft)) continue;
      this.models.get(draft)?.summarize(summaryOf(linking, draft, this.models), told.has(draft));
    }
  }

  private link(linking: Linking, draft: Draft, calls: LinkedCalls): void {
    const contents = functionContents(linking, draft, this.models, calls);
    this.calls.set(draft, calls);
    this.models.get(draft)?.become(contents);
    this.cdkNames.set(draft, namesInCalls(linking, draft.function, contents.steps));
  }

  /** Functions that touch a static which stands somewhere else now. */
  private touchMoved(linking: Linking, { names, moved }: IndexChanges): void {
    const variables = new Set(
      [...moved].flatMap((it) => (it.kind === "static" ? (linking.variables.get(it) ?? []) : [])),
    );
    if (names || variables.size === 0) return;
    const isMoved = ({ state }: { readonly state: StateRef }) => variables.has(state.variable);
    for (const model of this.models.values()) {
      const { steps, summary } = model.now;
      const touches =
        steps.some((it) => {
          if (it.kind === "check") return it.reads.some(({ variable }) => variables.has(variable));
          return (it.kind === "stateRead" || it.kind === "stateWrite") && isMoved(it);
        }) ||
        summary.reads.some(({ variable }) => variables.has(variable)) ||
        summary.writes.some(isMoved) ||
        summary.laterWrites.some(isMoved);
      if (touches) model.touch();
    }
  }

  private model(sources: CrateSources, linking: Linking): CanisterModel {
    const { index, resolver, variables } = linking;
    const { byItem } = this;
    return {
      packageName: sources.packageName,
      isLibrary: sources.isLibrary === true,
      files: [...index.files.keys()],
      entryPoints: [...byItem].flatMap(([item]) => readEntryPoint(item, resolver, byItem) ?? []),
      functions: [...byItem.values()],
      state: [...variables.values()],
      constants: index.constants.map(constant),
      cdkNames: [...namesInUses(linking), ...[...this.models.keys()].flatMap((it) => this.cdkNames.get(it) ?? [])],
      cdkVersion: readVersion(sources, index),
      versions: sources.versions,
      itemMacros: index.itemMacros,
      placedMacros: index.placedMacros,
      hasError: [...index.files.values()].some((it) => it.hasError),
      unreadable: [...index.files].flatMap(([path, it]) =>
        it.errorStart === undefined ? [] : [{ path, offset: it.errorStart }],
      ),
      textOf: (path) => index.files.get(path)?.text ?? "",
      candidType: typeReader({ index, resolver, sibling: sources.siblings ?? (() => undefined) }, byItem),
    };
  }
}

/** Reads types where a function stands. */
function typeReader(
  crate: TypeCrate,
  byItem: ReadonlyMap<IndexedFunction, ModelFunction>,
): CanisterModel["candidType"] {
  const types = new CandidTypes();
  let items: ReadonlyMap<ModelFunction, IndexedFunction> | undefined;
  return (type, at) => {
    items ??= new Map([...byItem].map(([item, model]) => [model, item]));
    const item = items.get(at);
    return item && types.read(type, { crate, module: item.module, implType: item.implOf?.type });
  };
}

function constant({ facts, path, start, implOf }: IndexedStatic): Constant {
  const moved = (range: TextRange) => ({ start: range.start + start, end: range.end + start });
  const { name, type, init } = facts;
  return { name, path, type, init, implOf, range: moved(facts.range), nameRange: moved(facts.nameRange) };
}

/** The manifests' version; where they are silent, a name that only one side of 0.18 has. */
function readVersion(sources: CrateSources, index: CrateIndex): readonly number[] | undefined {
  const locked = sources.versions.get("ic-cdk");
  if (locked !== undefined) return locked.split(".").map((it) => Number.parseInt(it, 10) || 0);
  const usesBuilder = index.uses.some(({ facts }) =>
    facts.names.some((it) => it.path.join("::") === "ic_cdk::call::Call"),
  );
  return usesBuilder ? [0, 18] : undefined;
}
