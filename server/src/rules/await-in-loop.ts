import type { CanisterModel, ModelFunction, Suspension } from "../analysis/canisterModel.ts";
import type { Arm } from "../analysis/steps.ts";
import type { Rule } from "./rule.ts";
import { bodyText, closingOf, slicesOf, type TextSlices } from "./sourceText.ts";

/** So few calls are no matter. */
const fewMax = 8;

/** Calls wait for each other that need not. */
export const awaitInLoop: Rule = {
  id: "await-in-loop",
  severity: "information",
  isPerFunction: true,
  docs: {
    what: "A call is awaited in a `for` loop: each waits for the one before.",
    why: "A call takes one or more rounds, several seconds between subnets. One after the other the times add up, and every `await` commits the state and lets other messages in between.",
    instead:
      'Start the calls together, `join_all(list.iter().map(|it| Call::bounded_wait(*it, "m").into_future())).await`, in chunks of at most 500 per callee. Keep the loop where one call needs the answer of the one before.',
  },

  check(canister, report) {
    for (const inFunction of canister.functions) {
      const { path, steps } = inFunction;
      const reported = new Set<Arm>();
      for (const suspension of steps) {
        if (suspension.kind !== "suspension" || suspension.suspends !== "yes") continue;
        const loop = suspension.at.arms.findLast((it) => it.kind === "loop");
        if (loop === undefined || reported.has(loop) || !isIndependent(canister, inFunction, suspension, loop))
          continue;
        if (continuesFromLast(slicesOf(canister, path), suspension)) continue;
        reported.add(loop);
        report({
          confidence: "high",
          path,
          range: suspension.range,
          message:
            `Each pass of \`${loop.header}\` waits for its call before the next one starts. Where the calls do not depend on each ` +
            "other, start them together and await them with `join_all`, at most 500 per callee.",
        });
      }
    }
  },
};

function isIndependent(canister: CanisterModel, inFunction: ModelFunction, suspension: Suspension, loop: Arm): boolean {
  const header = loop.header ?? "";
  if (
    !/^('\w+:\s*)?for\b/.test(header) ||
    isShort(header) ||
    /join_all|select|FuturesUnordered|buffer/.test(suspension.text)
  ) {
    return false;
  }
  // Whoever leaves the loop early wants to know one answer before the next call; `continue` only leaves the pass.
  const ends = (arm: Arm) =>
    arm.leaves === "function" || (arm.leaves === "loop" && /\bbreak\b/.test(loopText(canister, inFunction, header)));
  // Who leaves it because a call has failed wants all of them.
  const failed = suspension.calls.flatMap((it) => it.errorArms);
  return !inFunction.steps.some((it) => {
    const arms = it.kind === "check" ? [...it.at.arms, ...it.decides] : it.at.arms;
    return it.at.arms.includes(loop) && arms.some((arm) => arm !== loop && ends(arm) && !failed.includes(arm));
  });
}

/** The body of the loop with such a header; the whole function where it is not found. */
function loopText(canister: CanisterModel, inFunction: ModelFunction, header: string): string {
  const body = bodyText(canister, inFunction);
  const [begin = header] = header.split("…");
  const start = body.indexOf(begin.trim());
  const open = start === -1 ? -1 : body.indexOf("{", start + begin.trim().length);
  return open === -1 ? body : body.slice(open, closingOf(body, open));
}

/** `cursor = next(cursor).await`: each call needs the answer of the one before. */
function continuesFromLast(text: TextSlices, { range }: Suspension): boolean {
  const variable = /(?:^|[;{}])\s*(\w+)\s*=\s*$/.exec(text.slice(Math.max(0, range.start - 80), range.start))?.[1];
  return variable !== undefined && new RegExp(`\\b${variable}\\b`).test(text.slice(range.start, range.end));
}

function isShort(header: string): boolean {
  const iterated = header.replace(/^[\s\S]*?\bin\s+/, "").trim();
  const range = /^\(?\d*\.\.=?(\d+)\)?/.exec(iterated)?.[1] ?? /\.take\((\d+)\)/.exec(iterated)?.[1];
  if (range !== undefined) return Number(range) <= fewMax;
  return /^&?\[/.test(iterated) && iterated.split(",").length <= fewMax && !iterated.includes(";");
}
