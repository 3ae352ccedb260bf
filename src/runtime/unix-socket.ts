import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/kinds/address-kind.ts";

/** A Unix socket to listen on. */
export interface UnixSocket {
  readonly path: string;
  /** The mode of its file: a user who may write to it may connect. */
  readonly mode: number;
}

/** The Unix socket that a configuration names, `undefined` when it names an address. */
export function unixSocketOf(
  { host, socketMode }: Pick<ServerConfig, "host" | "socketMode">,
): UnixSocket | undefined {
  const path = unixPath(host);
  return path === undefined ? undefined : { path, mode: Number.parseInt(socketMode, 8) };
}

/** Listens under the umask that gives the socket's file its mode when the system creates it; a `chmod` would come too late. */
export function listenWithMode<T>({ mode }: UnixSocket, listen: () => T): T {
  const before = process.umask(0o777 & ~mode);
  try {
    return listen();
  } finally {
    process.umask(before);
  }
}

/**
 * Removes the socket's file that a killed server has left, which would keep others from listening there. The file of a server
 * that answers stays, and so does a file that is no socket: listening then fails with `EADDRINUSE`. Where the file cannot be
 * looked at or removed, listening fails with the reason.
 */
export async function removeDeadSocket({ path }: UnixSocket): Promise<void> {
  if (!isSocket(path) || await connectionError(path) !== "ECONNREFUSED") return;
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder may be closed to writing. Listening there fails too, and that failure is reported.
  }
}

/** Whether a socket's file is there, as far as it can be looked at. */
function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    // Mostly there is no such file. For every other reason listening fails as well, and that failure is reported.
    return false;
  }
}

/** The code of the error on connecting; `undefined` when a server accepts. */
function connectionError(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "UNKNOWN"));
  });
}
