import { toBytes, toText } from "../values/byte-string.ts";
import { numericString } from "../values/numeric-string.ts";
import { PhpFault } from "../php-config-error.ts";
import { raise } from "../php-throw.ts";
import { PhpArray, PhpArrayBuilder, type PhpOrigin, type PhpValue, toKey } from "../php-value.ts";

const throwOnError = 4194304n;
const deepest = 200;

/**
 * `json_decode` into arrays; null for text that is not JSON. Objects (`associative` false) are refused: there are none here. Not
 * JSON.parse, which moves keys that look like ints to the front and makes floats of all numbers.
 */
export function decodeJson(json: string, associative: boolean, flags: bigint, origin: PhpOrigin): PhpValue {
  const decoded = toText(json) === undefined ? undefined : new JsonReader(json, associative, origin).read();
  if (decoded === undefined && (flags & throwOnError) !== 0n) {
    throw raise("JsonException", "json_decode() was given malformed JSON", "Syntax error");
  }
  return decoded ?? null;
}

/** Reads a byte string; `undefined` from any method means that it is not JSON. */
class JsonReader {
  readonly #json: string;
  readonly #associative: boolean;
  readonly #origin: PhpOrigin;
  #at = 0;
  #depth = 0;

  constructor(json: string, associative: boolean, origin: PhpOrigin) {
    this.#json = json;
    this.#associative = associative;
    this.#origin = origin;
  }

  read(): PhpValue | undefined {
    const value = this.#value();
    this.#take(/[ \t\n\r]*/y);
    return this.#at === this.#json.length ? value : undefined;
  }

  #value(): PhpValue | undefined {
    if (this.#depth > deepest) throw new PhpFault("json_decode() was given JSON that is nested too deeply");
    this.#take(/[ \t\n\r]*/y);
    switch (this.#json[this.#at]) {
      case "{":
        if (!this.#associative) {
          throw new PhpFault("json_decode() into objects is not supported; pass true for arrays");
        }
        return this.#items("}", true);
      case "[":
        return this.#items("]", false);
      case '"':
        return this.#string();
    }
    switch (this.#take(/true|false|null/yi)?.toLowerCase()) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
    }
    const number = this.#take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    // "-0" is the one int that PHP reads as a float.
    return number === "-0" ? -0 : number === undefined ? undefined : numericString(number);
  }

  #items(end: string, keyed: boolean): PhpArray | undefined {
    const builder = new PhpArrayBuilder();
    this.#at++;
    this.#depth++;
    for (let first = true;; first = false) {
      this.#take(/[ \t\n\r]*/y);
      if (first && this.#json[this.#at] === end) break;
      const key = keyed ? this.#string() : undefined;
      if (keyed && (key === undefined || this.#take(/[ \t\n\r]*:/y) === undefined)) return undefined;
      const value = this.#value();
      if (value === undefined) return undefined;
      const entry = { value, origin: this.#origin };
      if (key === undefined) builder.push(entry);
      else builder.set(toKey(key), entry);
      this.#take(/[ \t\n\r]*/y);
      if (this.#json[this.#at] === end) break;
      if (this.#take(/,/y) === undefined) return undefined;
    }
    this.#at++;
    this.#depth--;
    return builder.build();
  }

  #string(): string | undefined {
    const quoted = this.#take(/"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[\x7f-\x9f])*"/yu);
    const text = quoted === undefined ? undefined : toText(quoted);
    if (text === undefined) return undefined;
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? toBytes(value) : undefined;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#json)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}
