/** A text is no serialized PHP value, or one with something in it that is not on the list. */
export class UnreadablePhp extends Error {
  override readonly name = "UnreadablePhp";
}

/** A value that PHP's `serialize` has written. Objects are what they are called and what they hold: nothing is built from them. */
export type PhpData =
  | null
  | boolean
  | number
  | string
  | PhpArray
  | PhpObject
  | PhpCase;

/** An array, its keys as texts in order. */
export interface PhpArray {
  readonly kind: "array";
  readonly entries: ReadonlyMap<string, PhpData>;
}

/** An object, its properties by their names without the marks of `protected` and `private`. */
export interface PhpObject {
  readonly kind: "object";
  readonly class: string;
  readonly properties: ReadonlyMap<string, PhpData>;
}

/** A case of an enumeration. */
export interface PhpCase {
  readonly kind: "case";
  readonly enumeration: string;
  readonly name: string;
}

/** What a text may hold. */
export interface PhpClasses {
  readonly objects: ReadonlySet<string>;
  readonly enumerations: ReadonlySet<string>;
}

const DEEPEST = 16, MOST = 100_000;

/**
 * Reads a text of PHP's `serialize`, of which only these classes may be a part. References, classes with a form of their own (`C:`) and
 * anything after the value are refused. Throws an {@link UnreadablePhp}.
 */
export function readPhpSerialized(text: string, classes: PhpClasses): PhpData {
  const reader = new Reader(Buffer.from(text), classes);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #classes: PhpClasses;
  #at = 0;
  #count = 0;

  constructor(bytes: Buffer, classes: PhpClasses) {
    this.#bytes = bytes;
    this.#classes = classes;
  }

  value(depth: number): PhpData {
    if (depth > DEEPEST || ++this.#count > MOST) throw new UnreadablePhp("too much in one value");
    const type = String.fromCharCode(this.#bytes[this.#at++] ?? 0);
    if (type === "N") return this.#expect(";"), null;
    this.#expect(":");
    switch (type) {
      case "b":
        return this.#until(";", /^[01]$/) === "1";
      case "i":
        return Number(this.#until(";", /^-?\d{1,20}$/));
      case "d":
        return Number(
          this.#until(";", /^-?(?:\d+(?:\.\d+)?(?:E[+-]?\d+)?|INF)$/i).replace("INF", "Infinity"),
        );
      case "s": {
        const text = this.#text();
        return this.#expect(";"), text;
      }
      case "a":
        return { kind: "array", entries: this.#entries(depth) };
      case "O": {
        const name = this.#text();
        if (!this.#classes.objects.has(name)) throw new UnreadablePhp(`an object of the class ${name}`);
        this.#expect(":");
        const properties = [...this.#entries(depth)].map(([key, value]) => [bareName(key), value] as const);
        return { kind: "object", class: name, properties: new Map(properties) };
      }
      case "E": {
        const [, enumeration = "", name = ""] = /^(.+):(\w+)$/.exec(this.#text()) ?? [];
        if (!this.#classes.enumerations.has(enumeration)) throw new UnreadablePhp(`a case of ${enumeration}`);
        return this.#expect(";"), { kind: "case", enumeration, name };
      }
      default:
        throw new UnreadablePhp(`a value of the type ${JSON.stringify(type)}`);
    }
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new UnreadablePhp("more behind the value");
  }

  /** `2:{key;value;key;value;}` */
  #entries(depth: number): ReadonlyMap<string, PhpData> {
    const count = this.#length();
    this.#expect("{");
    const entries = new Map<string, PhpData>();
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1);
      if (typeof key !== "string" && typeof key !== "number") throw new UnreadablePhp("a key that is none");
      entries.set(String(key), this.value(depth + 1));
    }
    this.#expect("}");
    return entries;
  }

  /** `5:"bytes"`, counted in bytes. */
  #text(): string {
    const length = this.#length();
    this.#expect('"');
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new UnreadablePhp("a text that ends too early");
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end;
    this.#expect('"');
    return text;
  }

  #length(): number {
    return Number(this.#until(":", /^\d{1,9}$/));
  }

  #until(end: string, pattern: RegExp): string {
    const at = this.#bytes.indexOf(end, this.#at);
    const text = at === -1 ? "" : this.#bytes.toString("latin1", this.#at, Math.min(at, this.#at + 64));
    if (!pattern.test(text)) throw new UnreadablePhp("a number that is none");
    this.#at = at + 1;
    return text;
  }

  #expect(character: string): void {
    if (this.#bytes[this.#at++] !== character.charCodeAt(0)) {
      throw new UnreadablePhp("another character than expected");
    }
  }
}

/** A property's name without `\0*\0` (protected) or `\0Class\0` (private). */
function bareName(key: string): string {
  return key.startsWith("\0") ? key.slice(key.indexOf("\0", 1) + 1) : key;
}
