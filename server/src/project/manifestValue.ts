import type { TextRange } from "../base/textRange.ts";
import type { Located, ManifestProblem } from "./manifestProblem.ts";

/** A manifest as its format's parser saw it, whatever the format: values with their places. */
export type ManifestValue = ManifestScalar | ManifestList | ManifestMap;

/** A text, number, truth value or nothing. */
export interface ManifestScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly range: TextRange;
}

/** Values in a row. */
export interface ManifestList {
  readonly kind: "list";
  readonly items: readonly ManifestValue[];
  readonly range: TextRange;
}

/** Values by name, in the order of the text; a name may stand there twice. */
export interface ManifestMap {
  readonly kind: "map";
  readonly entries: readonly { readonly key: Located<string>; readonly value: ManifestValue }[];
  readonly range: TextRange;
}

/** Collects what is wrong while a manifest is read. */
export type ProblemSink = (problem: ManifestProblem) => void;

/** The value of a name, if the map has it and it is not empty (`key:` without a value, `null`). */
export function field(map: ManifestMap, name: string): ManifestValue | undefined {
  const value = map.entries.find((it) => it.key.value === name)?.value;
  return value?.kind === "scalar" && value.value === null ? undefined : value;
}

/** The value of a name that has to be a text; anything else is reported at its place. */
export function textField(map: ManifestMap, name: string, report: ProblemSink): Located<string> | undefined {
  const value = field(map, name);
  return value === undefined ? undefined : text(value, `\`${name}\``, report);
}

/** The value of a name that has to be a map. */
export function mapField(map: ManifestMap, name: string, report: ProblemSink): ManifestMap | undefined {
  const value = field(map, name);
  if (value === undefined || value.kind === "map") return value;
  report(shapeProblem(value.range, `\`${name}\` has to be a map of names to values.`));
  return undefined;
}

/** The items of a name that has to be a list; none where it is absent. */
export function listField(map: ManifestMap, name: string, report: ProblemSink): readonly ManifestValue[] {
  const value = field(map, name);
  if (value === undefined) return [];
  if (value.kind === "list") return value.items;
  report(shapeProblem(value.range, `\`${name}\` has to be a list.`));
  return [];
}

/** One text or a list of texts, as several fields allow. */
export function textsField(map: ManifestMap, name: string, report: ProblemSink): readonly Located<string>[] {
  const value = field(map, name);
  if (value === undefined) return [];
  const items = value.kind === "list" ? value.items : [value];
  return items.flatMap((item) => text(item, `\`${name}\``, report) ?? []);
}

/** A value that has to be a text; `what` names it for the message. */
export function text(value: ManifestValue, what: string, report: ProblemSink): Located<string> | undefined {
  if (value.kind === "scalar" && typeof value.value === "string") return { value: value.value, range: value.range };
  report(shapeProblem(value.range, `${what} has to be a text.`));
  return undefined;
}

/** The manifest can be parsed, but does not say what its format asks for. */
export function shapeProblem(range: TextRange, message: string): ManifestProblem {
  return { rule: "manifest-shape", severity: "error", range, message };
}

/** A message of a parser, made to end like a sentence. */
export function syntaxProblem(range: TextRange, message: string): ManifestProblem {
  const sentence = message.trim();
  return {
    rule: "manifest-syntax",
    severity: "error",
    range,
    message: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
  };
}
