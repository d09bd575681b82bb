/** Projects in memory, and what is made of their manifests. */
import { posix } from "node:path";
import type { ProblemFix } from "../../server/src/base/problem.ts";
import { type ProjectModel, readProject } from "../../server/src/project/projectModel.ts";
import { memoryFiles } from "./memoryFiles.ts";

/** The Cargo.toml of a canister. */
export const cdylib = (name: string, dependencies = 'ic-cdk = "0.20"') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\n\n[lib]\ncrate-type = ["cdylib"]\n\n[dependencies]\n${dependencies}\n`;

/** The model of the files below `/p`. Hints on reproducible builds have tests of their own. */
export function readFiles(files: Record<string, string>, environment: Record<string, string> = {}): ProjectModel {
  const absolute = Object.fromEntries(Object.entries(files).map(([path, text]) => [`/p/${path}`, text]));
  return withoutHints(readProject({ view: memoryFiles(absolute), path: posix, environment }, ["/p"]));
}

/** A model without its hints. */
export function withoutHints(model: ProjectModel): ProjectModel {
  return { ...model, problems: model.problems.filter((it) => it.severity !== "hint") };
}

/** Problems as `file: rule «text at the range»`. */
export function problemsOf(files: Record<string, string>): string[] {
  return readFiles(files).problems.map(
    (it) => `${it.path.slice(3)}: ${it.rule} «${files[it.path.slice(3)]?.slice(it.range.start, it.range.end)}»`,
  );
}

/** A text with a fix applied. */
export function applied(text: string, fix: ProblemFix | undefined): string | undefined {
  return fix && text.slice(0, fix.range.start) + fix.newText + text.slice(fix.range.end);
}
