import type { CanisterModel, EntryPoint, PlacedMacro } from "../analysis/canisterModel.ts";
import type { QuickFix, Rule } from "./rule.ts";

/** `export_candid!()` knows only what stands before it. */
export const exportCandidNotLast: Rule = {
  id: "export-candid-not-last",
  severity: "error",
  docs: {
    what: "A method is defined after `export_candid!()`.",
    why: "The macro writes down the methods that the compiler has met so far. A later one works, but it is missing in the Candid interface, and so in every declaration that is made of it.",
    instead: "Move `ic_cdk::export_candid!()` to the end of the crate's root file.",
  },

  check(canister, report) {
    for (const macro of canister.placedMacros.filter((it) => /(^|::)export_candid$/.test(it.name))) {
      const later = canister.entryPoints.filter((it) => it.method !== undefined && isLater(canister, macro, it));
      const [first] = later;
      if (first === undefined) continue;
      const names = later.slice(0, 3).map((it) => `\`${it.method}\``);
      const more = later.length > names.length ? ` and ${later.length - names.length} more` : "";
      report({
        confidence: "high",
        path: macro.path,
        range: nameOf(canister, macro),
        message: `${names.join(", ")}${more} will be missing in the Candid interface: \`export_candid!\` exports only what is defined before it. Move it to the end of the file.`,
        related: later.slice(0, 5).map((it) => ({ path: it.path, range: it.nameRange, message: "is left out" })),
        fixes: [moveToEnd(canister, macro)],
      });
    }
  },
};

/** In the same file below the macro, or in a module that is declared below it. */
function isLater(canister: CanisterModel, macro: PlacedMacro, { path, range, attribute }: EntryPoint): boolean {
  if (attribute.path === "export_name" || /\bhidden\s*=\s*true/.test(attribute.arguments)) return false;
  if (path === macro.path) return range.start >= macro.range.end;
  if (macro.path !== canister.files[0]) return false;
  const below = canister.textIn(macro.path, macro.range.end);
  const modules = [...below.matchAll(/^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm)].map(
    (it) => it[1] ?? "",
  );
  return modules.some((it) => new RegExp(`[\\\\/]${it}(\\.rs$|[\\\\/])`).test(path));
}

function nameOf(canister: CanisterModel, { path, range }: PlacedMacro) {
  const text = canister.textIn(path, range.start, range.end);
  return { start: range.start, end: range.start + text.replace(/;?\s*$/, "").length };
}

function moveToEnd(canister: CanisterModel, { path, range }: PlacedMacro): QuickFix {
  const text = canister.textOf(path);
  const semicolon = /^\s*;/.exec(text.slice(range.end))?.[0].length ?? 0;
  const lineStart = text.lastIndexOf("\n", range.start - 1) + 1;
  const lineEnd = text.indexOf("\n", range.end + semicolon);
  const isAlone =
    text.slice(lineStart, range.start).trim() === "" && text.slice(range.end + semicolon, lineEnd).trim() === "";
  const removed = isAlone ? { start: lineStart, end: lineEnd + 1 } : { start: range.start, end: range.end + semicolon };
  const macro = text.slice(range.start, range.end).replace(/;$/, "");
  const end = { start: text.length, end: text.length };
  const gap = text.endsWith("\n") ? "\n" : "\n\n";
  return {
    title: "Move `export_candid!()` to the end",
    kind: "safe",
    edits: [
      { path, range: removed, newText: "" },
      { path, range: end, newText: `${gap}${macro};\n` },
    ],
  };
}
