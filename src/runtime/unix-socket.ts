import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/kinds/unix-path.ts";

/** A Unix socket to listen on. */
export interface UnixSocket {
  readonly path: string;
  /** The mode of its file: whoever may write to it may connect. */
  readonly mode: number;
}

/** The Unix socket that a configuration names, `undefined` when it names an address. */
export function unixSocketOf(
  { host, socketMode }: Pick<ServerConfig, "host" | "socketMode">,
): UnixSocket | undefined {
  const path = unixPath(host);
  return path === undefined ? undefined : { path, mode: Number.parseInt(socketMode, 8) };
}

/** Listens so that the socket's file has its mode from the first moment on: the system gives it all that the umask leaves. */
export function listenWithMode<T>({ mode }: UnixSocket, listen: () => T): T {
  const before = process.umask(0o777 & ~mode);
  try {
    return listen();
  } finally {
    process.umask(before);
  }
}

/**
 * Removes the file that a killed server has left, since it keeps everyone else from listening there. One that answers stays,
 * and so does what is no socket: listening then fails with `EADDRINUSE`.
 */
export async function removeDeadSocket({ path }: UnixSocket): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return;
  if (await connectionError(path) === "ECONNREFUSED") rmSync(path, { force: true });
}

/** Why nobody can connect; `undefined` when somebody answers. */
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
