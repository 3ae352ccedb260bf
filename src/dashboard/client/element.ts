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

/** A text of somebody else's: set apart, so that right-to-left writing in it reorders nothing around it. */
export function foreign(text: string, className = ""): HTMLElement {
  return element("bdi", { class: className }, visible(text));
}

// Not the joiners (U+200C, U+200D), which Persian and emoji need.
// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text with every character written out that is not seen itself but changes how others are: controls, bidi overrides. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
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
