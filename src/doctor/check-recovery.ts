import type { ApplicationConfig } from "../config/config.ts";
import type { Variable } from "./check-laravel.ts";
import { type CheckLine, ok, warning } from "./check-line.ts";

const SUBJECT = "recovery";

/** Where browsers connect to. */
export interface RecoveryAddress {
  readonly host: string;
  readonly scheme: string;
}

/**
 * Whether browsers bring the cookie of recovery along: its host against that of the pages (`APP_URL`). Nothing where recovery is off, or
 * one of the two is unknown.
 */
export function* checkRecovery(
  applications: readonly Pick<ApplicationConfig, "recovery">[],
  { host, scheme }: RecoveryAddress,
  variable: Variable,
): Generator<CheckLine> {
  if (!applications.some(({ recovery }) => recovery.enabled)) return;
  const page = URL.parse(variable("APP_URL")?.text ?? "");
  if (page === null || host === "") return;
  const pages = `pages of ${page.hostname} (APP_URL)`;
  if (isSameSite(page.hostname, host)) {
    yield ok(SUBJECT, `browsers bring the cookie of ${host} along from ${pages}`);
  } else if (scheme === "https") {
    yield warning(
      SUBJECT,
      `${pages} and ${host} are of two sites: browsers that block the cookies of other sites do not bring the cookie along, and ` +
        `their clients lose what is published while they are cut off`,
      "Serve both below one domain, such as app.example.com and ws.example.com",
    );
  } else {
    yield warning(
      SUBJECT,
      `${pages} and ${host} are of two sites, and without https browsers do not bring the cookie along: no client is recovered`,
      "Serve both below one domain, or use https (REVERB_SCHEME)",
    );
  }
}

/**
 * Whether two hosts are of one site, as far as that can be known without the public list of suffixes: the same host, or two names that
 * end in the same two labels.
 */
function isSameSite(one: string, other: string): boolean {
  const [left, right] = [one.toLowerCase(), other.toLowerCase()];
  if (left === right) return true;
  // An address has no domain.
  if (/^[\d.]+$|:/.test(left) || /^[\d.]+$|:/.test(right)) return false;
  const site = (host: string): string => host.split(".").slice(-2).join(".");
  return left.includes(".") && site(left) === site(right);
}
