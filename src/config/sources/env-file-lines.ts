/** One assignment of a `.env` file before it is parsed: several lines when a value in double quotes spans them. */
export interface EnvFileLine {
  readonly text: string;
  /** Line of the file on which it begins, counted from 1. */
  readonly line: number;
}

/** The characters that phpdotenv trims: fewer than JavaScript's `trim`, which takes form feeds and Unicode spaces too. */
const trimmed = /^[ \n\r\t\0\v]+|[ \n\r\t\0\v]+$/g;

/** Removes what phpdotenv counts as blank from both ends. */
export function trimEnvText(text: string): string {
  return text.replace(trimmed, "");
}

/**
 * Splits a `.env` file into its assignments as vlucas/phpdotenv 5 does: any line ending, comment lines and blank lines left out,
 * the lines of a value that opens with `="` and is not closed on its own line joined with `\n`. A value that is never closed takes
 * the rest of the file; parseEnvValue then refuses it.
 */
export function splitEnvFile(content: string): EnvFileLine[] {
  const assignments: EnvFileLine[] = [];
  let open: { line: number; texts: string[] } | undefined;
  // phpdotenv drops the byte order mark, with which editors on Windows begin a file.
  for (const [index, text] of content.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).entries()) {
    if (open !== undefined) {
      open.texts.push(text);
      if (unescapedQuotes(text) < 1) continue;
      pushAssignment(assignments, open.texts.join("\n"), open.line);
      open = undefined;
    } else if (opensMultilineValue(text)) {
      open = { line: index + 1, texts: [text] };
    } else {
      pushAssignment(assignments, text, index + 1);
    }
  }
  if (open !== undefined) assignments.push({ text: open.texts.join("\n"), line: open.line });
  return assignments;
}

function pushAssignment(assignments: EnvFileLine[], text: string, line: number): void {
  const content = trimEnvText(text);
  if (content !== "" && !content.startsWith("#")) assignments.push({ text, line });
}

function opensMultilineValue(text: string): boolean {
  const quote = text.indexOf('="');
  if (quote === -1) return false;
  const hash = text.indexOf("#");
  return (hash === -1 || hash > quote) && unescapedQuotes(text) < 2;
}

function unescapedQuotes(text: string): number {
  return text.replaceAll("\\\\", "").match(/(?<!\\)"/g)?.length ?? 0;
}
