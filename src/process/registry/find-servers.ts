import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errorCode, errorReason } from "../../failures/error-reason.ts";
import { readFoundFile } from "../found-file.ts";
import { identifyProcess, type ProcessIdentity } from "./process-identity.ts";
import { realPath, type RuntimePlace, runtimePlaces } from "./runtime-places.ts";
import { parseRuntimeRecord, type RuntimeRecord } from "./runtime-record.ts";

/** A server that runs, and the file that says so. */
export interface FoundServer {
  readonly path: string;
  readonly record: RuntimeRecord;
}

/** What was found in the places of a folder. */
export interface FoundServers {
  readonly running: readonly FoundServer[];
  /** Sentences about files that were there and could not be used. */
  readonly problems: readonly string[];
}

/** Bytes of a runtime file that is read. A server writes some hundred, and the lines about its last reload. */
const LARGEST = 1_048_576;

const AS_THAT_USER = "Run this as the user that the server runs as, or as root.";

/** How to identify a process; a parameter so that tests need no second process. */
type Identify = (pid: number) => ProcessIdentity | undefined;

/**
 * The servers of a folder by the name of which they were started, when a link in that name led to another release. Their files are in
 * this user's folder, under the name of that release.
 */
export function findByName(folder: string): readonly FoundServer[] {
  const files = runtimePlaces(folder).filter(({ ours }) => ours).flatMap(({ directory }) => {
    return filesOf({ directory, prefix: "" }, /^[0-9a-f]{16}-\d+\.json$/);
  });
  return files.flatMap((path) => {
    const found = readServer(path, identifyProcess);
    return typeof found === "object" && realPath(found.record.folder) === realPath(folder) ? [found] : [];
  });
}

/**
 * The servers that run for a folder. A file counts only when it is a small plain one that belongs to this user, or to any user
 * for root, who restarts the servers of all of them; and when its process is there, was started at the time that the file says
 * (so it has written it), and belongs to the file's owner: no user can have another user's process signalled. Stale files are
 * removed on the way.
 */
export function findServers(
  places: readonly RuntimePlace[],
  identify: Identify = identifyProcess,
): FoundServers {
  const running: FoundServer[] = [], problems: string[] = [];
  for (const place of places) {
    for (const path of filesOf(place)) {
      const found = readServer(path, identify);
      if (typeof found === "string") problems.push(found);
      else if (found !== undefined) running.push(found);
    }
  }
  return { running, problems };
}

/** Whether the server still runs. */
export function isRunning({ record }: FoundServer, identify: Identify = identifyProcess): boolean {
  const found = identify(record.pid);
  return found !== undefined && isSame(found, record);
}

/** The server's record as it is now; `undefined` when its file is gone. */
export function readAgain({ path }: FoundServer): RuntimeRecord | undefined {
  try {
    return parseRuntimeRecord(readFoundFile(path, LARGEST).text);
  } catch {
    // It has ended and removed the file.
    return undefined;
  }
}

function filesOf(
  { directory, prefix }: Pick<RuntimePlace, "directory" | "prefix">,
  named = /^\d+\.json$/,
): string[] {
  try {
    return readdirSync(directory).filter((name) =>
      name.startsWith(prefix) && named.test(name.slice(prefix.length))
    ).map((name) => join(directory, name)).sort();
  } catch {
    // No such folder, or one that is closed to us: no server of ours has written there.
    return [];
  }
}

function readServer(path: string, identify: Identify): FoundServer | string | undefined {
  let text: string, owner: number;
  try {
    ({ text, owner } = readFoundFile(path, LARGEST));
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT") return undefined;
    if (code !== "EACCES" && code !== "EPERM") return `Ignored ${path}: ${errorReason(error)}.`;
    return `Cannot read ${path}: ${errorReason(error)}. ${AS_THAT_USER}`;
  }
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && owner !== user) {
    return `Ignored ${path}: it belongs to another user. ${AS_THAT_USER}`;
  }
  const record = parseRuntimeRecord(text);
  // Storage may be shared between machines: a file of another one is neither used nor removed here.
  if (record === undefined || record.machine !== hostname()) return undefined;
  const found = identify(record.pid);
  if (found === undefined || !isSame(found, record)) {
    removeStale(path);
    return undefined;
  }
  if (found.user !== undefined && found.user !== owner) {
    return `Ignored ${path}: the process ${record.pid} that it names does not belong to the owner of the file.`;
  }
  return { path, record };
}

function isSame(found: ProcessIdentity, record: RuntimeRecord): boolean {
  return found.started === undefined || record.started === undefined || found.started === record.started;
}

function removeStale(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // This user may not remove it; it is ignored all the same.
  }
}
