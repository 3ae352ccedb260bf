import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { errorCode } from "../failures/error-reason.ts";

/** A file that was read. */
export interface FoundFile {
  readonly text: string;
  /** The number of the user that it belongs to; 0 on Windows, which has no such numbers. */
  readonly owner: number;
}

/**
 * The open does not wait for the writer of a pipe and does not follow a link: other users, or the application, may have put
 * one where a server looks. Windows has neither flag.
 */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file of a folder that others may write to, and whose name the operator has not given. It takes a plain file of at
 * most `largest` bytes and nothing else, so that a pipe cannot stop the process and an endless file cannot fill its memory.
 * Throws the system's error, or an `Error` whose message is the reason alone: `it is no plain file`.
 */
export function readFoundFile(path: string, largest: number): FoundFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, FLAGS);
  } catch (error) {
    throw explained(error);
  }
  try {
    const stats = fstatSync(descriptor), bytes = roomFor(stats, largest);
    let length = 0, read: number;
    do {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
    } while (read > 0);
    return { text: bytes.toString("utf8", 0, length), owner: stats.uid };
  } finally {
    closeSync(descriptor);
  }
}

/** As {@link readFoundFile}, for a server that serves meanwhile: a slow network drive does not stop it. */
export async function readFoundFileAside(path: string, largest: number): Promise<FoundFile> {
  const handle = await open(path, FLAGS).catch((error: unknown) => Promise.reject(explained(error)));
  try {
    const stats = await handle.stat(), bytes = roomFor(stats, largest);
    let length = 0, read: number;
    do {
      read = (await handle.read(bytes, length, bytes.length - length, null)).bytesRead;
      length += read;
    } while (read > 0);
    return { text: bytes.toString("utf8", 0, length), owner: stats.uid };
  } finally {
    await handle.close();
  }
}

/** Room for the whole file; it reads no more than this, also when the file grows meanwhile. */
function roomFor(stats: Stats, largest: number): Buffer {
  if (!stats.isFile()) throw new Error("it is no plain file");
  if (stats.size > largest) {
    throw new Error(`it has ${stats.size} bytes, and no server of ours writes more than ${largest} there`);
  }
  return Buffer.alloc(stats.size);
}

function explained(error: unknown): unknown {
  // What the system answers for a link that is not followed; FreeBSD has a word of its own.
  return ["ELOOP", "EMLINK"].includes(errorCode(error)) ? new Error("it is a link", { cause: error }) : error;
}
