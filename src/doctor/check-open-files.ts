import type { ApplicationConfig } from "../config/config.ts";
import { type CheckLine, ok, warning } from "./check-line.ts";

/** Files besides the connections: standard streams, the listener, API calls that are being answered, files of the runtime. */
const RESERVE = 128;
/** What a server without a quota should be able to take before it is called small. */
const COMFORTABLE = 4096;

/**
 * Compares how many files may be open with how many connections are allowed: each is one. A limit of `undefined` is one that the
 * system does not tell.
 */
export function checkOpenFiles(
  limit: number | undefined,
  applications: readonly Pick<ApplicationConfig, "maxConnections">[],
): CheckLine {
  if (limit === undefined) return ok("open files", "the system does not tell the limit of open files");
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
