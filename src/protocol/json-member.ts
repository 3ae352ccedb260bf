const QUOTE = 0x22, BACKSLASH = 0x5c, COMMA = 0x2c, COLON = 0x3a;
const OPEN_BRACE = 0x7b, CLOSE_BRACE = 0x7d, OPEN_BRACKET = 0x5b, CLOSE_BRACKET = 0x5d;

/**
 * The source text of one member of a JSON object, exactly as it was sent: parsing and encoding again would change numbers such
 * as `12345678901234567890`. Of several members with the same name the last one counts, as in `JSON.parse`.
 *
 * `json` MUST be a text that `JSON.parse` has accepted as an object; the result is `undefined` when it has no such member.
 */
export function jsonMember(json: string, name: string): string | undefined {
  let found: string | undefined;
  let at = skipSpace(json, json.indexOf("{") + 1);
  while (json.charCodeAt(at) === QUOTE) {
    const keyEnd = endOfString(json, at);
    const colon = skipSpace(json, keyEnd);
    if (json.charCodeAt(colon) !== COLON) return found;
    const start = skipSpace(json, colon + 1);
    const end = endOfValue(json, start);
    if (isKey(json, at, keyEnd, name)) found = json.slice(start, end);
    at = skipSpace(json, end);
    if (json.charCodeAt(at) !== COMMA) return found;
    at = skipSpace(json, at + 1);
  }
  return found;
}

function isKey(json: string, start: number, end: number, name: string): boolean {
  if (end - start === name.length + 2 && json.startsWith(name, start + 1)) return true;
  const key = json.slice(start, end);
  return key.includes("\\") && JSON.parse(key) === name;
}

function skipSpace(json: string, at: number): number {
  for (;;) {
    const code = json.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

/** The position after the closing quote of the string that begins at `at`. */
function endOfString(json: string, at: number): number {
  let end = json.indexOf('"', at + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end + 1;
    end = json.indexOf('"', end + 1);
  }
  return json.length;
}

function endOfValue(json: string, at: number): number {
  const first = json.charCodeAt(at);
  if (first === QUOTE) return endOfString(json, at);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return endOfWord(json, at);
  let depth = 0;
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at) - 1;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (--depth === 0) return at + 1;
    }
  }
  return json.length;
}

/** The end of a number, `true`, `false` or `null`: where white space or punctuation begins. */
function endOfWord(json: string, at: number): number {
  for (; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code <= 0x20 || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) return at;
  }
  return at;
}
