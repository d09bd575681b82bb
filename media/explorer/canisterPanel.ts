import type {
  CallRecord,
  CanisterView,
  FromWebview,
  PanelState,
  ToWebview,
  UpgradeView,
} from "../../client/src/explorer/messages.ts";
import type { CallForm, MethodForm } from "../../server/src/protocol/callForm.ts";
import { CallFormView } from "./callFormView.ts";
import { canisterView } from "./canisterView.ts";
import { button, element } from "./dom.ts";
import { historyView } from "./historyView.ts";
import { outcomeSentence, progressView, resultView } from "./resultView.ts";
import { upgradeView, verdict } from "./upgradeView.ts";
import { select } from "./valueEditor.ts";

/** The panel's way out. */
export interface PanelHost {
  readonly send: (message: FromWebview) => void;
  /** Keeps what a reload of the window needs to show the same again. */
  readonly remember: (state: PanelState) => void;
}

const newIdentity = "New identity…";

/** The whole panel: canister, methods, call form, result, history and upgrade, each redrawn when its message comes. */
export class CanisterPanel {
  readonly #host: PanelHost;
  readonly #head = element("div");
  readonly #problem = element("div", { class: "message-box", attributes: { role: "alert", hidden: "" } });
  readonly #running = element("div", { attributes: { hidden: "" } });
  readonly #progress = progressView(() => this.#host.send({ kind: "cancel" }));
  readonly #methods = element("nav", { class: "methods", attributes: { "aria-label": "Methods" } });
  readonly #call = element("section", { class: "call", attributes: { "aria-label": "Call" } });
  readonly #result = element("div");
  readonly #upgrade = element("div");
  readonly #history = element("section", { class: "calls", attributes: { "aria-label": "History", hidden: "" } });
  readonly #body = element("div", { class: "body" }, [
    this.#methods,
    element("div", { class: "work" }, [this.#upgrade, this.#call, this.#running, this.#result]),
  ]);
  readonly #announce = element("div", { class: "sr-only", attributes: { role: "status", "aria-live": "polite" } });

  #view: CanisterView | undefined;
  #form: CallForm | undefined;
  readonly #formViews = new Map<string, CallFormView>();
  #method: string | undefined;
  #calls: readonly CallRecord[] = [];
  #shownCall: number | undefined;
  #announcedCall = 0;
  /** Calls up to this id were made before the last upgrade: their results no longer say how the canister is. */
  #callsBeforeUpgrade = 0;

  constructor(root: HTMLElement, host: PanelHost) {
    this.#host = host;
    root.replaceChildren(this.#head, this.#problem, this.#body, this.#history, this.#announce);
  }

  /** Takes one message of the extension. */
  receive(message: ToWebview): void {
    switch (message.kind) {
      case "canister":
        this.#showCanister(message.view);
        break;
      case "calls":
        this.#showCalls(message.calls);
        break;
      case "method":
        this.#selectMethod(message.method, message.argument);
        break;
      case "upgrade":
        this.#showUpgrade(message.upgrade);
        break;
      case "running":
        this.#showRunning(message);
        break;
      case "idle":
        this.#running.hidden = true;
        this.#running.replaceChildren();
        break;
      case "problem":
        this.#problem.hidden = false;
        this.#problem.textContent = message.message;
        this.#body.hidden = true;
    }
  }

  #showRunning({ title, progress }: Extract<ToWebview, { kind: "running" }>): void {
    this.#progress.show(title, progress);
    if (this.#running.firstChild === null) this.#running.append(this.#progress.element);
    this.#running.hidden = false;
  }

  #showCanister(view: CanisterView): void {
    const another = this.#view?.canister !== view.canister;
    this.#view = view;
    this.#problem.hidden = true;
    this.#body.hidden = false;
    this.#redrawKeepingFocus(
      this.#head,
      canisterView(view, (command) => this.#host.send({ kind: "command", command })),
    );
    if (another || JSON.stringify(this.#form) !== JSON.stringify(view.form)) {
      this.#form = view.form;
      this.#formViews.clear();
      if (another) {
        this.#method = undefined;
        this.#upgrade.replaceChildren();
        this.#shownCall = undefined;
      }
    }
    if (this.#formOf(this.#method) === undefined) this.#method = view.form?.methods[0]?.name;
    this.#drawMethods();
    this.#drawCall();
    this.#remember();
  }

  #showCalls(calls: readonly CallRecord[]): void {
    this.#calls = calls;
    const latest = calls.at(-1);
    if (latest?.outcome !== undefined && latest.id > this.#announcedCall) {
      this.#announcedCall = latest.id;
      this.#shownCall = undefined;
      this.#announce.textContent = outcomeSentence(latest.method, latest.outcome);
    }
    this.#drawResult();
    this.#history.replaceChildren(
      element("h2", { text: "Calls of this session" }),
      historyView(
        calls,
        (call) => {
          this.#shownCall = call.id;
          this.#selectMethod(call.method);
          this.#result.scrollIntoView({ block: "nearest" });
        },
        (call) => this.#selectMethod(call.method, call.argument),
      ),
    );
    this.#history.hidden = calls.length === 0;
  }

