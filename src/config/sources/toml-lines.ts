/**
 * The line of each entry of a TOML document, by its dotted path (`apps.0.key`), since smol-toml keeps none. The document MUST be one
 * that smol-toml accepts; of any other text some lines are missing.
 */
export function tomlLines(source: string): ReadonlyMap<string, number> {
  return new TomlLines(source).read();
}

class TomlLines {
  readonly #source: string;
  readonly #lines = new Map<string, number>();
  /** How many entries each `[[array]]` has so far. */
  readonly #counts = new Map<string, number>();
  #at = 0;
  #line = 1;

  constructor(source: string) {
    this.#source = source;
  }

  read(): ReadonlyMap<string, number> {
    let table = "";
    while (this.#skip(), this.#at < this.#source.length) {
      const start = this.#at;
      if (this.#source[this.#at] === "[") table = this.#header();
      else this.#assignment(table);
      // Text that is no TOML: each step goes on all the same.
      if (this.#at === start) this.#at++;
    }
    return this.#lines;
  }

  /** `[a.b]` or `[[a.b]]`: the path of the table that begins here. */
  #header(): string {
    const many = this.#source.startsWith("[[", this.#at);
    this.#at += many ? 2 : 1;
    const names = this.#key();
    let path = "";
    for (const [index, name] of names.entries()) {
      path = below(path, name);
      this.#note(path);
      const isLast = index === names.length - 1;
      if (many && isLast) this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
      const count = this.#counts.get(path);
      // A name of an array means its newest entry.
      if (count !== undefined) this.#note(path = below(path, String(count - 1)));
    }
    this.#skip();
    while (this.#source[this.#at] === "]") this.#at++;
    return path;
  }

  #assignment(table: string): void {
    let path = table;
    for (const name of this.#key()) this.#note(path = below(path, name));
    this.#skip();
    if (this.#source[this.#at] !== "=") return;
    this.#at++;
    this.#skip();
    this.#value(path);
  }

  /** A dotted key: `a."b c".d`. */
  #key(): string[] {
    const names: string[] = [];
    for (;;) {
      this.#skip();
      const bare = this.#take(/[A-Za-z0-9_-]+/y);
      const quoted = bare === undefined ? this.#take(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y) : undefined;
      if (bare === undefined && quoted === undefined) return names;
      names.push(bare ?? nameIn(quoted ?? ""));
      this.#skip();
      if (this.#source[this.#at] !== ".") return names;
      this.#at++;
    }
  }

  #value(path: string): void {
    switch (this.#source[this.#at]) {
      case "[":
        return this.#items("]", (index) => {
          const entry = below(path, String(index));
          this.#note(entry);
          this.#value(entry);
        });
      case "{":
        return this.#items("}", () => this.#assignment(path));
      default:
        // The texts of several lines first: their quotes are also an empty text of one line.
        this.#take(/"""(?:[^"\\]|\\[^]|"{1,2}(?!"))*"{3,5}|'''(?:[^']|'{1,2}(?!'))*'{3,5}/y) ??
          this.#take(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y) ??
          this.#take(/[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?/y);
    }
  }

  #items(end: string, item: (index: number) => void): void {
    this.#at++;
    for (let index = 0;; index++) {
      this.#skip();
      if (this.#at >= this.#source.length) return;
      if (this.#source[this.#at] === end) break;
      const start = this.#at;
      item(index);
      this.#skip();
      if (this.#source[this.#at] === ",") this.#at++;
      if (this.#at === start) return;
    }
    this.#at++;
  }

  /** Passes blanks, line ends and comments. */
  #skip(): void {
    this.#take(/(?:\s+|#[^\n]*)+/y);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0];
    if (found === undefined) return undefined;
    this.#at += found.length;
    this.#line += found.split("\n").length - 1;
    return found;
  }

  /** The first place counts: a table may be named again for what is inside it. */
  #note(path: string): void {
    if (!this.#lines.has(path)) this.#lines.set(path, this.#line);
  }
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The name between quotes, by TOML's escapes. */
function nameIn(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("'")) return inner;
  const letters: Readonly<Record<string, string>> = {
    b: "\b",
    t: "\t",
    n: "\n",
    f: "\f",
    r: "\r",
    e: "\x1b",
  };
  return inner.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))/g,
    (_, short?: string, long?: string, byte?: string, letter = "") => {
      const digits = short ?? long ?? byte;
      return digits === undefined ? letters[letter] ?? letter : String.fromCodePoint(parseInt(digits, 16));
    },
  );
}
