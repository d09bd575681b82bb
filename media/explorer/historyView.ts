import type { CallRecord } from "../../client/src/explorer/messages.ts";
import { durationText, scaled, timeText } from "./amounts.ts";
import { button, element } from "./dom.ts";

/** The calls of this session, latest first; each can be looked at, edited and sent again. */
export function historyView(
  calls: readonly CallRecord[],
  show: (call: CallRecord) => void,
  edit: (call: CallRecord) => void,
): HTMLElement {
  if (calls.length === 0) return element("p", { class: "muted", text: "No calls in this session yet." });
  return element(
    "ol",
    { class: "history", attributes: { "aria-label": "Calls of this session" } },
    [...calls].reverse().map((call) => historyRow(call, show, edit)),
  );
}

function historyRow(call: CallRecord, show: (call: CallRecord) => void, edit: (call: CallRecord) => void): HTMLElement {
  const { outcome } = call;
  return element("li", { class: `history-row history-${outcome?.kind ?? "running"}` }, [
    element("span", { class: "muted time", text: timeText(call.startedMillis) }),
    button(`${call.method}${call.argument}`, () => show(call), {
      class: "call-text code",
      title: `${call.method}${call.argument} as ${call.identity}`,
    }),
    element("span", { class: "outcome code", text: outcomeText(call) }),
    element("span", {
      class: "muted figures",
      text:
        outcome === undefined || outcome.kind === "invalid"
          ? ""
          : `${scaled(outcome.cost.instructions)} instr · ${durationText(outcome.cost.durationMillis)}`,
    }),
    button("Edit", () => edit(call), { class: "link", title: "Put these arguments into the call form" }),
  ]);
}

function outcomeText({ outcome }: CallRecord): string {
  switch (outcome?.kind) {
    case undefined:
      return "running…";
    case "replied":
      return outcome.reply;
    case "rejected":
      return `✗ ${outcome.errorCode ?? ""} ${outcome.message}`;
    case "invalid":
      return `not sent: ${outcome.message}`;
  }
}
