import type { ModelFunction, StateWrite, Step } from "../analysis/canisterModel.ts";
import { findReached, isDeferred, runsItsCallee, wayPlaces } from "./reach.ts";
import type { Rule } from "./rule.ts";
import { stateName } from "./stateNames.ts";

/** Every upgrade makes whoever upgrades the owner. */
export const ownerResetInPostUpgrade: Rule = {
  id: "owner-reset-in-post-upgrade",
  severity: "warning",
  docs: {
    what: "`#[post_upgrade]` makes the caller the owner, itself or through the function of `#[init]`.",
    why: "In `post_upgrade` the caller is the controller who upgrades, or the canister that does it for others. Every upgrade moves the ownership there, whoever was the owner before.",
    instead: "Set the owner in `#[init]` only, and bring it over upgrades in stable memory.",
  },

  check(canister, report) {
    for (const entry of canister.entryPoints.filter((it) => it.kind === "postUpgrade")) {
      const reached = findReached(
        entry.function,
        (step, inFunction) => ownerWrite(step, inFunction, canister.textOf(inFunction.path)),
        (call, inFunction) => runsItsCallee(call) && !isDeferred(call, inFunction),
      );
      if (reached === undefined) continue;
      const { found, inFunction, way } = reached;
      const name = stateName(found.state);
      report({
        confidence: "high",
        path: entry.path,
        range: way[0]?.call.range ?? found.range,
        message:
          `Every upgrade gives \`${name}\` to whoever upgrades the canister. Set it in \`#[init]\` only, and keep it in stable ` +
          "memory over upgrades.",
        related: [
          ...wayPlaces(reached),
          ...(way.length === 0
            ? []
            : [{ path: inFunction.path, range: found.range, message: `the caller becomes \`${name}\` here` }]),
        ],
      });
    }
  },
};

function ownerWrite(step: Step, inFunction: ModelFunction, text: string): StateWrite | undefined {
  if (step.kind !== "stateWrite" || step.through !== undefined || isDeferred(step, inFunction)) return undefined;
  const written = text.slice(step.range.start, step.range.end);
  if (
    !/owner|admin|controller|governance|custodian|authority|operator|manager/i.test(
      `${stateName(step.state)} ${written}`,
    )
  ) {
    return undefined;
  }
  return isCaller(written, inFunction, text) && !isOnlyWhenUnset(step, inFunction) ? step : undefined;
}

/** The caller itself, or a variable that was set to it. */
function isCaller(written: string, { bodyRange }: ModelFunction, text: string): boolean {
  if (/\b(msg_caller|caller)\(\)/.test(written)) return true;
  const body = bodyRange === undefined ? "" : text.slice(bodyRange.start, bodyRange.end);
  const variables = [
    ...body.matchAll(/\blet\s+(?:mut\s+)?(\w+)(?:\s*:[^=;]+)?\s*=\s*(?:\w+::)*(?:msg_)?caller\(\)\s*;/g),
  ];
  return variables.some((match) => new RegExp(`\\b${match[1]}\\b`).test(written.replace(/^[^(=]*[(=]/, "")));
}

function isOnlyWhenUnset(write: StateWrite, { steps }: ModelFunction): boolean {
  return steps.some(
    (it) =>
      it.kind === "check" &&
      (/is_none|is_empty|anonymous|\bNone\b|is_init|initiali[sz]ed|== *0/.test(it.text) ||
        // What lies on the heap has nothing in it after an upgrade.
        (/^!.*\bcontains(_key)?\s*\(/s.test(it.text.trim()) && write.state.variable.isStable)) &&
      it.decides.some((arm) => write.at.arms.includes(arm)),
  );
}
