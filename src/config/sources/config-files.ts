import { join } from "node:path";
import { errorReason } from "../../failures/error-reason.ts";
import { ConfigError } from "../config-error.ts";
import type { TextFiles } from "./text-files.ts";

/** The files of one configuration: reads them below its folder and keeps the names of those that it has read. */
export class ConfigFiles {
  readonly directory: string;
  /** Names of the files that were read, in order. */
  readonly read: string[] = [];
  readonly #files: TextFiles;

  /** Throws a `ConfigError` when `directory` is not a folder. */
  constructor(directory: string, files: TextFiles) {
    this.directory = directory;
    this.#files = files;
    if (!attempt(directory, () => files.isFolder(directory))) {
      throw new ConfigError([`Cannot read the folder ${directory}: no such folder`]);
    }
  }

  /** The disk, for config files that look at others. */
  get disk(): TextFiles {
    return this.#files;
  }

  /**
   * The text of the file called `name` (`config/reverb.php`) in messages, or `undefined` when there is none. `path` is where it is, by
   * default below the folder. Throws a `ConfigError` when it is there but cannot be read.
   */
  open(name: string, path: string = join(this.directory, name)): string | undefined {
    const text = attempt(name, () => this.#files.read(path));
    if (text !== undefined) this.read.push(name);
    return text;
  }

  /** As `open`; of the files that were read its name comes first. */
  openFirst(name: string, path: string): string | undefined {
    const text = this.open(name, path);
    if (text !== undefined) this.read.unshift(...this.read.splice(-1));
    return text;
  }

  /** Whether a file is there. It is not added to the files that were read. Throws a `ConfigError` when it cannot be read. */
  has(name: string): boolean {
    return attempt(name, () => this.#files.read(join(this.directory, name))) !== undefined;
  }
}

function attempt<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError([`Cannot read ${name}: ${errorReason(error)}`], { cause: error });
  }
}
