/** How much a finding matters. */
export type CheckLevel = "ok" | "warning" | "error";

/** What was checked; a closed set, so that the width of the report's columns is known before the last check is done. */
export type CheckSubject =
  | "configuration"
  | "laravel"
  | "events"
  | "pulse"
  | "port"
  | "api"
  | "public"
  | "public /apps"
  | "public /app"
  | "certificate"
  | "dashboard"
  | "redis"
  | "webhooks"
  | "open files"
  | "local ports"
  | "clock";

/** One line of the report. */
export interface CheckLine {
  readonly level: CheckLevel;
  readonly subject: CheckSubject;
  /** What was found, as a sentence without its full stop. MUST NOT hold a secret. */
  readonly found: string;
  /** What the operator should do, in the same form; absent on a line that is ok. */
  readonly remedy?: string;
}

/** A line about a check that passed. */
export function ok(subject: CheckSubject, found: string): CheckLine {
  return { level: "ok", subject, found };
}

/** A line about something that works, but perhaps not for long or not for all clients. */
export function warning(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "warning", subject, found, remedy };
}

/** A line about something that does not work. */
export function error(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "error", subject, found, remedy };
}
