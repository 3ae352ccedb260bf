import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./server-target.ts";

/** A block of code between fences, without the block's indentation. */
interface CodeBlock {
  readonly language: string;
  readonly code: string;
}

const FENCED = /^( *)```(\w*)\n([^]*?)^ *```$/gm;

/** A page of the documentation, for tests that hold the code to what it says. */
export class MarkdownPage {
  /** From the repository's root: `docs/webhooks.md`. */
  readonly path: string;
  readonly #text: string;

  constructor(path: string, text: string = readFileSync(join(ROOT, path), "utf8")) {
    this.path = path;
    this.#text = text;
  }

  /** The page's headings in order, without their `#` and what marks code, emphasis and links. */
  get headings(): readonly string[] {
    return [...this.#prose.matchAll(/^#{1,6} +(.*?) *#*$/gm)].map(([, heading]) =>
      heading!.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll(/[`*]/g, "")
    );
  }

  /**
   * The names by which GitHub's links reach the headings: in lower case, blanks as hyphens, without anything else that is
   * neither letter, digit, hyphen nor underscore, and numbered from the second of a name on.
   */
  get anchors(): readonly string[] {
    const times = new Map<string, number>();
    return this.headings.map((heading) => {
      const name = heading.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "").replaceAll(" ", "-");
      const time = times.get(name) ?? 0;
      times.set(name, time + 1);
      return time === 0 ? name : `${name}-${time}`;
    });
  }

  /** Where the page's links and images lead, as they are written; what stands in code is none. */
  get links(): readonly string[] {
    const text = this.#prose.replaceAll(/(`+)[^`].*?\1/gs, "");
    return [
      ...text.matchAll(/\]\(\s*<?([^\s)>]+)>?[^)]*\)/g),
      ...text.matchAll(/^ *\[[^\]]+\]: +(\S+)/gm),
      ...text.matchAll(/<(?:a|img|source)\b[^>]*?(?:href|src|srcset)="([^"]*)"/g),
    ].map(([, target]) => target!);
  }

  /** The rows of all tables whose first cell begins with code, as trimmed cells; only those below a heading where one is given. */
  rows(heading?: string): string[][] {
    return this.#below(heading).split("\n").filter((line) => line.startsWith("| `"))
      .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  }

  /** Whether the page has a text. */
  says(text: string): boolean {
    return this.#text.includes(text);
  }

  /** The block of code in a language that begins with a text. Throws when there is none. */
  code(language: string, beginning: string): string {
    const block = this.#blocks.find((block) =>
      block.language === language && block.code.startsWith(beginning)
    );
    if (block !== undefined) return block.code;
    throw new Error(`${this.path} has no ${language} that begins with ${beginning}`);
  }

  /** What the page gives to a shell: the lines of those blocks, without comments. */
  get commands(): readonly string[] {
    return this.#blocks.filter(({ language }) => language === "shell")
      .flatMap(({ code }) => code.split("\n"))
      .map((line) => line.replace(/ +#.*$/, "").trim()).filter((line) => line !== "");
  }

  /** The PHP for a place of a Laravel application: the block whose first line is a comment that begins with that place, without it. */
  php(place: string): string {
    const code = this.code("php", `// ${place}`);
    return code.slice(code.indexOf("\n") + 1);
  }

  /** The page without its blocks of code. */
  get #prose(): string {
    return this.#text.replaceAll(FENCED, "");
  }

  get #blocks(): readonly CodeBlock[] {
    return [...this.#text.matchAll(FENCED)].map(([, indentation = "", language = "", code = ""]) => ({
      language,
      code: code.split("\n").map((line) =>
        line.startsWith(indentation) ? line.slice(indentation.length) : line
      ).join("\n"),
    }));
  }

  /** What stands between a heading and the next one, all of the page without a heading. */
  #below(heading: string | undefined): string {
    if (heading === undefined) return this.#text;
    const lines = this.#text.split("\n"),
      start = lines.findIndex((line) => /^#+ /.test(line) && line.endsWith(` ${heading}`));
    if (start === -1) throw new Error(`${this.path} has no heading ${heading}`);
    const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line));
    return lines.slice(start, length === -1 ? undefined : start + 1 + length).join("\n");
  }
}
