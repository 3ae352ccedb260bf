/** How much a finding matters. */
export type CheckLevel = "ok" | "warning" | "error";

/** What was looked at; a closed set, so that the report's columns are known before the last check is done. */
export type CheckSubject =
  | "configuration"
  | "laravel"
  | "pulse"
  | "port"
  | "api"
  | "public"
  | "public /apps"
  | "public /app"
  | "certificate"
  | "redis"
  | "webhooks"
  | "open files"
  | "local ports"
  | "clock";

/** One line of the report. */
export interface CheckLine {
  readonly level: CheckLevel;
  readonly subject: CheckSubject;
  /** What was found, as a sentence without its full stop. Never a secret. */
  readonly found: string;
  /** What to do about it, likewise; absent when all is well. */
  readonly remedy?: string;
}

/** All is well. */
export function ok(subject: CheckSubject, found: string): CheckLine {
  return { level: "ok", subject, found };
}

/** It works, and may not for long or for everyone. */
export function warning(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "warning", subject, found, remedy };
}

/** It does not work. */
export function error(subject: CheckSubject, found: string, remedy: string): CheckLine {
  return { level: "error", subject, found, remedy };
}
