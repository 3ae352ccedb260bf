import { errorCode } from "../failures/error-reason.ts";

/** What went wrong, in the system's or Redis's own words, for a person. Never more than the message: the rest may hold secrets. */
export function reasonOf(error: unknown): string {
  // Several addresses of one name were tried.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join("; ");
  }
  if (!(error instanceof Error)) return String(error);
  const code = errorCode(error);
  if (error.message === "") return code === "" ? error.name : code;
  return code === "" || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
