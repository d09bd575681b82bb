import type { UpgradeView } from "../../client/src/explorer/messages.ts";
import type { UpgradeSide } from "../../server/src/protocol/network.ts";
import { bytesText, scaled, timeText } from "./amounts.ts";
import { button, element } from "./dom.ts";
import { outcomeParts } from "./resultView.ts";

interface ComparedRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly isCode: boolean;
}

/** An upgrade: what the canister was and answered before and after, changed rows marked. */
export function upgradeView(upgrade: UpgradeView, copy: (text: string) => void, close: () => void): HTMLElement {
  const { before, after, outcome } = upgrade;
  const made = element("section", { class: "upgrade", attributes: { "aria-label": "Upgrade" } }, [
    element("div", { class: "result-head" }, [
      element("h2", { text: `Upgrade to ${upgrade.wasm}` }),
      element("span", { class: "muted", text: timeText(upgrade.startedMillis) }),
      button("Close", close, { class: "link" }),
    ]),
    element("p", { class: `verdict verdict-${verdictKind(upgrade)}`, text: verdict(upgrade) }),
  ]);
  if (before !== undefined && after !== undefined) made.append(comparison(compare(before, after)));
  if (outcome.kind === "replied") {
    const [, cost, ...trace] = outcomeParts(outcome, copy);
    made.append(...[cost, ...trace].filter((it) => it !== undefined));
  } else {
    made.append(...outcomeParts(outcome, copy));
  }
  return made;
}

/** The upgrade in one sentence, for the eye and for screen readers. */
export function verdict({ canister, outcome, before, after }: UpgradeView): string {
  if (outcome.kind !== "replied") return `${canister} was not upgraded and runs as it did before.`;
  if (before === undefined || after === undefined) return `${canister} was upgraded.`;
  const changed = changedQueries(before, after);
  if (changed.length > 0) {
    return `${canister} was upgraded, and ${changed.map((it) => `“${it}”`).join(", ")} ${changed.length === 1 ? "answers" : "answer"} differently now. Was that state in the heap, which an upgrade empties?`;
  }
  return before.queries.length === 0
    ? `${canister} was upgraded. It has no query without arguments to compare.`
    : `${canister} was upgraded, and every query answers as before.`;
}

function verdictKind({ outcome, before, after }: UpgradeView): "kept" | "changed" | "failed" {
  if (outcome.kind !== "replied") return "failed";
  return before !== undefined && after !== undefined && changedQueries(before, after).length > 0 ? "changed" : "kept";
}

function changedQueries(before: UpgradeSide, after: UpgradeSide): readonly string[] {
  const answers = new Map(after.queries.map((it) => [it.method, it.result]));
  return before.queries
    .filter((it) => answers.has(it.method) && answers.get(it.method) !== it.result)
    .map((it) => it.method);
}

function compare(before: UpgradeSide, after: UpgradeSide): readonly ComparedRow[] {
  const earlier = new Map(before.queries.map((it) => [it.method, it.result]));
  const later = new Map(after.queries.map((it) => [it.method, it.result]));
  return [
    ...[...new Set([...earlier.keys(), ...later.keys()])].map((method) => ({
      name: `query ${method}`,
      before: earlier.get(method) ?? "",
      after: later.get(method) ?? "",
      isCode: true,
    })),
    plain("Heap", bytesText(before.heapMemoryBytes), bytesText(after.heapMemoryBytes)),
    plain("Stable memory", bytesText(before.stableMemoryBytes), bytesText(after.stableMemoryBytes)),
    plain("Cycles", scaled(before.cycles), scaled(after.cycles)),
    { name: "Module", before: shortHash(before), after: shortHash(after), isCode: true },
  ];
}

function comparison(rows: readonly ComparedRow[]): HTMLElement {
  const heading = (text: string) => element("th", { text, attributes: { scope: "col" } });
  return element("table", { class: "comparison" }, [
    element("thead", {}, [element("tr", {}, [element("td"), ...["Before", "After"].map(heading)])]),
    element(
      "tbody",
      {},
      rows.map((it) => {
        const changed = it.before !== it.after;
        const important = changed && it.name.startsWith("query ") && it.before !== "";
        const cell = (text: string, className: string) => element("td", { class: className, text });
        return element("tr", { class: important ? "changed important" : changed ? "changed" : "same" }, [
          element("th", { attributes: { scope: "row" } }, [
            element("span", { class: "mark", text: mark(it), attributes: { "aria-hidden": "true" } }),
            it.name,
            element("span", { class: "sr-only", text: ` (${meaning(it)})` }),
          ]),
          cell(it.before, it.isCode ? "code" : ""),
          cell(it.after, it.isCode ? "code" : ""),
        ]);
      }),
    ),
  ]);
}

function mark({ before, after }: ComparedRow): string {
  if (before === after) return "=";
  if (before === "") return "+";
  return after === "" ? "−" : "≠";
}

function meaning({ before, after }: ComparedRow): string {
  if (before === after) return "unchanged";
  if (before === "") return "new";
  return after === "" ? "gone" : "changed";
}

function plain(name: string, before: string, after: string): ComparedRow {
  return { name, before, after, isCode: false };
}

function shortHash(side: UpgradeSide): string {
  return `${side.moduleHash.slice(0, 12)}…`;
}
