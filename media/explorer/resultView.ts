import type { CallRecord } from "../../client/src/explorer/messages.ts";
import type { CallOutcome, Progress, TraceLine } from "../../server/src/protocol/network.ts";
import { durationText, grouped, scaled, timeText } from "./amounts.ts";
import { button, element } from "./dom.ts";
import { traceView } from "./traceView.ts";

/** What happened to a call, in one line for screen readers. */
export function outcomeSentence(method: string, outcome: CallOutcome): string {
  switch (outcome.kind) {
    case "replied":
      return `${method} replied ${outcome.reply}`;
    case "rejected":
      return `${method} was rejected: ${outcome.message}`;
    case "invalid":
      return `${method} was not sent: ${outcome.message}`;
  }
}

/** The outcome of a call: the reply or the reject, what it cost, and its message trace. */
export function resultView(call: CallRecord, copy: (text: string) => void): HTMLElement {
  const { outcome } = call;
  if (outcome === undefined) return element("div");
  const made = element("section", { class: `result result-${outcome.kind}`, attributes: { "aria-label": "Result" } });
  made.append(
    element("div", { class: "result-head" }, [
      element("span", { class: `badge badge-${outcome.kind}`, text: outcomeTitle(outcome) }),
      element("span", { class: "muted", text: `${timeText(call.startedMillis)} as ${call.identity}` }),
    ]),
  );
  made.append(...outcomeParts(outcome, copy));
  return made;
}

/** Reply or reject, cost and trace of an outcome. */
export function outcomeParts(outcome: CallOutcome, copy: (text: string) => void): HTMLElement[] {
  switch (outcome.kind) {
    case "replied":
      return [
        element("div", { class: "reply" }, [
          element("pre", {
            class: "code",
            text: outcome.reply,
            attributes: { role: "group", tabindex: "0", "aria-label": "Reply" },
          }),
          button("Copy", () => copy(outcome.reply), { class: "link", title: "Copy the reply as Candid text" }),
        ]),
        costView(outcome.cost),
        ...traceParts(outcome.trace, ""),
      ];
    case "rejected":
      return [
        element("p", { class: "message", text: outcome.message }),
        costView(outcome.cost),
        ...traceParts(outcome.trace, outcome.message),
      ];
    case "invalid":
      return [element("p", { class: "message", text: outcome.message })];
  }
}

/** How far a running message execution is; `show` changes the figures in place. */
export interface ProgressView {
  readonly element: HTMLElement;
  readonly show: (title: string, progress: Progress | undefined) => void;
}

/**
 * A view of a running message execution with a way to end it. It is made once: its button would lose the focus, and a
 * click that had begun, if every new figure made another.
 */
export function progressView(cancel: () => void): ProgressView {
  const text = element("span");
  const bar = element("progress");
  const made = element("div", { class: "progress" }, [
    text,
    bar,
    button("Cancel", cancel, { class: "secondary", title: "End this message execution; committed state stays" }),
  ]);
  const show = (title: string, progress: Progress | undefined) => {
    bar.setAttribute("aria-label", title);
    if (progress === undefined) {
      bar.removeAttribute("value");
      text.textContent = `${title} is running…`;
      return;
    }
    bar.max = Number(progress.instructionLimit);
    bar.value = Number(progress.instructions);
    text.textContent = `${progress.title}: ${scaled(progress.instructions)} of ${scaled(progress.instructionLimit)} instructions`;
  };
  return { element: made, show };
}

function outcomeTitle(outcome: CallOutcome): string {
  switch (outcome.kind) {
    case "replied":
      return "Replied";
    case "rejected":
      return `Rejected ${outcome.errorCode ?? `with code ${outcome.rejectCode}`}`;
    case "invalid":
      return "Not sent";
  }
}

function costView(cost: Extract<CallOutcome, { kind: "replied" }>["cost"]): HTMLElement {
  const figures: readonly (readonly [string, string, string])[] = [
    [
      `Instructions (${cost.metering === "classic" ? "classic" : "memory tracker"})`,
      grouped(cost.instructions),
      "of all message executions that the call caused; the name is that of the metering profile",
    ],
    ["Cycles", scaled(cost.cycles), "that the called canister paid"],
    ["Rounds", String(cost.rounds), "until the response"],
    ["Time", durationText(cost.durationMillis), "on this machine"],
  ];
  return element(
    "dl",
    { class: "figures-row" },
    figures.map(([name, value, title]) =>
      element("div", { title: `${name} ${title}` }, [element("dt", { text: name }), element("dd", { text: value })]),
    ),
  );
}

function traceParts(trace: readonly TraceLine[], shown: string): HTMLElement[] {
  return trace.length === 0 ? [] : [element("h3", { text: "Message trace" }), traceView(trace, shown)];
}
