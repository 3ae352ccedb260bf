/** One piece of TypeScript source. Comments and white space are gone; `text` of a string is what stands between its quotes. */
export interface Token {
  readonly kind: "word" | "string" | "template" | "punctuation" | "other";
  readonly text: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

/** Words after which a slash starts a regular expression, not a division. */
const WORDS_BEFORE_A_REGEX = new Set(
  "return typeof case in of delete void throw new instanceof do else yield await default extends".split(" "),
);

/** Splits TypeScript source into tokens. Never throws: source that does not parse is the type checker's to report. */
export function tokenize(source: string): readonly Token[] {
  return new Tokenizer(source).run();
}

class Tokenizer {
  private readonly source: string;
  private readonly tokens: Token[] = [];
  private position = 0;
  private line = 1;

  constructor(source: string) {
    this.source = source;
  }

  run(): readonly Token[] {
    this.code(false);
    return this.tokens;
  }

  /** Reads code to the end of the file or, inside a template's `${`, to the brace that closes it. */
  private code(untilBrace: boolean): void {
    let depth = 0;
    while (this.position < this.source.length) {
      const character = this.source.charAt(this.position);
      if (this.space(character) || this.comment()) continue;
      if (character === '"' || character === "'") this.string(character);
      else if (character === "`") this.template();
      else if (this.match(/[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy, "word")) continue;
      else if (this.match(/\d[\w.]*/y, "other")) continue;
      else if (character === "/" && this.regexMayStart() && this.match(REGEX_LITERAL, "other")) continue;
      else {
        if (character === "{") depth++;
        if (character === "}" && depth-- === 0 && untilBrace) return;
        this.push("punctuation", character);
        this.position++;
      }
    }
  }

  private space(character: string): boolean {
    if (character.trim() !== "") return false;
    if (character === "\n") this.line++;
    this.position++;
    return true;
  }

  private comment(): boolean {
    let end: number;
    if (this.source.startsWith("//", this.position)) end = this.source.indexOf("\n", this.position);
    else if (this.source.startsWith("/*", this.position)) {
      end = this.source.indexOf("*/", this.position + 2);
      if (end >= 0) end += 2;
    } else if (this.position === 0 && this.source.startsWith("#!")) end = this.source.indexOf("\n");
    else return false;
    if (end < 0) end = this.source.length;
    this.line += newlines(this.source.slice(this.position, end));
    this.position = end;
    return true;
  }

  private string(quote: string): void {
    let end = this.position + 1;
    while (end < this.source.length && this.source[end] !== quote && this.source[end] !== "\n") {
      end += this.source[end] === "\\" ? 2 : 1;
    }
    const text = this.source.slice(this.position + 1, end);
    this.push("string", text);
    this.line += newlines(text);
    this.position = this.source[end] === quote ? end + 1 : end;
  }

  /** A template without `${` is a string; one with it is a `template` followed by the tokens of what is filled in. */
  private template(): void {
    const index = this.tokens.length;
    this.push("template", "");
    let text = "";
    let plain = true;
    this.position++;
    while (this.position < this.source.length && this.source[this.position] !== "`") {
      if (this.source.startsWith("${", this.position)) {
        plain = false;
        this.position += 2;
        this.code(true);
        this.position++;
        continue;
      }
      const length = this.source[this.position] === "\\" ? 2 : 1;
      const piece = this.source.slice(this.position, this.position + length);
      this.line += newlines(piece);
      text += piece;
      this.position += length;
    }
    this.position++;
    const opening = this.tokens[index];
    if (plain && opening) this.tokens[index] = { kind: "string", text, line: opening.line };
  }

  private regexMayStart(): boolean {
    const before = this.tokens.at(-1);
    if (before === undefined) return true;
    if (before.kind === "word") return WORDS_BEFORE_A_REGEX.has(before.text);
    return before.kind === "punctuation" && before.text !== ")" && before.text !== "]";
  }

  private match(pattern: RegExp, kind: Token["kind"]): boolean {
    pattern.lastIndex = this.position;
    const text = pattern.exec(this.source)?.[0];
    if (text === undefined) return false;
    this.push(kind, text);
    this.position += text.length;
    return true;
  }

  private push(kind: Token["kind"], text: string): void {
    this.tokens.push({ kind, text, line: this.line });
  }
}

const REGEX_LITERAL = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;

function newlines(text: string): number {
  return text.split("\n").length - 1;
}
