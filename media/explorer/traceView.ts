import type { TraceLine } from "../../server/src/protocol/network.ts";
import { grouped, scaled } from "./amounts.ts";
import { element } from "./dom.ts";

/** A mark and a word for each kind of line; the mark is for the eye, the word for screen readers and for titles. */
const kinds: Readonly<Record<TraceLine["kind"], { readonly mark: string; readonly word: string }>> = {
  ingress: { mark: "→", word: "ingress message" },
  execute: { mark: "▸", word: "message execution" },
  request: { mark: "⇢", word: "request to another canister" },
  reply: { mark: "←", word: "reply" },
  reject: { mark: "✗", word: "reject" },
  trap: { mark: "⚡", word: "trap" },
  commit: { mark: "✓", word: "commit" },
  rollback: { mark: "↺", word: "rollback" },
  cleanup: { mark: "⌫", word: "cleanup" },
  log: { mark: "≡", word: "log" },
  timer: { mark: "◷", word: "timer" },
  management: { mark: "⚙", word: "management canister" },
};

/**
 * The message trace of a call as an indented list; traps and rollbacks stand out. A text of several lines, such as a
 * backtrace, is shown once: `shown` stands above the trace already.
 */
export function traceView(trace: readonly TraceLine[], shown: string): HTMLElement {
  const texts = [shown];
  return element(
    "ol",
    { class: "trace", attributes: { "aria-label": "Message trace" } },
    trace.map((line) => {
      const detail = line.detail === undefined ? undefined : withoutTexts(line.detail, texts);
      if (line.detail !== undefined) texts.push(line.detail.replace(/ \([^()]*rolled back\)$/, ""));
      return traceLine(line, detail);
    }),
  );
}

/** The detail with only the first line of each text that was shown before. */
function withoutTexts(detail: string, texts: readonly string[]): string {
  const known = texts.filter((it) => it.includes("\n") && detail.includes(it));
  return known.reduce((text, it) => text.replace(it, () => `${it.slice(0, it.indexOf("\n"))} …`), detail);
}

function traceLine(line: TraceLine, detail: string | undefined): HTMLElement {
  const { mark, word } = kinds[line.kind];
  const figures = [
    ...(line.instructions === undefined ? [] : [`${scaled(line.instructions)} instructions`]),
    ...(line.cycles === undefined || line.cycles === "0" ? [] : [`${scaled(line.cycles)} cycles`]),
    ...(line.pages === undefined || detail?.includes("page") === true
      ? []
      : [`${grouped(String(line.pages))} ${line.pages === 1 ? "page" : "pages"}`]),
  ];
  const [first, ...rest] = detail?.split("\n") ?? [];
  const made = element("li", { class: `trace-line trace-${line.kind}` }, [
    element("span", { class: "mark", text: mark, title: word, attributes: { "aria-hidden": "true" } }),
    element("span", { class: "sr-only", text: `${word}, level ${line.depth + 1}: ` }),
    element("span", { class: "event" }, [
      element("span", {
        class: "where",
        text: line.canister,
        ...(line.subnet === undefined ? {} : { title: `on the subnet ${line.subnet}` }),
      }),
      ` ${line.label.trimEnd()} `,
      first === undefined ? undefined : element("span", { class: "detail", text: first }),
      rest.length === 0 ? undefined : element("span", { class: "rest", text: rest.join("\n") }),
    ]),
    figures.length === 0 ? undefined : element("span", { class: "figures", text: figures.join(" · ") }),
  ]);
  made.style.setProperty("--depth", String(Math.min(line.depth, 12)));
  return made;
}
