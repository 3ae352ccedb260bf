import { convertEnvironmentText } from "../../php/environment-text.ts";
import { type EnvFileEntry, parseEnvFile } from "../../config/sources/env-file.ts";

/**
 * A `.env` file that is changed in places and is otherwise kept byte for byte: encoding, byte order mark, line endings, comments.
 * What counts as an assignment is decided by the parser that also reads the file.
 */
export class EnvDocument {
  /** The bytes as one character each, so that what is no UTF-8 survives too. Lines at even places, their endings at odd ones. */
  readonly #parts: string[];
  readonly #entries: readonly EnvFileEntry[];
  readonly #appended: string[] = [];
  #changed = false;

  /** `name` is the file's in messages. Throws a `ConfigError` when the file is one that Laravel refuses. */
  constructor(bytes: Uint8Array, name: string) {
    const buffer = Buffer.from(bytes);
    this.#entries = parseEnvFile(buffer.toString("utf8"), name);
    this.#parts = buffer.toString("latin1").split(/(\r\n|\n|\r)/);
  }

  /** Whether `set` or `separate` has changed anything. */
  get changed(): boolean {
    return this.#changed;
  }

  /** The text assigned to a variable, the last time when there are several; `undefined` where it is absent, empty or `null`. */
  get(name: string): string | undefined {
    const text = this.#last(name)?.value?.join("");
    if (text === undefined) return undefined;
    const meaning = convertEnvironmentText(text);
    return meaning === null || meaning === "" ? undefined : text;
  }

  /**
   * Assigns a value, written as it shall stand in the file (quotes and all): in the place of the last assignment's single word, or
   * on a line of its own at the end. Says where.
   */
  set(name: string, written: string): "replaced" | "appended" {
    this.#changed = true;
    if (this.#replace(name, written)) return "replaced";
    this.#appended.push(`${name}=${written}`);
    return "appended";
  }

  /** Puts a blank line between what has been appended so far and what will be. */
  separate(): void {
    if (this.#appended.length > 0 && this.#appended.at(-1) !== "") this.#appended.push("");
  }

  /** The file as it is now. */
  toBytes(): Uint8Array {
    const text = this.#parts.join("");
    const appended = this.#appended.at(-1) === "" ? this.#appended.slice(0, -1) : this.#appended;
    if (appended.length === 0) return Buffer.from(text, "latin1");
    const ending = this.#lineEnding();
    const lines = appended.map((line) => line + ending).join("");
    return Buffer.from(text + this.#gap(text, ending) + lines, "latin1");
  }

  #last(name: string): EnvFileEntry | undefined {
    return this.#entries.findLast((entry) => entry.name === name);
  }

  /** Only a value that is one plain word, or nothing, is replaced: a longer one was chosen by the operator and stays. */
  #replace(name: string, written: string): boolean {
    const entry = this.#last(name);
    if (entry === undefined) return false;
    const index = (entry.line - 1) * 2;
    const quoted = name.replaceAll(".", "\\.");
    // The byte order mark, an `export`, quotes around the name; the value; a comment or nothing.
    const line = new RegExp(
      `^((?:\\xEF\\xBB\\xBF)?[ \\t]*(?:export[ \\t]+)?(["']?)${quoted}\\2[ \\t]*=[ \\t]*)` +
        `(?:\\w*|"\\w*"|'\\w*'|\\(\\w+\\))([ \\t]*(?:#.*)?)$`,
    );
    const found = line.exec(this.#parts[index] ?? "");
    if (found === null) return false;
    this.#parts[index] = `${found[1]}${written}${found[3]}`;
    return true;
  }

  /** The ending of most lines; a file of one line gets the newline that every system understands. */
  #lineEnding(): string {
    const counts = new Map<string, number>([["\n", 0]]);
    for (let index = 1; index < this.#parts.length; index += 2) {
      const ending = this.#parts[index]!;
      counts.set(ending, (counts.get(ending) ?? 0) + 1);
    }
    return [...counts].reduce((most, each) => each[1] > most[1] ? each : most)[0];
  }

  /** What has to stand between the old end of the file and a new block so that one blank line parts them. */
  #gap(text: string, ending: string): string {
    if (/^(?:\xEF\xBB\xBF)?$/.test(text)) return "";
    if (!/[\r\n]$/.test(text)) return ending + ending;
    return /(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$/.test(text) ? "" : ending;
  }
}
