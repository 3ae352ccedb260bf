import { accessSync, constants, readdirSync, readFileSync, statSync } from "node:fs";
import { errorCode, errorReason } from "../failures/error-reason.ts";

/** The files of the disk as far as certificates need them; a parameter so that tests need no disk. */
export interface CertificateFiles {
  /** The whole file. Throws an `Error` whose message is the reason alone: `no such file`. */
  read(path: string): string;
  /** Whether a file is there, readable or not. False where the process may not look into the folder. */
  has(path: string): boolean;
  /** The names in a folder whose files may be opened. Throws like `read`. */
  list(folder: string): readonly string[];
}

/** Bytes of a file that may still hold certificates: all authorities that browsers know take 300 KB. */
const LARGEST_FILE = 4 * 1024 * 1024;

/** The real disk. */
export const diskCertificateFiles: CertificateFiles = {
  read(path) {
    return withReason(() => {
      const stats = statSync(path);
      // Reading a pipe or a device could wait for ever.
      if (stats.isDirectory()) throw new Error("it is a folder");
      if (!stats.isFile()) throw new Error("it is no regular file");
      if (stats.size > LARGEST_FILE) throw new Error("it is too large for a certificate");
      return readFileSync(path, "latin1");
    });
  },

  has(path) {
    try {
      return statSync(path).isFile();
    } catch {
      // Under a supervisor HOME may be another user's folder: no certificate of ours is in there.
      return false;
    }
  },

  list(folder) {
    return withReason(() => {
      // A folder that can be listed but not searched would look like one without any file.
      accessSync(folder, constants.R_OK | constants.X_OK);
      return readdirSync(folder).sort();
    });
  },
};

function withReason<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const isDenied = ["EACCES", "EPERM"].includes(errorCode(error));
    const wayOut = isDenied ? "; the user that runs the server must be able to read it" : "";
    throw new Error(`${errorReason(error)}${wayOut}`, { cause: error });
  }
}
