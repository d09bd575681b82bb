import type { CanisterCall } from "../analysis/canisterModel.ts";
import type { ChainLink } from "../analysis/steps.ts";
import { linkRemoval } from "./builderChain.ts";
import type { Rule } from "./rule.ts";

/** A builder method is called twice, and the first time is lost. */
export const withCyclesOverridden: Rule = {
  id: "with-cycles-overridden",
  severity: "warning",
  isPerFunction: true,
  docs: {
    what: "A call's cycles, argument or timeout is set twice in one builder chain.",
    why: "The builder keeps what was set last: the cycles of the first `with_cycles` are not sent, and the first argument never arrives. Nothing is added up.",
    instead: "Set it once. Several arguments go into one `with_args(&(a, b))`.",
  },

  check(canister, report) {
    for (const { path, steps } of canister.functions) {
      for (const call of steps) {
        if (call.kind !== "canisterCall" || call.api !== "builder") continue;
        for (const { lost, kept } of overridden(call)) {
          report({
            confidence: "high",
            path,
            range: { start: lost.range.start + call.item.start, end: lost.range.end + call.item.start },
            message:
              `What \`${lost.name}\` sets is lost: \`${kept.name}\` sets it again in the same chain, and the last one counts. ` +
              remedy(kept),
            related: [
              {
                path,
                range: { start: kept.range.start + call.item.start, end: kept.range.end + call.item.start },
                message: "set again here",
              },
            ],
            fixes: [
              {
                title: `Remove the first \`${lost.name}\``,
                kind: "safe",
                edits: [linkRemoval(canister, path, call, lost)],
              },
            ],
          });
        }
      }
    }
  },
};

function remedy(kept: ChainLink): string {
  return kept.name.startsWith("with_arg") ? "Send several arguments with one `with_args(&(…))`." : "Set it once.";
}

function overridden({ chain }: CanisterCall): { readonly lost: ChainLink; readonly kept: ChainLink }[] {
  const end = chain.findIndex((it) => it.name === "await" || it.name === "oneway" || it.name === "into_future");
  const builder = end === -1 ? chain : chain.slice(0, end);
  return builder.flatMap((lost, index) => {
    const what = whatIsSet(lost.name);
    const kept = what === undefined ? undefined : builder.slice(index + 1).find((it) => whatIsSet(it.name) === what);
    return kept === undefined ? [] : [{ lost, kept }];
  });
}

function whatIsSet(method: string): string | undefined {
  if (/^(with|take)_(raw_)?args?$/.test(method)) return "argument";
  return method === "with_cycles" || method === "change_timeout" ? method : undefined;
}
