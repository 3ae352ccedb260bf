import type { ApplicationConfig } from "../config/config.ts";
import { type CheckLine, ok, skipped, warning } from "./check-line.ts";

/** Open files besides the connections: standard streams, the listener, API calls under way, files of the runtime. */
const RESERVE = 128;
/** A limit below this deserves a warning even where no application limits its connections. */
const COMFORTABLE = 4096;

/** How many files may be open; `undefined` where the system does not show it. */
export interface OpenFileLimits {
  /** Of the server that runs; `undefined` also where its process was not found. */
  readonly server: number | undefined;
  /** Of this process, which a server that is started from the same shell would have. */
  readonly shell: number | undefined;
}

/**
 * Compares how many files the server may have open with how many connections are allowed: each takes one. `isUp`: a server answers, so
 * that the limit of this shell, which is another one, shows nothing.
 */
export function checkOpenFiles(
  { server, shell }: OpenFileLimits,
  isUp: boolean,
  applications: readonly Pick<ApplicationConfig, "maxConnections">[],
): CheckLine {
  if (isUp && server === undefined && shell !== undefined) {
    return skipped(
      "open files",
      "the process of the running server was not found, so its limit of open files is not known",
      "Run this in the server's folder, as its user or as root, or read `Max open files` in /proc/PID/limits",
    );
  }
  const limit = server ?? shell;
  if (limit === undefined) return skipped("open files", "this system does not show the limit of open files");
  if (limit === Infinity) return ok("open files", "there is no limit of open files");
  const quota = applications.reduce((sum, { maxConnections }) => sum + (maxConnections ?? 0), 0);
  const unlimited = applications.some(({ maxConnections }) => maxConnections === undefined);
  const room = Math.max(0, limit - RESERVE);
  const where = server === undefined ? " in a server that is started from this shell" : "";
  const found = `${limit} files may be open${where}, enough for ${room} connections`;
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
