import type { MethodForm } from "../../server/src/protocol/callForm.ts";
import { button, element, freshId } from "./dom.ts";
import { argumentsText, type FormTypes, type FormValue, initialValue } from "./formValue.ts";
import { readArguments } from "./readArguments.ts";
import { editValue } from "./valueEditor.ts";

/** The call form of one method: inputs for its arguments and, in step with them, the same as Candid text. */
export class CallFormView {
  readonly element: HTMLElement;
  readonly #method: MethodForm;
  readonly #types: FormTypes;
  readonly #inputs = element("div", { class: "inputs" });
  readonly #text = element("textarea", {
    class: "code",
    attributes: { rows: "3", spellcheck: "false", "aria-label": "Arguments as Candid text" },
  });
  readonly #misfit = element("p", {
    class: "muted",
    text: "This text does not fit the form. It is sent as it is; clear it to fill in the form again.",
    attributes: { hidden: "" },
  });
  readonly #tabs: readonly { readonly tab: HTMLButtonElement; readonly panel: HTMLElement }[];
  #values: readonly FormValue[];
  /** Whether what is sent comes from the text and not from the inputs. */
  #textLeads = false;

  constructor(method: MethodForm, types: FormTypes) {
    this.#method = method;
    this.#types = types;
    this.#values = this.#initialValues();
    this.#text.addEventListener("input", () => this.#readText());
    const textPanel = element("div", {}, [this.#text, this.#misfit]);
    this.#tabs = [this.#tab("Form", this.#inputs), this.#tab("Candid", textPanel)];
    const tabList = element(
      "div",
      { class: "tabs", attributes: { role: "tablist", "aria-label": "How the arguments are written" } },
      this.#tabs.map((it) => it.tab),
    );
    this.element =
      method.arguments.length === 0
        ? element("p", { class: "muted", text: "No arguments." })
        : element("div", {}, [tabList, ...this.#tabs.map((it) => it.panel)]);
    this.#select(0);
    this.#drawInputs();
    this.#writeText();
  }

  /** The arguments to send; undefined while an input does not fit, which is then shown and focused. */
  argument(): string | undefined {
    if (this.#method.arguments.length === 0) return "()";
    if (this.#textLeads) return this.#text.value.trim() === "" ? "()" : this.#text.value;
    const written = argumentsText(this.#argumentTypes(), this.#values, this.#types);
    if (written.kind === "text") return written.text;
    this.#select(0);
    for (const input of this.#inputs.querySelectorAll("input")) input.dispatchEvent(new Event("check"));
    const wrong = this.#inputs.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (wrong === null) this.#select(1);
    (wrong ?? this.#text).focus();
    return undefined;
  }

  /** Puts an earlier call's arguments into the form. */
  setArgument(text: string): void {
    this.#text.value = text;
    this.#readText();
    if (this.#textLeads) this.#select(1);
  }

  /** Focuses the first input. */
  focus(): void {
    this.#inputs.querySelector<HTMLElement>("input,textarea,select")?.focus();
  }

  #readText(): void {
    if (this.#text.value.trim() === "") {
      this.#values = this.#initialValues();
      this.#textLeads = false;
    } else {
      const values = readArguments(this.#text.value, this.#argumentTypes(), this.#types);
      this.#textLeads = values === undefined;
      if (values !== undefined) this.#values = values;
    }
    this.#misfit.hidden = !this.#textLeads;
    this.#drawInputs();
  }

  #writeText(): void {
    const written = argumentsText(this.#argumentTypes(), this.#values, this.#types);
    if (written.kind === "text") this.#text.value = written.text;
  }

  #drawInputs(): void {
    if (this.#textLeads) {
      this.#inputs.replaceChildren(
        element("p", { class: "muted", text: "The Candid text does not fit the form. It is sent as it is." }),
        button("Begin Again", () => this.setArgument(""), { class: "link" }),
      );
      return;
    }
    const context = { types: this.#types, changed: () => this.#writeText() };
    this.#inputs.replaceChildren(
      ...this.#method.arguments.flatMap((it, index) => {
        const value = this.#values[index];
        const name = it.name ?? (this.#method.arguments.length === 1 ? "argument" : `argument ${index + 1}`);
        return value === undefined ? [] : [editValue(it.type, value, { name }, context)];
      }),
    );
  }

  #tab(title: string, panel: HTMLElement): { readonly tab: HTMLButtonElement; readonly panel: HTMLElement } {
    const id = freshId();
    panel.id = `${id}-panel`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", id);
    const tab = button(title, () => this.#select(this.#tabs.findIndex((it) => it.tab === tab)), {
      id,
      class: "tab",
      attributes: { role: "tab", "aria-controls": panel.id },
    });
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const next = this.#tabs.findIndex((it) => it.tab !== tab);
      this.#select(next);
      this.#tabs[next]?.tab.focus();
    });
    return { tab, panel };
  }

  #select(index: number): void {
    for (const [at, { tab, panel }] of this.#tabs.entries()) {
      tab.setAttribute("aria-selected", String(at === index));
      tab.tabIndex = at === index ? 0 : -1;
      panel.hidden = at !== index;
    }
  }

  #argumentTypes() {
    return this.#method.arguments.map((it) => it.type);
  }

  #initialValues(): readonly FormValue[] {
    return this.#method.arguments.map((it) => initialValue(it.type, this.#types));
  }
}
