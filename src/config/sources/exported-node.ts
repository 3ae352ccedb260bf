import { ConfigError } from "../config-error.ts";
import type { ConfigNode, ConfigTable } from "./config-node.ts";

/** Levels of arrays within arrays; Laravel's own files have six. */
const DEEPEST = 200;

/**
 * Reads a PHP file that returns what `var_export` has written, as `php artisan config:cache` leaves it: values alone, in one pass over the
 * text. Nothing is evaluated. An object is a value that no setting takes. Throws a `ConfigError` with the line where the file is
 * anything else, such as one that is being written.
 */
export function readExportedNode(source: string, file: string): ConfigTable {
  const node = new ExportedReader(source, file).read();
  if (node.kind === "table") return node;
  throw new ConfigError([`Cannot read ${file}: expected an array`]);
}

class ExportedReader {
  readonly #source: string;
  readonly #file: string;
  #at = 0;
  #line = 1;

  constructor(source: string, file: string) {
    this.#source = source;
    this.#file = file;
  }

  read(): ConfigNode {
    this.#expect(/\uFEFF?<\?php\s+return\b/y);
    const node = this.#value("", 0);
    this.#expect(/;/y);
    this.#take(/\s*(?:\?>\s*)?/y);
    if (this.#at < this.#source.length) this.#fail();
    return node;
  }

  /** `line` is that of the key: `var_export` begins an array on the line after it. */
  #value(path: string, depth: number, line = this.#line): ConfigNode {
    if (depth > DEEPEST) this.#fail("it is nested too deeply");
    this.#blanks();
    const character = this.#source[this.#at];
    if (character === "'" || character === '"') return this.#leaf(this.#text(), line, path);
    if (character === "[") {
      this.#at++;
      return this.#entries(/\]/y, line, path, depth);
    }
    const word = this.#take(/array\s*\(|\(object\)|NULL\b|null\b|true\b|false\b|-?(?:INF|NAN)\b/yi)
      ?.toLowerCase();
    if (word !== undefined) return this.#worded(word, line, path, depth);
    const number = this.#take(/-?\d+(?:\.\d*)?(?:E[+-]?\d+)?/yi);
    if (number !== undefined) {
      // The least integer is written as a difference.
      this.#take(/-1\b/y);
      return this.#leaf(numberOf(number), line, path);
    }
    return this.#object(line, path, depth);
  }

  #worded(word: string, line: number, path: string, depth: number): ConfigNode {
    switch (word) {
      case "null":
        return this.#leaf(null, line, path);
      case "true":
      case "false":
        return this.#leaf(word === "true", line, path);
      case "(object)":
        return this.#value(path, depth + 1, line);
      default:
        return word.startsWith("array")
          ? this.#entries(/\)/y, line, path, depth)
          : this.#leaf(notAValue, line, path);
    }
  }

  /** The entries of an array up to its end. */
  #entries(end: RegExp, start: number, path: string, depth: number): ConfigTable {
    const entries = new Map<string, ConfigNode>();
    let isList = true;
    for (let next = 0;;) {
      this.#blanks();
      if (this.#take(end) !== undefined) break;
      const line = this.#line, quoted = this.#source[this.#at] === "'" || this.#source[this.#at] === '"';
      const key = quoted ? this.#keyText() : this.#take(/-?\d+(?=\s*=>)/y);
      if (key !== undefined) this.#expect(/=>/y);
      const isNumber = key === undefined || !quoted;
      const name = key ?? String(next);
      if (isNumber) next = Math.max(next, Number(name) + 1);
      else isList = false;
      entries.set(name, this.#value(path === "" ? name : `${path}.${name}`, depth + 1, line));
      this.#blanks();
      if (this.#take(/,/y) === undefined) {
        if (this.#take(end) === undefined) this.#fail();
        break;
      }
    }
    const place = this.#place(start, path);
    return { kind: "table", entries, list: isList, place, keyPlace: place };
  }

  /** A text before `=>`; in a list of texts there is none, and nothing is read. */
  #keyText(): string | undefined {
    const at = this.#at, line = this.#line, text = this.#text();
    this.#blanks();
    if (this.#source.startsWith("=>", this.#at)) return text;
    this.#at = at;
    this.#line = line;
    return undefined;
  }

  /** `\Class::__set_state(array(…))`, or a case of an enum. */
  #object(line: number, path: string, depth: number): ConfigNode {
    if (this.#take(/\\?[A-Za-z_]\w*(?:\\\w+)*::/y) === undefined) this.#fail();
    if (this.#take(/__set_state\(/y) !== undefined) {
      this.#value(path, depth + 1);
      this.#expect(/\)/y);
    } else this.#expect(/\w+/y);
    return this.#leaf(notAValue, line, path);
  }

  /** A text, which `var_export` cuts at NUL bytes: `'a' . "\0" . 'b'`. */
  #text(): string {
    let text = "";
    do {
      this.#blanks();
      const single = this.#take(/'[^'\\]*(?:\\[^][^'\\]*)*'/y);
      const double = single === undefined ? this.#take(/"(?:\\0)*"/y) : undefined;
      if (single !== undefined) text += single.slice(1, -1).replace(/\\([\\'])/g, "$1");
      else if (double !== undefined) text += double.slice(1, -1).replaceAll("\\0", "\0");
      else this.#fail();
      this.#blanks();
    } while (this.#take(/\./y) !== undefined);
    return text;
  }

  #leaf(value: unknown, line: number, path: string): ConfigNode {
    const place = this.#place(line, path);
    // What was no UTF-8 has become another text: a key or secret of it would fit nothing.
    const read = typeof value === "string" && value.includes("\uFFFD") ? notAValue : value;
    return { kind: "leaf", value: read, place, keyPlace: place, env: [] };
  }

  #place(line: number, path: string): string {
    return path === "" ? this.#file : `${this.#file}:${line} ${path}`;
  }

  #blanks(): void {
    this.#take(/\s+/y);
  }

  #expect(pattern: RegExp): void {
    this.#blanks();
    if (this.#take(pattern) === undefined) this.#fail();
  }

  /** Passes what the pattern, which is sticky, finds here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    for (let index = found.indexOf("\n"); index !== -1; index = found.indexOf("\n", index + 1)) this.#line++;
    return found;
  }

  #fail(reason = "it is not what `php artisan config:cache` writes"): never {
    throw new ConfigError([
      `Cannot read ${this.#file}:${this.#line}: ${reason}. Run \`php artisan config:cache\` again, or \`php artisan config:clear\``,
    ]);
  }
}

/** An integer beyond those that a number holds exactly stays a text, as kinds of numbers take texts as well. */
function numberOf(written: string): number | string {
  const number = Number(written);
  return /^-?\d+$/.test(written) && !Number.isSafeInteger(number) ? written : number;
}

/** Stands for an object and the like, which no setting takes. */
function notAValue(): void {}
