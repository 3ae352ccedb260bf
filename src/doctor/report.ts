import type { CheckLevel, CheckLine, CheckSubject } from "./check-line.ts";

/** The report for programs. Its fields and the names of the checks stay; docs/doctor.md lists them. */
export interface ReportDocument {
  readonly errors: number;
  readonly warnings: number;
  readonly checks: readonly {
    readonly name: string;
    readonly outcome: CheckLevel;
    readonly sentence: string;
    /** Null where there is nothing to do. */
    readonly remedy: string | null;
  }[];
}

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
  const errors = count(lines, "error"), warnings = count(lines, "warning"), skipped = count(lines, "skipped");
  const made = lines.length - skipped, rest = skipped === 0 ? "" : `, ${skipped} skipped`;
  if (errors + warnings === 0) return `All ${made} checks passed${rest}.`;
  return `${plural(errors, "error")}, ${plural(warnings, "warning")}, ${
    count(lines, "ok")
  } of ${made} checks passed${rest}.`;
}

/** The whole report as one object. */
export function reportDocument(lines: readonly CheckLine[]): ReportDocument {
  return {
    errors: count(lines, "error"),
    warnings: count(lines, "warning"),
    checks: lines.map(({ level, subject, found, remedy }) => ({
      name: checkName(subject),
      outcome: level,
      sentence: sentence(found),
      remedy: remedy === undefined ? null : sentence(remedy),
    })),
  };
}

/** The name of a check for programs: `public_apps`. */
export function checkName(subject: CheckSubject): string {
  return subject.replaceAll(/\W+/g, "_");
}

function count(lines: readonly CheckLine[], level: CheckLevel): number {
  return lines.filter((line) => line.level === level).length;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
