/** What an element gets besides its content. */
export interface ElementOptions {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly onclick?: () => void;
}

/** An element with text and other elements in it. A string becomes text, never HTML. */
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

/** A text of a client or an application, isolated so that right-to-left writing in it does not reorder the text around it. */
export function foreign(text: string, className = ""): HTMLElement {
  return element("bdi", { class: className }, visible(text));
}

// Not the joiners (U+200C, U+200D), which Persian and emoji need.
// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with invisible characters that change how others look (controls, bidi overrides) written out as `\u202e`. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The element of the page with this id. Throws when the page has none, which means that script and page are of different versions. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found as T;
}

/** A cell of a table. On a narrow screen the label stands before the content, in place of the table's head. */
export function cell(label: string, content?: Node | string, className = ""): HTMLTableCellElement {
  return element("td", { class: className, attributes: { "data-label": label } }, content);
}

/** Shows a sentence in a place for notices, or hides the place. */
export function notice(place: HTMLElement, text: string | undefined, kind: "info" | "error" = "info"): void {
  place.hidden = text === undefined;
  place.textContent = text ?? "";
  place.classList.toggle("error", kind === "error");
}
