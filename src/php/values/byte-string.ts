/*
 * A PHP string consists of bytes: strlen("é") is 2. During the evaluation every string is therefore a "byte string": one character
 * for each byte, below U+0100. Text becomes a byte string, and a byte string text, through these two functions only.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text as the bytes of its UTF-8 form, one character per byte. */
export function toBytes(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text that a byte string holds; `undefined` when it is not valid UTF-8. */
export function toText(bytes: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(bytes)) return bytes;
  try {
    return decoder.decode(toBuffer(bytes));
  } catch {
    // The decoder throws only for malformed UTF-8, for which the answer is undefined.
    return undefined;
  }
}

/** A byte string as an array of bytes, for hashes and encodings. */
export function toBuffer(bytes: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
}
