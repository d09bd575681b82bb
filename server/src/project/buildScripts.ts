import type { Located, ManifestProblem } from "./manifestProblem.ts";
import { wasiMessage } from "./reproducibleBuild.ts";

/** Build scripts of a manifest that compile for WASI and leave it at that. */
export function scriptProblems(commands: readonly Located<string>[], source: string): ManifestProblem[] {
  // What another script does with the result is not seen here.
  if (commands.some((it) => /wasi2ic|\.sh\b/.test(it.value))) return [];
  return commands.flatMap((command): ManifestProblem[] => {
    const found = /--target[= ]+["']?(wasm32-wasi(?:p1|p2)?)\b/.exec(command.value);
    if (found?.[1] === undefined) return [];
    const at = source.indexOf(found[1], command.range.start);
    const isInside = at !== -1 && at < command.range.end;
    const range = isInside ? { start: at, end: at + found[1].length } : command.range;
    return [{ rule: "wrong-target", severity: "error", range, message: wasiMessage }];
  });
}
