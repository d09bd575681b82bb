import { findCallee } from "./callees.ts";
import {
  type CrateView,
  type KnownCanister,
  methodDeclaration,
  type Report,
  type WorkspaceRule,
} from "./workspaceRule.ts";

/** Canisters that wait for each other. */
export const callGraphLoop: WorkspaceRule = {
  id: "call-graph-loop",
  severity: "information",
  isOptIn: true,
  docs: {
    what: "Canisters call each other in a circle, and each waits without bound for the other's reply.",
    why: "A canister that waits for a reply cannot be stopped, and so not be upgraded safely. Where both hold a lock meanwhile, neither ever goes on.",
    instead:
      "Pass on the data that the other canister would have to ask for, send one of the calls with `.oneway()`, or use `Call::bounded_wait`.",
  },
};

/** Finds calls that lead back to the crate's own canister. `viewOf` gives the crate of a canister, where it has one. */
export function checkLoops(
  view: CrateView,
  viewOf: (canister: KnownCanister) => CrateView | undefined,
  report: Report,
): void {
  const [own, ...others] = view.own;
  if (own === undefined || others.length > 0) return;
  const told = new Set<KnownCanister>();
  for (const { call, canister } of waits(view)) {
    if (canister === own || told.has(canister)) continue;
    const way = wayTo(own, canister, viewOf);
    if (way === undefined) continue;
    told.add(canister);
    const names = [own, ...way, own].map((it) => `\`${it.name}\``).join(" → ");
    const declared = canister.candid && methodDeclaration(canister.candid, call.method)?.name.range;
    report(callGraphLoop, {
      confidence: "medium",
      path: call.path,
      range: call.methodRange,
      message: `These canisters wait for each other without bound: ${names}. None of them can be stopped while the circle waits. Use \`bounded_wait\` or \`.oneway()\` in one place.`,
      related:
        declared === undefined ? [] : [{ path: canister.candid?.path ?? "", range: declared, message: "is called" }],
    });
  }
}

/** The canisters from one to another along calls that wait, the last one left out. */
function wayTo(
  target: KnownCanister,
  from: KnownCanister,
  viewOf: (canister: KnownCanister) => CrateView | undefined,
): readonly KnownCanister[] | undefined {
  const open: (readonly KnownCanister[])[] = [[from]];
  const seen = new Set([from]);
  for (let way = open.shift(); way !== undefined; way = open.shift()) {
    const last = way.at(-1);
    const view = last && viewOf(last);
    if (view === undefined) continue;
    for (const { canister } of waits(view)) {
      if (canister === target) return way;
      if (seen.has(canister)) continue;
      seen.add(canister);
      open.push([...way, canister]);
    }
  }
  return undefined;
}

function waits(view: CrateView) {
  return view.surface.calls.flatMap((call) => {
    if (call.isOneWay || call.wait !== "unbounded" || call.from.length === 0 || call.calleeIs !== "other") return [];
    const callee = findCallee(view, call);
    return callee?.canister === undefined || callee.by === "method" ? [] : [{ call, canister: callee.canister }];
  });
}
