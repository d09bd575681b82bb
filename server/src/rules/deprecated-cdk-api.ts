import type { CanisterModel, CdkName } from "../analysis/canisterModel.ts";
import { type RenamedName, renamedName } from "./renamedApi.ts";
import type { QuickFix, Rule, TextEdit } from "./rule.ts";

/** A name that ic-cdk 0.18 deprecated and 0.20 removed. */
export const deprecatedCdkApi: Rule = {
  id: "deprecated-cdk-api",
  severity: "warning",
  docs: {
    what: "A function or type is used that ic-cdk 0.18 deprecated and 0.20 removed.",
    why: "With ic-cdk 0.20 the crate does not compile any more; until then it builds with warnings, and stays on the old call API, which knows unbounded wait only.",
    instead: "Use the new name that the message tells.",
  },

  check(canister, report) {
    const { cdkVersion } = canister;
    if (cdkVersion === undefined) return;
    const [major = 0, minor = 0] = cdkVersion;
    const isRemoved = major > 0 || minor >= 20;
    if (!isRemoved && minor < 18) return;
    for (const name of canister.cdkNames) {
      const renamed = renamedName(name.name, cdkVersion);
      if (renamed === undefined || (name.isAllowed && !isRemoved)) continue;
      const fate = isRemoved
        ? "is gone since ic-cdk 0.20: this does not compile"
        : "is deprecated since ic-cdk 0.18, and gone with 0.20";
      report({
        severity: isRemoved ? "error" : "warning",
        confidence: "high",
        path: name.path,
        range: name.range,
        message: `\`${name.name}\` ${fate}. Instead, ${renamed.advice}.`,
        tags: ["deprecated"],
        fixes: rename(canister, name, renamed),
      });
    }
  },
};

function rename(canister: CanisterModel, name: CdkName, renamed: RenamedName): QuickFix[] {
  if (renamed.newName === undefined || renamed.fix === "no") return [];
  const edits =
    name.kind === "use" ? renameUse(canister, name, renamed.newName) : renameCall(canister, name, renamed.newName);
  return edits.length === 0 ? [] : [{ title: `Use \`${renamed.newName}\``, kind: renamed.fix, edits }];
}

function renameCall(canister: CanisterModel, name: CdkName, newName: string): TextEdit[] {
  const { path, range, text } = name;
  if (name.isFullPath) return [{ path, range, newText: newName }];
  const parent = parentOf(name.name);
  if (text.includes("::") && parentOf(newName) === parent && name.name.endsWith(lastOf(text))) {
    const start = range.end - lastOf(text).length;
    return [{ path, range: { start, end: range.end }, newText: lastOf(newName) }];
  }
  const used = canister.cdkNames.find(
    (it) => it.kind === "use" && it.path === path && it.name === name.name && lastOf(it.text) === text,
  );
  return used === undefined ? [] : renameUse(canister, used, newName);
}

/** Renames in the `use` and at every call that goes through it. */
function renameUse(canister: CanisterModel, used: CdkName, newName: string): TextEdit[] {
  const { path, range, text } = used;
  const written = writtenAs(used, newName);
  if (written === undefined) return [];
  const short = lastOf(text);
  const calls = canister.cdkNames.filter(
    (it) => it.kind === "call" && it.path === path && it.name === used.name && it.text === short,
  );
  const mentions = canister.textOf(path).match(new RegExp(`\\b${short}\\b`, "g"))?.length ?? 0;
  // A name that is used for anything but calls would be left behind.
  if (mentions > calls.length + 1 && !/^(caller|id|print|call)$/.test(short)) return [];
  return [
    { path, range, newText: written },
    ...calls.map((it) => ({ path, range: it.range, newText: lastOf(newName) })),
  ];
}

/** The new path as the `use` has to spell it, which may begin inside of braces. */
function writtenAs(used: CdkName, newName: string): string | undefined {
  if (used.isFullPath) return newName;
  if (!used.name.endsWith(used.text)) return undefined;
  const prefix = used.name.slice(0, used.name.length - used.text.length);
  return newName.startsWith(prefix) ? newName.slice(prefix.length) : undefined;
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(":") + 1);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("::"));
}
