import type { ApplicationConfig } from "../config/config.ts";
import { type CheckLine, ok, warning } from "./check-line.ts";

/** Open files besides the connections: standard streams, the listener, API calls under way, files of the runtime. */
const RESERVE = 128;
/** A limit below this deserves a warning even where no application limits its connections. */
const COMFORTABLE = 4096;

/**
 * Compares how many files may be open with how many connections are allowed: each takes one. `limit` is `undefined` where the system
 * does not show it.
 */
export function checkOpenFiles(
  limit: number | undefined,
  applications: readonly Pick<ApplicationConfig, "maxConnections">[],
): CheckLine {
  if (limit === undefined) return ok("open files", "this system does not show the limit of open files");
  if (limit === Infinity) return ok("open files", "there is no limit of open files");
  const quota = applications.reduce((sum, { maxConnections }) => sum + (maxConnections ?? 0), 0);
  const unlimited = applications.some(({ maxConnections }) => maxConnections === undefined);
  const room = Math.max(0, limit - RESERVE);
  const found = `${limit} files may be open, enough for ${room} connections`;
  if (quota > room) {
    return warning("open files", `${found}, and max_connections allows ${quota}`, remedy(quota + RESERVE));
  }
  if (unlimited && limit < COMFORTABLE) return warning("open files", found, remedy(65_536));
  return ok("open files", found);
}

function remedy(files: number): string {
  return `Raise the limit to at least ${files} (LimitNOFILE=${files} in a systemd unit, \`ulimit -n ${files}\` in a shell, ` +
    "--ulimit nofile for a container)";
}
