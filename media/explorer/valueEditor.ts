import type { FormField, FormType } from "../../server/src/protocol/callForm.ts";
import { button, element, freshId } from "./dom.ts";
import { type FormTypes, type FormValue, initialValue, lineProblem, resolveType } from "./formValue.ts";

/** What every editor of a form shares. */
export interface EditorContext {
  readonly types: FormTypes;
  /** Called after every change of a value. */
  readonly changed: () => void;
}

/** What an input is called for those who see it and those who hear it. */
interface Caption {
  readonly name: string;
  readonly documentation?: string;
}

/** Inputs for one value, with its name and type; every kind of Candid type has its own. */
export function editValue(type: FormType, value: FormValue, caption: Caption, context: EditorContext): HTMLElement {
  const resolved = resolveType(type, context.types);
  switch (value.kind) {
    case "fixed":
      return row(caption, type, element("span", { class: "muted", text: value.text || "only as Candid text" }));
    case "bool":
      return editBool(value, caption, type, context);
    case "line":
      return editLine(resolved, value, caption, type, context);
    case "text":
      return editText(value, caption, type, context);
    case "blob":
      return editBlob(value, caption, type, context);
    case "opt":
      return editOpt(resolved, value, caption, type, context);
    case "vec":
      return editVec(resolved, value, caption, type, context);
    case "record":
      return editRecord(resolved, value, caption, type, context);
    case "variant":
      return editVariant(resolved, value, caption, type, context);
  }
}

/** A short name of a type for the label: `nat64`, `opt text`, the name of a named type. */
export function typeName(type: FormType): string {
  switch (type.kind) {
    case "number":
      return type.type;
    case "float":
      return `float${type.bits}`;
    case "opt":
    case "vec":
      return `${type.kind} ${typeName(type.of)}`;
    case "tuple":
      return `record { ${type.of.map(typeName).join("; ")} }`;
    case "reference":
      return type.name;
    default:
      return type.kind;
  }
}

function row(caption: Caption, type: FormType, ...inputs: readonly Node[]): HTMLElement {
  return element("div", { class: "field" }, [label(caption, type), ...inputs]);
}

function label(caption: Caption, type: FormType, inputId?: string): HTMLElement {
  return element(
    "label",
    {
      class: "label",
      ...(caption.documentation === undefined ? {} : { title: caption.documentation }),
      ...(inputId === undefined ? {} : { attributes: { for: inputId } }),
    },
    [caption.name, element("span", { class: "type", text: typeName(type) })],
  );
}

