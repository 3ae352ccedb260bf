/** The width of lines that `deno fmt` breaks prose at here (deno.json). */
const WIDTH = 110;

/** A paragraph, its lines broken as `deno fmt` breaks them. */
export function paragraph(text: string): string {
  return wrapped(text, "", "");
}

/** A list with an item for each text. */
export function bullets(texts: readonly string[]): string {
  return texts.map((text) => wrapped(text, "- ", "  ")).join("\n");
}

function wrapped(text: string, first: string, following: string): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(" ")) {
    const isEmpty = line === first || line === following;
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = following + word;
    } else line += isEmpty ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
