/** What an element is made with; text always becomes a text node, never markup. */
export interface ElementOptions {
  readonly class?: string;
  readonly text?: string;
  readonly title?: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes an element with its children. The only way in which the panel makes elements: there is no innerHTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  children: readonly (Node | string | undefined)[] = [],
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.title !== undefined) made.title = options.title;
  if (options.id !== undefined) made.id = options.id;
  if (options.text !== undefined) made.textContent = options.text;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

/** A button that does something when it is pressed by mouse or keyboard. */
export function button(label: string, press: () => void, options: ElementOptions = {}): HTMLButtonElement {
  const made = element("button", { ...options, text: label, attributes: { type: "button", ...options.attributes } });
  made.addEventListener("click", press);
  return made;
}

let lastId = 0;

/** An id that no other element of the page has, to tie labels to inputs. */
export function freshId(): string {
  lastId += 1;
  return `e${lastId}`;
}
