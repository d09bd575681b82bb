import type { CanisterModel, EntryPoint, FunctionCall, ModelFunction } from "../analysis/canisterModel.ts";
import type { Rule } from "./rule.ts";

/** An export of its own that starts futures where none can run. */
export const customExportWithoutExecutor: Rule = {
  id: "custom-export-without-executor",
  severity: "error",
  docs: {
    what: 'A function with its own `#[export_name = "canister_…"]` spawns a future, or sets a timer for one, outside of the executor of ic-cdk.',
    why: "Since ic-cdk 0.18 futures run inside of an executor that `#[update]` and its relatives set up. A raw export has none: `spawn` panics, and the message traps.",
    instead:
      "Wrap the body in `ic_cdk::futures::internals::in_executor_context` (`in_query_executor_context` for queries; `ic_cdk::futures::in_executor_context` in 0.18), or use the attributes of ic-cdk.",
  },

  check(canister, report) {
    const [major = 0, minor = 0] = canister.cdkVersion ?? [0, 0];
    if (major === 0 && minor < 18) return;
    for (const entry of canister.entryPoints.filter((it) => it.attribute.path === "export_name")) {
      const spawn = findSpawn(entry.function);
      if (spawn === undefined) continue;
      const { call, path } = spawn;
      report({
        confidence: "high",
        path: entry.path,
        range: entry.nameRange,
        message: `\`${entry.function.name}\` spawns a future, but a raw export has no executor since ic-cdk 0.18: \`spawn\` panics. Wrap the body in \`${contextName(entry, canister)}\`.`,
        related: [{ path, range: call.range, message: "spawned here" }],
      });
    }
  },
};

function contextName({ kind }: EntryPoint, { cdkVersion }: CanisterModel): string {
  const module = cdkVersion?.[0] === 0 && cdkVersion[1] === 18 ? "ic_cdk::futures" : "ic_cdk::futures::internals";
  return `${module}::${kind === "query" ? "in_query_executor_context" : "in_executor_context"}`;
}

/** A spawn that the function comes to without an executor. */
function findSpawn(function_: ModelFunction): { readonly call: FunctionCall; readonly path: string } | undefined {
  const seen = new Set<ModelFunction>();
  const open = [function_];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if ([...next.names].some((it) => /^in_\w*executor_context$/.test(it))) return undefined;
    open.push(...next.summary.callees);
  }
  for (const it of seen) {
    for (const step of it.steps) {
      if (step.kind === "functionCall" && step.cdk === "spawn" && step.at.task === 0)
        return { call: step, path: it.path };
    }
  }
  return undefined;
}
