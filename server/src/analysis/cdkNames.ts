import type { TextRange } from "../base/textRange.ts";
import { allowedRanges } from "./allowedRanges.ts";
import { allowsLint } from "./attributes.ts";
import type { CdkName, Step } from "./canisterModel.ts";
import type { IndexedFunction, IndexedUse } from "./crateIndex.ts";
import type { Linking } from "./drafts.ts";
import { type ItemPlace, PlacedRange } from "./lastingPlace.ts";

/** Every `use` of the crate that names something of ic-cdk. */
export function namesInUses(linking: Linking): CdkName[] {
  return linking.index.uses.flatMap((it) => {
    const known = namesOfUse.get(it) ?? usedNames(linking, it);
    namesOfUse.set(it, known);
    return known;
  });
}

/** A `use` is the same object for as long as it stands where it does and no declaration of the crate changes. */
const namesOfUse = new WeakMap<IndexedUse, readonly CdkName[]>();

function usedNames(linking: Linking, { facts, path, start }: IndexedUse): readonly CdkName[] {
  const named = facts.names.filter((it) => it.name !== "*" && cdkCrates.has(it.path[0] ?? ""));
  if (named.length === 0) return noNames;
  const isAllowed = allowsLint(facts.attributes, "deprecated") || isAllowedInFile(linking, path);
  return named.map((it): CdkName => {
    const name = it.path.join("::");
    const own = it.pathRange ?? it.range;
    const range = { start: own.start + start, end: own.end + start };
    const text = linking.index.files.get(path)?.text.slice(range.start, range.end) ?? "";
    return {
      path,
      range,
      name,
      kind: "use",
      call: undefined,
      isAllowed: isAllowed || isAllowedAt(linking, path, range.start),
      isFullPath: it.pathRange !== undefined,
      text,
    };
  });
}

const cdkCrates: ReadonlySet<string> = new Set(["ic_cdk", "ic_cdk_macros", "ic_cdk_timers"]);

const noNames: readonly CdkName[] = [];

function isAllowedInFile(linking: Linking, path: string): boolean {
  const root = linking.index.sources.rootFile;
  return [path, root].some((it) => allowsLint(linking.index.innerAttributes.get(it) ?? [], "deprecated"));
}

/** Statements, `impl` blocks and modules have attributes, too. */
function isAllowedAt(linking: Linking, path: string, offset: number): boolean {
  return allowedIn(linking, path).some((it) => it.start <= offset && offset < it.end);
}

/** Whether anything in a file is allowed to name what is deprecated. */
export function allowsAnywhere(linking: Linking, path: string): boolean {
  return allowedIn(linking, path).length > 0;
}

function allowedIn({ index: { files } }: Linking, path: string): readonly TextRange[] {
  const file = files.get(path);
  if (file === undefined) return [];
  const known = allowedInFile.get(file) ?? allowedRanges(file.text, "deprecated");
  allowedInFile.set(file, known);
  return known;
}

const allowedInFile = new WeakMap<object, readonly TextRange[]>();

/** Every call of a function that names something of ic-cdk. */
export function namesInCalls(
  linking: Linking,
  item: IndexedFunction,
  place: ItemPlace,
  steps: readonly Step[],
): readonly CdkName[] {
  let isAllowed: boolean | undefined;
  const names: CdkName[] = [];
  for (const step of item.facts.steps) {
    if (step.kind !== "call" || step.isMethod) continue;
    const target = linking.target(item, step);
    if ((target.kind !== "cdk" && target.kind !== "external") || !/^ic_cdk(::|_macros::)/.test(target.path)) continue;
    isAllowed ??= allowsLint(item.facts.attributes, "deprecated") || isAllowedInFile(linking, item.path);
    const call = target.kind === "cdk" ? steps.find((it) => it.kind === "canisterCall" && it.at === step) : undefined;
    names.push({
      path: item.path,
      range: new PlacedRange(place, step.pathRange),
      name: target.path,
      kind: "call",
      call: call?.kind === "canisterCall" ? call : undefined,
      isAllowed: isAllowed || isAllowedAt(linking, item.path, item.start + step.pathRange.start),
      isFullPath: step.path === target.path,
      text: step.path,
    });
  }
  return names;
}
