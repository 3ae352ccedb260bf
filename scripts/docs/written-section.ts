/** A part of a page in docs/ that is written from the code, between two comments that name it. */
export interface WrittenSection {
  /** From the repository's root: `docs/settings.md`. */
  readonly page: string;
  /** Stands in the comments; unique on its page. */
  readonly name: string;
  /** Makes the Markdown, as `deno fmt` leaves it, without blank lines around it. */
  readonly text: () => string;
}

/** A page with one section written anew. Throws when the page lacks the comments between which the section stands. */
export function withSection(markdown: string, { page, name, text }: WrittenSection): string {
  const begin = `<!-- ${name}: written by bun run docs -->`, end = `<!-- end of ${name} -->`;
  const start = markdown.indexOf(begin), stop = markdown.indexOf(end);
  if (start === -1 || stop < start) {
    throw new Error(`${page} lacks the lines ${begin} and ${end}, between which the section stands`);
  }
  return `${markdown.slice(0, start + begin.length)}\n\n${text()}\n\n${markdown.slice(stop)}`;
}