  #showUpgrade(upgrade: UpgradeView): void {
    this.#callsBeforeUpgrade = this.#calls.at(-1)?.id ?? 0;
    this.#shownCall = undefined;
    this.#drawResult();
    this.#upgrade.replaceChildren(
      upgradeView(
        upgrade,
        (text) => this.#host.send({ kind: "copy", text }),
        () => this.#upgrade.replaceChildren(),
      ),
    );
    this.#announce.textContent = verdict(upgrade);
    this.#upgrade.scrollIntoView({ block: "start" });
  }

  #selectMethod(name: string, argument?: string): void {
    if (this.#formOf(name) === undefined) return;
    if (this.#method !== name) {
      this.#method = name;
      this.#drawMethods();
      this.#drawCall();
      this.#remember();
    }
    if (argument !== undefined) {
      this.#formView(name)?.setArgument(argument);
      this.#formView(name)?.focus();
    }
    this.#drawResult();
  }

  #drawMethods(): void {
    const methods = this.#form?.methods ?? [];
    this.#methods.replaceChildren(...methods.map((it) => this.#methodButton(it)));
    this.#methods.hidden = methods.length === 0;
  }

  #methodButton(method: MethodForm): HTMLElement {
    const mode = method.mode === "composite_query" ? "composite" : method.mode;
    const made = button("", () => this.#selectMethod(method.name), {
      class: "method",
      ...(method.documentation === undefined ? {} : { title: method.documentation }),
      attributes: { "aria-current": String(method.name === this.#method) },
    });
    made.append(element("span", { text: method.name }), element("span", { class: `mode mode-${mode}`, text: mode }));
    made.addEventListener("keydown", (event) => {
      const next =
        event.key === "ArrowDown"
          ? made.nextElementSibling
          : event.key === "ArrowUp"
            ? made.previousElementSibling
            : null;
      if (next instanceof HTMLElement) {
        next.focus();
        event.preventDefault();
      }
    });
    return made;
  }

  #drawCall(): void {
    const method = this.#formOf(this.#method);
    const form = method === undefined ? undefined : this.#formView(method.name);
    if (method === undefined || form === undefined) {
      this.#call.replaceChildren(element("p", { class: "muted", text: this.#emptyText() }));
      return;
    }
    const send = () => {
      const argument = form.argument();
      if (argument !== undefined) this.#host.send({ kind: "call", method: method.name, argument });
    };
    const made = element("form", { attributes: { novalidate: "" } }, [
      element("div", { class: "title-line" }, [
        element("h2", { text: method.name }),
        element("span", { class: "type code", text: `→ ${method.results}` }),
      ]),
      method.documentation === undefined ? undefined : element("p", { class: "muted", text: method.documentation }),
      form.element,
      element("div", { class: "actions" }, [
        element("button", { class: "primary", text: "Call", attributes: { type: "submit" } }),
        this.#identitySelect(),
      ]),
    ]);
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
    this.#redrawKeepingFocus(this.#call, made);
  }

  #identitySelect(): HTMLElement {
    const names = (this.#view?.identities ?? []).map((it) => it.name);
    const selected = this.#view?.selectedIdentity ?? "";
    const input = select([...names, newIdentity], selected, "Identity that sends the call", (chosen) => {
      if (chosen !== newIdentity) return this.#host.send({ kind: "selectIdentity", name: chosen });
      input.value = selected;
      this.#host.send({ kind: "command", command: "createIdentity" });
    });
    input.title = this.#view?.identities.find((it) => it.name === selected)?.principal ?? "";
    return element("label", { class: "identity" }, ["as", input]);
  }

  #drawResult(): void {
    const call =
      this.#calls.find((it) => it.id === this.#shownCall && it.method === this.#method) ??
      this.#calls.findLast(
        (it) => it.method === this.#method && it.outcome !== undefined && it.id > this.#callsBeforeUpgrade,
      );
    this.#result.replaceChildren(
      ...(call === undefined ? [] : [resultView(call, (text) => this.#host.send({ kind: "copy", text }))]),
    );
  }

  #emptyText(): string {
    if (this.#view?.isTrusted === false) {
      return "This folder is in Restricted Mode: canisters are built and executed once you trust it.";
    }
    if (this.#view?.formProblem !== undefined) return this.#view.formProblem;
    if (this.#view?.summary?.moduleHash === undefined) {
      return this.#view?.canInstall === true
        ? "Install this canister to call it. It runs on this machine; nothing leaves it unless you allow it."
        : "No code is installed in this canister.";
    }
    return "This canister has no methods to call.";
  }

  #formOf(name: string | undefined): MethodForm | undefined {
    return this.#form?.methods.find((it) => it.name === name);
  }

  #formView(name: string): CallFormView | undefined {
    const known = this.#formViews.get(name);
    const method = this.#formOf(name);
    if (known !== undefined || method === undefined) return known;
    const made = new CallFormView(method, this.#form?.types ?? {});
    this.#formViews.set(name, made);
    return made;
  }

  #remember(): void {
    if (this.#view === undefined) return;
    this.#host.remember({
      canister: this.#view.canister,
      ...(this.#method === undefined ? {} : { method: this.#method }),
    });
  }

  /** Redraws a part; whoever works by keyboard stays on the same control. */
  #redrawKeepingFocus(part: HTMLElement, content: HTMLElement): void {
    const focusable = () => [...part.querySelectorAll<HTMLElement>("button,input,select,textarea")];
    const active = document.activeElement;
    const at = active instanceof HTMLElement ? focusable().indexOf(active) : -1;
    part.replaceChildren(content);
    if (at !== -1) focusable()[at]?.focus();
  }
}
