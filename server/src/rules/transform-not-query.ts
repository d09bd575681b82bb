import type { CanisterModel, EntryPoint, ModelFunction } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";
import { bodyText } from "./sourceText.ts";

/** The transform of an outcall cannot be run. */
export const transformNotQuery: Rule = {
  id: "transform-not-query",
  severity: "error",
  isPerFunction: true,
  docs: {
    what: "The function that is named as the transform of an HTTPS outcall is no `#[query]` of the canister.",
    why: "The nodes run the transform as a query of the canister, by its exported name. Where there is none, the outcall is rejected once the response has come, and its cycles are spent.",
    instead: "Declare the function with `#[query]`, and name it as it is exported.",
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      if (!transforming.some((it) => inFunction.names.has(it))) continue;
      for (const { name, start } of namedTransforms(bodyText(canister, inFunction))) {
        const base = inFunction.bodyRange?.start ?? 0;
        const range = { start: base + start, end: base + start + name.length + 2 };
        const problem = whatIsWrong(canister, name);
        if (problem === undefined) continue;
        const { declared, entry } = problem;
        const why =
          entry === undefined
            ? declared === undefined
              ? "the canister has no method of this name"
              : "it is not exported"
            : `it is ${entry.kind === "update" ? "an update" : "a composite query"}`;
        report({
          confidence: "high",
          path: inFunction.path,
          range,
          message: `The nodes run \`${name}\` as a query of this canister, but ${why}: the outcall is rejected. Declare the function with \`#[query]\`.`,
          related:
            declared === undefined
              ? []
              : [{ path: declared.path, range: declared.nameRange, message: `\`${name}\` is declared here` }],
          fixes: declared === undefined ? [] : fixes(declared, entry),
        });
      }
    }
  },
};

/** One of these stands wherever a transform is made. */
const transforming = ["transform_context_from_query", "TransformContext", "TransformFunc"];

/** Names that are given as literals to what makes a transform, and where they stand. */
function namedTransforms(text: string): { readonly name: string; readonly start: number }[] {
  const patterns = [
    /\btransform_context_from_query\s*\(\s*("\w+")/g,
    /\bTransformContext::from_name\s*\(\s*("\w+")/g,
    /\bTransformFunc::new\s*\(\s*[^",]*(?:\([^()]*\))?\s*,\s*("\w+")/g,
    /\bTransformFunc\s*\(\s*(?:[\w:]+::)?Func\s*\{[^{}]*\bmethod\s*:\s*("\w+")/g,
  ];
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => {
      const quoted = match[1] ?? "";
      return { name: quoted.slice(1, -1), start: match.index + match[0].length - quoted.length };
    }),
  );
}

function whatIsWrong(
  canister: CanisterModel,
  name: string,
): { readonly declared: ModelFunction | undefined; readonly entry: EntryPoint | undefined } | undefined {
  const entries = canister.entryPoints.filter((it) => it.method === name);
  if (entries.some((it) => it.kind === "query")) return undefined;
  const entry = entries[0];
  if (entry !== undefined) return { declared: entry.function, entry };
  const declared = canister.functions.filter((it) => it.name === name && it.implOf === undefined);
  // A library may be meant to be exported by whoever uses it, and macros may declare anything.
  if (canister.hasError || canister.entryPoints.length === 0) return undefined;
  if (declared.length > 1 || declared.some((it) => it.attributes.length > 0)) return undefined;
  if (declared.length === 0 && canister.itemMacros.some((it) => !/export_candid|thread_local|lazy_static/.test(it))) {
    return undefined;
  }
  return { declared: declared[0], entry: undefined };
}

function fixes(declared: ModelFunction, entry: EntryPoint | undefined): QuickFix[] {
  if (entry !== undefined) return [];
  const at = { start: declared.range.start, end: declared.range.start };
  return [
    {
      title: "Export it as a query",
      kind: "review",
      edits: [{ path: declared.path, range: at, newText: "#[ic_cdk::query]\n" }],
    },
  ];
}
