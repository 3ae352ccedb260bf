/** What an element gets besides its content: attributes, and listeners as `onclick`. */
export interface ElementOptions {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onclick?: () => void;
}

/** An element with text and other elements in it. Strings are always text, whatever they contain. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { class: className, attributes, onclick }: ElementOptions = {},
  ...content: ReadonlyArray<Node | string | undefined>
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  if (onclick !== undefined) made.addEventListener("click", onclick);
  for (const part of content) if (part !== undefined) made.append(part);
  return made;
}

/** A text of somebody else's: set apart, so that right-to-left characters in it reorder nothing around it. */
export function foreign(text: string, className = ""): HTMLElement {
  return element("bdi", { class: className }, text);
}

/** The element of the page with this id. Throws when the page has none: then script and page do not belong together. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found as T;
}

/** Shows a sentence in a place for notices, or hides the place. */
export function notice(place: HTMLElement, text: string | undefined, kind: "info" | "error" = "info"): void {
  place.hidden = text === undefined;
  place.textContent = text ?? "";
  place.classList.toggle("error", kind === "error");
}
