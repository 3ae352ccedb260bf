import { lstatSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { FoundServer } from "../registry/find-servers.ts";
import { identifyProcess } from "../registry/process-identity.ts";
import { type RuntimePlace, runtimePlaces } from "../registry/runtime-places.ts";

/** Bytes that the path of a Unix socket may have: 107 on Linux, 103 on macOS. */
const LONGEST_PATH = 103;

/** Where a process may have its socket for `resound watch`, the best place first: beside the runtime file of its server. */
export interface WatchPlace {
  readonly place: RuntimePlace;
  readonly path: string;
}

/**
 * The places for a process of a server; `server` is the process that has the runtime file, which is another one for a worker. A place
 * whose path is too long for a Unix socket is left out.
 */
export function watchPlaces(places: readonly RuntimePlace[], server: number, pid: number): WatchPlace[] {
  return places.map((place) => ({
    place,
    path: join(place.directory, `${place.prefix}${server}-${pid}.watch`),
  }))
    .filter(({ path }) => Buffer.byteLength(path) <= LONGEST_PATH);
}

/** The sockets of a server and its workers. One that belongs to another user than its process is left out. */
export function findWatchSockets({ path, record: { pid: server, folder } }: FoundServer): string[] {
  const beside = {
    directory: dirname(path),
    prefix: basename(path).slice(0, -`${server}.json`.length),
    ours: false,
  };
  const found = [beside, ...runtimePlaces(folder)].flatMap((place) =>
    socketsIn(place).filter(({ owner, parent, pid }) => {
      const user = identifyProcess(pid)?.user;
      return parent === server && (user === undefined ? isOurs(owner) : user === owner);
    }).map(({ path }) => path)
  );
  return [...new Set(found)];
}

/** Removes the sockets that processes have left which were killed. */
export function removeDeadWatchSockets(places: readonly RuntimePlace[]): void {
  for (const place of places) {
    for (const { path, pid } of socketsIn(place)) {
      if (identifyProcess(pid) === undefined) removeSocket(path);
    }
  }
}

/** Removes a socket's file, if it is still there. */
export function removeSocket(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder may be closed to writing by now. No command takes the socket of a process that has ended.
  }
}

interface FoundSocket {
  readonly path: string;
  readonly owner: number;
  /** The process that has the runtime file. */
  readonly parent: number;
  /** The process that listens. */
  readonly pid: number;
}

function socketsIn({ directory, prefix }: RuntimePlace): FoundSocket[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    // No such folder, or one that is closed to us: no server of ours has a socket there.
    return [];
  }
  return names.flatMap((name) => {
    const [, parent, pid] = name.startsWith(prefix)
      ? /^(\d+)-(\d+)\.watch$/.exec(name.slice(prefix.length)) ?? []
      : [];
    if (parent === undefined) return [];
    try {
      const path = join(realpathSync(directory), name), found = lstatSync(path);
      return found.isSocket() ? [{ path, owner: found.uid, parent: Number(parent), pid: Number(pid) }] : [];
    } catch {
      // It has been removed in between.
      return [];
    }
  });
}

function isOurs(owner: number): boolean {
  const user = process.getuid?.();
  return user === undefined || user === 0 || owner === user;
}
