import { readFileSync, statSync } from "node:fs";

/** The files of the disk as far as configuration needs them; a parameter so that tests need no disk. */
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
      if (isAbsence(error)) return undefined;
      throw error;
    }
  },

  isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  },
};

function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR";
}
