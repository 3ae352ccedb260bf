import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorReason } from "../../failures/error-reason.ts";
import type { RuntimePlace } from "./runtime-places.ts";
import type { RuntimeRecord } from "./runtime-record.ts";

/** The runtime file of this server: written when it listens, removed when it ends. */
export class RuntimeFile {
  readonly path: string;
  #record: RuntimeRecord;

  private constructor(path: string, record: RuntimeRecord) {
    this.path = path;
    this.#record = record;
  }

  /**
   * Writes the file into the first place that takes it. Returns a sentence for the operator when none does: a server that
   * cannot be found serves all the same.
   */
  static create(places: readonly RuntimePlace[], record: RuntimeRecord): RuntimeFile | string {
    const reasons: string[] = [];
    for (const { directory, prefix, ours } of places) {
      try {
        if (ours) prepareDirectory(directory);
        const file = new RuntimeFile(join(directory, `${prefix}${record.pid}.json`), record);
        file.#write();
        return file;
      } catch (error) {
        // A folder without storage/ is no Laravel application, which is no fault.
        if (ours || !["ENOENT", "ENOTDIR"].includes(errorCode(error))) {
          reasons.push(`${directory}: ${errorReason(error)}`);
        }
      }
    }
    return "Cannot write down where this server runs, so `resound restart` and `resound reload` will not find it " +
      `(${reasons.join("; ")})`;
  }

  get record(): RuntimeRecord {
    return this.#record;
  }

  /** Changes what is written down. Returns whether it could be written. */
  update(changes: Partial<RuntimeRecord>): boolean {
    this.#record = { ...this.#record, ...changes };
    return this.refresh();
  }

  /** Writes the file again, because temporary folders are cleaned by the age of files. Returns whether it could be written. */
  refresh(): boolean {
    try {
      this.#write();
      return true;
    } catch {
      // The place may be gone (an unmounted disk, a removed release). Serving does not depend on it.
      return false;
    }
  }

  /** Removes the file, if it is still there. */
  remove(): void {
    try {
      rmSync(this.path, { force: true });
    } catch {
      // The next command that looks finds it stale.
    }
  }

  #write(): void {
    // A reader never sees half a file: renaming replaces the old one at once.
    const draft = `${this.path}.new`;
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(this.#record, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(draft, this.path);
  }
}

/** Makes the folder and checks that it belongs to this user: in `/tmp` every user may make one. */
export function prepareDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const user = process.getuid?.();
  if (user === undefined) return;
  const found = lstatSync(directory);
  if (!found.isDirectory() || found.uid !== user) throw new Error("it belongs to another user");
  if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
}
