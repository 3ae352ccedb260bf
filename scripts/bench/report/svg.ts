/** A part of a drawing with the room that it takes, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

/** Text as it stands in XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A text at a point; `style` is the names of its classes: `title`, `axis`, `end` (it ends there), `middle`. */
export function text(x: number, y: number, words: string, style = ""): string {
  return `<text x="${round(x)}" y="${round(y)}"${style === "" ? "" : ` class="${style}"`}>${
    escapeXml(words)
  }</text>`;
}

/** A line between two points. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${style}"/>`;
}

/** Moves a drawing. */
export function moved({ svg }: Drawing, x: number, y: number): string {
  return `<g transform="translate(${round(x)} ${round(y)})">${svg}</g>`;
}

/** Two decimals are finer than a screen. */
export function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** About how wide a text is in pixels, in the size of the charts. */
export function textWidth(words: string): number {
  return words.length * 6.4;
}
