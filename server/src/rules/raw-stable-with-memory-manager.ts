import type { CanisterModel } from "../analysis/canisterModel.ts";
import { reachableFunctions } from "../analysis/reachable.ts";
import { isTouched, type ManagerStatic, managerStatics } from "./managedMemory.ts";
import type { Rule } from "./rule.ts";
import { bodyText, inAnyFile, withoutComments } from "./sourceText.ts";

/** What is written past the memory manager overwrites its table. */
export const rawStableWithMemoryManager: Rule = {
  id: "raw-stable-with-memory-manager",
  severity: "error",
  docs: {
    what: "A crate with a memory manager also writes to stable memory by itself: `stable_save`, `stable_write`, `StableWriter`.",
    why: "Both begin at the first page, where the manager keeps the table of its memories. After the write the manager finds no table, begins anew, and all stable structures are empty or corrupted.",
    instead: "Write into a memory of the manager: `MEMORY_MANAGER.get(id)` with `Writer`, or a `StableCell`.",
  },

  check(canister, report) {
    const manager = managerStatics(canister)[0];
    if (manager === undefined) return;
    // What only dead code names is never made.
    const isNamed = canister.functions.some((it) => it.names.has(manager.variable.name));
    if (isNamed ? !isTouched(canister, manager) : !isNamedTwice(canister, manager)) return;
    if (restrictsMemory.of(canister, "")) return;
    for (const inFunction of reachableFunctions(canister).keys()) {
      const text = bodyText(canister, inFunction);
      if (/\bstable(64)?_size\s*\(/.test(text)) continue;
      for (const call of inFunction.steps) {
        if (call.kind !== "functionCall" || call.targets.length > 0 || !writesRaw(call.resolved, call.cdk)) continue;
        report({
          confidence: "high",
          path: inFunction.path,
          range: call.pathRange,
          message: `\`${call.path}\` writes to the first page of stable memory, over the table of \`${manager.variable.name}\`: all stable structures are lost. Write into a memory of the manager.`,
          related: [
            { path: manager.variable.path, range: manager.range, message: "the manager takes all of stable memory" },
          ],
        });
      }
    }
  },
};

const restrictsMemory = inAnyFile((text) => /\bRestrictedMemory\b/.test(text));

function writesRaw(name: string, cdk: string | undefined): boolean {
  if (cdk === "stableSave") return true;
  return /^ic_cdk::(api::)?(stable::(\w+::)?(stable(64)?_write|StableWriter::\w+|StableIO::\w+)|stable(64)?_write)$/.test(
    name,
  );
}

/** Whether anything names the manager beside its own declaration: a thread-local that nobody asks for is never made. */
function isNamedTwice(canister: CanisterModel, { variable: { name } }: ManagerStatic): boolean {
  const named = new RegExp(`\\b${name}\\b`, "g");
  return canister.files.flatMap((it) => withoutComments(canister.textOf(it)).match(named) ?? []).length > 1;
}
