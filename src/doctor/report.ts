import type { CheckLevel, CheckLine, CheckSubject } from "./check-line.ts";

const LONGEST_LEVEL: CheckLevel = "warning";
const LONGEST_SUBJECT: CheckSubject = "configuration";

/** A line of the report: level and subject in columns, then the finding and the remedy as sentences. */
export function reportLine({ level, subject, found, remedy }: CheckLine): string {
  const columns = `${level.padEnd(LONGEST_LEVEL.length)}  ${subject.padEnd(LONGEST_SUBJECT.length)}`;
  return `${columns}  ${sentence(found)}${remedy === undefined ? "" : ` ${sentence(remedy)}`}`;
}

/** Adds the full stop, unless the finding ends with a question ("did you mean …?"). */
function sentence(text: string): string {
  return text.endsWith("?") ? text : `${text}.`;
}

/** The last line of the report. */
export function reportSummary(lines: readonly CheckLine[]): string {
  const count = (level: CheckLevel): number => lines.filter((line) => line.level === level).length;
  const errors = count("error"), warnings = count("warning");
  if (errors + warnings === 0) return `All ${lines.length} checks passed.`;
  return `${plural(errors, "error")}, ${plural(warnings, "warning")}, ${
    count("ok")
  } of ${lines.length} checks passed.`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
