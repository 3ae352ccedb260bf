import { closeSync, openSync, readdirSync, statSync } from "node:fs";

const DESCRIPTORS = "/proc/self/fd";

/** The number of files that this process has open; `undefined` on systems other than Linux, and where no file is left to find out. */
export function openFileCount(): number | undefined {
  try {
    // On Linux 6.2 and later the size is their number. Listing tens of thousands of files takes a while.
    return statSync(DESCRIPTORS).size || readdirSync(DESCRIPTORS).length;
  } catch {
    // No /proc (macOS, Windows), or EMFILE.
    return undefined;
  }
}

/** Whether this process can open another file. */
export function isFileLeft(): boolean {
  const file = openNothing();
  if (file !== undefined) closeSync(file);
  return file !== undefined;
}

/** A file that can be opened as long as one is left; `undefined` when none is. */
export function openNothing(): number | undefined {
  try {
    return openSync("/dev/null", "r");
  } catch {
    // EMFILE or ENFILE.
    return undefined;
  }
}
