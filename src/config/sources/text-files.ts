import { readFileSync, statSync } from "node:fs";
import { errorCode } from "../../failures/error-reason.ts";

/** The files of the disk, as far as the configuration needs them. A parameter, so that tests need no disk. */
export interface TextFiles {
  /** The text of a file, `undefined` when there is none. Throws when it is there but cannot be read. */
  read(path: string): string | undefined;
  isFolder(path: string): boolean;
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
};