function editBool(
  value: Extract<FormValue, { kind: "bool" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const id = freshId();
  const input = element("input", { id, attributes: { type: "checkbox" } });
  input.checked = value.value;
  input.addEventListener("change", () => {
    value.value = input.checked;
    context.changed();
  });
  return element("div", { class: "field field-inline" }, [input, label(caption, type, id)]);
}

function editLine(
  resolved: FormType,
  value: Extract<FormValue, { kind: "line" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const id = freshId();
  const problem = element("div", { class: "problem", id: `${id}-problem`, attributes: { hidden: "" } });
  const input = element("input", {
    id,
    title: limits(resolved),
    attributes: {
      type: "text",
      spellcheck: "false",
      autocomplete: "off",
      "aria-describedby": problem.id,
      placeholder: placeholder(resolved),
      ...(resolved.kind === "number" ? { inputmode: "numeric" } : {}),
    },
  });
  input.value = value.text;
  const check = () => {
    const message = lineProblem(resolved, value.text);
    problem.textContent = message ?? "";
    problem.hidden = message === undefined;
    input.setAttribute("aria-invalid", String(message !== undefined));
  };
  input.addEventListener("input", () => {
    value.text = input.value;
    if (!problem.hidden) check();
    context.changed();
  });
  input.addEventListener("blur", () => {
    if (value.text.trim() !== "") check();
  });
  input.addEventListener("check", check);
  return fieldOf(label(caption, type, id), input, problem);
}

function editText(
  value: Extract<FormValue, { kind: "text" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const id = freshId();
  const input = element("textarea", { id, attributes: { rows: "1", spellcheck: "false" } });
  input.value = value.text;
  input.addEventListener("input", () => {
    value.text = input.value;
    input.rows = Math.min(8, input.value.split("\n").length);
    context.changed();
  });
  return fieldOf(label(caption, type, id), input);
}

function editBlob(
  value: Extract<FormValue, { kind: "blob" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const id = freshId();
  const input = element("textarea", { id, attributes: { rows: "2", spellcheck: "false" } });
  input.value = value.text;
  input.addEventListener("input", () => {
    value.text = input.value;
    context.changed();
  });
  const encoding = select(["text", "hex"], value.encoding, `How ${caption.name} is written`, (chosen) => {
    value.encoding = chosen === "hex" ? "hex" : "text";
    context.changed();
  });
  const line = element("div", { class: "label-line" }, [label(caption, type, id), encoding]);
  return fieldOf(line, input);
}

function editOpt(
  resolved: FormType,
  value: Extract<FormValue, { kind: "opt" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const id = freshId();
  const input = element("input", { id, attributes: { type: "checkbox", role: "switch" } });
  const inside = element("div", { class: "nested" });
  const draw = () => {
    input.checked = value.inner !== undefined;
    const inner = value.inner;
    inside.replaceChildren(
      ...(inner === undefined || resolved.kind !== "opt"
        ? []
        : [editValue(resolved.of, inner, { name: "value" }, context)]),
    );
    inside.hidden = inner === undefined;
  };
  input.addEventListener("change", () => {
    value.inner = input.checked && resolved.kind === "opt" ? initialValue(resolved.of, context.types) : undefined;
    draw();
    context.changed();
  });
  draw();
  return element("div", { class: "field" }, [
    element("div", { class: "field-inline" }, [input, label(caption, type, id)]),
    inside,
  ]);
}

function editVec(
  resolved: FormType,
  value: Extract<FormValue, { kind: "vec" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const items = element("div", { class: "nested" });
  const draw = (focus?: number) => {
    items.replaceChildren(
      ...value.items.map((item, index) => {
        const remove = button(
          "Remove",
          () => {
            value.items.splice(index, 1);
            draw(index - 1);
            context.changed();
          },
          { class: "link", attributes: { "aria-label": `Remove item ${index} of ${caption.name}` } },
        );
        const of = resolved.kind === "vec" ? resolved.of : ({ kind: "empty" } as const);
        return element("div", { class: "item" }, [editValue(of, item, { name: `${index}` }, context), remove]);
      }),
    );
    items.hidden = value.items.length === 0;
    if (focus !== undefined)
      items.children[Math.max(focus, 0)]?.querySelector<HTMLElement>("input,textarea,select")?.focus();
  };
  const add = button(
    "Add",
    () => {
      if (resolved.kind === "vec") value.items.push(initialValue(resolved.of, context.types));
      draw(value.items.length - 1);
      context.changed();
    },
    { class: "link", attributes: { "aria-label": `Add an item to ${caption.name}` } },
  );
  draw();
  return group(caption, type, [element("div", { class: "label-line" }, [label(caption, type), add]), items]);
}

function editRecord(
  resolved: FormType,
  value: Extract<FormValue, { kind: "record" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const fields = recordFields(resolved);
  const inside = element(
    "div",
    { class: "nested" },
    fields.map((field, index) => {
      const inner = value.fields[index];
      return inner === undefined ? undefined : editValue(field.type, inner, fieldCaption(field), context);
    }),
  );
  return group(caption, type, [label(caption, type), inside]);
}

function editVariant(
  resolved: FormType,
  value: Extract<FormValue, { kind: "variant" }>,
  caption: Caption,
  type: FormType,
  context: EditorContext,
): HTMLElement {
  const fields = resolved.kind === "variant" ? resolved.fields : [];
  const inside = element("div", { class: "nested" });
  const draw = () => {
    const field = fields[value.selected];
    const empty = field === undefined || resolveType(field.type, context.types).kind === "null";
    inside.replaceChildren(...(empty ? [] : [editValue(field.type, value.inner, fieldCaption(field), context)]));
    inside.hidden = empty;
  };
  const choose = (chosen: string) => {
    value.selected = fields.findIndex((it) => it.label === chosen);
    const field = fields[value.selected];
    if (field !== undefined) value.inner = initialValue(field.type, context.types);
    draw();
    context.changed();
  };
  const names = fields.map((it) => it.label);
  const input = select(names, names[value.selected] ?? "", caption.name, choose);
  draw();
  return group(caption, type, [label(caption, type), input, inside]);
}

/** A select of plain texts. */
export function select(
  options: readonly string[],
  selected: string,
  name: string,
  choose: (option: string) => void,
): HTMLSelectElement {
  const made = element(
    "select",
    { attributes: { "aria-label": name } },
    options.map((it) => element("option", { text: it, attributes: { value: it } })),
  );
  made.value = selected;
  made.addEventListener("change", () => choose(made.value));
  return made;
}

function group(caption: Caption, type: FormType, children: readonly Node[]): HTMLElement {
  return element(
    "div",
    { class: "field", attributes: { role: "group", "aria-label": `${caption.name}: ${typeName(type)}` } },
    children,
  );
}

function fieldOf(...children: readonly Node[]): HTMLElement {
  return element("div", { class: "field" }, children);
}

function recordFields(type: FormType): readonly FormField[] {
  if (type.kind === "record") return type.fields;
  return type.kind === "tuple" ? type.of.map((it, index) => ({ label: `${index}`, type: it })) : [];
}

function fieldCaption(field: FormField): Caption {
  return {
    name: field.label.replace(/^"(.*)"$/, "$1"),
    ...(field.documentation === undefined ? {} : { documentation: field.documentation }),
  };
}

function placeholder(type: FormType): string {
  switch (type.kind) {
    case "principal":
    case "service":
      return "principal, e.g. 2vxsx-fae";
    case "func":
      return "principal.method";
    default:
      return "";
  }
}

function limits(type: FormType): string {
  if (type.kind !== "number") return "";
  return `${type.type}, ${type.min ?? "no lower bound"} to ${type.max ?? "no upper bound"}`;
}
