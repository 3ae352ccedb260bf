/** How much a finding matters; `skipped` is a check that could not be made, which says nothing about what it is for. */
export type CheckLevel = "ok" | "skipped" | "warning" | "error";

/** What is checked; a closed set, so that the width of the report's columns is known before the last check is done. */
export const CHECK_SUBJECTS = [
  "configuration",
  "applications",
  "certificate",
  "laravel",
  "queue",
  "events",
  "pulse",
  "port",
  "api",
  "dashboard",
  "public",
  "public /apps",
  "public /app",
  "clock",
  "front end",
  "recovery",
  "redis",
  "streams",
  "webhooks",
  "open files",
  "local ports",
] as const;

/** One of them. */
export type CheckSubject = (typeof CHECK_SUBJECTS)[number];

/** One line of the report. */
export interface CheckLine {
  readonly level: CheckLevel;
  readonly subject: CheckSubject;
  /** What was found, as a sentence without its full stop. MUST NOT hold a secret. */
  readonly found: string;
  /** What the operator should do, in the same form; absent on a line that is ok, and where a skipped check needs nothing. */
  readonly remedy?: string;
}

/** A line about a check that passed. */
export function ok(subject: CheckSubject, found: string): CheckLine {
  return { level: "ok", subject, found };
}

/** A line about a check that could not be made. */
export function skipped(subject: CheckSubject, found: string, remedy?: string): CheckLine {
  return { level: "skipped", subject, found, ...(remedy === undefined ? {} : { remedy }) };
}

/** A line about something that works, but perhaps not for long or not for all clients. */
export function warning(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "warning", subject, found, remedy };
}

/** A line about something that does not work. */
export function error(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "error", subject, found, remedy };
}
