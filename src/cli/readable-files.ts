import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";

/** What is in a folder, by name; nothing where it is not there, and where this user may not look into it. */
export function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => a.name < b.name ? -1 : 1);
  } catch {
    // The callers look through what they can.
    return [];
  }
}

/** The text of a plain file of at most so many bytes; `undefined` where it is not there, too large, or not for this user. */
export function textOf(path: string, mostBytes: number): string | undefined {
  try {
    const stats = statSync(path);
    // A pipe would be waited for.
    return !stats.isFile() || stats.size > mostBytes ? undefined : readFileSync(path, "utf8");
  } catch {
    // The callers look through what they can.
    return undefined;
  }
}

/** Whether something is at a path that this user may look at. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A folder on the way is closed to this user.
    return false;
  }
}
