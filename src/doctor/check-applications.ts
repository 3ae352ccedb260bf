import { type CheckLine, error, ok, warning } from "./check-line.ts";

/** What was asked of the source of applications (`apps.provider`), and what it has answered. */
export interface CheckedApplications {
  /** Where it is, without secrets. */
  readonly place: string;
  readonly kind: "database" | "http";
  /** The key that the application's own `.env` names; `undefined` where it names none. */
  readonly key: string | undefined;
  readonly answer: "found" | "absent" | "unusable" | "away";
  /** Why it cannot be used or asked. */
  readonly reason?: string | undefined;
}

const SUBJECT = "applications";

/** Says whether the source of applications can be asked, and whether it has the one that Laravel signs with. */
export function checkApplications({ place, kind, key, answer, reason }: CheckedApplications): CheckLine {
  switch (answer) {
    case "away":
      return error(
        SUBJECT,
        `${place} cannot be asked for applications: ${reason}`,
        kind === "database"
          ? "Correct apps.connection or apps.database_url and apps.table, and look whether the database runs and has rows"
          : "Correct apps.url, and look whether the address answers signed requests with JSON or 404 (docs/applications.md)",
      );
    case "unusable":
      return error(
        SUBJECT,
        `${place} has the application with the key ${key}, which cannot be used: ${reason}`,
        "Correct it there",
      );
    case "absent":
      if (key === undefined) return ok(SUBJECT, `${place} answers`);
      return warning(
        SUBJECT,
        `${place} answers, and has no application with the key ${key} of REVERB_APP_KEY`,
        "Add it there, or set REVERB_APP_ID, REVERB_APP_KEY and REVERB_APP_SECRET to those of an application that is there",
      );
    case "found":
      return ok(SUBJECT, `${place} answers, and has the application with the key of REVERB_APP_KEY`);
  }
}
