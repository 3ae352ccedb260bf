import { readFile } from "node:fs/promises";
import { errorCode } from "../../failures/error-reason.ts";
import type { SignalReader } from "./restart-signal-watch.ts";

/** Reads the entry of Laravel's `file` store: ten digits of expiry, then the serialized value. */
export class FileReader implements SignalReader {
  readonly place: string;
  readonly #path: string;

  constructor(path: string) {
    this.place = path;
    this.#path = path;
  }

  async read(): Promise<string | undefined> {
    try {
      const text = await readFile(this.#path, "latin1");
      // Laravel empties the file before it writes it, so it may be short.
      return text.length > 10 ? text.slice(10) : undefined;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
