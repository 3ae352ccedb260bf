import { Buffer } from "node:buffer";
import { linkSync, lstatSync, renameSync, rmSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import type { ServerConfig } from "../config/config.ts";
import { unixPath } from "../config/kinds/address-kind.ts";
import { errorCode, errorMessage } from "../failures/error-reason.ts";
import { ListenError } from "./listen-error.ts";

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

/** The file of a socket that a server of this process listens on. */
export interface PlacedSocket {
  /** Removes it, unless another server has put its own there since. */
  remove(): void;
}

/** Bytes that the path of a socket may have (`sun_path`, without the zero behind it). */
const LONGEST_PATH = 107;

/**
 * Listens under a name of this process's own and then puts the file in its place: beside a server that still listens there, which keeps
 * its connections, where `takesOver`; else only where no file is, or it throws a {@link ListenError}. The runtime removes a socket's
 * file under the name that it has listened on, which must not be the file of the next server. A path too long for that is listened on
 * as it is, and cannot be taken over.
 */
export function listenInPlace<T>(
  socket: UnixSocket,
  { takesOver, listen, stop }: {
    readonly takesOver: boolean;
    readonly listen: (path: string) => T;
    readonly stop: (server: T) => void;
  },
): { readonly server: T; readonly placed: PlacedSocket | undefined } {
  const { path } = socket, draft = `${path}.${process.pid}`;
  if (Buffer.byteLength(draft) > LONGEST_PATH && !takesOver) {
    return { server: listenWithMode(socket, () => listen(path)), placed: undefined };
  }
  // A file of that name is of a killed process that had the same number.
  if (isSocket(draft)) rmSync(draft, { force: true });
  const server = listenWithMode(socket, () => listen(draft));
  try {
    const { ino, dev } = lstatSync(draft);
    if (takesOver) renameSync(draft, path);
    else {
      // Unlike a renaming this fails where a file is.
      linkSync(draft, path);
      rmSync(draft);
    }
    return {
      server,
      placed: {
        remove() {
          const found = lstatSync(path, { throwIfNoEntry: false });
          if (found?.ino === ino && found.dev === dev) rmSync(path, { force: true });
        },
      },
    };
  } catch (error) {
    stop(server);
    rmSync(draft, { force: true });
    const code = errorCode(error);
    throw new ListenError(code === "EEXIST" ? "EADDRINUSE" : code || "UNKNOWN", errorMessage(error));
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
