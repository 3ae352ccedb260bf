import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from "node:fs";
import type { FoundAtPath, PhpFiles } from "../../php/php-files.ts";
import { errorCode } from "../../failures/error-reason.ts";

/** The files of the disk, as far as the configuration needs them. A parameter, so that tests need no disk. */
export interface TextFiles extends PhpFiles {
  /** The text of a file, `undefined` when there is none. Throws when it is there but cannot be read. */
  read(path: string): string | undefined;
  /** Whether a folder is there. Throws when it cannot be looked at. */
  isFolder(path: string): boolean;
  /** When a file was last changed, in milliseconds since 1970; `undefined` when there is none. Files without times have none of it. */
  readonly modified?: (path: string) => number | undefined;
}

/** The real disk. */
export const diskFiles: TextFiles = {
  read(path: string): string | undefined {
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return undefined;
      throw error;
    }
  },

  isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  },

  modified(path: string): number | undefined {
    try {
      return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    } catch {
      // Not even its folder may be looked into: it is no file of this configuration.
      return undefined;
    }
  },

  look(path: string): FoundAtPath | undefined {
    try {
      const realPath = realpathSync(path), stats = statSync(realPath);
      const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
      return { kind, size: stats.size, realPath, readable: isReadable(realPath) };
    } catch (error) {
      if (["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG"].includes(errorCode(error))) {
        return undefined;
      }
      throw error;
    }
  },

  readBytes(path: string, most: number): Uint8Array {
    // It may have become a pipe meanwhile, whose writer is not waited for.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(descriptor).isFile()) throw new Error(`${path} is no plain file`);
      const bytes = new Uint8Array(Math.min(most, fstatSync(descriptor).size));
      let length = 0, read: number;
      do {
        read = readSync(descriptor, bytes, length, bytes.length - length, null);
        length += read;
      } while (read > 0 && length < bytes.length);
      return bytes.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  },
};

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    // The answer is no.
    return false;
  }
}
