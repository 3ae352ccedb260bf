import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

/** Where runtime files of one folder may be: one file a server, `<prefix><pid>.json`. */
export interface RuntimePlace {
  readonly directory: string;
  readonly prefix: string;
  /** Whether the folder is ours to make. Laravel's is not: where it is missing there is no Laravel. */
  readonly ours: boolean;
}

/**
 * The places for the servers of a folder, the best first. They follow from the folder alone and not from the environment: the
 * command that restarts (in a deployment over ssh, from cron, as root) has another one than the server.
 *
 * Laravel's own `storage/framework/cache` comes first. It outlives a deployment where the application's folder is a link to
 * the newest release, it is not cleaned by age like `/tmp`, git ignores it, and `cache:clear` leaves it alone. Where the folder is such a
 * link and each release has a `storage` of its own, it comes last: there a command that looks in the next release finds nothing.
 */
export function runtimePlaces(folder: string): readonly RuntimePlace[] {
  const user = process.getuid?.() ?? 0, real = realPath(folder);
  const hash = createHash("sha256").update(real).digest("hex").slice(0, 16);
  // /tmp as well: a session may have a TMPDIR of its own.
  const temporary = process.platform === "win32" ? [tmpdir()] : [tmpdir(), "/tmp"];
  const cache = join(folder, "storage/framework/cache");
  const laravels = { directory: cache, prefix: `resound-${machineName()}-`, ours: false };
  const own = [...new Set(temporary)].map((directory) => ({
    directory: join(directory, `resound-${user}`),
    prefix: `${hash}-`,
    ours: true,
  }));
  const leavesWithRelease = real !== folder && realPath(cache).startsWith(`${real}/`);
  return leavesWithRelease ? [...own, laravels] : [laravels, ...own];
}

/** The machine's name as it may stand in a file name. */
function machineName(): string {
  return hostname().replace(/[^\w.-]/g, "_").slice(0, 64);
}

/** A folder by its real name; by the one that was given where there is no such folder. */
export function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // A folder that is not there is refused by the caller; here its name is enough.
    return folder;
  }
}
