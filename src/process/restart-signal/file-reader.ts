import { errorCode } from "../../failures/error-reason.ts";
import { readFoundFileAside } from "../found-file.ts";
import type { SignalReader } from "./restart-signal-watch.ts";

/** Bytes of an entry that is read; that of a restart has 23. */
const LARGEST = 4096;

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
      const { text } = await readFoundFileAside(this.#path, LARGEST);
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
